"""Provincial loan risk-compensation pool: a guarantee for firms that are not large (clause IV-3)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay

LARGE = 0
"""Code of large firms in the firm column `size_class`."""


class RiskPool(Instrument):
    """The pool carries a share of the bank's loss on green retrofit loans, within its slice for them."""

    name = "risk_pool"
    clauses = ("IV-3",)
    payer = "province"

    guarantee_share = Setting(
        "share of loss", 0.0, 1.0, doc="part of the bank's loss that the pool carries", switch=True, scopable=True
    )
    pool_slice = Setting(
        "share of pool", 0.0, 1.0, doc="part of the pool open to green retrofits", switch=True
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Offer the guarantee to all but large firms."""
        terms.raise_to(guarantee_share=context.from_traits(
            self.key(quarter), firms, ("size_class",),
            lambda traits: self.value("guarantee_share", quarter, traits, context) * (traits["size_class"] > LARGE),
        ))
        terms.pool_slice = max(terms.pool_slice, self.pool_slice.at(quarter))

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Claims when they are paid; new guarantees as a contingent liability, not as money spent."""
        return (self.charge(flows.pool_claims), self.charge(flows.guarantees_issued, kind="contingent"))
