"""Grant on retrofit investment from the provincial equipment-renewal fund (clauses IV-2, III-2)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay
from policies.schedule import year_of


class RetrofitSubsidy(Instrument):
    """A share of the whole project cost, up to a cap a project, as long as the year's appropriation lasts."""

    name = "retrofit_subsidy"
    clauses = ("IV-2", "III-2", "II-18")
    payer = "province"

    rate = Setting(
        "share of project cost", 0.0, 1.0, doc="share of the project cost granted", switch=True, scopable=True
    )
    cap = Setting("m CNY", 0.0, 1e4, doc="largest grant for one project", switch=True)
    min_added_output = Setting(
        "m CNY", 0.0, 1e4, doc="yearly output a project has to add in order to qualify"
    )
    appropriation = Setting("m CNY/yr", 0.0, 1e6, doc="the whole fund's appropriation", switch=True)
    green_share = Setting("share", 0.0, 1.0, doc="part of the fund open to green retrofits", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Offer the grant to every firm; what is left of the green part of the fund is the budget."""
        year = year_of(quarter)
        fund = self.appropriation.at(quarter) * self.green_share.at(quarter)
        ledger.appropriate(self.name, year, fund * context.province_share)
        terms.add(grant_rate=self.value("rate", quarter, firms, context))
        terms.grant_cap += self.cap.at(quarter)
        terms.grant_min_added_output = self.min_added_output.at(quarter)
        terms.grant_budget += ledger.left(self.name, year)

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """The grants awarded, charged to the appropriation."""
        return (self.charge(flows.grants, budget=self.name),)
