"""From names to a seed block: load, check, draw, and run the burn-in once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agents import behaviour as rules
from policies.catalogue import Catalogue
from policies.mix import Mix
from policies.schedule import FIRST_QUARTER, parse_quarter
from sim.block import SeedBlock, build_block
from sim.burn_in import run_burn_in
from sim.errors import ConfigError, Problem, unknown_name
from sim.inputs.clauses import Clauses, read_clauses, variants
from sim.inputs.model_parameters import BLOCKS, Parameters, load_parameters, override_parameters
from sim.inputs.parameters import Node
from sim.inputs.policy_files import compose_mix, load_catalogue
from sim.inputs.province import Province, load_province, pack_folder
from sim.inputs.scenario import Scenario, load_scenario
from sim.inputs.sources import source_ids
from sim.scopes import canonical_paths, compose_scoped
from sim.threads import one_thread

BURN_IN = parse_quarter("2021Q1")
FIRST = parse_quarter("2026Q1")
LAST = parse_quarter("2030Q4")


@dataclass(frozen=True)
class Inputs:
    """Everything a run reads from files."""

    province: Province
    parameters: Parameters
    scenario: Scenario
    catalogue: Catalogue
    settings: Mapping[str, float]
    """Overrides of instrument settings, by ``instrument.setting``."""
    clauses: Clauses
    """Clauses of the plan; the catalogue knows the plan without each of them."""

    def compose(self, policy: str | Sequence[str]) -> Mix:
        """The mix of a policy name with the overridden settings; ConfigError if there is none of that name."""
        return compose_scoped(self.catalogue, policy, self.settings, self.province)


def load_inputs(
    province: str = "sichuan", scenario: str = "reference", overrides: Mapping[str, float] | None = None
) -> Inputs:
    """Load and check everything a run reads; files are read once a process, whatever the overrides.

    Each seed of a run with uncertainty has overrides of its own: only these are applied anew.

    Raises:
        ConfigError: with the problems of all parts at once.
    """
    return _load_inputs(province, scenario, tuple(sorted((overrides or {}).items())))


_pack = lru_cache(maxsize=4)(load_province)
_scenario = lru_cache(maxsize=16)(load_scenario)
_catalogue = lru_cache(maxsize=1)(load_catalogue)
_central_parameters = lru_cache(maxsize=4)(load_parameters)


@lru_cache(maxsize=8)
def _load_inputs(province: str, scenario: str, overrides: tuple[tuple[str, float], ...]) -> Inputs:
    problems: list[Problem] = []

    def attempt(load: Any, *arguments: Any) -> Any:
        try:
            return load(*arguments)
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    pack = attempt(_pack, province)
    folder = pack.folder if pack else pack_folder(province)
    sources = source_ids(folder / "sources.csv") or None
    future = attempt(_scenario, scenario, None, sources)
    catalogue = attempt(_catalogue)
    instruments = catalogue.instruments if catalogue else {}
    settings = {path: value for path, value in overrides if _is_setting(path, instruments)}
    values = {path: value for path, value in overrides if path not in settings}
    if pack:
        settings = attempt(canonical_paths, settings, pack) or settings
    if catalogue:
        attempt(compose_mix, catalogue, "current", {path: {FIRST_QUARTER: v} for path, v in settings.items()})
    central = attempt(_central_parameters, folder / "parameters") if sources else None
    parameters = attempt(override_parameters, central, values) if central else None
    clauses = attempt(read_clauses, pack, catalogue) if pack and catalogue else None
    if problems or pack is None or parameters is None or future is None or catalogue is None or clauses is None:
        raise ConfigError(problems)
    return Inputs(pack, parameters, future, catalogue.with_variants(variants(clauses, catalogue)), settings, clauses)


def central_nodes(province: str) -> Mapping[str, Node] | None:
    """Nodes of a province whose other files may be faulty; None if it has none that can be read."""
    try:
        return _central_parameters(pack_folder(province) / "parameters").nodes
    except ConfigError:
        return None


def _is_setting(path: str, instruments: Collection[str]) -> bool:
    """Whether an override is that of a setting: it starts with an instrument, or has a scope and is no parameter."""
    first = path.split(".")[0]
    return first in instruments or ("@" in path and first not in BLOCKS)


def check_behaviour(name: str) -> None:
    """Refuse a rule of decision that does not exist.

    Raises:
        ConfigError: with the nearest name.
    """
    if name not in rules.RULES:
        raise unknown_name("behaviour", name, tuple(rules.RULES))


@one_thread
def prepare_block(
    province: str = "sichuan", seed: int = 1, scenario: str = "reference",
    overrides: Mapping[str, float] | None = None, last: int = LAST, *, behaviour: str = rules.DEFAULT,
    history: Mix | None = None,
) -> SeedBlock:
    """Draw a seed block and run its burn-in.

    Args:
        province: name of a province pack.
        seed: any integer.
        scenario: name of a scenario.
        overrides: parameter path or ``instrument.setting`` -> value.
        last: last quarter (absolute).
        behaviour: rule of decision, one of `agents.behaviour.BEHAVIOURS`; the burn-in follows it too.
        history: the mix whose values before 2026 hold in the burn-in; `current` if left out.

    Raises:
        ConfigError: with every problem of names, files and overrides.
    """
    check_behaviour(behaviour)
    inputs = load_inputs(province, scenario, overrides)
    block = build_block(
        inputs.province, inputs.parameters, inputs.scenario, inputs.catalogue, seed, BURN_IN, FIRST, last,
        inputs.settings, behaviour,
    )
    block.snapshot = run_burn_in(block, history)
    return block
