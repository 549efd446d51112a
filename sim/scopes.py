"""Names of prefectures, sectors and size classes by which a setting can be given to some firms alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policies.catalogue import Catalogue
from policies.mix import Mix
from policies.scope import SCOPE_COLUMNS, Scope, parse_scope, split_path
from sim.codes import SIZE_CLASSES_ZH, code_names
from sim.errors import ConfigError, Problem, nearest_name
from sim.inputs.policy_files import compose_changed
from sim.inputs.province import Province


def scope_codes(province: Province) -> dict[str, dict[str, int]]:
    """Code in the firm column by column and name: prefectures and size classes in English and Chinese, sectors by code.

    The names that messages and paths use come first.
    """
    words = code_names(province)
    names = {
        "prefecture": (words["prefecture"], province.prefectures["name_zh"].tolist()),
        "sector": ([str(code) for code in words["sector"]],),
        "size_class": (words["size_class"], SIZE_CLASSES_ZH),
    }
    return {
        column: {name: code for listed in languages for code, name in enumerate(listed)}
        for column, languages in names.items()
    }


def compose_scoped(
    catalogue: Catalogue, policy: str | Sequence[str], settings: Mapping[str, float], province: Province
) -> Mix:
    """The mix of that name with changed settings, the names of its scopes being those of the province.

    Args:
        catalogue: instruments and mixes.
        policy: a policy name or list of names.
        settings: see `sim.inputs.policy_files.compose_changed`.
        province: the province pack.

    Raises:
        ConfigError: with every unknown name of the policy or of its scopes.
    """
    mix = compose_changed(catalogue, policy, settings)
    scopes = dict.fromkeys((node.where, *node.place) for node in catalogue.values(policy) if node.where)
    codes = scope_codes(province) if scopes else {}
    problems = [
        Problem(file, f"{key}.{column}", None, *texts)
        for where, file, key in scopes for column, *texts in _unknown_names(where, codes, province)
    ]
    if problems:
        raise ConfigError(problems)
    return mix


def canonical_paths(settings: Mapping[str, float], province: Province) -> dict[str, float]:
    """Overrides of settings with the names of their scopes checked and in English; badly written ones as they are.

    Raises:
        ConfigError: with every name that the province does not have, or if two paths mean the same firms.
    """
    codes, problems, canonical = scope_codes(province), [], {}
    for path, value in settings.items():
        setting, conditions = split_path(path)
        columns = {condition.partition("=")[0].strip() for condition in conditions.split(",")}
        if not columns <= {*SCOPE_COLUMNS}:
            canonical[path] = value
            continue
        try:
            scope = parse_scope(conditions)
        except ValueError:
            canonical[path] = value
            continue
        found = _unknown_names(scope, codes, province)
        problems += [Problem("", f"overrides.{path}", None, *texts) for _, *texts in found]
        written = path if found else f"{setting}@{_canonical(scope, codes)}"
        if written in canonical:
            problems.append(Problem("", f"overrides.{path}", value, "the same firms have a value already"))
        canonical[written] = value
    if problems:
        raise ConfigError(problems)
    return canonical


def _canonical(scope: Scope, codes: Mapping[str, Mapping[str, int]]) -> Scope:
    """The scope with English names, in the order of codes."""
    names = {}
    for column, listed in scope.conditions:
        order = sorted({codes[column][name] for name in listed})
        names[column] = [next(name for name, code in codes[column].items() if code == each) for each in order]
    return Scope.of(names)


def _unknown_names(
    scope: Scope, codes: Mapping[str, Mapping[str, int]], province: Province
) -> list[tuple[str, str, str]]:
    """Column, what is wrong and the nearest name, for every name that the province does not have."""
    return [
        (column, _there_are(name, codes[column], province, column), nearest_name(name.capitalize(), codes[column])
         or nearest_name(name, codes[column]))
        for column, names in scope.conditions for name in names if name not in codes[column]
    ]


def _there_are(name: str, names: Mapping[str, int], province: Province, column: str, shown: int = 12) -> str:
    """What is wrong and what would be right, for a message."""
    first = [each for each in names if each.isascii()]
    listed = ", ".join(first[:shown]) + (", ..." if len(first) > shown else "")
    return f"no {column.replace('_', ' ')} {name} in {province.name}; there are {listed}"
