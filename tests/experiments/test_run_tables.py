"""Tables of every run: money by instrument and payer, unit costs, groups, inequality, and the split of changes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from rich.cells import cell_len
from rich.console import Console

from experiments.results import Results
from experiments.run import prepare, run_experiment
from experiments.store import load
from experiments.store.folder import ResultStore
from experiments.tables.groups import GROUP_UNITS, wide_groups
from experiments.tables.money import SHOWN, _column
from experiments.tables.runs import cost_rows, decomposition_rows, payer_rows, spread_table, unit_cost_rows
from sim.additionality import COLUMNS as ADDITIONAL
from sim.groups import group_shares, inequality, prefecture_inequality, shares

CASE = {"scenario": "reference", "behaviour": "logit"}
KEYS = ["policy", "scenario", "behaviour"]
SWEEP = (
    "province=demo", "policies=[none,plan]", "seeds=2", "scenario=[reference,weak_demand]", "end=2027Q4", "analyses=[]",
    "figures=false", "executor=serial",
)  # fmt: skip


def runs(*policies: str, seeds: int = 2) -> pd.DataFrame:
    """Two quarters of every run."""
    return pd.DataFrame([
        {"policy": policy, **CASE, "seed": seed, "quarter": quarter, "private_investment": 50.0 * seed,
         "guarantees_outstanding": outstanding}
        for policy in policies for seed in range(1, seeds + 1)
        for quarter, outstanding in (("2026Q4", 9.0), ("2027Q4", 4.0 * seed))
    ])  # fmt: skip


def booked(*rows: tuple[str, int, int, str, str, str, float]) -> pd.DataFrame:
    names = ["policy", "seed", "year", "instrument", "payer", "kind", "amount"]
    return pd.DataFrame(rows, columns=names).assign(**CASE)


LEDGER = booked(
    ("plan", 1, 2026, "retrofit_subsidy", "province", "outlay", 10.0),
    ("plan", 1, 2027, "retrofit_subsidy", "province", "outlay", 20.0),
    ("plan", 2, 2027, "retrofit_subsidy", "province", "outlay", 10.0),
    ("plan", 1, 2025, "retrofit_subsidy", "province", "outlay", 999.0),
    ("plan", 2, 2026, "tax_credit", "centre", "forgone_tax", 8.0),
    ("plan", 1, 2026, "risk_pool", "province", "contingent", 7.0),
    ("plan", 1, 2026, "consumer_vouchers", "centre", "redirected", 70.0),
)


def value(table: pd.DataFrame, statistic: str = "mean", **facts: str) -> float:
    rows = table.loc[np.logical_and.reduce([table[name] == wanted for name, wanted in facts.items()])]
    assert len(rows) == 1
    return float(rows[statistic].iloc[0])


def test_spread_over_draws_counts_those_in_which_a_quantity_is_defined():
    table = spread_table(
        pd.DataFrame({"policy": ["b"] * 3 + ["a"], "x": [1.0, 2.0, 6.0, 5.0], "y": [np.nan, 4.0, np.nan, np.nan]}),
        ["policy"], {"x": "m", "y": "s"},
    )  # fmt: skip
    assert list(table.columns) == ["policy", "quantity", "unit", "mean", "p05", "p50", "p95", "seeds"]
    assert table["policy"].tolist() == ["b", "b", "a", "a"], "the order of the rows is kept"
    assert table["unit"].tolist() == ["m", "s", "m", "s"]
    assert value(table, policy="b", quantity="x") == 3.0
    assert value(table, "p05", policy="b", quantity="x") == pytest.approx(np.quantile([1.0, 2.0, 6.0], 0.05))
    assert table["seeds"].tolist() == [3, 1, 1, 0]
    assert table.loc[table["seeds"] < 2, ["p05", "p95"]].isna().all(axis=None)


def test_costs_by_instrument_payer_and_kind_count_a_run_without_booking_as_zero():
    table = cost_rows(runs("none", "plan"), LEDGER)
    assert set(table["policy"]) == {"plan"}
    assert value(table, instrument="retrofit_subsidy", payer="province", kind="outlay") == 20.0
    assert value(table, instrument="tax_credit", payer="centre", kind="forgone_tax") == 4.0
    assert value(table, instrument="risk_pool", kind="contingent") == 3.5
    assert (table["seeds"] == 2).all()


def test_payers_investment_leverage_and_guarantees_by_hand():
    """Seed 1: 30 of public money, 100 of projects, firms pay 70; seed 2: 18, 200, 182."""
    table = payer_rows(runs("none", "plan"), LEDGER)
    means = table[table["policy"] == "plan"].set_index("quantity")["mean"].to_dict()
    assert means == pytest.approx({
        "centre": 4.0, "province": 20.0, "city": 0.0, "public": 24.0, "investment": 150.0, "firms": 126.0,
        "leverage": (70.0 / 30.0 + 182.0 / 18.0) / 2.0, "guarantees_issued": 3.5, "guarantees_outstanding": 6.0,
    })
    assert value(table, "seeds", policy="none", quantity="leverage") == 0
    assert value(table, policy="none", quantity="public") == 0.0


def test_leverage_is_not_defined_where_public_money_is_next_to_nothing():
    """0.1 of 100 m CNY of projects is less than the 0.2 % that count, 0.3 is more: firms pay 99.7, by 332 to one."""
    frames = []
    for amount in (0.1, 0.3):
        ledger = LEDGER.iloc[:1].assign(amount=amount)
        frames.append(payer_rows(runs("plan", seeds=1), ledger).query("quantity == 'leverage'"))
    below, above = frames
    assert below["seeds"].item() == 0 and np.isnan(below["mean"].item())
    assert above["seeds"].item() == 1
    assert above["mean"].item() == pytest.approx(99.7 / 0.3)


def test_a_median_of_less_than_half_of_the_draws_is_a_dash(results: Results):
    policy, other = results.config.policies[:2]
    rows = [(policy, 900.0, 1), (other, 60.0, 4)]
    table = pd.DataFrame([{"policy": name, "quantity": "leverage", "p50": value, "seeds": seeds}
                          for name, value, seeds in rows])
    shown = next(each for each in SHOWN if each.quantity == "leverage")
    assert _column(shown, table, results).cells[:2] == ["–", "60.00"]


def test_unit_costs_are_mean_cost_over_mean_amount_and_undefined_where_nothing_is_added():
    zero = dict.fromkeys(ADDITIONAL, 0.0)
    added = {1: (30.0, 1.0, -5.0), 2: (10.0, 9.0, 25.0)}
    names = ("public_cost", "additional_projects", "energy_saved")
    rows = [{"policy": "none", **CASE, "seed": seed, **zero} for seed in added]
    for seed, own in added.items():
        rows.append({"policy": "plan", **CASE, "seed": seed, **zero, **dict(zip(names, own, strict=True))})
    table = unit_cost_rows(pd.DataFrame(rows))
    assert value(table, policy="plan", quantity="cost_per_additional_project") == 4.0
    each = value(table, "p50", policy="plan", quantity="cost_per_additional_project")
    assert each == pytest.approx((30.0 + 10.0 / 9.0) / 2)
    assert value(table, policy="plan", quantity="cost_per_tce") == pytest.approx(20e6 / 10.0)
    assert value(table, "seeds", policy="plan", quantity="cost_per_tce") == 1
    none = table[(table["policy"] == "none") & table["quantity"].str.startswith("cost_per")]
    assert len(none) == 3 and none["mean"].isna().all() and (none["seeds"] == 0).all()
    assert unit_cost_rows(pd.DataFrame(columns=[*KEYS, "seed", *ADDITIONAL], dtype=float)).empty


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep with both cases."""
    root, quiet = tmp_path_factory.mktemp("tables"), Console(file=io.StringIO())
    return run_experiment(prepare([*SWEEP, f"output.root={root}"]), quiet, quiet)


