"""What differs between two experiments: data, parameters, policies, code, and what cannot be compared.

The manifests hold the composed content of both, so nothing is loaded from the present files. Cases (a scenario and a
rule of decision) are compared by their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from experiments.design import Case
from experiments.store.loading import StoredResults
from policies.registry import registered
from policies.schedule import Schedule, quarter_label
from sim.errors import ConfigError, Problem

DATA, PARAMETER, POLICY, CODE, DESIGN = CATEGORIES = ("data", "parameter", "policy", "code", "design")
"""Kinds of difference; the last explains no change, because only what both have is compared."""

_PARTS = {"parameters": PARAMETER, "uncertainty": PARAMETER, "overrides": PARAMETER, "policies": POLICY, "end": DESIGN}
"""Category of a part of the content; every other part is data."""


class Difference(NamedTuple):
    """One difference: a path in the content and what stands there in A and in B (None: nothing)."""

    category: str
    path: str
    a: Any
    b: Any


def check_comparable(a: StoredResults, b: StoredResults) -> None:
    """Refuse experiments that have nothing in common.

    Raises:
        ConfigError: different provinces, no common policy, no common case, or no seed that is finished in both.
    """
    folders = f"{a.folder} and {b.folder}"
    if a.config.province != b.config.province:
        text = f"{folders} are of different provinces ({a.config.province}, {b.config.province})"
        raise ConfigError([Problem("", "province", None, text)])
    for what, one, other in (
        ("policy", a.config.policies, b.config.policies),
        ("case (scenario and behaviour)", _labels(a), _labels(b)),
        ("seed that is finished in both", _seed_texts(a), _seed_texts(b)),
    ):
        if not set(one) & set(other):
            text = f"{folders} have no common {what}: {_listed(one)} against {_listed(other)}"
            raise ConfigError([Problem("", what.split()[0], None, text)])
    if not set(a.finished) & set(b.finished):
        raise ConfigError([Problem("", "seed", None, f"{folders} have no case and seed that is finished in both")])


def common_cases(a: StoredResults, b: StoredResults) -> tuple[Case, ...]:
    """Cases of both, in the order of B."""
    return tuple(case for case in b.config.design.cases if case in a.config.design.cases)


def case_content(manifest: Mapping[str, Any], case: Case) -> dict[str, Any]:
    """The whole content of one case."""
    content = dict(manifest.get("content", {}))
    return {**content, **content.pop("cases", {}).get(case.label, {})}


def differences(a: StoredResults, b: StoredResults) -> list[Difference]:
    """Every difference of two experiments, category by category.

    Args:
        a: the one compared with.
        b: the one described.
    """
    found = [*_code(a.manifest, b.manifest), *_design(a, b)]
    by_case = {case: _case_differences(a, b, case) for case in common_cases(a, b)}
    for case, own in by_case.items():
        for each in own:
            everywhere = all(each in others for others in by_case.values())
            found.append(each if everywhere else each._replace(path=f"{case.label}: {each.path}"))
    distinct = [each for place, each in enumerate(found) if each not in found[:place]]
    return sorted(distinct, key=lambda each: CATEGORIES.index(each.category))


def _code(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    for part in ("code", "versions"):
        yield from _compared(CODE, part, a.get(part, {}), b.get(part, {}))


def _design(a: StoredResults, b: StoredResults) -> Iterator[Difference]:
    """Names and seeds that only one of them has."""
    for what, one, other in (
        ("policies", a.config.policies, b.config.policies),
        ("cases", _labels(a), _labels(b)),
        ("seeds", _seeds(a), _seeds(b)),
    ):
        only_a, only_b = ([each for each in x if each not in y] for x, y in ((one, other), (other, one)))
        if only_a or only_b:
            yield Difference(DESIGN, f"{what} only here", only_a or None, only_b or None)


def _case_differences(a: StoredResults, b: StoredResults, case: Case) -> list[Difference]:
    one, other = (_flat_case(each, case) for each in (a, b))
    found: list[Difference] = []
    for part in dict.fromkeys([*one, *other]):
        found += _compared(_PARTS.get(part, DATA), part, one.get(part, {}), other.get(part, {}))
    # A parameter that one version alone has comes with the code that reads it.
    alone = [each for each in found if each.path.startswith("parameters.") and None in (each.a, each.b)]
    found = [each._replace(category=CODE) if each in alone else each for each in found]
    pairs = (case_content(each.manifest, case).get("policies", {}) for each in (a, b))
    return [*found, *_policy_differences(*pairs)]


def _compared(category: str, part: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys([*one, *other]):
        if one.get(key) != other.get(key):
            path = f"{part}.{key}" if key else part
            yield Difference(category, path, one.get(key), other.get(key))


def _flat_case(results: StoredResults, case: Case) -> dict[str, dict[str, Any]]:
    """Content of a case by part, each part flat; policies are left out, since their values hold from a date on."""
    content = case_content(results.manifest, case)
    parts = {key: _flat(value) for key, value in content.items() if key not in ("policies", "uncertainty")}
    uncertainty = content.get("uncertainty", {})
    draws, ridges = uncertainty.get("draws", {}), uncertainty.get("ridges", {})
    plain = {key: value for key, value in uncertainty.items() if key not in ("draws", "ridges")}
    texts = {path: "{distribution} [{low}, {high}]".format_map(each) for path, each in draws.items()}
    followers = {path: f"follows {of} {points}" for path, (of, *points) in ridges.items()}
    parts["uncertainty"] = {**plain, **texts, **followers}
    # A value that is not drawn is told with the parameters.
    fixed = results.config.overrides.items()
    parts["overrides"] = {path: value for path, value in fixed if path in draws or path in ridges}
    return parts


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested mappings with dots between the keys; a plain value under its prefix."""
    if not isinstance(value, Mapping):
        return {prefix: value}
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        flat |= _flat(inner, f"{prefix}.{key}" if prefix else str(key))
    return flat


