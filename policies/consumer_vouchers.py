"""Trade-in vouchers tied to certified products (clause II-6)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class ConsumerVouchers(Instrument):
    """A share of the voucher programme that only certified factories' goods can redeem.

    The programme itself runs with or without the link and is national money; the link only redirects it.
    """

    name = "consumer_vouchers"
    clauses = ("II-6",)
    payer = "centre"

    link = Setting("share of voucher value", 0.0, 1.0, doc="voucher value tied to certification", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Tie the share."""
        terms.voucher_reserved = max(terms.voucher_reserved, self.link.at(quarter))

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Sales tied to certification: redirected, not added."""
        return (self.charge(flows.voucher_sales_reserved, kind="redirected"),)
