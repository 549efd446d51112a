"""Tables of analyses as a reader sees them: chosen rows and columns of their CSV files, named and formatted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from experiments.labels import WORDS, is_share, money_text, target_name, unit_label
from experiments.report.document import PERCENT, THREE_DIGITS, Cell, Column, Table, cell, count, number, share
from experiments.report.material import Material

LONGEST = 60
"""Rows of a table whose analysis the report does not know."""


class Field(NamedTuple):
    """A column of a CSV file and how it is shown.

    Attributes:
        column: name in the file.
        en: heading.
        zh: the same in Chinese.
        kind: policy, target, word, yes, unit, text, share, count, money (m CNY), outcome (in the row's unit), change
            (of an outcome, with its sign; shares in percentage points), points (a change of shares) or number.
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
    rows = tuple(tuple(_cell(material, field, facts) for field in there) for _, facts in frame.iterrows())
    return Table(name, caption, columns, rows, group)


def whole_table(material: Material, name: str, frame: pd.DataFrame) -> Table:
    """A table that the report knows nothing of, its first rows under the names of the file."""
    fields = [Field(str(column), str(column).replace("_", " "), str(column), _guess(frame[column]))
              for column in frame.columns]
    rows = frame.head(LONGEST)
    cut = material.say(f" (first {LONGEST} of {len(frame)} rows)", f"（共{len(frame)}行，列出前{LONGEST}行）")
    return analysis_table(material, name, f"{name}.csv{cut if len(frame) > LONGEST else ''}", rows, fields)


def _guess(values: pd.Series) -> str:
    if str(values.name) == "policy":
        return "policy"
    return "number" if pd.api.types.is_numeric_dtype(values) and values.dtype != bool else "text"


def _cell(material: Material, field: Field, facts: pd.Series) -> Cell:
    value = facts[field.column]
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
        return target_names(material).get(text, text)
    if kind == "yes":
        return material.say("yes", "是") if text == "True" else material.say("no", "否")
    if kind == "unit":
        return unit_label(text, material.lang)
    if kind == "word":
        plain = text.replace("_", " ")
        return (WORDS | OWN_WORDS).get(plain, plain) if material.lang == "zh" else plain
    return text or "–"


def target_names(material: Material) -> dict[str, str]:
    """Name of every target by its id."""
    return {str(target["target_id"]): target_name(target, material.lang)
            for _, target in material.first.registry.iterrows()}
