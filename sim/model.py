"""The province as a Mesa model, and the quarter as a list of named phases.

One step is one quarter: `QUARTER_PHASES` in order. Firms live in columns (`model.firms`, also
`model.agents_by_type[Firm]`); bank, pool, providers, buyers, certification body, chain leaders and power market
are ordinary agents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from agents import behaviour as behaviour_rules
from agents.institution import ColumnarModel
from policies.mix import Mix
from sim.block import SeedBlock
from sim.model_state import ProvinceState
from sim.phases.certification import certification
from sim.phases.chains import supply_chains
from sim.phases.demand import demand
from sim.phases.finance import finance
from sim.phases.information import demography, information
from sim.phases.outreach import outreach
from sim.phases.parks import park_projects, parks
from sim.phases.plants import plants
from sim.phases.policy import environment, policy
from sim.phases.power import green_power
from sim.phases.programmes import programmes
from sim.phases.record import record
from sim.phases.retrofit import choice
from sim.phases.service import services
from sim.phases.settlement import settlement
from sim.phases.siting import siting
from sim.phases.stock_diagnosis import stock_diagnosis
from sim.phases.waste import solid_waste
from sim.threads import one_thread

Phase = Callable[["ProvinceModel"], None]

QUARTER_PHASES: Mapping[str, Phase] = {
    "environment": environment,
    "policy": policy,
    "programmes": programmes,
    "siting": siting,
    "demography": demography,
    "outreach": outreach,
    "information": information,
    "stock_diagnosis": stock_diagnosis,
    "park_projects": park_projects,
    "retrofit_choice": choice,
    "plant_decisions": plants,
    "finance": finance,
    "service": services,
    "green_power": green_power,
    "certification": certification,
    "parks": parks,
    "supply_chains": supply_chains,
    "demand": demand,
    "solid_waste": solid_waste,
    "settlement": settlement,
    "record": record,
}
"""The quarter, in order. Peers and chains see last quarter's state, so the order among firms never matters."""

BURN_IN_PHASES = tuple(
    name for name in QUARTER_PHASES
    if name not in (
        "programmes", "siting", "outreach", "stock_diagnosis", "park_projects", "plant_decisions", "green_power",
        "certification", "parks", "supply_chains", "demand", "solid_waste", "record",
    )
)
"""The part of the quarter that the years 2021 to 2025 run through: who learns, retrofits, borrows and builds."""


class ProvinceModel(ProvinceState):
    """One province under one policy mix and one seed; `step()` is a quarter."""

    def __init__(
        self, policy: str | list[str] = "current", province: str = "sichuan", seed: int = 1,
        scenario: str = "reference", overrides: Mapping[str, float] | None = None, *,
        behaviour: str = behaviour_rules.DEFAULT, block: SeedBlock | None = None, mix: Mix | None = None,
    ) -> None:
        """Start a model at the first quarter of 2026.

        Args:
            policy: a mix, an instrument (on top of `current`), `a+b`, or a list of such names.
            province: a province pack, such as `sichuan` or `demo`.
            seed: every draw follows from it.
            scenario: the exogenous future.
            overrides: parameter path -> value.
            behaviour: rule by which firms judge measures, one of `agents.behaviour.BEHAVIOURS`.
            block: a seed block to share; then province, seed, scenario, overrides and behaviour are those of the block.
            mix: a mix of one's own; `policy` is then not looked up.

        Raises:
            ConfigError: with every problem of names, files and overrides.
        """
        from sim.preparation import prepare_block

        shared = block or prepare_block(province, seed, scenario, overrides, behaviour=behaviour)
        super().__init__(seed=shared.seed)
        snapshot = shared.snapshot
        store = snapshot.store.copy() if snapshot else None
        self.phases = tuple(QUARTER_PHASES)
        self._open(shared, shared.compose(policy) if mix is None else mix, shared.first, store)
        if snapshot:
            snapshot.restore(self)

    @classmethod
    def for_burn_in(cls, block: SeedBlock, history: Mix | None = None) -> ProvinceModel:
        """A model at the first quarter of the burn-in, under the policies then in force.

        Args:
            block: the seed block.
            history: the mix whose values before 2026 hold; `current` if left out.
        """
        model = cls.__new__(cls)
        ColumnarModel.__init__(model, seed=block.seed)
        model._open(block, history or block.compose("current"), block.burn_in, None)
        model.phases = BURN_IN_PHASES
        model.counts_targets = False
        return model

    @property
    def finished(self) -> bool:
        """Whether the last quarter has been run."""
        return self.quarter > self.block.last

    def step(self) -> None:
        """Run one quarter: the phases in order."""
        for name in self.phases:
            QUARTER_PHASES[name](self)
        self.quarter += 1

    @one_thread
    def run(self) -> ProvinceModel:
        """Step to the end of the run."""
        while not self.finished:
            self.step()
        return self

    def release(self) -> None:
        """Let go of all that the model holds, so that its memory is free at once; it is of no use afterwards.

        Model and agents point at each other: a model merely dropped keeps its arrays, and its block, until Python's
        cyclic collector happens to run. Runs that follow each other in one process call this after the last reading.
        """
        self.__dict__.clear()

    def adopted_measures(self, row: int) -> list[str]:
        """Names of the measures a firm has adopted (English, as in the menu)."""
        own = self.options.of(np.array([row]))
        return [self.menu.name_en[m] for m in self.options.measure[own[self.adopted[own]]]]

    def explain_firm(self, row: int, lang: str = "en") -> str:
        """Why a firm did or did not retrofit, buy green power and certify, in words and numbers."""
        from sim.explain_firm import explain_firm

        return explain_firm(self, row, lang)
