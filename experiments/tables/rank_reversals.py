"""The ranking of policies under several rules, on the terminal and as a file (see `experiments.tables.ranking`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.labels import listed, target_heading, target_name
from experiments.store.whole_files import write_csv
from experiments.tables.ranking import (
    LOWER_IS_BETTER,
    OPEN,
    REVERSED,
    SAME,
    policy_ranks,
    rank_agreement,
    rank_reversals,
)
from experiments.tables.terminal import GAP, plain_table, print_text, printed_width

__all__ = ["rank_reversals", "show_rank_reversals", "write_rank_reversals"]

HEAD_WIDTH, TAU_WIDTH, COUNT_WIDTH = 13, 25, 8
"""Terminal columns of a target's heading, of the lowest tau with its rules, and of a count of pairs."""

SHOWN_PAIRS = 12

TEXT = {
    "en": {
        "title": "Policies ranked by mean outcome under each rule of decision",
        "order": "Ranks in the order {rules}; 1 is best, equal means share a rank.",
        "policy": "policy", "target": "target", "tau": "Kendall's tau, lowest", REVERSED: "pairs reversed",
        SAME: "same order under all rules", OPEN: "cannot be told apart",
        "agreement": "Agreement between rules ({pairs} pairs of policies, {seeds} seeds)",
        "reversals": "Reversed pairs (both 95 % intervals of the paired difference exclude zero)",
        "none": "No pair of policies is reversed between any two rules.",
        "line": "{target}: {a} above {b} under {first}, below under {second}", "more": "... and {count} more",
        "scenario": "Scenario {name}",
    },
    "zh": {
        "title": "各决策规则下按结果均值的政策排序",
        "order": "名次依次为{rules}；1为最优，均值相同者并列。",
        "policy": "政策组合", "target": "目标", "tau": "肯德尔τ最低值", REVERSED: "排序逆转", SAME: "各规则下一致",
        OPEN: "无法区分",
        "agreement": "规则之间的一致性（{pairs}对政策，{seeds}个种子）",
        "reversals": "排序逆转的政策对（两个配对差异的95%区间均不含零）",
        "none": "任意两种规则之间没有政策对发生排序逆转。",
        "line": "{target}：{first}规则下{a}优于{b}，{second}规则下相反", "more": "……另有{count}对",
        "scenario": "情景{name}",
    },
}


def write_rank_reversals(outcomes: pd.DataFrame, headline_targets: pd.DataFrame, folder: Path) -> Path:
    """Write `rank_reversals.csv` into a folder and return its path."""
    return write_csv(folder / "rank_reversals.csv", rank_reversals(outcomes, headline_targets))


def show_rank_reversals(
    outcomes: pd.DataFrame, headline_targets: pd.DataFrame, console: Console, lang: str = "en"
) -> None:
    """Print ranks under each rule, agreement between rules, and the reversed pairs, within 100 columns.

    Args:
        outcomes: as for `policy_ranks`, of several rules.
        headline_targets: rows of the target registry with `threshold` (see `experiments.results.Results`).
        console: where to print.
        lang: en or zh.
    """
    words = TEXT[lang]
    scenarios = list(outcomes["scenario"].unique())
    for scenario in scenarios:
        if len(scenarios) > 1:
            console.print(Text(words["scenario"].format(name=scenario), style="bold"))
        rows = outcomes[outcomes["scenario"] == scenario]
        _show_ranks(policy_ranks(rows, headline_targets), headline_targets, console, lang)
        pairs = rank_reversals(rows, headline_targets)
        _show_agreement(rows, pairs, headline_targets, console, lang)
        _show_pairs(pairs, headline_targets, console, lang)


