"""Green industrial parks and whole-park retrofits (clauses III-4, III-2)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class ParksProgramme(Instrument):
    """Places on the list of green parks, the cities' awards, support for parks, and shared retrofits of whole parks.

    Evidence: mechanism only. Places, support and the number of shared projects are estimates; the cost advantage of a
    shared project is an engineering judgement.
    """

    name = "parks_programme"
    clauses = ("III-4", "III-2")
    payer = "city"

    quota = Setting("parks/yr", 0.0, 1e4, doc="green parks approved in a year")
    award_share = Setting("share", 0.0, 1.0, doc="part of the city's award for a green park that is paid")
    support = Setting("sd/yr", 0.0, 1.0, doc="rise of the parks' score through support")
    projects = Setting("parks/yr", 0.0, 1e4, doc="whole-park retrofits started in a year")
    discount = Setting("share of capex", 0.0, 0.9, doc="what a whole-park retrofit saves the park's firms")
    planning_cost = Setting("m CNY per park", 0.0, 1e3, doc="public cost of planning a whole-park retrofit")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Open the year's places and projects; what a running project saves a firm is known to the parks."""
        terms.park_quota += self.quota.at(quarter)
        terms.park_award_share = max(terms.park_award_share, self.award_share.at(quarter))
        terms.park_support += self.support.at(quarter)
        terms.park_projects += self.projects.at(quarter)
        terms.park_discount = max(terms.park_discount, self.discount.at(quarter))
        terms.park_planning_cost += self.planning_cost.at(quarter)

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Awards to newly approved parks and the planning of shared projects."""
        return (self.charge(flows.park_outlays),)
