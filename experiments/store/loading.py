"""A result folder as data frames, whether its run is finished, stopped or still going on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from experiments.design import Block
from experiments.settings.checks import check_settings
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import MANIFEST, PANEL, ResultStore
from experiments.store.journal import Event, History, Journal
from experiments.tables.summary import run_summary, target_table
from sim.errors import ConfigError, Problem, nearest_name, shown_path

BLOCK_COLUMNS = ("scenario", "behaviour", "seed", "state", "time", "seconds", "error", "trace")

_CASE: Mapping[str, Any] = {
    "firms": int, "tables": {}, "parameters": {}, "scenario": {}, "policies": {},
    "uncertainty": {"draws": {}, "ridges": {}},
}
SHAPE: Mapping[str, Any] = {
    "fingerprint": str, "code": {}, "versions": {}, "wall_time_s": int | float | None, "content": {**_CASE, "cases": {}}
}
"""Types of the parts of a manifest that are read again; a mapping stands for one with these parts."""


@dataclass(frozen=True)
class StoredResults:
    """What a result folder held when it was opened; frames are read from the finished blocks when asked for.

    Attributes:
        folder: the result folder.
        manifest: settings, composed content, versions and checksums of the last run on it.
        config: the settings of that run.
        blocks: one row a block ever asked for: scenario, behaviour, seed, state (done, pending, failed or
            damaged), time of the last event (UTC), seconds, error, trace.
        history: the journal of the folder.
    """

    folder: Path
    manifest: Mapping[str, Any]
    config: ExperimentConfig
    blocks: pd.DataFrame
    history: History

    def in_state(self, *states: str) -> tuple[Block, ...]:
        """Blocks in one of the states, in order."""
        rows = self.blocks[self.blocks["state"].isin(states)]
        return tuple(
            Block(str(scenario), str(behaviour), int(seed))
            for scenario, behaviour, seed in zip(rows["scenario"], rows["behaviour"], rows["seed"], strict=True)
        )

    @cached_property
    def finished(self) -> tuple[Block, ...]:
        """Blocks whose rows are in the frames."""
        return self.in_state("done")

    @cached_property
    def missing(self) -> tuple[Block, ...]:
        """Blocks that were asked for and are not there: pending, failed or damaged."""
        return self.in_state("pending", "failed", "damaged")

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """One row a (policy, scenario, behaviour, seed, quarter), a column an indicator."""
        return self._frame("indicators")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a (policy, scenario, behaviour, seed, target_id, definition)."""
        return self._frame("outcomes")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """policy, scenario, behaviour, seed, year, instrument, payer, kind, amount (m CNY)."""
        return self._frame("ledger")

    @cached_property
    def additional(self) -> pd.DataFrame:
        """What each policy adds to the run without policy: policy, scenario, behaviour, seed, projects, ..."""
        return self._frame("additional")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Year ends by group: policy, scenario, behaviour, seed, year, dimension, group, indicator, value."""
        return self._frame("groups")

    def panel(self, columns: Sequence[str] | None = None, filters: Any = None) -> pd.DataFrame:
        """The firms that were followed, of all finished blocks.

        Args:
            columns: columns to read, by default all.
            filters: rows to read, in pyarrow's form, such as ``[("policy", "=", "plan"), ("sector", "=", 31)]``.

        Raises:
            ConfigError: if the run kept no panel.
        """
        if not self.config.panel.columns:
            text = "this run followed no firms; give panel.columns=[...] to do so"
            raise ConfigError([Problem(shown_path(self.folder), "", None, text)])
        files = [str(ResultStore(self.folder).block_path(PANEL, block)) for block in self.finished]
        table = pq.ParquetDataset(files, filters=filters).read(columns=None if columns is None else list(columns))
        return table.to_pandas()

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Attainment of every target over the finished blocks, as in targets.csv of a finished run."""
        return target_table(self.outcomes)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Public cost and totals over the finished blocks, as in summary.csv of a finished run."""
        return run_summary(self.indicators, self.ledger, self.config.policies, self.config.end)

    def _frame(self, name: str) -> pd.DataFrame:
        if not self.finished:
            text = f"no block is finished yet, {len(self.missing)} are missing"
            raise ConfigError([Problem(shown_path(self.folder), "", None, text)])
        return ResultStore(self.folder).read(name, self.finished, self.config.policies)


def read_folder(folder: Path, whole: Collection[Block] = ()) -> StoredResults:
    """Open a result folder; see `experiments.store.load`.

    Args:
        folder: a result folder.
        whole: blocks whose files the caller has just read, so that they need not be read again to be checked.
    """
    manifest = _manifest(folder)
    config, problems = check_settings(manifest.get("settings", {}))
    if config is None or problems:
        text = "the settings in it are not those of this version of GreenMill"
        raise ConfigError([Problem(shown_path(folder / MANIFEST), "", None, text), *problems])
    store, history = ResultStore(folder, bool(config.panel.columns)), Journal(folder).read()
    asked = dict.fromkeys([*config.design.blocks_by_case, *sorted({*history.events, *store.blocks_found()})])
    states = {block: "whole" if block in whole else store.state(block, config.policies) for block in asked}
    rows = [_row(block, states[block], history.events.get(block)) for block in asked]
    return StoredResults(folder, manifest, config, pd.DataFrame(rows, columns=list(BLOCK_COLUMNS)), history)


def _row(block: Block, found: str, event: Event | None) -> dict[str, Any]:
    """State of a block: the files decide whether it is there, the journal tells what became of it otherwise."""
    failed = event is not None and event.state == "failed"
    state = {"whole": "done", "damaged": "damaged", "absent": "failed" if failed else "pending"}[found]
    known = vars(event) if event and event.state == state else {}
    facts = {name: known.get(name) for name in ("time", "seconds")}
    texts = {name: known.get(name, "") for name in ("error", "trace")}
    return {**vars(block), "state": state, **facts, **texts}


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a result folder, or an error that says what is there instead."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigError([_no_result(folder)]) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError([Problem(shown_path(path), "", None, f"cannot be read ({error})")]) from None
    if not isinstance(content, dict) or not isinstance(content.get("settings"), dict):
        raise ConfigError([Problem(shown_path(path), "", None, "is no manifest of a GreenMill run")])
    if faults := list(_shape_faults(shown_path(path), content, SHAPE)):
        raise ConfigError(faults)
    return content


def _shape_faults(
    file: str, content: Mapping[str, Any], shape: Mapping[str, Any], above: str = ""
) -> Iterator[Problem]:
    """Parts of a manifest that are not of the type they should be; what is not there is no fault."""
    for key in (key for key in shape if key in content):
        inner, value = shape[key], content[key]
        if not isinstance(value, dict if isinstance(inner, Mapping) else inner):
            yield Problem(file, f"{above}{key}", value, "is not what a run of GreenMill writes there")
        elif isinstance(inner, Mapping):
            yield from _shape_faults(file, value, inner, f"{above}{key}.")


def _no_result(folder: Path) -> Problem:
    """What a folder that holds no results is instead, with the results that may have been meant."""
    shown = folder.as_posix()
    if folder.is_dir():
        manifests = (*folder.glob(f"*/{MANIFEST}"), *folder.glob(f"*/*/{MANIFEST}"))
        inside = sorted(path.parent.as_posix() for path in manifests)
        if folder.name in ("runs", "outcomes", "ledger", "figures") and (folder.parent / MANIFEST).exists():
            inside = [folder.parent.as_posix()]
        advice = f"; there are results in {', '.join(inside[:5])}" if inside else ""
        return Problem("", "folder", shown, f"is no result folder: it has no {MANIFEST}{advice}")
    if folder.exists():
        return Problem("", "folder", shown, "is a file; give the result folder, which holds manifest.json")
    beside = [path.parent.name for path in folder.parent.glob(f"*/{MANIFEST}")]
    nearest = nearest_name(folder.name, beside)
    return Problem("", "folder", shown, "does not exist", (folder.parent / nearest).as_posix() if nearest else "")
