"""Which firms get there and what stops the others: bottlenecks over time, prefectures, sectors."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from agents.firm import BOTTLENECKS
from experiments.report.analysis_tables import Field, analysis_table, chosen_rows
from experiments.report.charts import picture, section
from experiments.report.document import Cell, Column, Missing, Picture, Section, Table, cell, count, share
from experiments.report.material import Material
from experiments.report.vector import drawn_title
from sim.groups import group_shares

BOTTLENECK_WORDS = {
    "unaware": ("do not know the measures", "不了解可用措施"),
    "waiting": ("know them and wait for an opportunity", "已知晓，等待决策时机"),
    "uneconomic": ("find none worth its cost", "没有划算的措施"),
    "ineligible": ("have no open option", "已无可用措施"),
    "unfinanced": ("cannot pay for the project they want", "有意改造但资金不足"),
    "queued": ("wait for a service provider", "排队等待服务机构"),
    "in_progress": ("have a project under way", "项目实施中"),
    "done": ("have completed a round", "已完成一轮技改"),
}
"""What firms of each class do, English and Chinese."""

GROUP_COLUMNS = {
    "coverage": ("firms with a round", "技改覆盖率"),
    "certified_output_share": ("output of green factories", "绿色工厂产值占比"),
    "green_electricity_share": ("green electricity", "绿色电力占比"),
}
"""Shares shown by group, English and Chinese."""

PREFECTURE_FIELDS = (
    Field("unit", "unit", "单位", "unit"), Field("contribution", "contribution", "对全省的贡献", "outcome"),
    Field("share_of_province", "of the province", "占全省", "share"),
    Field("p50", "own median", "本市州中位数", "outcome"), Field("share_met", "share of draws", "达标占比", "share"),
    Field("share_low", "interval from", "区间下限", "share"), Field("share_high", "to", "区间上限", "share"),
)


def bottleneck_section(material: Material) -> Section:
    """Classes of firms at the end of every year under the foremost policy."""
    say = material.say
    text = say(
        "Every firm is in exactly one class at the end of every quarter. Shares are means over the draws.",
        "每季度末每户企业恰好属于一类。表中占比为各次抽样的平均值。",
    )
    table = bottleneck_table(material, material.foremost)
    heading = say("What stops the firms, over time", "企业卡在哪里：瓶颈的变化")
    found = [picture(material, "bottlenecks", heading, table.caption, "bottlenecks")]
    if not table.rows:
        found = [Missing(say("the bottleneck indicators", "瓶颈指标"), material.command())]
    return section(material, "bottlenecks", heading, (text,), found, (table,) if table.rows else ())


def bottleneck_table(material: Material, policy: str) -> Table:
    """Share of all firms in each class at the end of each year; columns are years."""
    rows = material.first.indicators
    known = [name for name in BOTTLENECKS if f"bottleneck_{name}" in rows]
    own = rows[(rows["policy"] == policy) & (rows["quarter"].str.endswith("Q4"))]
    counts = own[[f"bottleneck_{name}" for name in known]]
    means = counts.div(counts.sum(axis=1), axis=0).groupby(own["quarter"]).mean()
    say = material.say
    columns = (Column(say("firms that …", "企业状态")), *(Column(quarter[:4], numeric=True) for quarter in means.index))
    body = [
        (cell(BOTTLENECK_WORDS[name][material.lang == "zh"]),
         *(share(float(means[f"bottleneck_{name}"][quarter])) for quarter in means.index))
        for name in known
    ]
    caption = say(f"Share of all firms by class at the end of the year, {material.label(policy)}",
                  f"各类企业占全部企业的比例（年末），{material.label(policy)}")
    return Table("bottlenecks", caption, columns, tuple(body) if len(means) else ())


def prefecture_section(material: Material) -> Section:
    """Coverage, green factories and green power by prefecture in the last year."""
    names = dict(zip(material.inputs.province.prefectures["name_en"], material.inputs.province.prefectures["name_zh"],
                     strict=True))
    return _group_section(material, "prefecture", names, ("Prefectures", "市州"))


def sector_section(material: Material) -> Section:
    """The same by sector."""
    sectors = material.inputs.province.sectors
    column = "name_zh" if material.lang == "zh" else "name_en"
    names = {str(code): f"{code} {name}" for code, name in zip(sectors["code"], sectors[column], strict=True)}
    return _group_section(material, "sector", names, ("Sectors", "行业"))


def _group_section(material: Material, dimension: str, names: dict[str, str], title: tuple[str, str]) -> Section:
    say = material.say
    shown = names if material.lang == "zh" or dimension == "sector" else {name: name for name in names}
    table = group_table(material, dimension, shown, title)
    if table is None:
        return Section(f"{dimension}s", say(*title), missing=(
            Missing(say(f"year ends by {dimension}", f"分{title[1]}的年末结果"), material.command()),))
    text = say(
        "Medians over the draws. Groups of few firms scatter; in the 500-firm province single groups mean nothing.",
        "各次抽样的中位数。企业少的组别波动大；在500户企业的演示省里，单个组别没有意义。",
    )
    found = [picture(material, stem, drawn_title(path), table.caption, f"{dimension}s")
             for stem, path in (material.drawn or {}).items() if stem.startswith(dimension)]
    gone = [Missing(say(f"figures by {dimension}", f"分{title[1]}的图"), material.analysis_command(f"{dimension}s"))]
    figures: Sequence[Picture | Missing | None] = found or (gone if material.drawn is not None else [])
    decomposed = prefecture_targets(material) if dimension == "prefecture" else None
    tables = (table, decomposed) if decomposed else (table,)
    return section(material, f"{dimension}s", say(*title), (text,), figures, tables)


def prefecture_targets(material: Material) -> Table | None:
    """The targets decomposed to prefectures under the foremost policy; None if that analysis was not asked."""
    frame = material.table("prefectures")
    if frame is None or "contribution" not in frame:
        return None
    place = Field("zh" if material.lang == "zh" else "prefecture", "prefecture", "市州", "text")
    fields = [Field("target_id", "target", "目标", "target"), place, *PREFECTURE_FIELDS]
    caption = material.say(f"Targets by prefecture, {material.label(material.foremost)}; contributions sum to the "
                           "province",
                           f"目标分解到市州，{material.label(material.foremost)}；各市州贡献之和等于全省")
    rows = chosen_rows(material, frame, [material.foremost])
    return analysis_table(material, "prefecture_targets", caption, rows, fields, 1)


def group_table(material: Material, dimension: str, names: dict[str, str], title: tuple[str, str]) -> Table | None:
    """Shares by group in the last year under the foremost policy; None where the store has no such groups.

    Args:
        material: the material.
        dimension: sector, prefecture, size_class or ownership.
        names: label by group, in the order of the rows.
        title: what the groups are, English and Chinese.
    """
    rows = material.groups
    if "dimension" not in rows or not (rows["dimension"] == dimension).any():
        return None
    own, year = rows[rows["dimension"] == dimension], material.results.config.last_year
    medians = group_shares(own).groupby("group", sort=False)[list(GROUP_COLUMNS)].median()
    firms = own[own["indicator"] == "firms"].groupby("group")["value"].median()
    say = material.say
    columns = (
        Column(say(title[0].removesuffix("s").lower(), title[1])), Column(say("firms", "企业数"), numeric=True),
        *(Column(say(*words), numeric=True) for words in GROUP_COLUMNS.values()),
    )
    body = tuple(
        (cell(label), count(float(firms[group])), *_shares(medians, group))
        for group, label in names.items() if group in medians.index
    )
    caption = say(f"{title[0]} at the end of {year}, {material.label(material.foremost)}",
                  f"{year}年末各{title[1]}，{material.label(material.foremost)}")
    return Table(f"{dimension}s", caption, columns, body)


def _shares(medians: pd.DataFrame, group: str) -> list[Cell]:
    return [share(float(medians[name][group])) for name in GROUP_COLUMNS]