def test_groups_of_every_dimension_sum_to_the_province(finished: Path):
    groups, results = pd.read_csv(finished / "groups.csv"), load(finished)
    assert set(groups["quantity"]) == set(GROUP_UNITS)
    assert set(groups["dimension"]) == {"sector", "prefecture", "size_class", "ownership"}
    assert set(groups["year"]) == {2027}
    last = results.indicators[results.indicators["quarter"] == "2027Q4"].groupby(["policy", "scenario"])["firms"].mean()
    sums = groups[groups["quantity"] == "firms"].groupby(["policy", "scenario", "dimension"])["mean"].sum()
    for (policy, scenario, _), total in sums.items():
        assert total == pytest.approx(last[policy, scenario])


def test_tables_agree_with_the_summary_and_with_the_indicators(finished: Path):
    results = load(finished)
    payers, costs, summary = (pd.read_csv(finished / f"{name}.csv") for name in ("payers", "costs", "summary"))
    total = summary[(summary["quantity"] == "public_cost") & (summary["payer"] == "all")].set_index(KEYS)["mean"]
    assert total.groupby("policy").max()["plan"] > 0.0
    public = payers[payers["quantity"] == "public"].set_index(KEYS)["mean"]
    counted = costs[costs["kind"].isin(["outlay", "forgone_tax"])].groupby(KEYS)["mean"].sum()
    for key, amount in total.items():
        assert public[key] == pytest.approx(amount)
        assert counted.get(key, 0.0) == pytest.approx(amount)
    split = decomposition_rows(results.indicators)
    assert set(split["year"]) == {2026, 2027}
    own = results.indicators.query("policy == 'plan' and scenario == 'reference' and quarter == '2027Q4'")
    found = value(split, policy="plan", scenario="reference", year=2027, quantity="energy_effect_efficiency")
    assert found == pytest.approx(own["energy_effect_efficiency"].mean())
    gini = pd.read_csv(finished / "inequality.csv")
    assert gini["mean"].dropna().between(0.0, 1.0).all() and len(gini) == 2 * 2 * 2 * 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_money_is_shown_at_the_end_of_a_run(finished: Path, lang: str):
    out = io.StringIO()
    experiment = prepare([*SWEEP, f"output.root={finished.parent}", f"lang={lang}"])
    assert run_experiment(experiment, Console(file=io.StringIO()), Console(file=out, width=100)) == finished
    text = out.getvalue()
    assert max(map(cell_len, (line for line in text.splitlines() if str(finished) not in line))) <= 100
    assert text.count("运行期内的资金" if lang == "zh" else "money over the run") == 2, "once a case"
    costs = pd.read_csv(finished / "unit_costs.csv")
    each = value(costs, policy="plan", scenario="reference", quantity="cost_per_additional_project")
    assert (f"{100 * each:,.0f}" if lang == "zh" else f"{each:,.2f}") in text


