"""What the policies cost the public, by kind and payer."""

from __future__ import annotations

import pandas as pd

from experiments.labels import money_text
from experiments.report.document import ONE_DIGIT, Cell, Column, Section, Table, cell, count, number
from experiments.report.material import Material

KINDS = {
    "public_cost": ("public cost", "财政成本"),
    "outlay": ("outlays", "财政支出"),
    "forgone_tax": ("tax forgone", "税收减免"),
    "redirected": ("purchases redirected", "转向的采购"),
    "contingent": ("guarantees issued", "新增担保（或有负债）"),
}
PAYERS = {
    "all": ("all", "合计"),
    "centre": ("centre", "中央"),
    "province": ("province", "省级"),
    "city": ("city", "市州"),
}


def cost_section(material: Material) -> Section:
    """Public money by policy: cost and its kinds, and who pays."""
    say = material.say
    text = say(
        "Public cost is outlays plus tax forgone over the run, at 2025 prices. Redirected purchases and guarantees "
        "are no cost "
        "of the same kind and stand apart.",
        "财政成本为运行期内的财政支出与税收减免之和（2025年价）。转向的采购和担保不是同类成本，单独列示。",
    )
    return Section("cost", say("Public cost", "财政成本"), (text,),
                   (cost_table(material, "cost", "quantity"), cost_table(material, "payers", "payer")))


def cost_table(material: Material, name: str, across: str) -> Table:
    """Money by policy, median and range over the draws.

    Args:
        material: the material.
        name: name of the table.
        across: ``quantity`` (kinds of money, all payers) or ``payer`` (public cost by payer).
    """
    say, rows = material.say, material.first.summary
    rows = rows[rows["payer"] == "all"] if across == "quantity" else rows[rows["quantity"] == "public_cost"]
    words = KINDS if across == "quantity" else PAYERS
    unit = say("bn CNY", "亿元")
    columns = [Column(say("policy", "政策组合"))]
    columns += [Column(say(*words[each]), unit, numeric=True) for each in _present(rows, across, words)]
    if across == "quantity":
        columns += [Column(say("public cost, 5 %", "财政成本5%分位"), unit, numeric=True),
                    Column(say("95 %", "95%分位"), unit, numeric=True),
                    Column(say("projects completed", "完成技改项目"), numeric=True)]
    caption = {
        "quantity": say("Public money over the run, medians over the draws", "运行期内的公共资金（各次抽样中位数）"),
        "payer": say("Who pays: public cost by payer, medians over the draws", "由谁负担：财政成本（各次抽样中位数）"),
    }[across]
    body = [_policy_row(material, rows, policy, across, words) for policy in material.results.config.policies]
    return Table(name, caption, tuple(columns), tuple(body))


def _present(rows: pd.DataFrame, across: str, words: dict[str, tuple[str, str]]) -> list[str]:
    found = set(rows[across])
    return [each for each in words if each in found]


def _policy_row(
    material: Material, rows: pd.DataFrame, policy: str, across: str, words: dict[str, tuple[str, str]]
) -> tuple[Cell, ...]:
    own = rows[rows["policy"] == policy].set_index(across)
    cells = [cell(material.label(policy))]
    cells += [money(material, _median(own, each)) for each in _present(rows, across, words)]
    if across == "quantity":
        cost = own.loc[["public_cost"]].iloc[0]
        cells += [money(material, float(cost["p05"])), money(material, float(cost["p95"]))]
        flows = material.first.summary.query("quantity == 'retrofit_projects'").set_index("policy")
        cells.append(count(float(flows["p50"][policy])))
    return tuple(cells)


def _median(own: pd.DataFrame, key: str) -> float:
    """The median amount; a payer of whom a policy's runs have no row paid nothing."""
    return float(own["p50"][key]) if key in own.index else 0.0


def money(material: Material, amount: float) -> Cell:
    """An amount given in m CNY, shown and kept in the unit of the language (bn CNY or 100 m CNY)."""
    return number(amount / (100 if material.lang == "zh" else 1000), money_text(amount, material.lang), ONE_DIGIT)
