"""The clauses of the action plan: which settings stand for each, the indicator they move, and the evidence.

The table ``clauses`` of a province pack is data; `read_clauses` checks it against instruments, settings, mixes and
indicators. Each clause that settings stand for has a variant of `plan` in which they are null, named
``plan-without:II-7``; a clause that a mix stands for (dynamic evaluation) is compared as that mix against `plan`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from policies.catalogue import PLAN, STATUS_QUO, Catalogue
from policies.instrument import Instrument
from policies.nodes import MixDocument, SettingNode, ValueNode
from policies.registry import registered
from policies.schedule import FIRST_QUARTER, Schedule, parse_quarter
from sim.errors import ConfigError, Problem, nearest_name, shown_path
from sim.indicators import INDICATORS
from sim.inputs.province import Province

NOT_REPRESENTED = "not represented"
"""Status of a clause that nothing in the model stands for."""

WITHOUT = f"{PLAN}-without:"
"""How the name of a variant of the plan begins; the clause follows."""


@dataclass(frozen=True)
class Clause:
    """One clause of the plan.

    Attributes:
        name: number in the plan, such as II-7.
        section: part of the plan it belongs to.
        zh: title in the plan's own words.
        en: English title.
        status: represented, partly or not represented.
        instruments: instruments that carry it.
        settings: settings that stand for it, as ``instrument.setting``.
        mix: mix that stands for it instead of settings; empty for most.
        indicator: the result it is to move first; empty if not represented.
        direction: +1 or -1, where it is to move the indicator; 0 if not represented.
        evidence: causal evidence, association, mechanism only or accounting; empty if not represented.
        note: why this tier, and what of the clause is missing.
    """

    name: str
    section: str
    zh: str
    en: str
    status: str
    instruments: tuple[str, ...]
    settings: tuple[str, ...]
    mix: str
    indicator: str
    direction: int
    evidence: str
    note: str

    @property
    def represented(self) -> bool:
        """Whether something in the model stands for it."""
        return self.status != NOT_REPRESENTED

    @property
    def with_policy(self) -> str:
        """The policy that has the clause in force; empty if not represented."""
        return (self.mix or PLAN) if self.represented else ""

    @property
    def without_policy(self) -> str:
        """The same policy without the clause; empty if not represented."""
        if not self.represented:
            return ""
        return PLAN if self.mix else f"{WITHOUT}{self.name}"


Clauses = Mapping[str, Clause]
"""Clauses by name, in the order of the plan."""


@lru_cache(maxsize=4)
def read_clauses(province: Province, catalogue: Catalogue) -> Clauses:
    """The clauses of a province pack, checked.

    Args:
        province: the pack.
        catalogue: the policies that the table may name.

    Raises:
        ConfigError: with every unknown instrument, setting, mix or indicator and every contradiction.
    """
    table = province.schema["clauses"]
    file = shown_path(province.folder / table.file)
    clauses, problems = {}, []
    for row, record in enumerate(province.clauses.to_dict("records")):
        clause = _clause(record)
        clauses[clause.name] = clause
        problems += [
            Problem(file, f"line {row + 2}, {column}", value, text, nearest)
            for column, value, text, nearest in _faults(clause, catalogue)
        ]
    if problems:
        raise ConfigError(problems)
    return clauses


def variants(clauses: Clauses, catalogue: Catalogue) -> dict[str, MixDocument]:
    """The plan without each clause that settings stand for, by name of the variant."""
    settings = catalogue.settings()
    return {
        clause.without_policy: _variant(clause, settings)
        for clause in clauses.values() if clause.settings
    }


def _variant(clause: Clause, settings: Mapping[str, SettingNode]) -> MixDocument:
    since = parse_quarter(FIRST_QUARTER)
    values = []
    for path in clause.settings:
        node = settings[path]
        schedule = Schedule(node.null, ((since, node.null),))
        evidence = (node.low, node.high, node.source, node.grade, clause.name)
        values.append(ValueNode(node.instrument, node.setting, schedule, *evidence))
    return MixDocument(
        name=clause.without_policy,
        zh=f"行动方案，不含{clause.name}",
        en=f"Action plan without {clause.name}",
        summary_zh=f"行动方案中“{clause.zh}”的设置归零。",
        summary_en=f"The action plan with the settings of clause {clause.name} ({clause.en}) at null.",
        base=STATUS_QUO,
        includes=(PLAN,),
        values=tuple(values),
        adaptive=None,
    )


def _clause(record: Mapping[Any, Any]) -> Clause:
    return Clause(
        name=str(record["clause"]),
        section=str(record["section"]),
        zh=str(record["title_zh"]),
        en=str(record["title_en"]),
        status=str(record["status"]),
        instruments=_parts(record["instruments"]),
        settings=_parts(record["settings"]),
        mix=str(record["mix"]),
        indicator=str(record["indicator"]),
        direction=int(record["direction"] or 0),
        evidence=str(record["evidence"]),
        note=str(record["note"]),
    )


def _parts(cell: object) -> tuple[str, ...]:
    return tuple(part for part in str(cell).split(";") if part)


Fault = tuple[str, object, str, str]
"""Column, value, text and nearest valid name of something wrong."""


def _faults(clause: Clause, catalogue: Catalogue) -> Iterator[Fault]:
    """What is wrong with one row."""
    classes = {name: each for name, each in registered().items() if name in catalogue.instruments}
    yield from _unknown("instruments", clause.instruments, classes, "no such instrument")
    yield from _unknown("settings", clause.settings, catalogue.settings(), "no such setting")
    yield from _unknown("mix", filter(None, [clause.mix]), catalogue.mixes, "no such mix")
    yield from _unknown("indicator", filter(None, [clause.indicator]), INDICATORS, "no such indicator")
    yield from _instrument_faults(clause, classes)
    yield from _status_faults(clause)


def _unknown(column: str, names: Any, known: Collection[str], text: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield column, name, text, nearest_name(name, known)


def _instrument_faults(clause: Clause, classes: Mapping[str, type[Instrument]]) -> Iterator[Fault]:
    """Instruments and settings that do not belong together, or to the clause."""
    used = {path.split(".")[0] for path in clause.settings}
    for name in clause.instruments:
        if name not in used:
            yield "instruments", name, "none of its settings stands in the column settings", ""
        if name in classes and clause.name not in classes[name].clauses:
            yield "clause", clause.name, f"{name} rests on {', '.join(classes[name].clauses)}", ""
    for name in sorted(used - set(clause.instruments)):
        if name in classes:
            yield "instruments", ";".join(clause.instruments), f"{name} is missing, of which there is a setting", ""


def _status_faults(clause: Clause) -> Iterator[Fault]:
    """A status that the other columns contradict."""
    if bool(clause.settings or clause.mix) != clause.represented:
        yield "status", clause.status, f"settings or a mix, or else {NOT_REPRESENTED}", ""
    if clause.settings and clause.mix:
        yield "mix", clause.mix, "either settings or a mix stand for a clause", ""
    filled = {"indicator": clause.indicator, "direction": clause.direction, "evidence": clause.evidence}
    for column, value in filled.items():
        if bool(value) != clause.represented:
            yield column, value or None, f"needed, unless the clause is {NOT_REPRESENTED}; then it stays blank", ""
