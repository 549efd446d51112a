"""The result folder: only whole files count."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from fake_model import run_block

from experiments.design import Block
from experiments.store.folder import FRAMES, ResultStore
from experiments.store.whole_files import write_whole

POLICIES = ("plan", "none")


def block(seed: int) -> Block:
    return Block("reference", "logit", seed)


def keep(store: ResultStore, seed: int) -> None:
    store.write_block(block(seed), run_block(None, seed, POLICIES), POLICIES)


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "trial-01234567")


def test_nothing_is_created_before_the_first_write(store: ResultStore):
    assert store.state(block(1), POLICIES) == "absent"
    assert not store.folder.exists()


def test_block_comes_back_as_it_was_with_its_behaviour(store: ResultStore):
    result = run_block(None, 4, POLICIES)
    store.write_block(block(4), result, POLICIES)
    assert store.finished(block(4), POLICIES)
    assert store.blocks_found() == [block(4)]
    for frame in FRAMES:
        expected = getattr(result, frame).copy()
        expected.insert(2, "behaviour", "logit")
        pd.testing.assert_frame_equal(store.read(frame, [block(4)], POLICIES), expected, check_exact=True)


def test_rows_come_in_the_order_of_policies_then_blocks(store: ResultStore):
    for seed in (2, 1):
        keep(store, seed)
    rows = store.read("indicators", [block(1), block(2)], ("none", "plan"))
    order = list(rows[["policy", "seed"]].drop_duplicates().itertuples(index=False, name=None))
    assert order == [("none", 1), ("none", 2), ("plan", 1), ("plan", 2)]
    assert list(rows["quarter"][:3]) == ["2026Q1", "2026Q2", "2026Q3"]


def test_only_the_blocks_asked_for_are_read(store: ResultStore):
    for seed in (1, 2, 3):
        keep(store, seed)
    assert set(store.read("outcomes", [block(1), block(3)], POLICIES)["seed"]) == {1, 3}


@pytest.mark.parametrize("frame", FRAMES)
def test_truncated_file_does_not_count(store: ResultStore, frame: str):
    keep(store, 1)
    path = store.block_path(frame, block(1))
    path.write_bytes(path.read_bytes()[:-100])
    assert store.state(block(1), POLICIES) == "damaged"


@pytest.mark.parametrize("frame", FRAMES)
def test_a_changed_byte_in_the_data_does_not_count(store: ResultStore, frame: str):
    keep(store, 1)
    path = store.block_path(frame, block(1))
    column = pq.read_metadata(path).row_group(0).column(0)
    content = bytearray(path.read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    content[start + column.total_compressed_size - 1] ^= 0xFF
    path.write_bytes(bytes(content))
    assert pq.read_metadata(path).num_rows > 0, "the footer does not show it"
    assert store.state(block(1), POLICIES) == "damaged"


def test_a_file_that_belongs_elsewhere_does_not_count(store: ResultStore):
    keep(store, 1)
    for frame in FRAMES:
        store.block_path(frame, block(2)).write_bytes(store.block_path(frame, block(1)).read_bytes())
    assert store.state(block(2), POLICIES) == "damaged"
    assert store.state(block(1), (*POLICIES, "current")) == "damaged"
    assert store.finished(block(1), POLICIES[::-1])


def test_a_block_of_which_a_file_is_not_there_is_absent(store: ResultStore):
    keep(store, 1)
    store.block_path("indicators", block(1)).unlink()
    assert store.state(block(1), POLICIES) == "absent"


def test_half_written_temporary_file_is_never_read(store: ResultStore):
    keep(store, 1)
    runs = store.block_path("indicators", block(1)).parent

    def look(temporary: Path) -> None:
        temporary.write_bytes(b"PAR1 half")
        assert store.blocks_found() == [block(1)]
        assert not store.finished(block(2), POLICIES)
        assert len(duckdb.sql(f"select distinct seed from '{runs}/*.parquet'").df()) == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(store.block_path("indicators", block(2)), look)


def test_what_killed_runs_left_is_cleared(store: ResultStore):
    keep(store, 1)
    rubbish = store.folder / "runs" / ".reference-logit-seed-00002.parquet-77.tmp"
    rubbish.write_bytes(b"PAR1 half")
    store.clear_temporaries()
    assert not rubbish.exists()
    assert store.finished(block(1), POLICIES)


def test_a_ledger_without_rows_keeps_its_types(store: ResultStore):
    store.write_block(block(1), run_block(None, 1, ("none",)), ("none",))
    types = store.read("ledger", [block(1)], ("none",)).dtypes.astype(str).to_dict()
    assert (types["year"], types["amount"], types["kind"]) == ("int64", "float64", "str")
