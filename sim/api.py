"""The model from Python: one line for a run, one call for a seed block with all policies on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from agents import behaviour as rules
from policies.mix import Mix
from policies.schedule import parse_quarter
from sim.additionality import COLUMNS as ADDITIONAL
from sim.additionality import REFERENCE, Footprint, additionality
from sim.block import SeedBlock
from sim.errors import ConfigError, Problem
from sim.groups import group_frame
from sim.inputs.policy_files import compose_mix, load_catalogue
from sim.inputs.uncertainty import check_file, load_uncertainty
from sim.model import ProvinceModel
from sim.panel import Panel, observe, panel_problems
from sim.preparation import central_nodes, check_behaviour, load_inputs, prepare_block
from sim.result import Result, labelled, labelled_frames
from sim.threads import one_thread

Loaded = TypeVar("Loaded")
KeepPanel = Callable[[pd.DataFrame], object]
"""Takes one quarter of a panel."""


@dataclass(frozen=True)
class RunSpec:
    """What a run computes, apart from seed and policy."""

    province: str = "sichuan"
    scenario: str = "reference"
    end: str = "2030Q4"
    overrides: Mapping[str, float] = field(default_factory=dict)
    uncertainty: str = "none"
    behaviour: str = rules.DEFAULT
    panel: Panel | None = None

    def parameters_for(self, seed: int) -> dict[str, float]:
        """Parameter values of one seed: what is drawn for it, then the overrides, which win."""
        inputs = load_inputs(self.province, self.scenario, self.overrides)
        drawn = load_uncertainty(self.uncertainty, inputs.parameters.nodes).sample(seed, inputs.parameters.nodes)
        return {**drawn, **self.overrides}


@dataclass(frozen=True)
class BlockResult:
    """Results of one seed block as data frames.

    Attributes:
        indicators: one row a (policy, scenario, behaviour, seed, quarter), a column an indicator.
        outcomes: one row a (policy, scenario, behaviour, seed, target definition).
        ledger: one row a (policy, scenario, behaviour, seed, year, instrument, payer, kind), m CNY.
        additional: one row a (policy, scenario, behaviour, seed), what the policy adds to the block's run without
            policy (see `sim.additionality`); no row if that run is not among the policies.
        groups: one row a (policy, scenario, behaviour, seed, year, dimension, group, indicator), see `sim.groups`.
    """

    indicators: pd.DataFrame
    outcomes: pd.DataFrame
    ledger: pd.DataFrame
    additional: pd.DataFrame
    groups: pd.DataFrame


def policy_name(policy: str | Sequence[str]) -> str:
    """One name of a policy given as a name or a list of names."""
    return policy if isinstance(policy, str) else "+".join(policy)


def check(spec: RunSpec, policies: Sequence[str]) -> None:
    """Load everything a run reads and compose every policy, without running anything.

    Raises:
        ConfigError: with all problems at once.
    """
    problems: list[Problem] = []

    def attempt(check: Callable[[], Loaded]) -> Loaded | None:
        try:
            return check()
        except ConfigError as error:
            problems.extend(error.problems)
            return None

    inputs = attempt(partial(load_inputs, spec.province, spec.scenario, spec.overrides))
    catalogue = inputs.catalogue if inputs else attempt(load_catalogue)
    if catalogue:
        compose = inputs.compose if inputs else partial(compose_mix, catalogue)
        for policy in policies:
            attempt(partial(compose, policy))
    nodes = inputs.parameters.nodes if inputs else central_nodes(spec.province)
    attempt(partial(load_uncertainty, spec.uncertainty, nodes) if nodes else partial(check_file, spec.uncertainty))
    if inputs and spec.panel:
        problems += panel_problems(spec.panel, inputs.province)
    attempt(partial(check_behaviour, spec.behaviour))
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))


def model_content(spec: RunSpec, policies: Sequence[str]) -> dict[str, Any]:
    """The composed content that decides the results, as plain data: values and table checksums, never file dates."""
    inputs = load_inputs(spec.province, spec.scenario, spec.overrides)
    uncertainty = load_uncertainty(spec.uncertainty, inputs.parameters.nodes)
    mixes = {policy: inputs.compose(policy) for policy in policies}
    return {
        "province": inputs.province.name,
        "firms": inputs.province.firms,
        "tables": dict(inputs.province.checksums),
        "parameters": {path: node.value for path, node in sorted(inputs.parameters.nodes.items())},
        "scenario": inputs.scenario.content(),
        "end": spec.end,
        "behaviour": spec.behaviour,
        "uncertainty": {
            "sampling": uncertainty.sampling,
            "draws": {path: vars(spread) for path, spread in sorted(uncertainty.draws.items())},
            # The other designs give a parameter the same points wherever it stands.
            **({"order": list(uncertainty.draws)} if uncertainty.sampling == "sobol" else {}),
            "ridges": {path: [each.of, *map(list, each.points)] for path, each in sorted(uncertainty.ridges.items())},
        },
        "policies": {
            name: {"settings": mix.content(), "adaptive": repr(mix.adaptive)} for name, mix in mixes.items()
        },
    }


def run_block(
    spec: RunSpec, seed: int, policies: Sequence[str], keep: KeepPanel | None = None
) -> BlockResult:
    """Draw one seed block and run every policy on it.

    Args:
        spec: what to compute.
        seed: any integer.
        policies: names of policies.
        keep: takes the firms of the panel, quarter by quarter, if the specification has a panel.

    Raises:
        ConfigError: with every problem of names, files and overrides.
    """
    block = prepare_block(
        spec.province, seed, spec.scenario, spec.parameters_for(seed), parse_quarter(spec.end),
        behaviour=spec.behaviour,
    )
    return run_policies(block, dict.fromkeys(policies), spec.panel, keep)


@one_thread
def run_policies(
    block: SeedBlock, mixes: Mapping[str, Mix | None], panel: Panel | None = None, keep: KeepPanel | None = None
) -> BlockResult:
    """Run policies on a seed block.

    Args:
        block: the block.
        mixes: by name of the policy its mix; None: the mix that the catalogue has under that name.
        panel: firms to hand over.
        keep: takes them.

    Raises:
        ConfigError: for a name that the catalogue does not know.
    """
    parts, footprints, groups = [], {}, []
    for policy, mix in mixes.items():
        try:
            model = ProvinceModel(policy, block=block, mix=mix)
            _run(model, policy, panel, keep)
            parts.append(labelled_frames(model, policy))
        except Exception as error:
            error.add_note(f"policy {policy}")
            raise
        footprints[policy] = Footprint.of(model)
        groups.append(labelled(group_frame(model), policy, block))
        model.release()
    indicators, outcomes, ledger = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    return BlockResult(
        indicators, outcomes, ledger, _additional(footprints, block), pd.concat(groups, ignore_index=True)
    )


def _run(model: ProvinceModel, policy: str, panel: Panel | None, keep: KeepPanel | None) -> None:
    """Run a model to its end and hand over every due quarter of the panel."""
    while not model.finished:
        quarter = model.quarter
        model.step()
        if panel is not None and keep is not None and panel.due(quarter, model.block.last):
            keep(labelled(observe(model, panel, quarter), policy, model.block))


def _additional(footprints: Mapping[str, Footprint], block: SeedBlock) -> pd.DataFrame:
    """What each policy adds to the run without policy, labelled; empty if that was not run."""
    reference = footprints.get(REFERENCE)
    rows = [] if reference is None else [additionality(each, reference) for each in footprints.values()]
    frame = labelled(pd.DataFrame(rows, columns=list(ADDITIONAL)), "", block)
    return frame.assign(policy=list(footprints)[: len(rows)])


def simulate(
    policy: str | Sequence[str] = "current", province: str = "sichuan", scenario: str = "reference", seed: int = 1,
    overrides: Mapping[str, float] | None = None, *, behaviour: str = rules.DEFAULT, block: SeedBlock | None = None,
) -> Result:
    """Run one policy for one seed.

    Args:
        policy: a mix, an instrument (on top of `current`), `a+b`, or a list of such names.
        province: a province pack.
        scenario: an exogenous future.
        seed: any integer.
        overrides: parameter path (``retrofit.choice_constant``) or instrument setting
            (``retrofit_subsidy.rate``, from 2026 on in every policy that has it in force; for some firms alone
            ``retrofit_subsidy.rate@prefecture=Chengdu``) -> value.
        behaviour: rule by which firms judge measures, one of `agents.behaviour.BEHAVIOURS`.
        block: a seed block to share among policies (see `sim.preparation.prepare_block`).

    Returns:
        The result with its frames; `.model` is the finished Mesa model.

    Raises:
        ConfigError: with every problem of names, files and overrides.
    """
    name = policy_name(policy)
    model = ProvinceModel(name, province, seed, scenario, overrides, behaviour=behaviour, block=block)
    return Result(model.run(), name)
