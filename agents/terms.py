"""What every firm faces this quarter: the sum of all instruments.

`Terms` is written by the instruments at the start of a quarter, completed by the province's own programmes (standards
in force, benchmark firms) and read by the decision rules; what came of them is in `agents.flows`. The null value of
every field removes the effect exactly: a firm under null terms decides bit for bit as if no instrument existed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.firm_terms import FirmTerms


class MeasureGrant(NamedTuple):
    """A grant on one measure's own price, beside the grant on whole projects."""

    measure: str
    """Measure id of the menu."""
    rate: float
    """Share of the measure's capex."""
    cap: float
    """Largest grant for one measure of a firm, m CNY."""
    window: int
    """Which instrument pays it (an index handed out by the registry)."""


NULL: Mapping[str, float | bool] = {
    **dict.fromkeys(
        ("grant_rate", "tax_credit_rate", "interest_points", "interest_years", "interest_cap", "guarantee_share",
         "loan_rate_cut", "certification_award", "power_obligation", "carbon_price", "utility_shift",
         "substance_cost", "awareness_extra"), 0.0,
    ),
    **dict.fromkeys(
        ("hidden_cost_factor", "certification_cost_factor", "product_certificate_cost_factor", "capex_factor"), 1.0
    ),
    "mandated": False,
    "interest_window": -1,
}
"""What each term with one entry a firm is without instruments."""


