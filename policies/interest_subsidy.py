"""Interest subsidies on new retrofit loans: one rule, two windows (clause IV-3)."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.array_types import FloatArray, IntArray
from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay
from policies.schedule import year_of

BUDGET = "interest_subsidy"
"""The windows' appropriations form one budget, because the terms offer one."""

PRIVATE = 2
"""Code of domestic private ownership in the firm column `ownership`."""


class InterestSubsidy(Instrument):
    """Points off a new loan's rate for some years, up to a cap a loan. A firm takes its best window."""

    clauses = ("IV-3", "IV-2")
    payer = "province"

    points = Setting("share of loan a year", 0.0, 0.2, doc="interest subsidised", switch=True, scopable=True)
    years = Setting("years", 0.0, 20.0, doc="how long it is paid", switch=True, scopable=True)
    cap = Setting("m CNY", 0.0, 1e4, doc="largest subsidy for one loan", switch=True, scopable=True)
    eligible_share = Setting(
        "share of firms", 0.0, 1.0, doc="firms on the list, by library rank", switch=True, scopable=True
    )
    appropriation = Setting("m CNY/yr", 0.0, 1e6, doc="money for the window in a year", switch=True)

    traits: ClassVar[tuple[str, ...]] = ()
    """Firm columns that `eligible` asks for, if it asks for nothing that changes in a run."""

    @abstractmethod
    def eligible(self, quarter: int, firms: FirmColumns, context: Context) -> NDArray[np.bool_]:
        """Firms that may use the window this quarter, one flag a slot."""

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Give the window to the eligible firms for which it is worth more than the one they have."""
        self._stack(terms, *context.from_traits(
            self.key(quarter) if self.traits else None, firms, self.traits,
            lambda traits: self._offer(quarter, traits, terms.slots, context),
        ))
        year = year_of(quarter)
        money = self.appropriation.at(quarter) * context.province_share
        ledger.appropriate(BUDGET, year, money, source=self.name)
        terms.interest_budget = ledger.left(BUDGET, year)

    def _offer(
        self, quarter: int, firms: FirmColumns, slots: int, context: Context
    ) -> tuple[IntArray, FloatArray, FloatArray, FloatArray, IntArray]:
        """Firms to which the window is worth something (K,); points, years, cap, window, null for all others (N,)."""
        points, years, cap = (self.value(name, quarter, firms, context) for name in ("points", "years", "cap"))
        worth = np.multiply(points, years) * np.greater(cap, 0.0)
        at = np.flatnonzero(self.eligible(quarter, firms, context) & (worth > 0.0))
        offered = np.zeros(slots, dtype=bool)
        offered[at] = True
        return at, points * offered, years * offered, cap * offered, np.where(offered, self.position, -1)

    def _stack(
        self, terms: Terms, at: IntArray, points: FloatArray, years: FloatArray, cap: FloatArray, window: IntArray
    ) -> None:
        """Lay an offer over the windows so far: where there are none it stands as it is."""
        if terms.untouched("interest_points", "interest_years", "interest_cap", "interest_window"):
            terms.add(interest_points=points, interest_years=years, interest_cap=cap)
            terms.raise_to(interest_window=window)
            return
        before = terms.seen("interest_points")[at] * terms.seen("interest_years")[at]
        takes = at[points[at] * years[at] > before]
        if len(takes):
            terms.interest_points[takes], terms.interest_years[takes] = points[takes], years[takes]
            terms.interest_cap[takes], terms.interest_window[takes] = cap[takes], self.position

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Subsidies granted through this window, charged to the common budget."""
        return (self.charge(flows.interest_subsidies.get(self.position, 0.0), budget=BUDGET),)


class RetrofitLoanInterest(InterestSubsidy):
    """Retrofit and equipment-renewal loans of firms in the provincial project library."""

    name = "retrofit_loan_interest"
    traits = ("library_rank",)

    def eligible(self, quarter: int, firms: FirmColumns, context: Context) -> NDArray[np.bool_]:
        """Firms whose library rank lies below the eligible share."""
        return np.asarray(firms["library_rank"] < self.value("eligible_share", quarter, firms, context))


class ProjectListInterest(InterestSubsidy):
    """Loans of private firms on the province's list of 500 key projects."""

    name = "project_list_interest"
    traits = ("library_rank", "ownership")

    def eligible(self, quarter: int, firms: FirmColumns, context: Context) -> NDArray[np.bool_]:
        """Private firms whose library rank lies below the eligible share."""
        listed = firms["library_rank"] < self.value("eligible_share", quarter, firms, context)
        return np.asarray(listed & (firms["ownership"] == PRIVATE))
