"""Policy documents read into typed nodes: one document an instrument, one a mix. Files are read elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from policies.adaptive import READINGS, AdaptiveParameters, AdaptiveRule, Link, TargetPath
from policies.document_values import EVIDENCE, read_quarter, read_values
from policies.instrument import Instrument
from policies.nodes import InstrumentDocument, MixDocument, SettingNode, Settings
from policies.problems import Checker, PolicyProblem
from policies.scoped_documents import read_scoped

_LABELS = ("zh", "en")


def read_instrument(
    file: str, document: object, cls: type[Instrument], problems: list[PolicyProblem]
) -> InstrumentDocument:
    """Read an instrument's document and compare it with what the class declares.

    Args:
        file: name used in problems.
        document: the parsed document.
        cls: the registered class.
        problems: list to which every problem is added.
    """
    check = Checker(file, problems)
    top = check.section("document", document)
    check.keys("", top, ("name", *_LABELS, "settings"))
    check.choice("", top, "name", (cls.name,))
    sections = check.section("settings", top.get("settings", {}))
    check.keys("settings", sections, tuple(cls.settings))
    settings = {}
    for name in cls.settings:
        if name in sections:
            settings[name] = _read_setting(check, f"settings.{name}", sections[name], cls, name)
    return InstrumentDocument(cls.name, check.text("", top, "zh"), check.text("", top, "en"), settings)


def _read_setting(
    check: Checker, where: str, section: object, cls: type[Instrument], name: str
) -> SettingNode:
    declared = cls.settings[name]
    node = check.section(where, section)
    check.keys(where, node, ("unit", "range", "null_value", *EVIDENCE, *_LABELS), ("note",))
    low, high = check.range(where, node, declared.low, declared.high)
    if node.get("null_value", declared.null) != declared.null:
        check.report(
            f"{where}.null_value", node["null_value"], f"has to be {declared.null:g}, as the rule has it"
        )
    unit = check.unit(where, node, declared.unit)
    source, grade, clause = check.evidence(where, node)
    zh, en = check.text(where, node, "zh"), check.text(where, node, "en")
    return SettingNode(
        cls.name, name, unit, low, high, declared.null, source, grade, clause, zh, en, declared.doc,
        declared.scopable,
    )


def read_mix(
    file: str,
    name: str,
    document: object,
    settings: Settings,
    mixes: Collection[str],
    problems: list[PolicyProblem],
) -> MixDocument:
    """Read a mix's document.

    Args:
        file: name used in problems.
        name: the mix's name, which the document has to repeat.
        document: the parsed document.
        settings: all settings by ``instrument.setting``.
        mixes: names of all mixes.
        problems: list to which every problem is added.
    """
    check = Checker(file, problems)
    top = check.section("document", document)
    texts = (*_LABELS, "summary_zh", "summary_en")
    check.keys("", top, ("name", *texts, "base"), ("includes", "set", "scoped", "adaptive"))
    check.choice("", top, "name", (name,))
    labels = {key: check.text("", top, key) for key in texts}
    base = top.get("base", "none")
    if base not in mixes:
        check.unknown("base", base, mixes)
    includes = top.get("includes", [])
    if not isinstance(includes, list):
        check.report("includes", includes, "has to be a list of mixes")
        includes = []
    for included in includes:
        if included not in mixes:
            check.unknown("includes", included, mixes)
    nodes = check.section("set", top.get("set", {}))
    values = [read_values(check, f"set.{key}", key, node, settings) for key, node in nodes.items()]
    adaptive = _read_adaptive(check, top["adaptive"], settings) if "adaptive" in top else None
    own = tuple(node for node in values if node is not None)
    own += read_scoped(check, top.get("scoped", []), settings)
    return MixDocument(
        name=name,
        base=str(base),
        includes=tuple(str(each) for each in includes),
        values=own,
        adaptive=adaptive,
        **labels,
    )


def _read_adaptive(check: Checker, section: object, settings: Settings) -> AdaptiveRule:
    top = check.section("adaptive", section)
    check.keys("adaptive", top, ("start", "parameters", "links"))
    start = read_quarter(check, "adaptive.start", top.get("start", "2026Q1")) or 0
    nodes = check.section("adaptive.parameters", top.get("parameters", {}))
    fields = {each.name: each.metadata["unit"] for each in dataclasses.fields(AdaptiveParameters)}
    check.keys("adaptive.parameters", nodes, tuple(fields))
    numbers = {
        name: _read_parameter(check, f"adaptive.parameters.{name}", nodes.get(name, {}), unit)
        for name, unit in fields.items()
    }
    sections = check.section("adaptive.links", top.get("links", {}))
    links = [
        _read_link(check, f"adaptive.links.{key}", key, each, settings) for key, each in sections.items()
    ]
    return AdaptiveRule(
        start, AdaptiveParameters(**numbers), tuple(link for link in links if link is not None)
    )


def _read_parameter(check: Checker, where: str, section: object, unit: str) -> float:
    node = check.section(where, section)
    check.keys(where, node, ("value", "unit", "range", *EVIDENCE, *_LABELS), ("note",))
    check.unit(where, node, unit)
    check.evidence(where, node)
    for label in _LABELS:
        check.text(where, node, label)
    low, high = check.range(where, node, 0.0, 1e6)
    return check.number(f"{where}.value", node.get("value", low), low, high)


def _read_link(check: Checker, where: str, key: str, section: object, settings: Settings) -> Link | None:
    node: Mapping[str, Any] = check.section(where, section)
    check.keys(where, node, ("indicator", "reading", "path", "costs_money", *EVIDENCE), ("note",))
    check.evidence(where, node)
    if not isinstance(node.get("costs_money", False), bool):
        check.report(f"{where}.costs_money", node["costs_money"], "has to be true or false")
    knots = []
    for label, value in check.section(f"{where}.path", node.get("path", {})).items():
        date = read_quarter(check, f"{where}.path.{label}", label)
        knots.append((date or 0, check.number(f"{where}.path.{label}", value, low=0.0)))
    if not knots:
        check.report(f"{where}.path", None, "needs at least one required level by quarter")
    if key not in settings:
        check.unknown(where, key, settings)
        return None
    reading = check.choice(where, node, "reading", READINGS)
    indicator, path = check.text(where, node, "indicator"), TargetPath(tuple(sorted(knots)))
    setting = settings[key]
    return Link(setting.instrument, setting.setting, indicator, reading, path, bool(node.get("costs_money")))
