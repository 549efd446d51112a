"""Two experiments side by side, on the terminal and as files: differences, changes of targets, parts of the changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.diff.changes import paired_outcomes, target_changes
from experiments.diff.differences import CATEGORIES, Difference, differences
from experiments.diff.effects import Effects, EffectsError, groups_of, simulated_effects, whole_change
from experiments.diff.request import Request
from experiments.diff.words import TEXT
from experiments.labels import is_share, listed
from experiments.store.loading import StoredResults
from experiments.store.whole_files import write_csv
from experiments.tables.terminal import WIDTH, plain_table, printed_width
from experiments.unit_names import unit_name
from sim.errors import ConfigError

SHOWN = 40
"""Differences of one category on the terminal; a file holds all."""
ITEMS = 6
"""Items of a list in a cell."""

Lines = Callable[[pd.DataFrame, float], Iterable[tuple[pd.Series, list[str]]]]
"""From a target's rows and a factor to the lines of its table: a row that says whose line it is, and the cells."""


def show_diff(request: Request, simulate: bool, all_definitions: bool, out: Console, log: Console) -> None:
    """Print what differs, how the targets change and, where it is known, which part each difference explains.

    Args:
        request: as made by `read_request`.
        simulate: whether to simulate mixed designs where several things differ.
        all_definitions: whether to show all definitions of the targets.
        out: console for the tables.
        log: console for progress.

    Raises:
        ConfigError: if recorded content cannot be run by this version.
        EffectsError: if mixed designs cannot be computed; what is known without them has been shown.
        OSError: if a file cannot be written.
    """
    a, b, words = request.a, request.b, TEXT[request.lang]
    found = differences(a, b)
    for name, results in (("A", a), ("B", b)):
        out.print(f"{name}: {results.folder}", soft_wrap=True)
        if results.missing:
            out.print(_missing(results, words), soft_wrap=True)
    _show_differences(found, words, out)
    pairs = paired_outcomes(a.outcomes, b.outcomes, all_definitions)
    if pairs.empty:
        out.print(words["none due"].format(end=min(a.config.end, b.config.end)), soft_wrap=True)
        return
    changes = target_changes(pairs)
    units = _units(b.config.province)
    _show_changes(changes, units, request.lang, out)
    effects, failure = None, None
    groups = groups_of(found)
    if len(groups) == 1:
        effects = whole_change(a, b, groups[0], all_definitions)
        out.print(words["only"].format(group=words[groups[0]]), soft_wrap=True)
    elif not groups:
        out.print(words["same" if not changes["change"].any() else "unexplained"])
    elif not simulate:
        names = listed((words[group] for group in groups), request.lang)
        out.print(words["several"].format(groups=names), soft_wrap=True)
    else:
        try:
            effects = simulated_effects(a, b, groups, request.executor, log, request.seeds, all_definitions)
            _show_parts(effects, units, request.lang, out)
        except EffectsError as error:
            failure = error
    if request.csv:
        files = _write(request.csv, found, changes, effects)
        out.print(words["files"].format(files=", ".join(map(str, files))), soft_wrap=True)
    if failure:
        raise failure


def _missing(results: StoredResults, words: dict[str, str]) -> str:
    labels = [block.label for block in results.missing]
    blocks = ", ".join(labels[:3]) + (", ..." if len(labels) > 3 else "")
    return words["missing"].format(
        folder=results.folder, count=len(labels), total=len(results.blocks), blocks=blocks
    )


def _show_differences(found: Sequence[Difference], words: dict[str, str], out: Console) -> None:
    out.print(Text(words["title"], style="bold"))
    if not [each for each in found if each.category != "design"]:
        out.print(words["nothing"])
    for category in CATEGORIES:
        own = [each for each in found if each.category == category]
        if not own:
            continue
        table = _table([f"{words[category]}: {words['path']}", "A", "B"], left=True)
        for each in own[:SHOWN]:
            table.add_row(each.path, _cell(each.a, words), _cell(each.b, words))
        out.print(table, width=_width(out))
        if len(own) > SHOWN:
            out.print("  " + words["more"].format(count=len(own) - SHOWN))
        out.print()


def _cell(value: object, words: dict[str, str]) -> str:
    """A recorded value in a cell; a checksum by its first digits, a long list by its first items and a count."""
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        items = [str(each) for each in value]
        more = f", ... ({words['items'].format(count=len(items))})" if len(items) > ITEMS else ""
        return ", ".join(items[:ITEMS]) + more
    text = str(value)
    return text[:12] if len(text) == 64 and " " not in text else text


def _units(province: str) -> pd.DataFrame:
    """Names and units of target definitions in the present registry; empty if the province is not here."""
    from sim.inputs.province import load_province

    try:
        targets = load_province(province).targets
    except ConfigError:
        return pd.DataFrame(columns=["name_en", "name_zh", "kind", "unit"])
    return targets.set_index(["target_id", "definition_id"])


