"""What `experiment=policy_search` found, in words, as tables and as a figure, in English or Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.labels import headed, listed, target_name
from experiments.study.amounts import amount, half_text, percent, points_of_share, signed
from experiments.study.assumptions import assumption_table
from experiments.study.caution import FILE, show_caution
from experiments.study.front_table import COST
from experiments.study.policy_search import Found, fresh_seeds, mix_name
from experiments.study.robust import largest_regrets, robust_by_weight
from experiments.study.search_words import WORDS
from experiments.tables.terminal import plain_table, print_text, printed_width

if TYPE_CHECKING:
    from experiments.questions import Commission

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Weights of public cost for which the robust choice is named beside the one asked for."""
MIXES_A_PAGE = 6


def tell_found(found: Found, commission: Commission) -> None:
    """Write the tables and the figure, and print the front, what fresh seeds make of it, regrets and the warning."""
    from experiments.figures.policy_search import draw_front
    from sim.preparation import load_inputs

    config, store, out = found.config, commission.store, commission.out
    inputs = load_inputs(config.province, config.scenario[0], config.overrides)
    label = found.labels[config.policies[0]]
    assumptions = assumption_table(inputs, found.levers, config.policies[0], config.uncertainty)
    store.write_csv(FILE, assumptions)
    for name, table in (("front", front_frame(found)), ("tried", tried_frame(found)), ("regret", found.regrets)):
        if len(table):
            store.write_csv(f"policy_search_{name}.csv", table)
    if config.figures:
        draw_front(found, store.folder / "figures" / "policy_search_front")
    width, lang = printed_width(out), config.lang
    for line in found_lines(found):
        print_text(out, line, width)
    _show_settings(found, out, width)
    _show(out, width, WORDS[lang]["fresh"], fresh_table(found))
    for quantity in (COST, "shortfall"):
        what = WORDS[lang]["of cost" if quantity == COST else "of shortfall"]
        _show(out, width, WORDS[lang]["luck"].format(policy=label, quantity=what), luck_table(found, quantity))
    if len(found.regrets):
        what = WORDS[lang][f"of merit {config.search.merit}"]
        _show(out, width, WORDS[lang]["regret"].format(merit=what), regret_shown(found))
        print_text(out, robust_line(found), width)
    show_caution(assumptions, found.levers, label, str(store.folder / FILE), out, lang)
    out.print(Text(headed(WORDS[lang]["tables"], str(store.folder), lang)), soft_wrap=True)


def front_frame(found: Found) -> pd.DataFrame:
    """The table of the front with the settings of each mix."""
    settings = pd.DataFrame([dict(each) for each in found.mixes]).add_prefix("setting:")
    return pd.concat([found.table, settings], axis=1)


def tried_frame(found: Found) -> pd.DataFrame:
    """Every candidate in the order in which it was judged: generation, settings, mean public cost and merit."""
    asked = found.config.search
    return pd.DataFrame([
        {"generation": place // asked.population + 1, **each.settings,
         **dict(zip((COST, asked.merit), each.objectives, strict=True))}
        for place, each in enumerate(found.tried)
    ])


def found_lines(found: Found) -> list[str]:
    """What was searched and the main findings, a sentence or two a line."""
    config, lang = found.config, found.config.lang
    words, fresh = WORDS[lang], fresh_seeds(config)
    targets = listed((target_name(row, lang) for _, row in found.aims.iterrows()), lang)
    return [
        words["question"].format(targets=targets, number=len(found.aims)),
        words["context"].format(
            policy=found.labels[config.policies[0]], tried=len(found.tried), generations=config.search.generations,
            first=config.seed_list[0], last=config.seed_list[-1], fresh_first=fresh[0], fresh_last=fresh[-1],
            scenarios=listed(config.scenario, lang), province=config.province,
        ),
        *_mix_lines(found),
        *_met_lines(found),
    ]


def _mix_lines(found: Found) -> list[str]:
    """The ends of the front, the policy as it stands, and which mixes beat it; all on fresh seeds."""
    lang, table, policy = found.config.lang, found.table, found.config.policies[0]
    words, mixes = WORDS[lang], table[table["chosen"]]
    rows = {
        "cheapest": mixes.sort_values(COST, kind="stable").iloc[0],
        "best": mixes.sort_values("shortfall", kind="stable").iloc[0],
        "base": table[~table["chosen"]].iloc[0],
    }
    lines = [
        words[key].format(
            name=found.labels[str(row["name"])], cost=_money(float(row[COST]), lang),
            shortfall=points_of_share(float(row["shortfall"])),
        )
        for key, row in rows.items()
    ]
    beating = mixes[(mixes[f"{COST}_fresh"] < 0.0) & (mixes["shortfall_fresh"] <= 0.0)]
    names = listed((found.labels[name] for name in beating["name"]), lang)
    return [*lines, words["beats"].format(names=names, policy=found.labels[policy])] if names else lines


