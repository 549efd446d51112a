"""Analyses asked again of a finished store: nothing is simulated and nothing in the result folder is touched."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
from rich.console import Console

from experiments.answering import answer
from experiments.design import Block
from experiments.questions import ANALYSES, Finished
from experiments.results import Results
from experiments.store.folder import ResultStore
from sim.errors import ConfigError

GENERAL = ("comparison", "verdicts", "cost", "gains", "bottlenecks", "prefectures", "sectors")
"""Analyses that a report asks of every result folder; where one does not apply, the report says why."""


@dataclass(frozen=True)
class BorrowedStore(ResultStore):
    """Reads the finished blocks of another folder; what is written goes to its own.

    Attributes:
        source: the result folder.
        finished: its finished blocks.
    """

    source: Path = Path()
    finished_blocks: tuple[Block, ...] = ()

    def block_path(self, frame: str, block: Block) -> Path:
        """Where a frame of one block lies in the source."""
        return ResultStore(self.source).block_path(frame, block)

    def read(
        self, frame: str, blocks: Iterable[Block], policies: Sequence[str], rows: pc.Expression | None = None
    ) -> pd.DataFrame:
        """The rows of those of the blocks that are finished."""
        there = set(self.finished_blocks)
        return super().read(frame, [block for block in blocks if block in there], policies, rows)


def ask_again(
    name: str, results: Results, source: Path, finished: tuple[Block, ...], folder: Path, figures: bool = True
) -> str:
    """Let one analysis write its tables and figures into a folder of its own.

    Args:
        name: a key of `ANALYSES`.
        results: frames of the finished blocks, in the language wanted.
        source: the result folder.
        finished: its finished blocks.
        folder: where the analysis writes.
        figures: whether it draws.

    Returns:
        Why it has no answer for these results; empty if it has one.
    """
    config = replace(results.config, analyses=(name,), figures=figures, tables="brief")
    store = BorrowedStore(folder, source=source, finished_blocks=finished)
    try:
        unseen = Console(file=io.StringIO(), width=100)
        answer(Finished(replace(results, config=config), store, unseen), unseen)
    except ConfigError as error:
        return "; ".join(str(problem) for problem in error.problems)
    except (KeyError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def asked_analyses(results: Results) -> tuple[str, ...]:
    """Analyses that a report asks: those that suit any comparison of policies, and those the run asked for."""
    return tuple(name for name in ANALYSES if name in (*GENERAL, *results.config.analyses))
