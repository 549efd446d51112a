"""A file has its name only when it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.store.whole_files import write_whole


def test_interrupted_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def stop(temporary: Path) -> None:
        temporary.write_text("ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, stop)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_pattern_of_results_meets_a_temporary_name(tmp_path: Path):
    seen: list[Path] = []

    def note(temporary: Path) -> None:
        seen.append(temporary)
        temporary.write_text("new")

    write_whole(tmp_path / "table.csv", note)
    assert seen[0].name.startswith(".")
    assert not seen[0].match("*.csv")
    assert (tmp_path / "table.csv").read_text() == "new"
