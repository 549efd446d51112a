"""Firm-level panels: the firms asked for, in words, every due quarter once."""

import numpy as np
import pytest

from agents.firm import BOTTLENECKS, SIZE_CLASSES
from policies.schedule import parse_quarter
from sim.api import RunSpec, check, run_block
from sim.errors import ConfigError
from sim.inputs.province import load_province
from sim.model import ProvinceModel
from sim.panel import Panel, observe, panel_problems


@pytest.fixture(scope="module")
def model(demo_block):
    return ProvinceModel("plan", block=demo_block).run()


def test_firms_and_values_are_those_of_the_model(model):
    panel = Panel(("sector", "revenue", "energy", "bottleneck"), {"size_class": ("small", "micro")}, {"revenue": 50.0})
    frame = observe(model, panel, model.block.last)
    c = model.columns
    small = np.isin(c["size_class"], [SIZE_CLASSES.index("small"), SIZE_CLASSES.index("micro")])
    rows = np.flatnonzero(c["alive"] & small & (c["revenue"] >= 50.0))
    assert len(rows) > 10
    assert frame["unique_id"].tolist() == c["unique_id"][rows].tolist()
    np.testing.assert_array_equal(frame["revenue"], c["revenue"][rows])
    np.testing.assert_array_equal(frame["energy_coal"], c["energy"][rows, 0])
    assert frame["bottleneck"].tolist() == [BOTTLENECKS[code] for code in c["bottleneck"][rows]]
    codes = model.block.province.sectors["code"].to_numpy()
    assert frame["sector"].tolist() == codes[c["sector"][rows]].tolist()
    assert set(frame["quarter"]) == {"2030Q4"}


def test_a_firm_without_an_opportunity_yet_is_called_so(model):
    frame = observe(model, Panel(("last_outcome",)), model.block.last)
    assert set(frame["last_outcome"]) <= {"no_opportunity_yet", "nothing_worthwhile", "refused_finance", "approved"}
    waiting = model.columns["last_outcome"][model.columns["alive"]] == -1
    assert (frame["last_outcome"] == "no_opportunity_yet").sum() == waiting.sum() > 0


@pytest.mark.parametrize(
    ("quarters", "expected"),
    [("all", [f"2026Q{q}" for q in range(1, 5)] + ["2027Q1", "2027Q2"]), ("year_end", ["2026Q4", "2027Q2"]),
     ("last", ["2027Q2"])],
)
def test_the_due_quarters_of_every_policy_are_kept_as_they_end(quarters, expected):
    kept = []
    panel = Panel(("rounds", "certified"), {"sector": (31,)}, quarters=quarters)
    run_block(RunSpec("demo", end="2027Q2", panel=panel), 1, ["none", "plan"], kept.append)
    assert [set(frame["policy"]) for frame in kept] == [{"none"}] * len(expected) + [{"plan"}] * len(expected)
    assert [frame["quarter"].iloc[0] for frame in kept] == expected * 2
    assert all(frame.columns[:4].tolist() == ["policy", "scenario", "behaviour", "seed"] for frame in kept)


def test_a_panel_changes_no_result():
    plain = run_block(RunSpec("demo", end="2026Q4"), 1, ["plan"])
    watched = run_block(RunSpec("demo", end="2026Q4", panel=Panel(("revenue",))), 1, ["plan"], lambda frame: None)
    assert plain.indicators.equals(watched.indicators)


def test_every_mistake_is_told_with_the_nearest_name():
    panel = Panel(
        ("revenu", "rounds"), {"size_class": ("larg",), "prefecture": ("Chengdoo",), "energy": (1.0,)},
        {"certified": 1.0}, "yearly",  # type: ignore[arg-type]
    )
    with pytest.raises(ConfigError) as caught:
        check(RunSpec("demo", panel=panel), ["plan"])
    text = str(caught.value)
    for part in ("panel.columns = revenu: no such firm column; did you mean 'revenue'?", "'large'", "'Chengdu'",
                 "panel.where.energy", "panel.at_least.certified", "panel.quarters = yearly"):
        assert part in text
    assert len(caught.value.problems) == 6
    assert panel_problems(Panel(()), load_province("demo"))


def test_quarters_due():
    last = parse_quarter("2027Q2")
    assert Panel(("revenue",)).due(parse_quarter("2026Q4"), last)
    assert not Panel(("revenue",)).due(parse_quarter("2026Q3"), last)
