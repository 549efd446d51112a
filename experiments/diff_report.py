"""Two experiments side by side, on the terminal and as files: differences, changes of targets, parts of the changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.changes import paired_outcomes, target_changes
from experiments.diff import CATEGORIES, Difference, differences
from experiments.diff_request import Request
from experiments.effects import Effects, EffectsError, groups_of, simulated_effects, whole_change
from experiments.labels import is_share
from experiments.loading import StoredResults
from experiments.unit_names import unit_name
from experiments.whole_files import write_csv
from sim.errors import ConfigError

WIDTH = 100
SHOWN = 40
"""Differences of one category on the terminal; a file holds all."""
ITEMS = 6
"""Items of a list in a cell."""

TEXT = {
    "en": {
        "title": "What differs", "nothing": "Nothing differs: data, parameters, policies and code are the same.",
        "data": "data", "parameter": "parameter", "policy": "policy", "code": "code", "data and code": "data and code",
        "design": "not comparable (design)", "more": "... and {count} more lines (--csv FILE writes all)",
        "missing": "{folder}: {count} of {total} blocks are missing ({blocks}); what is there is used",
        "changes": "Change of targets, B - A, on {seeds} common seeds", "target": "{name}, by {by} ({unit})",
        "change": "change", "interval": "95 % interval", "met": "met in",
        "part": "Parts of the change, on {seeds} seeds",
        "only": "Only {group} differs: every change is its part.",
        "several": "{groups} differ: --effects simulates which part each explains.",
        "unexplained": "Nothing recorded explains these changes.", "same": "No target changes.",
        "unknown": "unknown to this version, counted with the code: {paths}", "files": "written: {files}",
        "none due": "No target is due by {end}, where the shorter one ends: there is nothing to compare.",
        "items": "{count} in all", "policy_head": "policy", "points": "percentage points", "path": "path",
    },
    "zh": {
        "title": "差异", "nothing": "没有差异：数据、参数、政策和代码均相同。",
        "data": "数据", "parameter": "参数", "policy": "政策", "code": "代码", "data and code": "数据与代码",
        "design": "不可比（设计）", "more": "……另有{count}行（--csv FILE 写出全部）",
        "missing": "{folder}：{total}个区组中缺{count}个（{blocks}），仅使用已有部分",
        "changes": "目标变化（B − A），共同种子{seeds}个", "target": "{name}，{by}年（{unit}）",
        "change": "变化", "interval": "95%区间", "met": "达标占比", "part": "变化的分解，种子{seeds}个",
        "only": "只有{group}不同：全部变化归于此。",
        "several": "{groups}不同：加 --effects 可模拟各自解释的部分。",
        "unexplained": "记录中没有内容能解释这些变化。", "same": "各项目标均无变化。",
        "unknown": "本版本没有、计入代码的内容：{paths}", "files": "已写出：{files}",
        "none due": "较短的一次运行止于{end}，此前没有到期的目标，无可比较。",
        "items": "共{count}项", "policy_head": "政策组合", "points": "百分点", "path": "路径",
    },
}


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
        names = ("、" if request.lang == "zh" else ", ").join(words[group] for group in groups)
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
    from sim.province import load_province

    try:
        targets = load_province(province).targets
    except ConfigError:
        return pd.DataFrame(columns=["name_en", "name_zh", "kind", "unit"])
    return targets.set_index(["target_id", "definition_id"])


def _target_title(key: tuple[str, str], by: int, units: pd.DataFrame, lang: str) -> tuple[str, float]:
    """Heading of a target and what its values are multiplied with."""
    words, (target, definition) = TEXT[lang], key
    if key not in units.index:
        return words["target"].format(name=f"{target} ({definition})", by=by, unit="–"), 1.0
    name, kind, unit = (str(units[column][key]) for column in (f"name_{lang}", "kind", "unit"))
    trend, share = kind == "trend", is_share(unit)
    unit = words["points"] if trend or share else unit_name(unit, lang)
    name = f"{name} ({definition})"
    return words["target"].format(name=name, by=by, unit=unit), 100.0 if share and not trend else 1.0


def _show_changes(changes: pd.DataFrame, units: pd.DataFrame, lang: str, out: Console) -> None:
    words = TEXT[lang]
    seeds = "-".join(str(each) for each in sorted({int(changes["seeds"].min()), int(changes["seeds"].max())}))
    out.print(Text(words["changes"].format(seeds=seeds), style="bold"))
    several = len(changes[["scenario", "behaviour"]].drop_duplicates()) > 1
    for _, group in changes.groupby(["target_id", "definition"], sort=False):
        title, factor = _target_title(_key(group), int(group["by"].iloc[0]), units, lang)
        out.print(Text(title), width=_width(out))
        met = f"{words['met']} "
        table = _table([words["policy_head"], "A", "B", words["change"], words["interval"], f"{met}A", f"{met}B"])
        for _, row in group.iterrows():
            table.add_row(
                _label(row, several), _number(factor * row["mean_a"], ""), _number(factor * row["mean_b"], ""),
                _number(factor * row["change"]), _interval(factor * row["low"], factor * row["high"]),
                f"{row['share_met_a']:.0%}", f"{row['share_met_b']:.0%}",
            )
        out.print(table, width=_width(out))
        out.print()


def _show_parts(effects: Effects, units: pd.DataFrame, lang: str, out: Console) -> None:
    words, parts = TEXT[lang], effects.parts
    seeds = "-".join(str(each) for each in sorted({int(parts["seeds"].min()), int(parts["seeds"].max())}))
    out.print(Text(words["part"].format(seeds=seeds), style="bold"))
    several = len(parts[["scenario", "behaviour"]].drop_duplicates()) > 1
    for _, group in parts.groupby(["target_id", "definition"], sort=False):
        title, factor = _target_title(_key(group), int(group["by"].iloc[0]), units, lang)
        out.print(Text(title), width=_width(out))
        table = _table([words["policy_head"], words["change"], *(words[each] for each in effects.groups)])
        for _, own in group.groupby(["policy", "scenario", "behaviour"], sort=False):
            cells = [
                f"{_number(factor * mean)} {_interval(factor * low, factor * high)}"
                for mean, low, high in zip(own["mean"], own["low"], own["high"], strict=True)
            ]
            table.add_row(_label(own.iloc[0], several), _number(factor * own["mean"].sum()), *cells)
        out.print(table, width=_width(out))
        out.print()
    if effects.unknown:
        out.print(words["unknown"].format(paths=", ".join(effects.unknown)), soft_wrap=True)


def _key(group: pd.DataFrame) -> tuple[str, str]:
    """Target and definition of rows that have the same."""
    return str(group["target_id"].iloc[0]), str(group["definition"].iloc[0])


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
    return min(out.width, WIDTH) if out.is_terminal else WIDTH


def _table(heads: Sequence[str], left: bool = False) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="", show_edge=False)
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
