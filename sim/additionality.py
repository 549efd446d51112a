"""What a policy adds, firm by firm, to what the same firms do without any policy.

Under one seed the same firms face the same draws whatever the policy (common random numbers), so a firm's own run
without policy is its counterfactual: what it does beyond that is additional, what it would have done anyway and is
paid for is windfall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agents.array_types import FloatArray, IntArray
from sim.model import ProvinceModel
from sim.phases.record import emissions, energy_use

REFERENCE = "none"
"""The policy that the others are compared with."""

COLUMNS = (
    "projects", "additional_projects", "displaced_projects", "additional_firms", "grants", "windfall_grants",
    "energy_saved", "co2_avoided", "public_cost",
)

PAID_ON_PROJECTS = ("retrofit_subsidy", "tax_credit", "equipment_renewal", "green_power_programme")
"""Instruments whose outlays are part of the price of projects: grants on projects and measures, tax credits."""

UNIT_COSTS = {
    "cost_per_additional_project": ("additional_projects", 1.0),
    "cost_per_tce": ("energy_saved", 1e6),
    "cost_per_tco2": ("co2_avoided", 1e6),
}
"""Derived columns: what the public cost is divided by, and CNY per unit of cost."""


@dataclass(frozen=True)
class Footprint:
    """What every firm has done by the end of a run. Arrays have one entry a slot (N,)."""

    rounds: IntArray
    """Retrofit rounds completed since 2026."""
    energy: FloatArray
    """Energy use, all carriers, tce/yr."""
    co2: FloatArray
    """Direct and indirect CO2 at the grid factor of the run, t/yr."""
    grants: FloatArray
    """Grants received, m CNY."""
    public_cost: float
    """Outlays and forgone tax of all payers, m CNY."""

    @classmethod
    def of(cls, model: ProvinceModel) -> Footprint:
        """The footprint of a finished run."""
        c = model.columns
        direct, indirect = emissions(model)
        return cls(
            rounds=c["rounds"].astype(np.int64),
            energy=energy_use(model),
            co2=direct + indirect,
            grants=c["grants_received"].copy(),
            public_cost=model.ledger.total("outlay") + model.ledger.total("forgone_tax"),
        )


def additionality(policy: Footprint, reference: Footprint) -> dict[str, float]:
    """Compare two runs of one seed block firm by firm.

    Args:
        policy: the run under the policy.
        reference: the run without policy, same firms in the same order.

    Returns:
        By name (`COLUMNS`): projects completed; additional ones (rounds a firm does beyond its own without policy)
        and displaced ones (rounds it does less, for instance because others are served first); firms that retrofit
        only under the policy; grants, and those of firms that do no more rounds than without policy (windfall), m
        CNY; energy saved (tce/yr) and CO2 avoided (t/yr) at the end of the run; public cost beyond that of the
        reference, m CNY.

    Raises:
        ValueError: if the runs do not have the same number of firms.
    """
    if policy.rounds.shape != reference.rounds.shape:
        raise ValueError("only runs of one seed block can be compared firm by firm")
    change = policy.rounds - reference.rounds
    values = (
        policy.rounds.sum(),
        np.maximum(change, 0).sum(),
        np.maximum(-change, 0).sum(),
        np.count_nonzero((policy.rounds > 0) & (reference.rounds == 0)),
        policy.grants.sum(),
        policy.grants[change <= 0].sum(),
        reference.energy.sum() - policy.energy.sum(),
        reference.co2.sum() - policy.co2.sum(),
        policy.public_cost - reference.public_cost,
    )
    return {name: float(value) for name, value in zip(COLUMNS, values, strict=True)}


def unit_costs(additional: pd.DataFrame) -> pd.DataFrame:
    """Public cost of the whole run per additional unit; NaN where nothing is additional.

    Args:
        additional: rows with the columns `COLUMNS`, one a policy and seed, or sums or means of such rows.

    Returns:
        The rows with cost_per_additional_project (m CNY), cost_per_tce (CNY per tce a year saved at the end of the run)
        and cost_per_tco2 (CNY per t a year avoided then).
    """
    cost = additional["public_cost"]
    return additional.assign(**{
        name: cost * scale / additional[amount].where(additional[amount] > 0.0)
        for name, (amount, scale) in UNIT_COSTS.items()
    })


def by_payer(indicators: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Who paid how much in a run, and the private investment that came with a CNY of public money.

    Firms pay the cost of completed projects less grants, on projects or single measures, and tax credits; these count
    when the project is approved, its cost when it is completed.

    Args:
        indicators: quarterly indicators, with the label columns policy, scenario, behaviour and seed.
        ledger: the ledger of the same runs.

    Returns:
        One row a run: centre, province and city (outlays and forgone tax), public (their sum), investment, firms,
        all in m CNY; leverage (firms over public), NaN without public money.
    """
    labels = ["policy", "scenario", "behaviour", "seed"]
    investment = indicators.groupby(labels, sort=False)["private_investment"].sum()
    spent = ledger[ledger["kind"].isin(("outlay", "forgone_tax"))]
    paid = spent.pivot_table(index=labels, columns="payer", values="amount", aggfunc="sum")
    paid = paid.reindex(index=investment.index, columns=["centre", "province", "city"]).fillna(0.0)
    support = spent[spent["instrument"].isin(PAID_ON_PROJECTS)].groupby(labels)["amount"].sum()
    public = paid.sum(axis=1)
    firms = investment - support.reindex(investment.index).fillna(0.0)
    table = paid.assign(public=public, investment=investment, firms=firms, leverage=firms / public.where(public > 0.0))
    return table.rename_axis(columns=None).reset_index()
