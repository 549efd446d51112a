"""Accounting identities: what has to hold in every quarter, whatever the policy, the seed and the parameters.

Each identity is one function that yields a sentence for everything that does not add up; `violations` runs them all
on a model that has finished at least one quarter of the run (the burn-in keeps no record). Wherever possible the two
sides come from different places: a total kept by an institution against the firms' columns, a recorded indicator
against a sum done anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from agents.arrays import sum_by
from agents.bottleneck import DONE, IN_PROGRESS, QUEUED, UNAWARE
from agents.firm import BOTTLENECKS
from policies.ledger import KINDS
from sim.identities.checks import SUMS, before_quarter, burnt_in, ended, exceeds, some, unequal
from sim.identities.energy import electricity, emissions, green_accounts, output
from sim.identities.markets import green_products, groups, supply_chains
from sim.identities.obligations import equipment, mandates, material_diagnoses, measure_grants, solid_waste
from sim.identities.parks import newcomers, parks, prefectures, stock
from sim.identities.programmes import programmes

if TYPE_CHECKING:
    from sim.model import ProvinceModel

Identity = Callable[["ProvinceModel"], Iterator[str]]

FEES = ("diagnosis", "stock_diagnosis", "material_diagnosis", "technology_push")
"""Instruments whose outlay is a fee a unit; the units are flows, the fees settings."""


def violations(model: ProvinceModel) -> list[str]:
    """What does not add up in a model after a quarter; empty if every identity holds.

    Args:
        model: a model that has finished at least one quarter from 2026 on.

    Returns:
        One sentence a violation, ``name of the identity: what differs``.

    Raises:
        ValueError: if the model has not finished a quarter.
    """
    if not model.rows:
        raise ValueError("accounting identities need a model that has finished a quarter of the run")
    return [f"{name}: {text}" for name, identity in IDENTITIES.items() for text in identity(model)]


def bottlenecks(model: ProvinceModel) -> Iterator[str]:
    """Partition: every alive firm is in exactly one bottleneck class, and the classes' counts sum to the firms."""
    c, row = model.columns, model.rows[-1]
    alive, group = c["alive"], c["bottleneck"]
    yield from some("alive firms outside the eight classes", alive & ((group < 0) | (group >= len(BOTTLENECKS))))
    counted = sum(row[f"bottleneck_{name}"] for name in BOTTLENECKS)
    yield from unequal("classes and firms", counted, float(np.count_nonzero(alive)), 0.0)
    none_done = c["rounds"] == 0
    expected = {
        DONE: ~none_done, IN_PROGRESS: none_done & (c["stage"] == 2), QUEUED: none_done & (c["stage"] == 1),
        UNAWARE: none_done & (c["stage"] == 0) & ~c["aware"],
    }
    for index, members in expected.items():
        yield from some(f"class {BOTTLENECKS[index]} and the firms' state", alive & ((group == index) != members))
    if model.offered is not None:
        options = model.options
        count = sum_by(options.firm, model.offered[options.measure] & ~model.adopted, len(alive))
        yield from some("firms whose count of open options is off", count != model.open_count)


def firms(model: ProvinceModel) -> Iterator[str]:
    """Population: firms = firms a quarter ago + entrants - exits; prefectures sum to the province."""
    c, row = model.columns, model.rows[-1]
    before = before_quarter(model, "firms", float(np.count_nonzero(burnt_in(model)["alive"])))
    entered = np.count_nonzero((c["arrival"] == ended(model)) & ~model.refused)
    left = np.count_nonzero(model.left)
    yield from unequal("firms and the flows of the quarter", row["firms"], before + entered - left, 0.0)
    yield from some("alive before their arrival", c["alive"] & (c["arrival"] > ended(model)))
    yield from some("both alive and gone", c["alive"] & model.left)
    by_prefecture = np.bincount(c["prefecture"][c["alive"]], minlength=len(model.block.province.prefectures))
    yield from unequal("prefectures and province", float(by_prefecture.sum()), row["firms"], 0.0)
    yield from unequal("agent set and record", float(len(model.firms)), row["firms"], 0.0)


