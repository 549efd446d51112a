"""A stand-in for the model: random courses in the frames of a real seed block, importable by workers."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agents.firm import BOTTLENECKS
from experiments.tables.runs import SPLIT_UNITS
from sim.additionality import COLUMNS
from sim.groups import FLOWS, STATES
from sim.targets import evaluate

QUARTERS = [f"{year}Q{quarter}" for year in range(2026, 2031) for quarter in range(1, 5)]
FAILING_SEED = 3


@dataclass(frozen=True)
class FakeBlock:
    """The frames of one seed block."""

    indicators: pd.DataFrame
    outcomes: pd.DataFrame
    ledger: pd.DataFrame
    additional: pd.DataFrame
    groups: pd.DataFrame


TARGETS = pd.DataFrame.from_records(
    [
        {"target_id": "green_factories", "definition_id": "all", "headline": True, "role": "outcome",
         "name_zh": "绿色工厂数量", "name_en": "Green factories (stock)", "kind": "level", "comparison": ">=",
         "value": 1000.0, "unit": "factories", "by_year": 2027, "indicator": "green_factories"},
        {"target_id": "retrofit_coverage", "definition_id": "all", "headline": True, "role": "outcome",
         "name_zh": "技改全覆盖", "name_en": "Share of firms with a retrofit round",
         "kind": "level", "comparison": ">=", "value": 1.0, "unit": "share", "by_year": 2030,
         "indicator": "retrofit_coverage"},
        {"target_id": "retrofit_coverage", "definition_id": "since_2021", "headline": False,
         "role": "outcome",
         "name_zh": "技改全覆盖", "name_en": "Share of firms with a retrofit round",
         "kind": "level", "comparison": ">=", "value": 1.0, "unit": "share", "by_year": 2030,
         "indicator": "retrofit_coverage"},
        {"target_id": "energy_intensity", "definition_id": "province", "headline": True, "role": "outcome",
         "name_zh": "能耗强度进一步降低", "name_en": "Energy use per unit of output", "kind": "trend",
         "comparison": "decrease", "value": np.nan, "unit": "tce per 10k CNY (2025 prices)",
         "from_year": 2025, "by_year": 2027, "indicator": "energy_intensity"},
        {"target_id": "retrofit_projects", "definition_id": "all", "headline": True, "role": "outcome",
         "name_zh": "每年绿色融合技改项目", "name_en": "Green retrofit projects per year", "kind": "flow",
         "comparison": ">=", "value": 1000.0, "unit": "projects per year", "from_year": 2026, "by_year": 2030,
         "indicator": "retrofit_projects"},
        {"target_id": "key_firm_diagnosis", "definition_id": "all", "headline": True, "role": "delivery",
         "name_zh": "重点企业绿色诊断全覆盖", "name_en": "Green diagnosis of all key firms", "kind": "level",
         "comparison": ">=", "value": 1.0, "unit": "share", "by_year": 2027,
         "indicator": "key_firm_diagnosis"},
    ]
)  # fmt: skip


def run_block(spec: Any, seed: int, policies: Sequence[str]) -> FakeBlock:
    """Frames that depend on scenario, seed and policy alone, as in the model."""
    scenario = spec.scenario if spec else "reference"
    courses = {policy: _course(f"{scenario}/{policy}", seed) for policy in policies}
    parts = [evaluate(course, TARGETS, 1.0) for course in courses.values()]
    outcomes = [_labelled(part, policy, scenario, seed) for policy, part in zip(policies, parts, strict=True)]
    ledger = pd.DataFrame(
        [(year, "retrofit_subsidy", "province", "outlay", 100.0 + seed) for year in (2025, 2026, 2027)],
        columns=["year", "instrument", "payer", "kind", "amount"],
    )
    spent = [
        _labelled(ledger.iloc[:0] if policy == "none" else ledger, policy, scenario, seed) for policy in policies
    ]
    indicators = [_labelled(course, policy, scenario, seed) for policy, course in courses.items()]
    added = pd.DataFrame([dict.fromkeys(COLUMNS, 10.0) | {"projects": 100.0 + seed}])
    additional = [_labelled(added, policy, scenario, seed) for policy in policies if "none" in policies]
    additional = additional or [_labelled(added.iloc[:0], "", scenario, seed)]
    groups = [_labelled(_groups(f"{scenario}/{policy}", seed), policy, scenario, seed) for policy in policies]
    frames = (indicators, outcomes, spent, additional, groups)
    return FakeBlock(*(pd.concat(each, ignore_index=True) for each in frames))


def failing_block(spec: Any, seed: int, policies: Sequence[str]) -> FakeBlock:
    """Like `run_block`, except that one seed raises."""
    if seed == FAILING_SEED:
        error = ArithmeticError(f"seed {seed} does not balance")
        error.add_note(f"policy {policies[-1]}")
        raise error
    return run_block(spec, seed, policies)


def full_disk_block(spec: Any, seed: int, policies: Sequence[str]) -> FakeBlock:
    """Like `run_block`, except that from one seed on this process can write no file of more than a few pages."""
    if seed >= FAILING_SEED:
        import resource  # POSIX only

        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY))
    return run_block(spec, seed, policies)


def kill_worker_once(marker: Path, seed: int) -> None:
    """Kill the worker process the first time that seed 2 is computed."""
    if seed == 2 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _labelled(frame: pd.DataFrame, policy: str, scenario: str, seed: int) -> pd.DataFrame:
    labels = pd.DataFrame({"policy": policy, "scenario": scenario, "seed": seed}, index=frame.index)
    return pd.concat([labels, frame], axis=1)


GROUPS = {"sector": ("26", "31"), "prefecture": ("Chengdu", "Deyang"), "size_class": ("large", "small"),
          "ownership": ("state", "private")}


def _groups(policy: str, seed: int) -> pd.DataFrame:
    """Year ends of two groups a dimension, of which the second has no certified output."""
    strength = int(hashlib.sha256(policy.encode()).hexdigest()[:4], 16) / 65535
    rows = []
    for year in range(2026, 2031):
        done = np.floor((year - 2025) * (4.0 + 10.0 * strength) + seed % 3)
        for dimension, names in GROUPS.items():
            for place, name in enumerate(names):
                size = 100.0 + 50.0 * place
                values = dict.fromkeys((*STATES, *FLOWS), 1.0) | {
                          "firms": size, "present_firms": size, "covered_firms": done, "rounds": done + place,
                          "certified_firms": 10.0 * (1 - place) + seed,
                          "grants": strength * (year - 2025) * (1 + place),
                          "output": 1e4, "certified_output": 2e3 * (1 - place), "energy": 1e5, "co2": 2e5}
                rows += [(year, dimension, name, indicator, value) for indicator, value in values.items()]
    return pd.DataFrame(rows, columns=["year", "dimension", "group", "indicator", "value"])


def _course(policy: str, seed: int) -> pd.DataFrame:
    strength = int(hashlib.sha256(policy.encode()).hexdigest()[:4], 16) / 65535
    draws = np.random.default_rng(int(hashlib.sha256(f"{policy}/{seed}".encode()).hexdigest()[:8], 16))
    time = np.arange(1, len(QUARTERS) + 1) / len(QUARTERS)
    noise = draws.normal(0.0, 0.08, 4)
    output = 1e6 * (1.0 + 0.3 * time)
    intensity = 0.09 * (1.0 - (0.25 * strength + noise[0]) * time)
    return pd.DataFrame(
        {
            "quarter": QUARTERS,
            "green_factories": 780.0 + np.round((300.0 + 400.0 * strength + 500.0 * noise[1]) * time),
            "retrofit_coverage": np.clip((0.3 + 0.6 * strength + noise[2]) * time, 0.0, 1.0),
            "retrofit_projects": draws.poisson(150 + 200 * strength, len(QUARTERS)).astype(float),
            **_bottlenecks(strength, time),
            "key_firm_diagnosis": np.clip((0.8 + 1.9 * strength + noise[3]) * time + 0.2, 0.0, 1.0),
            "output": output,
            "energy": 100.0 * output * intensity,
            "energy_intensity": intensity,
            "energy_intensity_2025": 0.09,
            "private_investment": 50.0,
            "guarantees_outstanding": 20.0 * time,
            **dict.fromkeys(SPLIT_UNITS, -time),
        }
    )


def _bottlenecks(strength: float, time: np.ndarray) -> dict[str, np.ndarray]:
    """A hundred firms by class: those that are done come from those that were unaware."""
    done = np.floor(60.0 * strength * time)
    counts = dict.fromkeys(BOTTLENECKS, np.zeros(len(time))) | {"unaware": 80.0 - done, "uneconomic": 20.0 + 0.0 * time,
                                                                "done": done}
    return {f"bottleneck_{name}": values for name, values in counts.items()}
