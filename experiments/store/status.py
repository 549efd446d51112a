"""How far the sweep of a result folder is: `greenmill status FOLDER`, also while another process runs it."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from experiments.progress import left_text, rate_text
from experiments.store import load
from experiments.store.loading import StoredResults
from experiments.store.lock import Holder, current_writer

ERRORS_SHOWN = 5


def show_status(folder: str, console: Console) -> None:
    """Print the state of the blocks, the pace and the first errors.

    Args:
        folder: a result folder.
        console: where to print.

    Raises:
        ConfigError: if the folder is no result folder.
    """
    found = load(folder)
    for line in status_lines(found, current_writer(found.folder), datetime.now(UTC)):
        console.print(line)


def status_lines(found: StoredResults, writer: Holder | None, now: datetime) -> list[str]:
    """What `show_status` prints.

    Args:
        found: the result folder.
        writer: the process that runs the sweep; None if nobody does.
        now: the time of the look.
    """
    if found.config.study:
        return _study_lines(found, writer)
    states = ("done", "pending", "failed", "damaged")
    counts = {state: len(found.in_state(state)) for state in states}
    total, policies = sum(counts.values()), len(found.config.policies)
    doing = f"running ({writer})" if writer else "complete" if not found.missing else "not running"
    blocks = [f"{counts[state]} {state}" for state in states[1:] if counts[state]]
    lines = [
        f"{found.folder}: {doing}",
        ", ".join([f"blocks: {counts['done']} of {total} done", *blocks]),
        f"runs: {counts['done'] * policies} of {total * policies}",
    ]
    lines += _pace(found, counts["pending"], policies, now if writer else None)
    for state in ("damaged", "failed"):
        lines += _named(found, state)
    if found.missing and not writer:
        lines.append("The command that began it computes what is missing.")
    return lines


def _study_lines(found: StoredResults, writer: Holder | None) -> list[str]:
    """The state of a study, which has no blocks: how many runs are kept, and which tables it has drawn from them."""
    from experiments.study.point_files import PointFiles

    kept = len(PointFiles(found.folder).runs())
    tables = sorted(path.name for path in found.folder.glob("*.csv"))
    drawn = f"tables: {', '.join(tables)}" if tables else "no tables yet: they come at its end"
    lines = [
        f"{found.folder}: {f'running ({writer})' if writer else 'not running'}",
        f"study '{found.config.study}', which chooses its own points; runs of the model kept: {kept:,}",
        drawn,
    ]
    if not writer:
        lines.append("The command that began it computes what is missing, and nothing that is kept.")
    return lines


def _pace(found: StoredResults, pending: int, policies: int, now: datetime | None) -> list[str]:
    """The rate of the last run on the folder, and the time left if it goes on."""
    started, ends = found.history.started, found.history.ends
    if started is None or not ends:
        return []
    seconds = ((now or ends[-1]) - started).total_seconds()
    text = f"rate: {rate_text(len(ends) * policies, seconds)}"
    return [f"{text}, {left_text(len(ends), len(ends) + pending, seconds)}" if now else text]


def _named(found: StoredResults, state: str) -> list[str]:
    """The first blocks in a state, each with its error."""
    rows = found.blocks[found.blocks["state"] == state]
    if rows.empty:
        return []
    errors = rows["error"].replace("", "a file is not whole")
    texts = [f"  {block.label}: {text}" for block, text in zip(found.in_state(state), errors, strict=True)]
    more = [f"  and {len(texts) - ERRORS_SHOWN} more"] if len(texts) > ERRORS_SHOWN else []
    return [f"{state}:", *texts[:ERRORS_SHOWN], *more]
