"""What every firm faces this quarter: the sum of all instruments, and what the phases made of them.

`Terms` is written by the instruments at the start of a quarter and read by the decision rules; `Flows` is written
by the phases and read by the instruments at the end of the quarter, when each books its outlays. The null value of
every field removes the effect exactly: a firm under null terms decides bit for bit as if no instrument existed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass
class Terms:
    """Offers and rules in force in one quarter. Arrays have one slot a firm; money in m CNY, shares 0..1."""

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
    product_certificate_cost_factor: float = 1.0
    """Cost of green-product certificates and footprints, over that without policy."""
    power_obligation: FloatArray = field(init=False)
    """Green share of consumption that the firm has to prove."""
    carbon_price: FloatArray = field(init=False)
    """Price the firm saves per tonne of direct CO2 avoided, CNY/t (0 outside the carbon market)."""
    utility_shift: FloatArray = field(init=False)
    """Shift of the retrofit utility by mandates, logit units."""

    def __post_init__(self) -> None:
        zeros = ("grant_rate", "tax_credit_rate", "interest_points", "interest_years", "interest_cap",
                 "guarantee_share", "loan_rate_cut", "certification_award", "power_obligation", "carbon_price",
                 "utility_shift")
        for name in zeros:
            setattr(self, name, np.zeros(self.slots))
        self.interest_window = np.full(self.slots, -1, dtype=np.int64)


@dataclass
class Flows:
    """What happened in one quarter, for the instruments to book. Money in m CNY."""

    grants: float = 0.0
    """Grants awarded."""
    tax_credits: float = 0.0
    """Income tax forgone on projects that were approved."""
    interest_subsidies: dict[int, float] = field(default_factory=dict)
    """Interest subsidies granted, by the window that pays."""
    guarantees_issued: float = 0.0
    """Guaranteed part of new loans (a contingent liability)."""
    pool_claims: float = 0.0
    """Claims the risk pool paid."""
    diagnoses: int = 0
    """Diagnoses carried out."""
    certification_awards: float = 0.0
    """Awards for newly approved green factories."""
    voucher_sales_reserved: float = 0.0
    """Voucher-supported sales tied to certification."""
    procurement_awards: float = 0.0
    """Government purchases won by certified factories from the reserved share."""
    procurement_premium: float = 0.0
    """Price premium the government pays on them."""