def _show_ranks(ranks: pd.DataFrame, targets: pd.DataFrame, console: Console, lang: str) -> None:
    words, behaviours = TEXT[lang], list(ranks["behaviour"].unique())
    console.print(Text(words["title"], style="bold"), width=printed_width(console))
    print_text(console, words["order"].format(rules=listed(behaviours, lang)), printed_width(console))
    shown = targets[targets["target_id"].isin(ranks["target_id"])]
    policies, width = list(ranks["policy"].unique()), printed_width(console)
    cell = max(HEAD_WIDTH, len(behaviours) * len(f"{len(policies)} ") - 1)
    room = (width - max(cell_len(name) for name in policies)) // (cell + GAP)
    pages = -(-len(shown) // max(1, room))
    size = -(-len(shown) // max(1, pages))
    for start in range(0, len(shown), max(1, size)):
        page = shown.iloc[start : start + size]
        heads = [words["policy"], *(target_heading(row, lang) for _, row in page.iterrows())]
        table = _table(heads, [cell] * len(page))
        for policy in policies:
            own = ranks[ranks["policy"] == policy].set_index(["target_id", "behaviour"])["rank"]
            table.add_row(policy, *(
                " ".join(str(own.get((target, name), "–")) for name in behaviours) for target in page["target_id"]
            ))
        console.print(table, width=width)
        console.print()


def _show_agreement(
    outcomes: pd.DataFrame, pairs: pd.DataFrame, targets: pd.DataFrame, console: Console, lang: str
) -> None:
    words, tau = TEXT[lang], rank_agreement(outcomes, targets)
    count = len(pairs[["policy_a", "policy_b"]].drop_duplicates())
    console.print(Text(words["agreement"].format(pairs=count, seeds=outcomes["seed"].nunique()), style="bold"))
    width = printed_width(console)
    names = max((cell_len(_name(target, lang)) for _, target in targets.iterrows()), default=0)
    least_width = min(TAU_WIDTH, max(HEAD_WIDTH, width - names - GAP - 3 * (COUNT_WIDTH + GAP)))
    heads = [words["target"], words["tau"], words[REVERSED], words[SAME], words[OPEN]]
    table = _table(heads, [least_width, *[COUNT_WIDTH] * 3])
    for _, target in targets.iterrows():
        lowest = tau.loc[tau["target_id"] == target["target_id"]].dropna().sort_values("kendall_tau")[:1]
        own = pairs[pairs["target_id"] == target["target_id"]]
        verdicts = own.groupby(["policy_a", "policy_b"])["verdict"].agg(set)
        turned, same = sum(REVERSED in each for each in verdicts), sum(each == {SAME} for each in verdicts)
        least = "–" if lowest.empty else _least(lowest.iloc[0], lang)
        table.add_row(_name(target, lang), least, str(turned), str(same), str(len(verdicts) - turned - same))
    console.print(table, width=width)
    console.print()


def _show_pairs(pairs: pd.DataFrame, targets: pd.DataFrame, console: Console, lang: str) -> None:
    """The reversed pairs, each with the rules that put one and the other first."""
    words = TEXT[lang]
    turned = pairs[pairs["verdict"] == REVERSED]
    if turned.empty:
        print_text(console, words["none"], printed_width(console))
        return
    console.print(Text(words["reversals"], style="bold"), width=printed_width(console))
    by_id = {target["target_id"]: target for _, target in targets.iterrows()}
    lines = []
    for (target_id, a, b), group in turned.groupby(["target_id", "policy_a", "policy_b"], sort=False):
        target = by_id[target_id]
        sign = -1.0 if target["comparison"] in LOWER_IS_BETTER else 1.0
        means = {name: sign * value for end in ("1", "2")
                 for name, value in zip(group[f"behaviour_{end}"], group[f"difference_{end}"], strict=True)}
        first, second = ([name for name, value in means.items() if value * side > 0.0] for side in (1.0, -1.0))
        lines.append(words["line"].format(
            target=_name(target, lang), a=a, b=b, first=listed(first, lang), second=listed(second, lang)
        ))
    for line in lines[:SHOWN_PAIRS]:
        print_text(console, f"  {line}", printed_width(console))
    if len(lines) > SHOWN_PAIRS:
        console.print(Text("  " + words["more"].format(count=len(lines) - SHOWN_PAIRS)))


def _least(row: pd.Series, lang: str) -> str:
    """The lowest tau with its two rules."""
    return f"{row['kendall_tau']:.2f} {listed((row['behaviour_1'], row['behaviour_2']), lang)}"


def _name(target: pd.Series, lang: str) -> str:
    """A short name: the words of the id in English, as in the headings of the result tables."""
    return target_name(target, lang) if lang == "zh" else str(target["target_id"]).replace("_", " ")


def _table(heads: Sequence[str], widths: Sequence[int]) -> Table:
    """A table whose first column shows its names whole and whose other columns have fixed widths."""
    table = plain_table()
    table.add_column(heads[0], vertical="bottom", no_wrap=True)
    for head, width in zip(heads[1:], widths, strict=True):
        table.add_column(head, justify="right", vertical="bottom", overflow="fold", width=width)
    return table
