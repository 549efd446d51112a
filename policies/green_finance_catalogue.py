"""Catalogue of green-finance projects: a lower rate on the loans it lists (clause IV-3)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class GreenFinanceCatalogue(Instrument):
    """Cuts the rate on retrofit loans, all of which the catalogue lists.

    The cut is borne by banks, which may refinance with the central bank's carbon-reduction facility: no provincial
    money. Its size is not published and the prior includes zero. Evidence: mechanism only.
    """

    name = "green_finance_catalogue"
    clauses = ("IV-3",)
    payer = "none"

    rate_cut = Setting("share a year", 0.0, 0.05, doc="cut of the loan rate", switch=True, scopable=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Cut the rate of every firm's green loans."""
        terms.add(loan_rate_cut=self.value("rate_cut", quarter, firms, context))
