"""Tables of analyses as a reader sees them: chosen rows and columns of their CSV files, named and formatted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from experiments.labels import WORDS, is_share, money_text, unit_label
from experiments.report.column_words import CAPTIONS, HEADINGS, HIDDEN, UNITS, VALUES
from experiments.report.document import PERCENT, THREE_DIGITS, Cell, Column, Table, cell, count, number, share
from experiments.report.material import Material

LONGEST, LONGEST_KNOWN = 60, 200
"""Most rows of a table without a section of its own; of one that the report has words for."""


class Field(NamedTuple):
    """A column of a CSV file and how it is shown.

    Attributes:
        column: name in the file.
        en: heading.
        zh: the same in Chinese.
        kind: policy, target, lever, rule, word, yes, unit, year, text, share, count, money (m CNY), outcome (in the
            row's unit), change (of an outcome, with its sign; shares in percentage points), points (a change of
            shares) or number.
    """

    column: str
    en: str
    zh: str
    kind: str = "number"


OWN_WORDS = {"size class": "规模", "ownership": "所有制"}
"""Chinese for words of tables that no figure shows."""

NUMERIC = ("share", "count", "money", "outcome", "change", "points", "number")


def chosen_rows(material: Material, frame: pd.DataFrame, policies: Iterable[str] | None = None) -> pd.DataFrame:
    """The rows of the case that is told in full, of some policies if given."""
    scenario, behaviour = material.first.config.design.cases[0]
    same = pd.Series(True, index=frame.index)
    for column, value in (("scenario", scenario), ("behaviour", behaviour)):
        same &= frame[column] == value if column in frame else True
    if policies is not None and "policy" in frame:
        same &= frame["policy"].isin(list(policies))
    return frame[same]


def outcome_rows(material: Material, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows on outcome targets."""
    targets = material.first.headline_targets
    return frame[frame["target_id"].isin(targets.loc[targets["role"] == "outcome", "target_id"])]


def analysis_table(
    material: Material, name: str, caption: str, frame: pd.DataFrame, fields: Iterable[Field], group: int = 0
) -> Table:
    """Rows of an analysis as a table; fields that the file does not have are left out."""
    there = [field for field in fields if field.column in frame]
    columns = tuple(
        Column(material.say(field.en, field.zh), material.say("bn CNY", "亿元") if field.kind == "money" else "",
               field.kind in NUMERIC)
        for field in there
    )
    rows = tuple(tuple(_cell(material, field, facts) for field in there) for facts in frame.to_dict("records"))
    return Table(name, caption, columns, rows, group)


def whole_table(material: Material, name: str, frame: pd.DataFrame) -> Table:
    """A table without a section of its own: its first rows that matter, a column the report does not know as it is.

    Shown are outcome targets, the last year, and targets before indicators; the file holds all.
    """
    chosen = _rows_that_matter(material, frame)
    fields = [_field(chosen[column]) for column in chosen.columns if column not in HIDDEN]
    most, length = LONGEST_KNOWN if name in CAPTIONS else LONGEST, len(chosen)
    rows = chosen.head(most)
    cut = material.say(f", first {most} of {length} rows", f"，共{length}行，列出前{most}行")
    of_file = f"{name}.csv{cut if length > most else ''}"
    caption = material.say(*CAPTIONS[name]) if name in CAPTIONS else ""
    named = material.say(f"{caption} ({of_file})", f"{caption}（{of_file}）") if caption else of_file
    return analysis_table(material, name, named, rows, fields)


def _rows_that_matter(material: Material, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows on outcome targets in the last year; without the single indicators of a table of targets."""
    if "target_id" in frame:
        frame = outcome_rows(material, frame)
    if "kind" in frame and (frame["kind"] == "target").any():
        frame = frame[frame["kind"] != "indicator"]
    return frame[frame["year"] == frame["year"].max()] if "year" in frame else frame


def _field(values: pd.Series) -> Field:
    name = str(values.name)
    if name in HEADINGS:
        return Field(name, *HEADINGS[name])
    return Field(name, name.replace("_", " "), name, _guess(values))


def _guess(values: pd.Series) -> str:
    if str(values.name) == "policy":
        return "policy"
    return "number" if pd.api.types.is_numeric_dtype(values) and values.dtype != bool else "text"


def _cell(material: Material, field: Field, facts: Mapping[Hashable, Any]) -> Cell:
    value = facts[field.column]
    if field.kind in ("outcome", "change") and pd.notna(value) and str(facts.get("scale", "")) == "log odds":
        return number(float(value), f"{float(value):+.3g}")
    if field.kind not in NUMERIC:
        return cell(_text(material, field.kind, "" if pd.isna(value) else str(value)))
    amount = float(value) if pd.notna(value) else float("nan")
    of_shares = is_share(str(facts.get("unit", "")))
    if field.kind == "points" or (field.kind == "change" and of_shares):
        text = f"{100 * amount:+.1f} {material.say('points', '个百分点')}"
        return number(amount, text.replace("-0.0 ", "+0.0 "), PERCENT)
    if field.kind == "change":
        return number(amount, f"{amount:+.3g}" if abs(amount) < 1000 else f"{amount:+,.0f}")
    if field.kind == "share" or (field.kind == "outcome" and of_shares):
        return share(amount)
    if field.kind == "count":
        return count(amount)
    if field.kind == "money":
        factor = 100 if material.lang == "zh" else 1000
        return number(amount / factor, money_text(amount, material.lang))
    return number(amount, f"{amount:.3g}" if abs(amount) < 1000 else f"{amount:,.0f}", THREE_DIGITS)


def _text(material: Material, kind: str, text: str) -> str:
    if kind == "policy" and text in material.results.config.policies:
        return material.label(text)
    if kind == "target":
        return material.target_names.get(text) or material.say(*VALUES.get(text, (text, text)))
    if kind == "yes":
        return material.say("yes", "是") if text == "True" else material.say("no", "否")
    if kind == "unit":
        label = unit_label(text, material.lang)
        return UNITS.get(label, label) if material.lang == "zh" else label
    if kind == "rule":
        return material.rule_label(text)
    if kind == "lever":
        return _lever(material, text)
    if kind == "year":
        return text.removesuffix(".0")
    if kind == "word":
        if text in VALUES:
            return material.say(*VALUES[text])
        plain = text.replace("_", " ")
        return (WORDS | OWN_WORDS).get(plain, plain) if material.lang == "zh" else plain
    return text or "–"


def _lever(material: Material, lever: str) -> str:
    """A lever as the policies are written that hold it alone."""
    from experiments.analysis.attribution import lever_label

    case = material.first
    if lever in case.config.attribution.levers:
        policy = case.config.attribution.policy(frozenset({lever}))
        return lever_label(case, lever, material.lang) if policy in case.labels_zh else lever
    started = next((name for name in case.config.policies if name.split("@")[0] == lever), lever)
    return material.label(started).split("（")[0] if material.lang == "zh" else lever
