"""Which part of a change data and code, parameters and policies explain: mixed designs, simulated and kept.

Recorded parameters and policies run under the present code. They tell something about B only if the present checkout
gives B's own results, which is checked by its checksums and by running one of B's blocks of every case again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.console import Console

from experiments.design import Block, Case
from experiments.diff.changes import KEYS, paired_outcomes, part_table, shapley_parts
from experiments.diff.differences import CODE, DATA, PARAMETER, POLICY, Difference, case_content, common_cases
from experiments.executors.blocks import run_blocks
from experiments.progress import show_progress
from experiments.settings.executor import ExecutorConfig
from experiments.store.fingerprint import code_checksum
from experiments.store.folder import ResultStore
from experiments.store.loading import StoredResults
from experiments.store.lock import sole_writer
from policies.schedule import parse_quarter
from sim.errors import ConfigError
from sim.recorded import Recorded, read_recorded, run_recorded

SEEDS = 8
"""Common seeds simulated unless a number is asked for."""

OWN = "bb"
"""The design that has to give B's own results."""


class EffectsError(RuntimeError):
    """The parts cannot be told apart here; the text says why and where they can."""


class DesignBlock(NamedTuple):
    """One block of one mixed design."""

    design: str
    block: Block


@dataclass(frozen=True)
class Effects:
    """Parts of the changes over some seeds.

    Attributes:
        parts: as made by `experiments.diff.changes.part_table`.
        groups: names of the parts.
        unknown: what A has and the present version does not know; it counts with the code.
    """

    parts: pd.DataFrame
    groups: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def groups_of(found: Sequence[Difference]) -> tuple[str, ...]:
    """What can be told apart: data and code together if both differ, parameters, policies."""
    there = {each.category for each in found}
    world = " and ".join(name for name in (DATA, CODE) if name in there)
    return tuple(name for name in (world, *(each for each in (PARAMETER, POLICY) if each in there)) if name)


def whole_change(a: StoredResults, b: StoredResults, group: str, all_definitions: bool) -> Effects:
    """The effects where one group alone differs: all of each change is its part."""
    pairs = paired_outcomes(a.outcomes, b.outcomes, all_definitions)
    parts = shapley_parts({"a": pairs["value_a"], "b": pairs["value_b"]}, [group])
    return Effects(part_table(pairs, parts), (group,))


def simulated_effects(
    a: StoredResults, b: StoredResults, groups: Sequence[str], executor: ExecutorConfig, log: Console,
    seeds: int = SEEDS, all_definitions: bool = False,
) -> Effects:
    """Simulate the mixed designs that are missing and take the change apart.

    Args:
        a: the one compared with.
        b: the one described; the present checkout has to be its own.
        groups: what differs, as given by `groups_of`, at least two.
        executor: where to compute.
        log: console for progress.
        seeds: common seeds to use at most, by case.
        all_definitions: whether all definitions of the targets are wanted.

    Raises:
        ConfigError: if recorded content cannot be run by this version.
        EffectsError: if the present checkout is not that of B, or blocks fail.
        FolderBusyError: if another process writes to the folder of the mixed designs.
    """
    if foreign := checkout_differences(b):
        raise EffectsError(_elsewhere(a, b, foreign))
    blocks = _common_blocks(a, b, seeds)
    policies = tuple(name for name in b.config.policies if name in a.config.policies)
    designs, unknown = _recorded_designs(a, b, groups)
    folder = b.folder.parent / f"diff-{a.manifest['fingerprint'][:8]}-{b.manifest['fingerprint'][:8]}"
    # One block a case: a case that this checkout gives otherwise may be any of them.
    own = list({block.case: block for block in reversed(blocks)}.values())
    wanted = [DesignBlock(OWN, block) for block in own]
    wanted += [DesignBlock(name, block) for block in blocks for name in _mixed(groups)]
    _compute(folder, designs, policies, wanted, executor, log)
    for block in own:
        _check_reproduction(b, ResultStore(folder / OWN).read("outcomes", [block], policies), block)
    frames = {name: ResultStore(folder / name).read("outcomes", blocks, policies) for name in _mixed(groups)}
    pairs = paired_outcomes(a.outcomes, b.outcomes, all_definitions)
    used = pd.MultiIndex.from_tuples([(*block.case, block.seed) for block in blocks])
    pairs = pairs[pd.MultiIndex.from_frame(pairs[["scenario", "behaviour", "seed"]]).isin(used)]
    corners = {"a": pairs["value_a"], "b": pairs["value_b"]}
    for name, frame in frames.items():
        values = frame.set_index(KEYS)["value"].reindex(pd.MultiIndex.from_frame(pairs[KEYS]))
        corners[name] = pd.Series(values.to_numpy(), index=pairs.index)
    return Effects(part_table(pairs, shapley_parts(corners, groups)), tuple(groups), unknown)


