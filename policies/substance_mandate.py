"""Bans and limits on listed new pollutants (clause II-11)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class SubstanceMandate(Instrument):
    """Firms that work with listed substances pay for keeping them: charges, abatement, expected fines.

    Substitution saves nothing by itself, so the yearly cost it avoids is what makes it worth considering. No estimate
    of that cost was found; its prior includes zero. Evidence: mechanism only.
    """

    name = "substance_mandate"
    clauses = ("II-11",)
    payer = "none"

    avoided_cost = Setting(
        "share of substitution cost a year", 0.0, 5.0, doc="yearly cost of keeping listed substances", switch=True,
        scopable=True,
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Charge the firms of the industries that clause II-11 names."""
        terms.raise_to(substance_cost=context.from_traits(
            self.key(quarter), firms, ("clause_ii11",),
            lambda traits: self.value("avoided_cost", quarter, traits, context) * traits["clause_ii11"],
        ))