def projects(model: ProvinceModel) -> Iterator[str]:
    """Projects: open at the start + approved = queued + in progress + completed + lost by exit."""
    c = model.columns
    start, stage, alive = burnt_in(model), c["stage"], c["alive"]
    opened = np.count_nonzero((start["stage"] > 0) & start["alive"]) + model.projects_approved
    open_now = np.count_nonzero((stage > 0) & alive)
    lost = np.count_nonzero((stage > 0) & ~alive)
    completed = int(c["rounds"].sum())
    yield from unequal("approved and accounted for", float(opened), float(open_now + completed + lost), 0.0)
    recorded = sum(row["retrofit_projects"] for row in model.rows)
    yield from unequal("rounds and recorded completions", float(completed), recorded, 0.0)
    owner, holds, again = model.options.firm, np.zeros(len(stage), dtype=bool), np.zeros(len(stage), dtype=bool)
    holds[owner[model.in_project]] = True
    again[owner[model.in_project & model.adopted]] = True
    yield from some("a project without measures, or measures without a project", holds != (stage > 0))
    yield from some("measures both in work and in place", again)


def loans(model: ProvinceModel) -> Iterator[str]:
    """Loans: principal = repaid + outstanding + written off; guarantees never exceed loans."""
    c, bank = model.columns, model.bank
    outstanding = float(c["loan"].sum())
    yield from unequal("principal and its uses", bank.principal, bank.repaid + outstanding + bank.written_off)
    yield from some("negative loan", c["loan"] < 0.0)
    yield from some("guarantee above the loan", c["loan_guaranteed"] > c["loan"] * (1.0 + SUMS))
    yield from some("loan of a firm that is gone", ~c["alive"] & (c["loan"] > 0.0))


def risk_pool(model: ProvinceModel) -> Iterator[str]:
    """Risk pool: paid in - claims = balance >= 0; new guarantees only within leverage x balance.

    What was guaranteed earlier may exceed that limit once the pool's slice has been cut or claims were paid; only the
    room at the time of issue counts: leverage x balance before the quarter's claims, less what was outstanding.
    """
    pool, flows = model.pool, model.flows
    yield from unequal("balance", pool.balance, pool.paid_in - pool.claims, scale=pool.claims)
    if pool.balance < 0.0:
        yield f"negative balance: {pool.balance:.15g}"
    if flows.guarantees_issued > 0.0:
        before = before_quarter(model, "guarantees_outstanding", float(burnt_in(model)["loan_guaranteed"].sum()))
        limit = model.parameters.finance.pool_leverage * (pool.balance + flows.pool_claims)
        yield from exceeds("guarantees beyond leverage", before + flows.guarantees_issued, limit)