def test_a_run_without_a_finished_year_and_without_the_reference_has_empty_tables(tmp_path: Path):
    words = ["province=demo", "policies=[plan]", "seeds=1", "end=2026Q1", "figures=false", "executor=serial"]
    quiet = Console(file=io.StringIO())
    folder = run_experiment(prepare([*words, f"output.root={tmp_path}"]), quiet, quiet)
    for name in ("unit_costs", "groups", "inequality", "decomposition"):
        table = pd.read_csv(folder / f"{name}.csv")
        assert table.empty and {"policy", "quantity", "unit", "mean", "seeds"} <= set(table.columns)
    assert value(pd.read_csv(folder / "payers.csv"), quantity="investment") >= 0.0


def test_groups_read_by_code_are_those_of_the_frames(finished: Path):
    store, results = ResultStore(finished), load(finished)
    for block in results.finished[:2]:
        frame = results.groups
        own = frame[(frame["scenario"] == block.scenario) & (frame["seed"] == block.seed)]
        keys = [*KEYS, "seed", "year", "dimension", "group"]
        wide = wide_groups(store.table("groups", block), keys).set_index(keys)
        expected = group_shares(own).set_index(keys)
        pd.testing.assert_frame_equal(shares(wide).reindex(expected.index), expected, check_exact=True)
        local = own[own["dimension"] == "prefecture"]
        labels = [*KEYS, "seed", "year"]
        found = inequality(wide_groups(pa.Table.from_pandas(local), [*labels, "group"]), labels)
        pd.testing.assert_frame_equal(found, prefecture_inequality(own), check_exact=True)
