"""From names to a seed block: load, check, draw, and run the burn-in once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import behaviour as rules
from agents.measure_economics import roof_scale
from agents.measures import ELECTRICITY, TCE_PER_MWH
from agents.store import ColumnStore
from agents.terms import FloatArray
from policies.catalogue import Catalogue
from policies.mix import Mix
from policies.schedule import FIRST_QUARTER, parse_quarter
from sim.block import SeedBlock, build_block
from sim.clauses import Clauses, read_clauses, variants
from sim.errors import ConfigError, Problem, unknown_name
from sim.model_parameters import BLOCKS, Parameters, load_parameters, override_parameters
from sim.policy_files import compose_mix, load_catalogue
from sim.province import Province, load_province
from sim.scenario import Scenario, load_scenario
from sim.scopes import canonical_paths, compose_scoped
from sim.sources import source_ids
from sim.threads import one_thread

if TYPE_CHECKING:
    from sim.model import ProvinceModel

BURN_IN = parse_quarter("2021Q1")
FIRST = parse_quarter("2026Q1")
LAST = parse_quarter("2030Q4")

INSTITUTIONS = {
    "bank": ("principal", "repaid", "written_off"),
    "certifier": ("green_products", "carbon_footprints"),
    "leaders": ("asking", "awareness"),
    "pool": ("slice", "balance", "paid_in", "claims", "issued", "recent_claims"),
}
"""State of the institutions that the burn-in leaves behind."""

OPTION_STATE = ("adopted", "in_project", "taste", "experience")


@dataclass(frozen=True)
class Snapshot:
    """State of a model at the end of the burn-in: copies, never shared with a running model."""

    store: ColumnStore
    options: Mapping[str, np.ndarray]
    institutions: Mapping[str, Mapping[str, Any]]

    @classmethod
    def take(cls, model: ProvinceModel) -> Snapshot:
        """Copy the state of a model."""
        return cls(
            store=model.store.copy(),
            options={name: getattr(model, name).copy() for name in OPTION_STATE},
            institutions={
                name: {key: _copied(getattr(getattr(model, name), key)) for key in keys}
                for name, keys in INSTITUTIONS.items()
            },
        )

    @property
    def columns(self) -> Mapping[str, np.ndarray]:
        """The firm columns."""
        return self.store.arrays

    def restore(self, model: ProvinceModel) -> None:
        """Put the state beside the firm columns into a model of the same block; it starts from a copy of `store`."""
        for name, values in self.options.items():
            setattr(model, name, values.copy())
        for name, state in self.institutions.items():
            for key, value in state.items():
                setattr(getattr(model, name), key, _copied(value))


def _copied(value: Any) -> Any:
    """A copy of a mutable value; numbers as they are."""
    if hasattr(value, "copy"):
        return value.copy()
    return replace(value) if is_dataclass(value) and not isinstance(value, type) else value


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
    sources = source_ids(pack.parameters_folder.parent / "sources.csv") if pack else None
    future = attempt(_scenario, scenario, None, sources)
    catalogue = attempt(_catalogue)
    instruments = catalogue.instruments if catalogue else {}
    settings = {path: value for path, value in overrides if _is_setting(path, instruments)}
    values = {path: value for path, value in overrides if path not in settings}
    if pack:
        settings = attempt(canonical_paths, settings, pack) or settings
    if catalogue:
        attempt(compose_mix, catalogue, "current", {path: {FIRST_QUARTER: v} for path, v in settings.items()})
    central = attempt(_central_parameters, pack.parameters_folder) if pack else None
    parameters = attempt(override_parameters, central, values) if central else None
    clauses = attempt(read_clauses, pack, catalogue) if pack and catalogue else None
    if problems or pack is None or parameters is None or future is None or catalogue is None or clauses is None:
        raise ConfigError(problems)
    return Inputs(pack, parameters, future, catalogue.with_variants(variants(clauses, catalogue)), settings, clauses)


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


def run_burn_in(block: SeedBlock, history: Mix | None = None) -> Snapshot:
    """Run 2021-2025 under the policies then in force, so that 2026 does not start with a false boom.

    Args:
        block: the seed block.
        history: the mix whose values before 2026 hold; `current` if left out.
    """
    from sim.model import ProvinceModel
    from sim.options import legacy_adoption

    model = ProvinceModel.for_burn_in(block, history)
    model.adopted = legacy_adoption(block.menu, block.options, block.draws)
    model.taste = block.tastes.of(0)
    while model.quarter < block.first:
        model.step()
    close_burn_in(model)
    block.draws.forget()
    snapshot = Snapshot.take(model)
    model.release()
    return snapshot


def close_burn_in(model: ProvinceModel) -> None:
    """Bring the state to the end of 2025 as the tables have it.

    The base-year energy table already contains what was adopted until 2025, so intensity ratios start at one. Own
    solar generation and the list of green factories start from their tables. Chain leaders ask for what they ask for at
    the time; green products and carbon footprints are those of firms that gain from them.
    """
    from sim.phases.demand import value_certificates
    from sim.phases.products import start_products

    c, block = model.columns, model.block
    c["energy_intensity_ratio"][:] = 1.0
    c["process_co2_ratio"][:] = 1.0
    c["fuel_co2_ratio"][:] = 1.0
    for name in ("added_electricity", "added_gas", "alternative_fuel", "grants_received"):
        c[name][:] = 0.0
    c["onsite_generation"][:] = initial_generation(model)
    for name in ("rounds", "rounds_above_floor", "like_for_like"):
        c[name][:] = 0
    c["certified"][:] = c["certified_initial"]
    ages = np.floor(3.0 * block.draws.uniform("certificate age")).astype(np.int64)
    c["certified_since"][:] = np.where(c["certified_initial"], block.first - 1 - 4 * ages, -1)
    model.leaders.tell(model)
    for _ in range(2):  # what a certificate is worth depends on how many hold one
        value_certificates(model)
        start_products(model)


def initial_generation(model: ProvinceModel) -> FloatArray:
    """Own solar generation at the end of 2025, MWh/yr (N,): what the arrays in place by then deliver.

    The model's arrays replace the balance table's figure for on-site generation in manufacturing (3.4 TWh, grade D),
    which is not used: no firm's array exceeds its roof.
    """
    c, block = model.columns, model.block
    share = np.zeros(block.slots)
    arrays = np.flatnonzero(model.adopted & (block.menu.grid_purchase[block.options.measure] > 0.0))
    np.maximum.at(share, block.options.firm[arrays], block.menu.grid_purchase[block.options.measure[arrays]])
    wanted = share * c["energy_base"][:, ELECTRICITY] / TCE_PER_MWH * c["alive"]
    return wanted * roof_scale(wanted, c["revenue_base"], block.pv_yield, model.parameters.measures)
