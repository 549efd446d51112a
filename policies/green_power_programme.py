"""On-site green power, and the reform of certificates of existing hydropower (clauses II-13, II-14)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import MeasureGrant, Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay

ONSITE = ("M04", "M05", "M38")
"""Measures with power of the firm's own: rooftop arrays, storage beside them, microgrids."""


class GreenPowerProgramme(Instrument):
    """City awards for on-site solar power, storage and microgrids; certificates of existing hydropower to its buyers.

    Awards follow the schedule seen in one city (mechanism only). The reform of certificates is a rule of accounting:
    it changes who may claim power, not what is generated.
    """

    name = "green_power_programme"
    clauses = ("II-13", "II-14")
    payer = "city"

    onsite_rate = Setting("share of price", 0.0, 1.0, doc="award on the price of on-site power")
    onsite_cap = Setting("m CNY", 0.0, 1e3, doc="largest award for one installation")
    hydro_certificates_follow_contract = Setting(
        "0/1", 0.0, 1.0, doc="certificates of existing hydropower go to the buyer of the power"
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Offer the awards, and hand the certificates to the buyers."""
        rate, cap = self.onsite_rate.at(quarter), self.onsite_cap.at(quarter)
        if rate > 0.0 and cap > 0.0:
            terms.measure_grants += tuple(MeasureGrant(each, rate, cap, self.position) for each in ONSITE)
        follows = self.hydro_certificates_follow_contract.at(quarter)
        terms.hydro_certificates = max(terms.hydro_certificates, follows)

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Awards for on-site power."""
        return (self.charge(flows.measure_grants.get(self.position, 0.0)),)