def _met_lines(found: Found) -> list[str]:
    """In how many draws all targets are met, and what the search promised too much."""
    lang = found.config.lang
    words, mixes = WORDS[lang], found.table[found.table["chosen"]]
    most = mixes.sort_values("all_met", ascending=False, kind="stable").iloc[0]
    met = round(most["all_met"] * most["draws"])
    optimism = [float(mixes[f"{quantity}_optimism"].mean()) for quantity in (COST, "shortfall")]
    beaten = listed((found.labels[name] for name in mixes.loc[mixes["beaten"], "name"]), lang)
    return [
        words["all met" if met else "none met"].format(
            name=found.labels[most["name"]], met=met, draws=int(most["draws"]), interval=_interval(most, lang)
        ),
        words["optimism"].format(
            cost=signed(amount(optimism[0])), shortfall=signed(points_of_share(optimism[1])),
            beaten=beaten or words["nobody"],
        ),
    ]


def fresh_table(found: Found) -> Table:
    """What the mixes and the policies as they stand do on fresh seeds."""
    lang = found.config.lang
    words = WORDS[lang]
    shown = _table([words[head] for head in ("name", "cost", "redirected", "shortfall", "missed", "all", "remark")])
    for _, row in found.table.iterrows():
        met = f"{round(row['all_met'] * row['draws'])}/{int(row['draws'])}{_interval(row, lang)}"
        remark = words["robust"] if row["name"] == found.robust else words["beaten"] if row["beaten"] else ""
        cells = (amount(row[COST]), amount(row["redirected"]), *map(points_of_share, row[["shortfall", "missed"]]))
        _row(shown, found.labels[row["name"]], *cells, met, remark)
    return shown


def luck_table(found: Found, quantity: str) -> Table:
    """How much of the advantage over the policy as it stands is left on fresh seeds, in one quantity."""
    words, shares = WORDS[found.config.lang], quantity != COST
    text = points_of_share if shares else amount
    shown = _table([words[head] for head in ("name", "search", "new", "lost")])
    for _, row in found.table[found.table["chosen"]].iterrows():
        cells = [found.labels[row["name"]], signed(text(row[f"{quantity}_search"]))]
        for name in (f"{quantity}_fresh", f"{quantity}_optimism"):
            half = half_text(row[f"{name}_low"], row[f"{name}_high"], shares)
            cells.append(f"{signed(text(row[name]))}{half}")
        _row(shown, *cells)
    return shown


def regret_shown(found: Found) -> Table:
    """Regret of each mix in each scenario, in money and in merit, and the largest one, weighted."""
    words, merit = WORDS[found.config.lang], found.config.search.merit
    scenarios = list(dict.fromkeys(found.regrets["scenario"]))
    shown = _table([words["name"], *scenarios, words["largest"]])
    largest = largest_regrets(found.regrets, found.config.search.cost_weight)
    for name, own in found.regrets.groupby("name", sort=False):
        by = own.set_index("scenario")
        cells = [
            f"{amount(by.loc[each, f'regret_{COST}'])} · {points_of_share(by.loc[each, f'regret_{merit}'])}"
            for each in scenarios
        ]
        _row(shown, found.labels[str(name)], *cells, f"{largest[str(name)]:.3f}")
    return shown


def robust_line(found: Found) -> str:
    """The robust choice, and how it hangs on the weight of public cost."""
    words = WORDS[found.config.lang]
    choices = robust_by_weight(found.regrets, WEIGHTS)
    lang = found.config.lang
    by_weight = listed(
        (headed(f"{weight:g}", found.labels[name], lang) for weight, name in zip(WEIGHTS, choices, strict=True)), lang)
    return words["robust line"].format(
        name=found.labels[found.robust], weight=found.config.search.cost_weight, by_weight=by_weight
    )


def _show_settings(found: Found, out: Console, width: int) -> None:
    """The settings of the mixes, settings down, a few mixes across a page."""
    words = WORDS[found.config.lang]
    for start in range(0, len(found.mixes), MIXES_A_PAGE):
        page = found.mixes[start : start + MIXES_A_PAGE]
        names = [found.labels[mix_name(place)] for place in range(start, start + len(page))]
        shown = _table([words["setting"], *names])
        for lever in found.levers:
            _row(shown, lever.path, *(lever.text(mix[lever.path]) for mix in page))
        _show(out, width, words["settings"], shown)


def _show(out: Console, width: int, title: str, table: Table) -> None:
    out.print()
    out.print(Text(title, style="bold"), width=width)
    out.print(table, width=width)


def _table(heads: Sequence[str]) -> Table:
    """A table with its first column on the left."""
    table = plain_table()
    for place, head in enumerate(heads):
        side: Any = "right" if place else "left"
        table.add_column(head, justify=side, no_wrap=place == 0, vertical="bottom")
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))


def _interval(row: pd.Series, lang: str) -> str:
    """The interval of the share of draws that meet all targets."""
    if pd.isna(row["all_low"]):
        return ""
    text = f"{percent(row['all_low'])}–{percent(row['all_high'])}"
    return f"（{text}）" if lang == "zh" else f" ({text})"


def _money(value: float, lang: str) -> str:
    return f"{amount(value)}百万元" if lang == "zh" else f"{amount(value)} m CNY"
