"""Seeds are added until every share of draws is known closely enough."""

import io
from pathlib import Path

import pandas as pd
import pytest
from fake_model import run_block
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from experiments.run import prepare, run_experiment
from experiments.stopping import UntilConfig, next_seeds, widest_interval
from experiments.store import load
from experiments.tables.summary import wilson_interval


def targets(*rows):
    return pd.DataFrame(rows, columns=["policy", "target_id", "headline", "share_low", "share_high"])


def test_the_widest_headline_interval_is_found_and_one_seed_has_none():
    table = targets(("plan", "a", True, 0.2, 0.6), ("none", "b", True, 0.0, 0.3), ("plan", "c", False, 0.0, 1.0))
    found = widest_interval(table)
    assert (round(found.width, 9), found.policy, found.target_id) == (0.4, "plan", "a")
    assert widest_interval(targets(("plan", "a", True, float("nan"), float("nan")))).width == 1.0


def test_how_many_seeds_next_by_hand():
    until = UntilConfig(width=0.2, most_seeds=50)
    assert next_seeds(20, 0.2, until) is None
    assert next_seeds(20, 0.25, until) == 32  # 20 x (0.25 / 0.2)^2 = 31.25
    assert next_seeds(20, 0.4, until) == 40  # at most twice as many
    assert next_seeds(40, 0.4, until) == 50
    assert next_seeds(50, 0.4, until) is None
    assert next_seeds(20, 0.9, UntilConfig()) is None


@given(share=st.floats(0.0, 1.0), width=st.floats(0.1, 0.5), seeds=st.integers(2, 30))
def test_adding_seeds_ends_with_narrow_intervals(share, width, seeds):
    until, rounds = UntilConfig(width=width, most_seeds=10_000), 0
    while True:
        low, high = wilson_interval(round(share * seeds), seeds)
        more = next_seeds(seeds, high - low, until)
        if more is None:
            break
        assert seeds < more <= 2 * seeds
        seeds, rounds = more, rounds + 1
        assert rounds < 30
    assert high - low <= width


def test_a_run_goes_on_until_the_width_and_extends_its_store(tmp_path: Path):
    settings = ["province=demo", "policies=[none,plan]", "uncertainty=none", "executor=serial", "figures=false"]
    log, quiet = (Console(file=io.StringIO(), width=200) for _ in range(2))
    folder = run_experiment(
        prepare([*settings, "seeds=4", "until.width=0.35", f"output.root={tmp_path}"]), log, quiet, run_block
    )
    found = load(folder)
    table = found.targets[found.targets["headline"]]
    assert (table["share_high"] - table["share_low"]).max() <= 0.35
    assert table["seeds"].iloc[0] > 4
    text = log.file.getvalue()
    assert "4 seeds: widest interval" in text
    assert "4 blocks of 8 already there" in text
    # without the rule the same folder holds the first seeds already
    again = run_experiment(prepare([*settings, "seeds=4", f"output.root={tmp_path}"]), log, quiet, run_block)
    assert again == folder


@pytest.mark.parametrize(("setting", "part"), [
    ("until.width=0", "until.width = 0: more than 0.0 is needed"),
    ("until.width=1.5", "until.width = 1.5: less than 1.0 is needed"),
    ("until.most_seeds=0", "until.most_seeds = 0: at least 1 is needed"),
    ("until.with=0.1", "did you mean 'until.width'?"),
])
def test_bad_settings_are_told(setting, part):
    from sim.errors import ConfigError

    with pytest.raises(ConfigError) as caught:
        prepare(["province=demo", setting])
    assert part in str(caught.value)
