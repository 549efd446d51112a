"""Government purchases reserved for certified factories and green products (clause II-6)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class GovernmentProcurement(Instrument):
    """A reserved share of government goods, part of which recognises the green-factory label, the rest green products.

    Today's lists recognise product certificates, so the factory label wins only the product of the two settings.
    """

    name = "government_procurement"
    clauses = ("II-6",)
    payer = "province"

    reserved_share = Setting(
        "share of government goods", 0.0, 1.0, doc="purchases reserved for green suppliers", switch=True
    )
    factory_label_recognition = Setting(
        "share of reserved purchases",
        0.0,
        1.0,
        doc="part that recognises the green-factory label; the rest asks for a green product",
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Reserve the purchases that only certified factories, and those that only green products can win."""
        share, recognition = self.reserved_share.at(quarter), self.factory_label_recognition.at(quarter)
        terms.government_reserved = max(terms.government_reserved, share * recognition)
        terms.government_reserved_products = max(terms.government_reserved_products, share * (1.0 - recognition))

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Purchases won from the reserved share: money redirected, not added, and the premium paid on them."""
        return (
            self.charge(flows.procurement_awards, kind="redirected"),
            self.charge(flows.procurement_premium),
        )
