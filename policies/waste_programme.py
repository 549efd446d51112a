"""Use of solid waste: guides, collection of new waste, remanufacturing (clauses II-10, II-20, II-21, II-22)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger

REMANUFACTURING = "M37"
"""Measure id of remanufacturing in the menu."""


class WasteProgramme(Instrument):
    """Raises the use of waste streams beyond what the firms' own measures do, and the worth of remanufacturing.

    The trend is that of earlier provincial plans, carried on for every stream, distillers' grains (II-10) included:
    accounting, not behaviour. The pull on remanufacturing
    (tie-ups with original makers, testing, quality marks) is mechanism only.
    """

    name = "waste_programme"
    clauses = ("II-10", "II-20", "II-21", "II-22")
    payer = "none"

    trend = Setting("percentage points/yr", 0.0, 10.0, doc="rise of the utilisation of solid waste")
    collection = Setting("percentage points/yr", 0.0, 50.0, doc="rise of the recovery of batteries and solar modules")
    remanufacturing = Setting("logit", 0.0, 5.0, doc="shift of the utility of remanufacturing")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set the trends, and shift the utility of remanufacturing."""
        terms.waste_trend += self.trend.at(quarter)
        terms.waste_collection += self.collection.at(quarter)
        if self.remanufacturing.at(quarter) > 0.0:
            terms.measure_shift += ((REMANUFACTURING, self.remanufacturing.at(quarter)),)
