"""What an analysis printed."""

from __future__ import annotations

from rich.cells import cell_len

from experiments.questions import Finished


def printed(finished: Finished) -> str:
    """The text with single spaces, however it was wrapped; lines have to fit 100 columns."""
    text: str = finished.out.file.getvalue()  # type: ignore[attr-defined]
    assert all(cell_len(line.rstrip()) <= 100 for line in text.splitlines())
    return " ".join(text.split())