def checkout_differences(results: StoredResults) -> list[str]:
    """What of the present checkout is not as in the results: code, tables, firms, scenarios. Empty if all is."""
    from sim.inputs.province import load_province
    from sim.inputs.scenario import load_scenario

    recorded = results.manifest.get("code", {}).get("sha256")
    found = [] if recorded == code_checksum() else ["code"]
    try:
        province = load_province(results.config.province)
        for case in results.config.design.cases:
            content = case_content(results.manifest, case)
            tables = content.get("tables", {})
            names = {*tables, *province.checksums}
            found += [f"table {name}" for name in sorted(names) if tables.get(name) != province.checksums.get(name)]
            found += ["firms"] if content.get("firms") != province.firms else []
            same = content.get("scenario") == load_scenario(case.scenario).content()
            found += [] if same else [f"scenario {case.scenario}"]
    except ConfigError as error:
        found += [str(problem) for problem in error.problems]
    return list(dict.fromkeys(found))


def _elsewhere(a: StoredResults, b: StoredResults, foreign: Sequence[str]) -> str:
    """Where the parts can be told apart."""
    code = b.manifest.get("code", {})
    version = f"greenmill {code.get('greenmill', '?')}, code {str(code.get('sha256', '?'))[:12]}"
    text = f"{b.folder} was not made by this checkout ({', '.join(foreign)}); run this in the one that made it"
    text += f" ({version})"
    here = not checkout_differences(a)
    return text + (f". This checkout made {a.folder}: greenmill diff {b.folder} {a.folder} --effects" if here else "")


def _mixed(groups: Sequence[str]) -> tuple[str, ...]:
    """Designs to be simulated: whose parameters, whose policies."""
    world = any(group not in (PARAMETER, POLICY) for group in groups)
    return (("aa",) if world else ()) + (("ab", "ba") if {PARAMETER, POLICY} <= set(groups) else ())


def _common_blocks(a: StoredResults, b: StoredResults, seeds: int) -> list[Block]:
    there = set(a.finished)
    by_case = {case: [block for block in b.finished if block.case == case and block in there]
               for case in common_cases(a, b)}  # fmt: skip
    return [block for own in by_case.values() for block in own[:seeds]]


def _recorded_designs(
    a: StoredResults, b: StoredResults, groups: Sequence[str]
) -> tuple[dict[tuple[str, Case], Recorded], tuple[str, ...]]:
    """What to run, by design and case, and what of A is unknown here."""
    designs: dict[tuple[str, Case], Recorded] = {}
    unknown: list[str] = []
    for case in common_cases(a, b):
        one, other = (
            read_recorded(case_content(each.manifest, case), case.scenario, each.config.overrides) for each in (a, b)
        )
        one = replace(one, end=min(one.end, other.end, key=parse_quarter))
        designs[OWN, case] = other
        designs["aa", case] = one
        designs["ab", case] = replace(one, mixes=other.mixes)
        designs["ba", case] = replace(other, mixes=one.mixes, end=one.end)
        unknown += one.unknown
    if problems := [problem for name in _mixed(groups) for case in common_cases(a, b)
                    for problem in designs[name, case].problems()]:  # fmt: skip
        raise ConfigError(list(dict.fromkeys(problems)))
    return designs, tuple(dict.fromkeys(unknown))


def compute_design(
    folder: Path, designs: Mapping[tuple[str, Case], Recorded], policies: Sequence[str], key: DesignBlock
) -> None:
    """Compute and keep one block of one mixed design; runs in a worker process."""
    result = run_recorded(designs[key.design, key.block.case], key.block.seed, policies)
    ResultStore(folder / key.design).write_block(key.block, result, policies)


def _compute(
    folder: Path, designs: Mapping[tuple[str, Case], Recorded], policies: Sequence[str],
    wanted: Sequence[DesignBlock], executor: ExecutorConfig, log: Console,
) -> None:
    """Compute the blocks that are not there."""
    missing = [key for key in wanted if not ResultStore(folder / key.design).finished(key.block, policies)]
    if not missing:
        return
    with sole_writer(folder):
        ResultStore(folder).clear_temporaries()
        log.print(f"{len(missing)} of {len(wanted)} blocks of mixed designs to compute, kept in {folder}")
        task = partial(compute_design, folder, designs, policies)
        kept = (len(wanted) - len(missing)) * len(policies)
        reports = show_progress(run_blocks(task, missing, executor), len(missing), len(policies), log, kept)
        with closing(reports):
            failed = [report for report in reports if report.error]
    if failed:
        first = failed[0]
        head = f"{len(failed)} of {len(missing)} blocks failed"
        raise EffectsError(f"{head}; {first.key.design} {first.key.block.label}: {first.error}")


def _check_reproduction(b: StoredResults, again: pd.DataFrame, block: Block) -> None:
    """Refuse to explain results that the present checkout does not give."""
    rows = b.outcomes
    own = (rows["scenario"] == block.scenario) & (rows["behaviour"] == block.behaviour) & (rows["seed"] == block.seed)
    columns = [*KEYS, "value"]
    stored = rows.loc[own & rows["policy"].isin(again["policy"].unique()), columns].reset_index(drop=True)
    if not stored.equals(again[columns].reset_index(drop=True)):
        text = f"this checkout does not give the results of {b.folder} again (block {block.label})"
        raise EffectsError(f"{text}; its libraries or files are others than those that made it")
