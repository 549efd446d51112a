"""The result folder: only whole files count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from fake_model import run_block

from experiments.store import FRAMES, ResultStore, write_whole

POLICIES = ("plan", "none")


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "trial-01234567")


def test_nothing_is_created_before_the_first_write(store: ResultStore):
    assert not store.finished(1)
    assert not store.folder.exists()


def test_block_comes_back_as_it_was(store: ResultStore):
    block = run_block(None, 4, POLICIES)
    store.write_block(4, block)
    assert store.finished(4)
    for frame in FRAMES:
        pd.testing.assert_frame_equal(store.read(frame, [4], POLICIES), getattr(block, frame))


def test_rows_come_in_the_order_of_policies_then_seeds(store: ResultStore):
    for seed in (2, 1):
        store.write_block(seed, run_block(None, seed, POLICIES))
    rows = store.read("indicators", [1, 2], ("none", "plan"))
    order = list(rows[["policy", "seed"]].drop_duplicates().itertuples(index=False, name=None))
    assert order == [("none", 1), ("none", 2), ("plan", 1), ("plan", 2)]
    assert list(rows["quarter"][:3]) == ["2026Q1", "2026Q2", "2026Q3"]


def test_only_the_seeds_asked_for_are_read(store: ResultStore):
    for seed in (1, 2, 3):
        store.write_block(seed, run_block(None, seed, POLICIES))
    assert set(store.read("outcomes", [1, 3], POLICIES)["seed"]) == {1, 3}


@pytest.mark.parametrize("frame", FRAMES)
def test_truncated_file_does_not_count(store: ResultStore, frame: str):
    store.write_block(1, run_block(None, 1, POLICIES))
    path = store.block_path(frame, 1)
    path.write_bytes(path.read_bytes()[:-100])
    assert not store.finished(1)


def test_half_written_temporary_file_is_never_read(store: ResultStore):
    store.write_block(1, run_block(None, 1, POLICIES))
    runs = store.block_path("indicators", 1).parent
    (runs / ".seed-00002-77.parquet").write_bytes(b"PAR1 half")
    assert not store.finished(2)
    assert [path.name for path in runs.glob("*.parquet") if not path.name.startswith(".")] == [
        "seed-00001.parquet"
    ]
    assert set(store.read("indicators", [1], POLICIES)["seed"]) == {1}


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


def test_temporary_name_starts_with_a_dot_and_keeps_the_suffix(tmp_path: Path):
    seen: list[Path] = []

    def note(temporary: Path) -> None:
        seen.append(temporary)
        temporary.write_text("new")

    write_whole(tmp_path / "table.csv", note)
    assert seen[0].name.startswith(".")
    assert seen[0].suffix == ".csv"
    assert (tmp_path / "table.csv").read_text() == "new"
