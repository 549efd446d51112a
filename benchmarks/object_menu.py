"""The measures and a firm's options as plain objects, and rules about them in scalar Python, for the plain firms."""

from __future__ import annotations

import math
from dataclasses import dataclass

from agents.carriers import CARRIERS
from agents.measure_economics import MILLION
from agents.measures import MeasuresParameters, Menu
from agents.retrofit import RetrofitParameters
from benchmarks.object_firm import Project


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the menu. `carriers` holds (carrier, base share, share removed) where any of them counts."""

    index: int
    name: str
    material: bool
    carriers: tuple[tuple[int, float, float], ...]
    coverage: float
    grid_purchase: float
    process_co2: float
    electricity_per_removed: float
    electricity_per_covered: float
    gas_per_removed: float
    alternative_fuel_per_removed: float
    sized_by_revenue: bool
    capex_per_tce: float
    capex_share_of_revenue: float
    capex_floor: float
    capex_ceiling: float
    opex_per_tce: float
    payback_reference: float
    learning_rate: float
    realised: float
    process_gas_priced: bool
    skips_process: bool
    available_from: float
    on_offer: bool
    excludes: frozenset[int]
    requires: int

    @property
    def adds(self) -> bool:
        """Whether something else is used in place of what it removes."""
        added = self.electricity_per_removed or self.electricity_per_covered or self.gas_per_removed
        return bool(added or self.alternative_fuel_per_removed or self.grid_purchase)

    def available(self, year: int) -> bool:
        """Whether the market offers it in a year."""
        return self.on_offer and self.available_from <= max(year, 2025)


def read_menu(menu: Menu, parameters: MeasuresParameters) -> list[Measure]:
    """One object a measure, money in m CNY."""
    realised = parameters.realised_share * (1.0 - parameters.direct_rebound)
    return [
        Measure(
            index=row,
            name=menu.measure_id[row],
            material=menu.measure_class[row] == "material",
            carriers=tuple(
                (carrier, float(menu.base[row, carrier]), float(menu.removed[row, carrier]))
                for carrier in range(len(CARRIERS))
                if menu.base[row, carrier] > 0.0 or menu.removed[row, carrier] != 0.0
            ),
            coverage=float(menu.coverage[row]),
            grid_purchase=float(menu.grid_purchase[row]),
            process_co2=float(menu.process_co2[row]),
            electricity_per_removed=float(menu.electricity_per_removed[row]),
            electricity_per_covered=float(menu.electricity_per_covered[row]),
            gas_per_removed=float(menu.gas_per_removed[row]),
            alternative_fuel_per_removed=float(menu.alternative_fuel_per_removed[row]),
            sized_by_revenue=bool(menu.base_output[row]),
            capex_per_tce=float(menu.capex_per_tce[row]) / MILLION,
            capex_share_of_revenue=float(menu.capex_share_of_revenue[row]),
            capex_floor=float(menu.capex_floor[row]) * parameters.capex_floor_factor / MILLION,
            capex_ceiling=float(menu.capex_ceiling[row]) / MILLION,
            opex_per_tce=float(menu.opex_per_tce[row]),
            payback_reference=float(menu.payback_reference[row]),
            learning_rate=float(menu.learning_rate[row]),
            realised=realised if menu.realisation[row] else 1.0,
            process_gas_priced=bool(menu.process_gas_priced[row]),
            skips_process=bool(menu.skips_process[row]),
            available_from=float(menu.available_from[row]),
            on_offer=not (menu.pilot_gated[row] or menu.plant_decision[row]),
            excludes=frozenset(other for other in range(len(menu)) if menu.excludes[row, other]),
            requires=int(menu.requires[row]),
        )
        for row in range(len(menu))
    ]


@dataclass(slots=True)
class Option:
    """A measure as one firm sees it. `position` finds its drawn tastes."""

    measure: Measure
    position: int
    cost_factor: float
    taste: float
    adopted: bool
    in_project: bool


@dataclass(slots=True)
class Offer:
    """One option weighed: what it costs and brings, and the score by which it is ranked."""

    option: Option
    capex: float
    saving: float
    score: float


@dataclass(slots=True)
class PlainProject(Project):
    """Offers a firm wants to carry out together, best first."""

    offers: list[Offer]


def utility(
    cost: float, saving: float, revenue: float, management: float, shift: float, parameters: RetrofitParameters
) -> float:
    """Systematic utility of an option with a positive yearly saving, logit units."""
    payback = math.log(cost / saving / parameters.payback_reference)
    relative_cost = math.log(cost / revenue / parameters.relative_cost_reference)
    return (
        parameters.choice_constant
        - parameters.payback_slope * payback
        - parameters.payback_slope * parameters.relative_cost_slope * relative_cost
        + parameters.management_slope * management
        + shift
    )


def cost_factor(
    grant: float, tax_credit: float, interest: float, hidden: float, parameters: RetrofitParameters
) -> float:
    """First cost as the firm sees it, over capex; `hidden` is the hidden cost."""
    support = (grant + tax_credit + interest) * parameters.subsidy_pass_through
    return max(1.0 - support + hidden, 0.01)


def added_output(cost: float, parameters: RetrofitParameters) -> float:
    """Yearly output that the modernisation part of a project adds, m CNY."""
    return cost * (1.0 - 1.0 / parameters.project_scope_factor) * parameters.added_output_per_capex


def roof_scale(
    wanted_mwh: float, revenue: float, pv_yield: float, parameters: MeasuresParameters
) -> float:
    """Share of the wanted own generation that fits on the roof."""
    cap = parameters.roof_cap * revenue * pv_yield / 1000.0 * parameters.pv_self_use
    return cap / wanted_mwh if wanted_mwh > cap else 1.0