@dataclass
class Terms(FirmTerms):
    """Offers and rules in force in one quarter. Arrays have one slot a firm; money in m CNY, shares 0..1.

    An instrument writes into any of them. Arrays come about when they are asked for, see `agents.firm_terms`.
    """

    null = NULL

    quarter: int
    slots: int
    grant_rate: FloatArray = field(init=False)
    """Share of the whole project cost that is granted, if the project qualifies and the budget lasts."""
    grant_cap: float = 0.0
    """Largest grant for one project, m CNY."""
    grant_min_added_output: float = 0.0
    """A project qualifies only if it adds at least this much yearly output, m CNY."""
    grant_budget: float = 0.0
    """Money left of this year's appropriation, m CNY."""
    tax_credit_rate: FloatArray = field(init=False)
    """Share of the energy-saving capex deducted from corporate income tax."""
    interest_points: FloatArray = field(init=False)
    """Interest subsidy on a new retrofit loan, share of the loan a year."""
    interest_years: FloatArray = field(init=False)
    """Years for which it is paid."""
    interest_cap: FloatArray = field(init=False)
    """Largest subsidy for one loan, m CNY."""
    interest_window: IntArray = field(init=False)
    """Which instrument pays it (an index handed out by the mix), -1 for none."""
    interest_budget: float = 0.0
    """Money left for interest subsidies this year, m CNY."""
    guarantee_share: FloatArray = field(init=False)
    """Share of the bank's loss that the risk pool carries, if the pool still has room."""
    pool_slice: float = 0.0
    """Share of the provincial risk pool that is open to green retrofits."""
    loan_rate_cut: FloatArray = field(init=False)
    """Cut of the loan rate for green loans, share a year."""
    awareness_rate: float = 0.0
    """Hazard of learning about measures from public information, 1/yr."""
    diagnosis_slots: float = 0.0
    """Diagnoses offered in this quarter, firms."""
    provider_growth: float = 0.0
    """Growth of the service providers' number beyond what the queue itself attracts, 1/yr."""
    certification_quota: float = 0.0
    """Green factories that may be approved this year."""
    certification_award: FloatArray = field(init=False)
    """One-off award on approval, m CNY."""
    government_reserved: float = 0.0
    """Share of government goods purchases that only certified factories can win."""
    government_reserved_products: float = 0.0
    """Share of government goods purchases that only firms with a certified green product can win."""
    state_owned_reserved: float = 0.0
    """Share of state-owned enterprises' purchases that only certified factories can win."""
    voucher_reserved: float = 0.0
    """Share of additional voucher sales that only certified factories can win."""
    chain_requirement_growth: float = 0.0
    """Hazard that a chain leader starts to ask its suppliers for proof; the trend holds if it is higher, 1/yr."""
    chain_footprints: float = 0.0
    """Added hazard in the export chains, 1/yr."""
    chain_platforms: float = 0.0
    """Chains whose leaders run a green-design platform."""
    certificate_recognition: float = 0.0
    """Share of exposed exports for which local certificates count; the share without policy holds if it is higher."""
    product_scope: float = 0.0
    """Divisions whose products can be certified as green; those without policy hold if there are more."""
    product_acceptance: float = 0.0
    """Private value that acceptance of labels adds to a green product, share of revenue a year."""
    power_obligation: FloatArray = field(init=False)
    """Green share of consumption that the firm has to prove."""
    carbon_price: FloatArray = field(init=False)
    """Price the firm saves per tonne of direct CO2 avoided, CNY/t (0 outside the carbon market)."""
    utility_shift: FloatArray = field(init=False)
    """Shift of the retrofit utility by mandates, logit units."""
    capex_factor: FloatArray = field(init=False)
    """Factor on the capex of the firm's measures; below one where a shared project of the park carries part of it."""
    park_quota: float = 0.0
    """Green parks that may be approved this year."""
    park_award_share: float = 0.0
    """Part of the prefecture's award for a green park that is paid."""
    park_support: float = 0.0
    """Rise of the parks' score through support, sd a year."""
    park_projects: float = 0.0
    """Whole-park retrofits that may start this year, parks."""
    park_discount: float = 0.0
    """Share of capex that a whole-park retrofit saves the park's firms."""
    park_planning_cost: float = 0.0
    """Public cost of planning one whole-park retrofit, m CNY."""
    zero_carbon_pilots: bool = False
    """Whether zero-carbon pilots are pursued at all."""
    zero_carbon_new_pilots: float = 0.0
    """Pilot parks named this year."""
    zero_carbon_factories: float = 0.0
    """Zero-carbon factories recognised this year."""
    zero_carbon_green_share: float = 0.0
    """Green share of electricity that a pilot park asks of its firms from its last building year on."""
    stock_diagnosis_factories: float = 0.0
    """Diagnoses of green factories of the 2025 list offered in this quarter."""
    stock_diagnosis_parks: float = 0.0
    """Green parks of the 2025 list diagnosed in this quarter."""
    clean_zone_share: float = 0.0
    """Share of energy-intensive newcomers that should settle in the clean-energy prefectures."""
    entry_refusal: float = 0.0
    """Share of energy-intensive newcomers that the energy review keeps out."""
    mandated: BoolArray = field(init=False)
    """Firms under the mandate of the dual control of carbon."""
    substance_cost: FloatArray = field(init=False)
    """Yearly cost of keeping listed substances, over the capex of substituting them, 1/yr."""
    material_slots: float = 0.0
    """Diagnoses of raw and auxiliary materials to be carried out in this quarter, firms."""
    measure_shift: tuple[tuple[str, float], ...] = ()
    """Shifts of the utility of single measures: measure id and logit units."""
    measure_grants: tuple[MeasureGrant, ...] = ()
    """Grants on single measures; of several on one measure the first counts."""
    renewal_multiplier: float = 1.0
    """Hazard of renewal of over-age main equipment, over that of other equipment."""
    retirement_orders: float = 0.0
    """Orders to retire over-age main equipment, share of its stock in this quarter."""
    waste_trend: float = 0.0
    """Rise of the utilisation of solid waste by programmes, percentage points a year."""
    waste_collection: float = 0.0
    """Rise of the recovered share of retired batteries and solar modules, percentage points a year."""
    hydro_certificates: float = 0.0
    """Share of existing hydropower bought in the market whose certificates go to the buyer."""
    awareness_extra: FloatArray = field(init=False)
    """Hazard of learning on top of the public one: design platforms and benchmark firms, 1/yr."""
    hidden_cost_factor: FloatArray = field(init=False)
    """Multiplies the hidden cost of retrofits: technology catalogue and standards."""
    certification_cost_factor: FloatArray = field(init=False)
    """Multiplies the cost of a first factory certificate: standards of the sector."""
    product_certificate_cost_factor: FloatArray = field(init=False)
    """Multiplies the cost of certifying a green product: design standards of the sector."""
    process_pilots: float = 0.0
    """Pilots begun a year for each measure of breakthrough process technology that needs them."""
    frontier_pilots: float = 0.0
    """The same for carbon capture."""
    hydrogen_pilots: float = 0.0
    """The same for hydrogen measures and hydrogen routes of mills."""
    technology_advance: float = 0.0
    """Years by which breakthrough measures arrive earlier."""
    technology_cost: float = 0.0
    """Cost of the technology programme in this quarter, m CNY."""
    digital_gain: float = 0.0
    """Rise of the saving of digital measures that are completed from now on, share of it."""
    materials_saving: float = 0.0
    """Cut of downstream energy intensity by advanced materials that the programme aims at, share."""
    local_supply_cut: float = 0.0
    """Cut of the capex of equipment by local supply that the programme aims at, share."""
    standards: float = 0.0
    """Standards issued a year, design standards among them."""
    design_standards: float = 0.0
    """Design standards issued a year."""
    benchmarks: float = 0.0
    """Design benchmark firms added a year in each key industry."""
    training_places: float = 0.0
    """Managers trained a year."""
    expert_teams: float = 0.0
    """Teams of the expert corps."""
    provider_list: float = 0.0
    """Places on the published list of service providers."""
    provider_productivity: float = 0.0
    """Growth of the projects a provider can start, 1/yr."""
    equipment_makers: float = 0.0
    """Makers of environmental equipment that come to meet the industry conditions, a year."""
    cluster_hazard: float = 0.0
    """Hazard of another provincial cluster for environmental equipment, 1/yr."""