def _policy_differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Difference]:
    """Values in force that differ, at every date at which one of them changes, and adaptive rules."""
    for name in (name for name in b if name in a):
        one, other = ({"instruments": {}, "adaptive": None, **each[name].get("settings", {})} for each in (a, b))
        steps = [_steps(each["instruments"]) for each in (one, other)]
        for key in dict.fromkeys([*steps[0], *steps[1]]):
            yield from _dated(f"policies.{name}.{'.'.join(key)}", key, *(each.get(key, {}) for each in steps))
        rules = (_rule(each["adaptive"]) for each in (one, other))
        yield from _compared(POLICY, f"policies.{name}.adaptive", *rules)


def _steps(instruments: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, float]]:
    return {(instrument, name): each for instrument, own in instruments.items() for name, each in own.items()}


def _dated(path: str, key: tuple[str, str], a: Mapping[str, float], b: Mapping[str, float]) -> Iterator[Difference]:
    """Dates at which the values in force differ and one of them has changed; before the first the null holds."""
    cls = registered().get(key[0])
    null = cls.settings[key[1]].null if cls and key[1] in cls.settings else 0.0
    one, other = Schedule.of(null, a), Schedule.of(null, b)
    last = (null, null)
    for date in sorted({date for date, _ in one.steps + other.steps}):
        pair = one.at(date), other.at(date)
        if pair[0] != pair[1] and pair != last:
            yield Difference(POLICY, f"{path} from {quarter_label(date)}", *pair)
        elif last[0] != last[1] and pair[0] == pair[1]:
            yield Difference(POLICY, f"{path} equal again from {quarter_label(date)}", *pair)
        last = pair


def _rule(recorded: Mapping[str, Any] | None) -> dict[str, Any]:
    """An adaptive rule with its links by setting and its dates as quarters."""
    if not recorded:
        return {}
    links = {
        f"{each['instrument']}.{each['setting']}": {
            **each, "path": {quarter_label(int(date)): level for date, level in each["path"]["knots"]}
        }
        for each in recorded["links"]
    }
    return _flat({**recorded, "start": quarter_label(recorded["start"]), "links": links})


def _labels(results: StoredResults) -> list[str]:
    return [case.label for case in results.config.design.cases]


def _seeds(results: StoredResults) -> list[int]:
    return sorted(int(seed) for seed in results.blocks["seed"].unique())


def _seed_texts(results: StoredResults) -> list[str]:
    return [str(seed) for seed in sorted({block.seed for block in results.finished})]


def _listed(names: Sequence[str], shown: int = 8) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return (", ".join(names[:shown]) or "none") + more
