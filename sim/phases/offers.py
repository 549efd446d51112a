"""What firms that decide can choose from, and what they face: gathered once a quarter for choice and finance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents import finance as money
from agents import retrofit as rules
from agents.array_types import FloatArray, IntArray
from agents.carriers import ELECTRICITY
from agents.chains import proof_parts
from agents.measure_economics import capex_floor
from agents.screening import BestCase, highest_return, largest_grant_effect
from sim.learning import capex_factor
from sim.phases.decision import score_bound

if TYPE_CHECKING:
    from sim.model import ProvinceModel


@dataclass(frozen=True)
class Situation:
    """What the firms that decide face: their own figures and the terms in force (n,), the market's cost (M,)."""

    rows: IntArray
    """Firms that decide."""
    revenue: FloatArray
    """m CNY/yr."""
    management: FloatArray
    """Standard-normal management quality, training included."""
    electricity_price: FloatArray
    """CNY/tce."""
    shift: FloatArray
    """Mandates, logit units."""
    own_part: FloatArray
    """First cost over capex that a renewal of equipment and a shared project of the park leave to the firm."""
    tax_credit: FloatArray
    """Share of capex."""
    interest: FloatArray
    """Present value of the interest subsidy and the cut of the loan rate on offer, share of capex."""
    hidden_cost: FloatArray
    """Multiplies the hidden cost."""
    carbon_price: FloatArray
    """CNY per tonne of direct CO2 avoided."""
    substance_cost: FloatArray
    """Yearly cost of keeping listed substances, over the capex of substituting them, 1/yr."""
    bonus: FloatArray
    """Yearly value that one further round brings beyond its savings, once a firm, m CNY."""
    learning: FloatArray
    """(M,) multiplier on the menu's capex today."""

    def cost_factor(self, grant: FloatArray, parameters: rules.RetrofitParameters) -> FloatArray:
        """First cost over capex under a grant on the project (n,), see `agents.retrofit.cost_factor`."""
        return rules.cost_factor(grant, self.tax_credit, self.interest, parameters, self.hidden_cost)


@dataclass(frozen=True)
class Offers:
    """Options that some firms can choose from, as flat arrays, by firm and in the order of the menu."""

    firms: Situation
    position: IntArray
    """(K,) option positions."""
    group: IntArray
    """(K,) index into rows."""
    measure: IntArray
    """(K,) measure of each option."""

    @property
    def rows(self) -> IntArray:
        """(n,) firms that decide."""
        return self.firms.rows


def situation(model: ProvinceModel, rows: IntArray) -> Situation:
    """What some firms face this quarter."""
    c, terms = model.columns, model.terms
    renewal = 1.0 + (model.parameters.retrofit.renewal_incremental_cost - 1.0) * model.renewed.take(rows)
    return Situation(
        rows=rows, revenue=c["revenue"].take(rows), management=c["management"].take(rows) + c["training"].take(rows),
        electricity_price=model.block.prices(model.quarter)[ELECTRICITY] * model.sites.electricity_price.take(rows),
        shift=terms.utility_shift[rows], own_part=renewal * terms.capex_factor[rows],
        tax_credit=terms.tax_credit_rate[rows], interest=_interest_value(model, rows),
        hidden_cost=terms.hidden_cost_factor[rows], carbon_price=terms.carbon_price[rows],
        substance_cost=terms.substance_cost[rows], bonus=_round_bonus(model, rows),
        learning=capex_factor(model),
    )


def open_options(model: ProvinceModel, rows: IntArray) -> Offers:
    """What some firms do not have yet and the market offers this year, whether or not they know of it."""
    position, group = model.options.grouped(rows)
    return _still_open(model, situation(model, rows), position, group, model.options.small_measure.take(position))


def promising_options(model: ProvinceModel, rows: IntArray) -> Offers:
    """Of the open options those that the firms know of and could want.

    Uninformed firms with a diagnosis of materials know of the substitution of materials alone. What the rule of
    decision could want at best is left to its bound; without one all that is known is promising.
    """
    firms = situation(model, rows)
    position, group = model.options.grouped(rows)
    measure = model.options.small_measure.take(position)
    bound = score_bound(model, _best_case(model, firms)) if len(rows) else None
    if bound is not None:
        bound.by_firm[np.flatnonzero((firms.bonus > 0.0) | (firms.carbon_price > 0.0))] = np.inf
        likely = bound.within_reach(
            group, measure, model.taste.take(position), model.options.log_cost_factor.take(position)
        )
        position, group, measure = position.take(likely), group.take(likely), measure.take(likely)
    offers = _still_open(model, firms, position, group, measure)
    aware = model.columns["aware"].take(rows)
    if aware.all():
        return offers
    known = np.flatnonzero(aware.take(offers.group) | model.menu.material.take(offers.measure))
    return Offers(firms, offers.position.take(known), offers.group.take(known), offers.measure.take(known))


def _still_open(
    model: ProvinceModel, firms: Situation, position: IntArray, group: IntArray, measure: NDArray[np.integer[Any]]
) -> Offers:
    """Of some options those that are not adopted and on the market."""
    kept = np.flatnonzero(model.available.take(measure) & ~model.adopted.take(position))
    return Offers(firms, position.take(kept), group.take(kept), measure.take(kept).astype(np.int64))


def _best_case(model: ProvinceModel, firms: Situation) -> BestCase:
    """The best that firms could meet this quarter, but for a price of carbon and the bonus of a further round."""
    menu, parameters, rows = model.menu, model.parameters.retrofit, firms.rows
    cost_factor = firms.cost_factor(model.terms.grant_rate[rows] * model.award_ratio, parameters)
    returns = highest_return(menu, model.block.prices(model.quarter), firms.electricity_price) / firms.learning
    if firms.substance_cost.any():
        returns[menu.material] = np.inf
    return BestCase(
        cost_factor=cost_factor * firms.own_part, revenue=firms.revenue, management=firms.management,
        firm_shift=firms.shift, highest_return=returns,
        capex_floor=capex_floor(menu, model.parameters.measures), measure_shift=model.measure_shift,
        measure_grant=largest_grant_effect(model.measure_grants.rate, cost_factor, parameters),
    )


def _interest_value(model: ProvinceModel, rows: IntArray) -> FloatArray:
    """Present value of the interest subsidy and the cut of the loan rate on offer as a share of cost (n,)."""
    terms, finance, rate = model.terms, model.parameters.finance, model.loan_rate(rows)
    subsidy = money.interest_subsidy_value(
        terms.interest_points[rows], terms.interest_years[rows], rate, finance.loan_to_value
    )
    return subsidy + money.rate_cut_value(terms.loan_rate_cut[rows], rate, finance.loan_to_value, finance.tenor)


def _round_bonus(model: ProvinceModel, rows: IntArray) -> FloatArray:
    """Yearly value that one further round brings beyond its savings (n,), m CNY.

    Firms that would apply for certification but miss the threshold by no more than the points of one round count the
    label's net yearly value. Suppliers whose chain leader asks for proof and that have shown no round since 2021 count
    the part of the orders at stake that a round keeps.
    """
    c = model.columns
    asked = c["chain_value"].take(rows) * (c["rounds_since_2021"].take(rows) == 0)
    return model.label_reach.take(rows) + proof_parts(model.parameters.chains)[0] * asked