def _target_heading(row: pd.Series, units: pd.DataFrame, lang: str) -> tuple[str, float]:
    """Heading of the target of a row and what its values are multiplied with."""
    words, target, definition, by = TEXT[lang], str(row["target_id"]), str(row["definition"]), int(row["by"])
    if (target, definition) not in units.index:
        return words["target"].format(name=f"{target} ({definition})", by=by, unit="–"), 1.0
    name, kind, unit = (str(units[column][target, definition]) for column in (f"name_{lang}", "kind", "unit"))
    trend, share = kind == "trend", is_share(unit)
    unit = words["points"] if trend or share else unit_name(unit, lang)
    name = f"{name} ({definition})"
    return words["target"].format(name=name, by=by, unit=unit), 100.0 if share and not trend else 1.0


def _show_changes(changes: pd.DataFrame, units: pd.DataFrame, lang: str, out: Console) -> None:
    words = TEXT[lang]
    heads = ["A", "B", words["change"], words["interval"], f"{words['met']} A", f"{words['met']} B"]
    _show_by_target(words["changes"], heads, changes, _change_lines, units, lang, out)


def _change_lines(changes: pd.DataFrame, factor: float) -> Iterator[tuple[pd.Series, list[str]]]:
    for _, row in changes.iterrows():
        yield row, [
            _number(factor * row["mean_a"], ""), _number(factor * row["mean_b"], ""),
            _number(factor * row["change"]), _interval(factor * row["low"], factor * row["high"]),
            f"{row['share_met_a']:.0%}", f"{row['share_met_b']:.0%}",
        ]


def _show_parts(effects: Effects, units: pd.DataFrame, lang: str, out: Console) -> None:
    words = TEXT[lang]
    heads = [words["change"], *(words[each] for each in effects.groups)]
    _show_by_target(words["part"], heads, effects.parts, _part_lines, units, lang, out)
    if effects.unknown:
        out.print(words["unknown"].format(paths=", ".join(effects.unknown)), soft_wrap=True)


def _part_lines(parts: pd.DataFrame, factor: float) -> Iterator[tuple[pd.Series, list[str]]]:
    for _, own in parts.groupby(["policy", "scenario", "behaviour"], sort=False):
        cells = [
            f"{_number(factor * mean)} {_interval(factor * low, factor * high)}"
            for mean, low, high in zip(own["mean"], own["low"], own["high"], strict=True)
        ]
        yield own.iloc[0], [_number(factor * own["mean"].sum()), *cells]


def _show_by_target(
    title: str, heads: Sequence[str], rows: pd.DataFrame, lines: Lines, units: pd.DataFrame, lang: str, out: Console
) -> None:
    """Print rows as one table a target definition, policies down, under a title with the seeds they rest on."""
    seeds = "-".join(str(each) for each in sorted({int(rows["seeds"].min()), int(rows["seeds"].max())}))
    out.print(Text(title.format(seeds=seeds), style="bold"))
    several = len(rows[["scenario", "behaviour"]].drop_duplicates()) > 1
    for _, group in rows.groupby(["target_id", "definition"], sort=False):
        heading, factor = _target_heading(group.iloc[0], units, lang)
        out.print(Text(heading), width=_width(out))
        table = _table([TEXT[lang]["policy_head"], *heads])
        for row, cells in lines(group, factor):
            table.add_row(_label(row, several), *cells)
        out.print(table, width=_width(out))
        out.print()


def _label(row: pd.Series, several: bool) -> str:
    return f"{row['policy']} {row['scenario']}-{row['behaviour']}" if several else str(row["policy"])


def _number(value: float, sign: str = "+") -> str:
    """A number with three digits, or whole from a thousand on; a change with its sign."""
    if math.isnan(value):
        return "–"
    if abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    return "0" if abs(value) < 1e-12 else f"{value:{sign}.3g}"


def _interval(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"[{_number(low)}, {_number(high)}]"


def _width(out: Console) -> int:
    return printed_width(out) if out.is_terminal else WIDTH


def _table(heads: Sequence[str], left: bool = False) -> Table:
    table = plain_table()
    table.add_column(heads[0], vertical="bottom", overflow="fold")
    for head in heads[1:]:
        table.add_column(head, justify="left" if left else "right", vertical="bottom", overflow="fold")
    return table


def _write(path: Path, found: Sequence[Difference], changes: pd.DataFrame, effects: Effects | None) -> list[Path]:
    """The tables as files: changes under the name given, differences and parts beside it."""
    beside = {"differences": pd.DataFrame(found, columns=list(Difference._fields))}
    beside |= {"parts": effects.parts} if effects else {}
    files = [write_csv(path, changes)]
    return files + [write_csv(path.with_name(f"{path.stem}-{name}.csv"), table) for name, table in beside.items()]
