"""Corporate income-tax credit on listed energy-saving and environmental equipment (clause IV-2)."""

from __future__ import annotations

import numpy as np

from agents.array_types import FloatArray
from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class TaxCredit(Instrument):
    """A share of the energy-saving investment off the income tax, for the firms that can and do claim it.

    Whether a firm claims is a fixed trait: its `tax_rank` (uniform 0..1, firm column) lies below the take-up.
    """

    name = "tax_credit"
    clauses = ("IV-2",)
    payer = "centre"

    rate = Setting(
        "share of listed investment", 0.0, 1.0, doc="share deducted from income tax", switch=True, scopable=True
    )
    takeup = Setting(
        "share of firms", 0.0, 1.0, doc="firms with taxable profit that claim", switch=True, scopable=True
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Offer the credit to the firms that claim."""
        terms.add(tax_credit_rate=context.from_traits(
            self.key(quarter), firms, ("tax_rank",), lambda traits: self._credit(quarter, traits, context)
        ))

    def _credit(self, quarter: int, firms: FirmColumns, context: Context) -> FloatArray:
        """The rate for the firms that claim (N,)."""
        claims = firms["tax_rank"] < self.value("takeup", quarter, firms, context)
        return np.asarray(self.value("rate", quarter, firms, context) * claims)

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Income tax not collected."""
        return (self.charge(flows.tax_credits, kind="forgone_tax"),)
