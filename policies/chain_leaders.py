"""Chain leaders that ask their suppliers for proof, and their green-design platforms (clauses II-2, III-2)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class ChainLeaders(Instrument):
    """Support that lets further leaders pass requirements upstream, and platforms that inform their suppliers.

    Evidence: association. Suppliers of certified factories lower their carbon intensity, small ones most, customers do
    not (Liu et al. 2026, abstract); sizes are judgement. No public cost is named in the plan.
    """

    name = "chain_leaders"
    clauses = ("II-2", "III-2", "III-4")
    payer = "none"

    requirement_growth = Setting("1/yr", 0.0, 10.0, doc="hazard that a further leader asks its suppliers for proof")
    platforms = Setting("chains", 0.0, 100.0, doc="chains whose leaders run a green-design platform")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Speed up the requirements and open the platforms."""
        terms.chain_requirement_growth = max(terms.chain_requirement_growth, self.requirement_growth.at(quarter))
        terms.chain_platforms = max(terms.chain_platforms, self.platforms.at(quarter))
