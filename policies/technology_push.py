"""Technology push: pilots, earlier arrival, AI, advanced materials, local equipment.

Clauses III-1, II-7, II-8, II-12, II-15, II-17.
"""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class TechnologyPush(Instrument):
    """Open-bid projects and pilot platforms: each setting is one clause's part of the programme.

    Evidence: mechanism only; size and timing are judgements, and the ranges of most effects include zero.
    """

    name = "technology_push"
    clauses = ("III-1", "II-7", "II-8", "II-12", "II-15", "II-17")
    payer = "province"

    advance = Setting("years", 0.0, 10.0, doc="earlier arrival of pilot-gated measures")
    process_pilots = Setting("pilots/yr", 0.0, 20.0, doc="pilots of breakthrough process technology, each measure")
    frontier_pilots = Setting("pilots/yr", 0.0, 20.0, doc="pilots of carbon capture, each measure")
    hydrogen_pilots = Setting("pilots/yr", 0.0, 20.0, doc="pilots of hydrogen measures and routes, each measure")
    digital_gain = Setting("share of saving", 0.0, 2.0, doc="rise of the saving of new digital measures by AI")
    materials_saving = Setting("share", 0.0, 0.1, doc="cut of downstream energy intensity that is aimed at")
    local_supply_cut = Setting("share of capex", 0.0, 0.5, doc="cut of equipment cost that is aimed at")
    cost = Setting("m CNY/yr", 0.0, 1e5, doc="public cost of the programme")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set the programme's pace and aims; its cost runs whatever comes out."""
        terms.technology_advance += self.advance.at(quarter)
        terms.process_pilots += self.process_pilots.at(quarter)
        terms.frontier_pilots += self.frontier_pilots.at(quarter)
        terms.hydrogen_pilots += self.hydrogen_pilots.at(quarter)
        terms.digital_gain += self.digital_gain.at(quarter)
        terms.materials_saving += self.materials_saving.at(quarter)
        terms.local_supply_cut += self.local_supply_cut.at(quarter)
        terms.technology_cost += self.cost.at(quarter) / 4.0 * context.province_share

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """The quarter's part of the programme."""
        return (self.charge(terms.technology_cost),)