def budgets(model: ProvinceModel) -> Iterator[str]:
    """Budgets: what was spent of each appropriation in the year stays within it.

    Holds as long as no appropriation is cut within a year: a cut stops new awards but recalls no money.
    """
    spent: dict[str, float] = {}
    for instrument in model.mix.instruments:
        for budget in {outlay.budget for outlay in instrument.outlays(ended(model), model.terms, model.flows)}:
            amount = model.ledger.spent(instrument.name, ended(model) // 4)
            spent[budget] = spent.get(budget, 0.0) + amount
    for budget, amount in spent.items():
        if budget:
            yield from exceeds(budget, amount, model.ledger.appropriation(budget, ended(model) // 4))


def ledger(model: ProvinceModel) -> Iterator[str]:
    """Money: the ledger's totals are the sums of the quarters' flows, and the firms got what was granted."""
    flows, row, books = model.flows, model.rows[-1], model.ledger
    paid = (outlay for name in FEES for outlay in model.mix[name].outlays(ended(model), model.terms, flows))
    outlays = (
        flows.grants + sum(flows.interest_subsidies.values()) + flows.pool_claims + flows.certification_awards
        + flows.procurement_premium + flows.park_outlays + sum(flows.measure_grants.values())
        + sum(outlay.amount for outlay in paid)
    )
    yield from unequal("outlays of the quarter", row["public_outlay"], outlays, scale=books.total("outlay"))
    yield from unequal("tax forgone in the quarter", row["forgone_tax"], flows.tax_credits,
                        scale=books.total("forgone_tax"))
    for kind, name in {"outlay": "public_outlay", "forgone_tax": "forgone_tax"}.items():
        yield from unequal(f"all quarters' {name}", books.total(kind), sum(each[name] for each in model.rows))
    yield from unequal("kinds of money", sum(each.amount for each in books.rows()), sum(map(books.total, KINDS)))
    first = _pool_at_start(model)
    issued = model.pool.issued - first["issued"]
    yield from unequal("guarantees", books.total("contingent"), issued, scale=first["issued"])
    claims = sum(books.spent("risk_pool", year) for year in {each.year for each in books.rows()})
    yield from unequal("claims", claims, model.pool.claims - first["claims"], scale=first["claims"])
    granted = sum(each.amount for each in books.rows() if each.instrument == "retrofit_subsidy")
    granted += sum(each["measure_grants"] for each in model.rows)
    yield from unequal("grants and their receivers", granted, float(model.columns["grants_received"].sum()))


def _pool_at_start(model: ProvinceModel) -> Mapping[str, float]:
    """State of the risk pool at the end of the burn-in."""
    assert model.block.snapshot is not None
    return model.block.snapshot.institutions["pool"]


def certification(model: ProvinceModel) -> Iterator[str]:
    """Green factories: stock = first stock + approved - removed - exits; approvals within the quota and the rules."""
    c, body, parameters = model.columns, model.certifier, model.parameters.certification
    start = burnt_in(model)
    stock = np.count_nonzero(c["certified"] & c["alive"])
    first = np.count_nonzero(start["certified"] & start["alive"])
    expected = first + body.approved - body.removed - body.left
    yield from unequal("stock and flows", float(stock), float(expected), 0.0)
    new = c["certified"] & c["alive"] & (c["certified_since"] == ended(model))
    places = model.terms.certification_quota * model.block.scale + 1.0  # a fraction may come over from last year
    if new.any():
        yield from exceeds("approvals of the year", float(np.count_nonzero(new)), places, 0.0)
        veto = model.draws.uniform("veto", ended(model) // 4, remember=True) < parameters.veto_share
        below = c["certification_score"] < parameters.threshold
        yield from some("approved with a veto or below the threshold", new & (veto | below))


def procurement(model: ProvinceModel) -> Iterator[str]:
    """Purchases: reserved and open awards of each buyer sum to what it buys from sectors that have a firm."""
    buyer, block, year = model.buyer, model.block, ended(model) // 4
    for name, bought in buyer.purchases.items():
        yield from unequal(f"{name}, budget", bought, float(block.markets.purchases(name, year).sum()))
        awarded = buyer.reserved_awards[name] + buyer.open_awards[name]
        yield from exceeds(f"{name}, awards beyond purchases", awarded, bought)
        if ended(model) % 4 == 0:
            c = model.columns
            served = np.bincount(c["sector"][c["alive"]], minlength=len(block.province.sectors)) > 0
            within = float(block.markets.purchases(name, year)[served].sum())
            yield from unequal(f"{name}, awards and purchases", awarded, within)


IDENTITIES: Mapping[str, Identity] = {
    identity.__name__: identity
    for identity in (
        bottlenecks, firms, projects, loans, risk_pool, budgets, ledger, electricity, green_accounts, certification,
        procurement, emissions, output, parks, prefectures, newcomers, stock, green_products, supply_chains, groups,
        material_diagnoses, equipment, measure_grants, mandates, solid_waste, programmes,
    )
}
"""All identities by name."""
