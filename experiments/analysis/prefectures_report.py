"""Targets by prefecture as a table and a tile map (see `experiments.analysis.prefectures`)."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Console

from experiments.analysis.cases import ONE_SEED, each_case, own_rows, print_notes, shown_policy
from experiments.analysis.prefectures import LEVEL, LOCAL_TARGETS, NEEDED, prefecture_table
from experiments.figures.tile_map import draw_prefectures
from experiments.labels import target_heading, value_text
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, print_pages, table_width

FILE = "prefectures.csv"
TEXT = {
    "en": {
        "title": "By prefecture under {policy}: median · draws that reach the prefecture's part",
        "prefecture": "prefecture", "province": "province",
        "legend": "An illustration: the plan has no prefecture targets. Percentages are asked of every prefecture; "
        "green factories by its share of output, projects by its share of firms in 2025. Last line: sum of the "
        "contributions, mean. All policies, energy and CO2 with contributions that add up: prefectures.csv.",
    },
    "zh": {
        "title": "各市（州），{policy}：中位数 · 达到本地份额的抽样次数",
        "prefecture": "市（州）", "province": "全省",
        "legend": "仅作示意：行动方案未设市（州）目标。占比类对各市（州）同一要求；绿色工厂按2025年产值占比、"
        "技改项目按2025年企业数占比分摊。末行为各地贡献之和（均值）。全部政策组合及能耗、碳排放分解见prefectures.csv。",
    },
}


def show_prefectures(table: pd.DataFrame, results: Results, console: Console) -> None:
    """Print the prefectures under one policy, within 100 columns."""
    lang = results.config.lang
    words = TEXT[lang]
    asked = {local.target_id for local in LOCAL_TARGETS if local.kind != LEVEL}
    for case in each_case(results, console):
        rows = own_rows(table, case)
        policy = shown_policy(case)
        rows = rows[(rows["policy"] == policy) & rows["target_id"].isin(asked)]
        if rows.empty:
            continue
        names = rows.drop_duplicates("prefecture")["zh" if lang == "zh" else "prefecture"]
        first = Column(words["prefecture"], [*names, words["province"]])
        columns = []
        for _, target in case.headline_targets.iterrows():
            own = rows[rows["target_id"] == target["target_id"]]
            if len(own):
                whole = value_text(float(own["contribution"].sum()), str(target["unit"]))
                cells = [*(_cell(row) for _, row in own.iterrows()), whole]
                columns.append(Column(target_heading(target, lang), cells))
        title = words["title"].format(policy=case.policy_label(policy, lang))
        print_pages(title, first, columns, table_width(console), console)
        print_notes([words["legend"], *([ONE_SEED[lang]] if rows["seeds"].max() < 2 else [])], console)


def _cell(row: pd.Series) -> str:
    if math.isnan(row["share_met"]):
        return "–"
    return f"{value_text(float(row['p50']), str(row['unit']))} · {int(row['met'])}/{int(row['draws'])}"


def answer(finished: Finished) -> None:
    """Write `prefectures.csv`, print it for one policy and draw the tile map."""
    from sim.preparation import load_inputs

    results, config = finished.results, finished.results.config
    province = load_inputs(config.province, config.scenario[0], config.overrides).province
    groups = finished.year_ends(dimension=["prefecture"], indicator=NEEDED)
    table = prefecture_table(results, groups, province.prefectures)
    finished.store.write_csv(FILE, table)
    finished.show(show_prefectures, table, results)
    if config.figures and len(table):
        draw_prefectures(results, table, finished.store.folder / "figures")
