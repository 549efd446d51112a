"""What the golden files hold: some indicators of the demo province by year, seed 1."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.api import RunSpec, run_block

FOLDER = Path(__file__).resolve().parent.parent / "golden"
POLICIES = ("none", "current", "plan")
SEED = 1
SUMMED = (
    "retrofit_projects", "retrofit_projects_above_floor", "diagnoses", "output", "energy", "co2", "co2_direct",
    "electricity", "green_electricity_physical", "green_electricity_contractual", "green_electricity_hybrid",
    "private_investment", "public_outlay", "forgone_tax",
)
LAST = (
    "firms", "aware_share", "retrofit_coverage", "retrofit_coverage_since_2021", "retrofit_coverage_output",
    "green_factories", "green_factory_output_share", "grid_factor", "credit_approval_rate", "loans_outstanding",
    "guarantees_outstanding", "pool_balance", "service_providers", "bottleneck_unaware", "bottleneck_waiting",
    "bottleneck_uneconomic", "bottleneck_unfinanced", "bottleneck_done",
)


def golden_frames() -> dict[str, pd.DataFrame]:
    """By policy: yearly sums of flows and end-of-year stocks and shares."""
    indicators = run_block(RunSpec("demo"), SEED, POLICIES).indicators
    frames = {}
    for policy, frame in indicators.groupby("policy"):
        by_year = frame.groupby(frame["quarter"].str[:4].rename("year").astype(int))
        frames[str(policy)] = by_year[list(SUMMED)].sum().join(by_year[list(LAST)].last())
    return frames


def golden_file(policy: str) -> Path:
    """The file of one policy."""
    return FOLDER / f"demo_{policy}.csv"
