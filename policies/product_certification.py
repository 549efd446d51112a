"""Green-product certification: which divisions, at what cost, with what acceptance (clauses II-4, II-5)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class ProductCertification(Instrument):
    """Wider scope, cheaper certificates and footprints, and labels that more customers accept.

    Evidence: mechanism only. No public cost is named in the plan.
    """

    name = "product_certification"
    clauses = ("II-4", "II-5")
    payer = "none"

    scope = Setting("divisions", 0.0, 31.0, doc="divisions whose products can be certified as green")
    cost_cut = Setting("share of cost", 0.0, 1.0, doc="cost that shared background data and joint audits save")
    acceptance = Setting("share of revenue a year", 0.0, 0.1, doc="private value that accepted labels add")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Widen the scope, cut the cost and raise the value."""
        terms.product_scope = max(terms.product_scope, self.scope.at(quarter))
        terms.scale(product_certificate_cost_factor=1.0 - self.cost_cut.at(quarter))
        terms.product_acceptance += self.acceptance.at(quarter)
