"""Cost against attainment as tables and a figure (see `experiments.analysis.cost`)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import Console

from experiments.analysis.cases import each_case, own_rows, print_notes, shown_targets
from experiments.analysis.cost import PAIRS, TRUSTED_FACTORS, cost_front, equal_cost
from experiments.clauses.effects import effect_text
from experiments.figures.pareto import draw_pareto
from experiments.labels import money_text, target_heading
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, policy_column, print_pages, table_width

MOST_FACTOR = 10.0
"""Factor beyond which a rescaled effect is not printed (judgement, grade D)."""

FILES = ("pareto.csv", "equal_cost.csv")
TEXT = {
    "en": {
        "front": "Public cost and the fronts: no policy is cheaper and has a better median (M), share of draws (S)",
        "cost": "public cost, median, bn CNY",
        "equal": "At equal public cost: effect against {base} x {cost} bn CNY ({reference}) / own extra cost",
        "equal_note": "Linear approximation, not simulated; effect ± half of its 95 % interval, shares in points. "
        "* factor outside {low:g}-{high:g}: extrapolated; a factor alone (x56) is too far off to be shown. "
        "Mixes whose extra cost is not clearly above "
        "zero are left out. Also against none: equal_cost.csv.",
        "no_cost": "No mix costs clearly more than another: with these draws nothing can be rescaled to equal public "
        "cost.",
        "missing": "Without `{base}` and `{reference}` among the policies, effects cannot be rescaled from one to the "
        "other.",
    },
    "zh": {
        "front": "财政成本与前沿：M 无成本更低且中位数更优的组合，S 无成本更低且达标占比更高的组合",
        "cost": "财政成本中位数（亿元）",
        "equal": "折算到相同财政成本：相对{base}的效果×（{reference}的{cost}亿元／自身成本）",
        "equal_note": "线性近似，并非模拟结果；效果±95%区间半宽，占比为百分点。"
        "*表示倍数超出{low:g}—{high:g}，属外推；只列倍数（如x56）者相差过远，不予显示。"
        "新增成本不明显大于零的组合不列。相对无政策的折算见equal_cost.csv。",
        "no_cost": "没有组合的新增成本明显大于零：以这些抽样无法折算到相同财政成本。",
        "missing": "政策组合中缺少`{base}`或`{reference}`，无法相互折算。",
    },
}


def show_costs(front: pd.DataFrame, equal: pd.DataFrame, results: Results, console: Console) -> None:
    """Print the fronts, then the rescaled effects, within 100 columns."""
    words = TEXT[results.config.lang]
    for case in each_case(results, console):
        rows = own_rows(front, case)
        policies = [name for name in case.config.policies if name in set(rows["policy"])]
        print_pages(words["front"], policy_column(case, policies), _front_columns(rows, policies, case),
                    table_width(console), console)
        base, reference = PAIRS[-1]
        own = own_rows(equal, case)
        _show_equal(own[(own["base"] == base) & (own["reference"] == reference)], base, reference, case, console)


def _front_columns(rows: pd.DataFrame, policies: Sequence[str], case: Results) -> list[Column]:
    lang = case.config.lang
    cost = rows.drop_duplicates("policy").set_index("policy")["cost_p50"]
    columns = [Column(TEXT[lang]["cost"], [money_text(float(cost[name]), lang) for name in policies])]
    for target in shown_targets(case):
        own = rows[rows["target_id"] == target["target_id"]].set_index("policy")
        marks = [("M" if own.loc[name, "on_value_front"] else "") + ("S" if own.loc[name, "on_share_front"] else "")
                 for name in policies]
        columns.append(Column(target_heading(target, lang), marks))
    return columns


def _show_equal(rows: pd.DataFrame, base: str, reference: str, case: Results, console: Console) -> None:
    lang, (low, high) = case.config.lang, TRUSTED_FACTORS
    words = TEXT[lang]
    if rows.empty:
        print_notes([words["missing"].format(base=base, reference=reference)], console)
        return
    policies = list(dict.fromkeys(rows.loc[rows["factor"].notna(), "policy"]))
    if not policies:
        print_notes([words["no_cost"]], console)
        return
    columns = []
    for target in shown_targets(case):
        own = rows[rows["target_id"] == target["target_id"]].set_index("policy")
        columns.append(Column(target_heading(target, lang), [_equal_cell(own.loc[name]) for name in policies]))
    names = {name: case.policy_label(name, lang) for name in (base, reference)}
    title = words["equal"].format(
        base=names[base], reference=names[reference], cost=money_text(float(rows["reference_cost"].iloc[0]), lang)
    )
    print_pages(title, policy_column(case, policies), columns, table_width(console), console)
    print_notes([words["equal_note"].format(low=low, high=high)], console)


def _equal_cell(row: pd.Series) -> str:
    """The effect, or the factor alone where it is so far from 1 that the effect would mislead."""
    if row["factor"] > MOST_FACTOR:
        return f"x{row['factor']:,.0f}"
    low, high = row["equal_low"], row["equal_high"]
    facts = {"unit": row["unit"], "difference": row["effect_at_equal_cost"], "low": low, "high": high}
    text = effect_text(pd.Series({**facts, "includes_zero": not (low > 0.0 or high < 0.0)}))
    return text + ("*" if row["extrapolated"] else "")


def answer(finished: Finished) -> None:
    """Write `pareto.csv` and `equal_cost.csv`, print them and draw the front."""
    results = finished.results
    tables = cost_front(results), equal_cost(results)
    for name, table in zip(FILES, tables, strict=True):
        finished.store.write_csv(name, table)
    finished.show(show_costs, *tables, results)
    if results.config.figures:
        draw_pareto(results, tables[0], finished.store.folder / "figures")
