"""Parameters as nodes: every number with unit, range, source, grade and labels, read from YAML and checked.

A block is a frozen dataclass declared beside the rules that use it (`agents.parameter.number`); its node file
holds one node a field: ``peer_hazard: {value: 0.15, unit: 1/yr, range: [0.0, 0.4], source: bass-meta,
grade: C, zh: ..., en: ...}``. Everything wrong is collected as a `Problem`; nothing is raised here.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from policies.problems import finite_number
from sim.errors import Problem, nearest_name, shown_path
from sim.inputs.sources import GRADES, source_fault, source_ids
from sim.inputs.yaml_files import read_yaml

Block = TypeVar("Block")
Blocks = Mapping[str, tuple[Any, Mapping[str, "Node"]]]
"""Block name -> (dataclass instance, nodes by field)."""

_REQUIRED = ("value", "unit", "range", "source", "grade", "zh", "en")
_KEYS = (*_REQUIRED, "note")


@dataclass(frozen=True)
class Node:
    """One number of the model with everything that is known about it.

    Attributes:
        path: block and field, for example ``information.peer_hazard``.
        value: central value, in `unit`.
        unit: unit in which the rules read it.
        low: low end of the plausible range.
        high: high end of the plausible range.
        source: ids of the source list, joined by ``+``.
        grade: A official, B secondary, C background knowledge, D derived or estimated.
        zh: Chinese label.
        en: English label.
        note: what a reader has to know about it; may be empty.
    """

    path: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    grade: str
    zh: str
    en: str
    note: str = ""


def _number_fault(value: object) -> str | None:
    """What is wrong with something that has to be a number."""
    if finite_number(value):
        return None
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+", value):
        return "YAML reads this as text; write it with a point and a signed exponent, such as 1.0e-4"
    return "a finite number is needed"


def _range_fault(value: object, bounds: object) -> tuple[str, Any, str] | None:
    """Key, value and text of what is wrong with a value and its range."""
    fault = _number_fault(value)
    if fault:
        return "", value, fault
    if not (isinstance(bounds, list) and len(bounds) == 2 and all(map(finite_number, bounds))):
        return ".range", bounds, "a range of two finite numbers [low, high] is needed"
    low, high = bounds
    if low > high:
        return ".range", bounds, "the low end lies above the high end"
    if not low <= float(value) <= high:  # type: ignore[arg-type]
        return "", value, f"outside its range [{low}, {high}]"
    return None


def _read_node(
    path: str, raw: object, unit: str, sources: Collection[str], report: Callable[[str, Any, str, str], None]
) -> Node | None:
    """Check one node and build it; None if anything is wrong (then reported)."""
    if not isinstance(raw, dict):
        report(path, raw, f"a node with {', '.join(_REQUIRED)} is needed", "")
        return None
    faults = [
        (f".{key}", raw[key], "unknown key", nearest_name(key, _KEYS)) for key in raw if key not in _KEYS
    ]
    faults += [(f".{key}", None, "missing", "") for key in _REQUIRED if key not in raw]
    if "unit" in raw and raw["unit"] != unit:
        faults.append((".unit", raw["unit"], f"the model reads this number in '{unit}'", ""))
    if "value" in raw and "range" in raw:
        fault = _range_fault(raw["value"], raw["range"])
        faults += [(*fault, "")] if fault else []
    if "source" in raw:
        wrong = source_fault(raw["source"], sources)
        faults += [(".source", raw["source"], *wrong)] if wrong else []
    if "grade" in raw and raw["grade"] not in GRADES:
        faults.append((".grade", raw["grade"], f"one of {', '.join(GRADES)} is needed", ""))
    for key in ("zh", "en", "note"):
        if key in raw and not (isinstance(raw[key], str) and raw[key].strip()):
            faults.append((f".{key}", raw[key], "a text is needed", ""))
    for key, value, text, nearest in faults:
        report(path + key, value, text, nearest)
    if faults:
        return None
    low, high = map(float, raw["range"])
    return Node(
        path,
        float(raw["value"]),
        unit,
        low,
        high,
        raw["source"],
        raw["grade"],
        raw["zh"],
        raw["en"],
        raw.get("note", ""),
    )


def load_block(
    cls: type[Block], path: Path, problems: list[Problem], sources: Collection[str] | None = None
) -> tuple[Block | None, dict[str, Node]]:
    """Fill a parameter dataclass from its node file.

    Args:
        cls: frozen dataclass whose fields were made with `agents.parameter.number`.
        path: node file; its stem is the block's name.
        problems: everything wrong is added here.
        sources: known source ids; by default those of ``sources.csv`` in the folder above the file's.

    Returns:
        The instance (None if anything is wrong) and the nodes that are in order, by field.
    """
    raw = read_yaml(path, problems)
    if raw is None:
        return None, {}
    known = source_ids(path.parent.parent / "sources.csv") if sources is None else sources
    file, block = shown_path(path), path.stem
    before = len(problems)

    def report(key: str, value: Any, text: str, nearest: str) -> None:
        problems.append(Problem(file, key, value, text, nearest))

    units = {field.name: str(field.metadata["unit"]) for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key, value in raw.items():
        if key not in units:
            shown = value.get("value") if isinstance(value, dict) else value
            report(f"{block}.{key}", shown, "unknown key", nearest_name(key, units))
    nodes: dict[str, Node] = {}
    for name, unit in units.items():
        if name not in raw:
            report(f"{block}.{name}", None, f"missing (unit '{unit}')", "")
            continue
        node = _read_node(f"{block}.{name}", raw[name], unit, known, report)
        if node is not None:
            nodes[name] = node
    if len(problems) > before:
        return None, nodes
    return cls(**{name: node.value for name, node in nodes.items()}), nodes


def load_blocks(
    classes: Mapping[str, type[Any]], folder: Path, problems: list[Problem]
) -> dict[str, tuple[Any, dict[str, Node]]]:
    """Load every block of a province pack, and report node files that no block claims.

    Args:
        classes: block name -> dataclass; the node file is ``<folder>/<block>.yaml``.
        folder: the ``parameters`` folder of the pack.
        problems: everything wrong is added here.

    Returns:
        Block name -> (instance, nodes); blocks with a problem are left out.
    """
    known = source_ids(folder.parent / "sources.csv")
    loaded = {
        name: load_block(cls, folder / f"{name}.yaml", problems, known) for name, cls in classes.items()
    }
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
        if path.stem not in classes:
            problems.append(
                Problem(
                    shown_path(path),
                    "",
                    None,
                    "no part of the model reads this file",
                    nearest_name(path.stem, classes),
                )
            )
    return {name: (instance, nodes) for name, (instance, nodes) in loaded.items() if instance is not None}


def apply_overrides(
    blocks: Blocks, overrides: Mapping[str, float], problems: list[Problem]
) -> dict[str, tuple[Any, dict[str, Node]]]:
    """Replace single values, each checked against the range of its node.

    Args:
        blocks: block name -> (instance, nodes) as given by `load_blocks`; not changed.
        overrides: path such as ``finance.pool_claim_stop`` -> new value.
        problems: unknown paths (with the nearest one) and values that are no number or outside the range.

    Returns:
        The blocks with new instances and nodes where something was replaced.
    """
    nodes = {
        node.path: (block, name) for block, (_, fields) in blocks.items() for name, node in fields.items()
    }
    changed = {block: (instance, dict(fields)) for block, (instance, fields) in blocks.items()}
    for path, value in overrides.items():
        if path not in nodes:
            scoped = path.partition("@")[0] in nodes
            text = "a parameter holds for all firms; an instrument's setting takes @" if scoped else "unknown parameter"
            problems.append(Problem("overrides", path, value, text, "" if scoped else nearest_name(path, nodes)))
            continue
        block, name = nodes[path]
        instance, fields = changed[block]
        node = fields[name]
        fault = _number_fault(value)
        if fault is None and not node.low <= value <= node.high:
            fault = f"outside its range [{node.low}, {node.high}] {node.unit}"
        if fault:
            problems.append(Problem("overrides", path, value, fault))
            continue
        fields[name] = dataclasses.replace(node, value=float(value))
        changed[block] = (dataclasses.replace(instance, **{name: float(value)}), fields)
    return changed
