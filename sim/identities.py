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

from agents.bottleneck import DONE, IN_PROGRESS, QUEUED, UNAWARE
from agents.firm import BOTTLENECKS
from agents.measures import ELECTRICITY, TCE_PER_MWH
from agents.terms import BoolArray
from policies.ledger import KINDS

if TYPE_CHECKING:
    from sim.model import ProvinceModel

Identity = Callable[["ProvinceModel"], Iterator[str]]

EXACT = 1e-12
SUMS = 1e-9
"""Relative tolerances: of closed formulas, and of sums over many firms and quarters."""


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


def _unequal(what: str, left: float, right: float, tolerance: float = SUMS, scale: float = 0.0) -> Iterator[str]:
    """A sentence if two amounts differ by more than the tolerance, relative to the larger of them and `scale`."""
    if not abs(left - right) <= tolerance * max(abs(left), abs(right), scale):
        yield f"{what}: {left:.15g} against {right:.15g}"


def _exceeds(what: str, amount: float, limit: float, tolerance: float = SUMS) -> Iterator[str]:
    """A sentence if an amount lies above its limit, or is no number."""
    if not amount <= limit + tolerance * max(abs(limit), abs(amount)):
        yield f"{what}: {amount:.15g} above {limit:.15g}"


def _some(what: str, firms: BoolArray) -> Iterator[str]:
    """A sentence if any firm is flagged."""
    if firms.any():
        yield f"{what}: {np.count_nonzero(firms)} firms, first slot {int(np.argmax(firms))}"


def _ended(model: ProvinceModel) -> int:
    """The quarter that the model has just finished."""
    return model.quarter - 1


def _before(model: ProvinceModel, indicator: str, start: float) -> float:
    """An indicator a quarter earlier; `start` if the model has run one quarter only."""
    return model.rows[-2][indicator] if len(model.rows) > 1 else start


def _start(model: ProvinceModel) -> Mapping[str, np.ndarray]:
    """Firm columns at the end of the burn-in."""
    snapshot = model.block.snapshot
    assert snapshot is not None
    return snapshot.columns


def bottlenecks(model: ProvinceModel) -> Iterator[str]:
    """Partition: every alive firm is in exactly one bottleneck class, and the classes' counts sum to the firms."""
    c, row = model.columns, model.rows[-1]
    alive, group = c["alive"], c["bottleneck"]
    yield from _some("alive firms outside the eight classes", alive & ((group < 0) | (group >= len(BOTTLENECKS))))
    counted = sum(row[f"bottleneck_{name}"] for name in BOTTLENECKS)
    yield from _unequal("classes and firms", counted, float(np.count_nonzero(alive)), 0.0)
    none_done = c["rounds"] == 0
    expected = {
        DONE: ~none_done, IN_PROGRESS: none_done & (c["stage"] == 2), QUEUED: none_done & (c["stage"] == 1),
        UNAWARE: none_done & (c["stage"] == 0) & ~c["aware"],
    }
    for index, members in expected.items():
        yield from _some(f"class {BOTTLENECKS[index]} and the firms' state", alive & ((group == index) != members))


def firms(model: ProvinceModel) -> Iterator[str]:
    """Population: firms = firms a quarter ago + entrants - exits; prefectures sum to the province."""
    c, row = model.columns, model.rows[-1]
    before = _before(model, "firms", float(np.count_nonzero(_start(model)["alive"])))
    entered = np.count_nonzero(c["arrival"] == _ended(model))
    left = np.count_nonzero(model.left)
    yield from _unequal("firms and the flows of the quarter", row["firms"], before + entered - left, 0.0)
    yield from _some("alive before their arrival", c["alive"] & (c["arrival"] > _ended(model)))
    yield from _some("both alive and gone", c["alive"] & model.left)
    by_prefecture = np.bincount(c["prefecture"][c["alive"]], minlength=len(model.block.province.prefectures))
    yield from _unequal("prefectures and province", float(by_prefecture.sum()), row["firms"], 0.0)
    yield from _unequal("agent set and record", float(len(model.firms)), row["firms"], 0.0)


def projects(model: ProvinceModel) -> Iterator[str]:
    """Projects: open at the start + approved = queued + in progress + completed + lost by exit."""
    c = model.columns
    start, stage, alive = _start(model), c["stage"], c["alive"]
    opened = np.count_nonzero((start["stage"] > 0) & start["alive"]) + model.projects_approved
    open_now = np.count_nonzero((stage > 0) & alive)
    lost = np.count_nonzero((stage > 0) & ~alive)
    completed = int(c["rounds"].sum())
    yield from _unequal("approved and accounted for", float(opened), float(open_now + completed + lost), 0.0)
    recorded = sum(row["retrofit_projects"] for row in model.rows)
    yield from _unequal("rounds and recorded completions", float(completed), recorded, 0.0)
    holds = np.zeros(len(stage), dtype=bool)
    holds[model.options.firm[model.in_project]] = True
    yield from _some("a project without measures, or measures without a project", holds != (stage > 0))
    yield from _some("measures both in work and in place", _firms_of(model, model.in_project & model.adopted))


def _firms_of(model: ProvinceModel, options: BoolArray) -> BoolArray:
    """Firms that own at least one of the flagged options (N,)."""
    owns = np.zeros(model.block.slots, dtype=bool)
    owns[model.options.firm[options]] = True
    return owns


def loans(model: ProvinceModel) -> Iterator[str]:
    """Loans: principal = repaid + outstanding + written off; guarantees never exceed loans."""
    c, bank = model.columns, model.bank
    outstanding = float(c["loan"].sum())
    yield from _unequal("principal and its uses", bank.principal, bank.repaid + outstanding + bank.written_off)
    yield from _some("negative loan", c["loan"] < 0.0)
    yield from _some("guarantee above the loan", c["loan_guaranteed"] > c["loan"] * (1.0 + SUMS))
    yield from _some("loan of a firm that is gone", ~c["alive"] & (c["loan"] > 0.0))


def risk_pool(model: ProvinceModel) -> Iterator[str]:
    """Risk pool: paid in - claims = balance >= 0; new guarantees only within leverage x balance.

    What was guaranteed earlier may exceed that limit once the pool's slice has been cut or claims were paid; only the
    room at the time of issue counts: leverage x balance before the quarter's claims, less what was outstanding.
    """
    pool, flows = model.pool, model.flows
    yield from _unequal("balance", pool.balance, pool.paid_in - pool.claims, scale=pool.claims)
    if pool.balance < 0.0:
        yield f"negative balance: {pool.balance:.15g}"
    if flows.guarantees_issued > 0.0:
        before = _before(model, "guarantees_outstanding", float(_start(model)["loan_guaranteed"].sum()))
        limit = model.parameters.finance.pool_leverage * (pool.balance + flows.pool_claims)
        yield from _exceeds("guarantees beyond leverage", before + flows.guarantees_issued, limit)


def budgets(model: ProvinceModel) -> Iterator[str]:
    """Budgets: what was spent of each appropriation in the year stays within it.

    Holds as long as no appropriation is cut within a year: a cut stops new awards but recalls no money.
    """
    spent: dict[str, float] = {}
    for instrument in model.mix.instruments:
        for budget in {outlay.budget for outlay in instrument.outlays(_ended(model), model.terms, model.flows)}:
            amount = model.ledger.spent(instrument.name, _ended(model) // 4)
            spent[budget] = spent.get(budget, 0.0) + amount
    for budget, amount in spent.items():
        if budget:
            yield from _exceeds(budget, amount, model.ledger.appropriation(budget, _ended(model) // 4))


def ledger(model: ProvinceModel) -> Iterator[str]:
    """Money: the ledger's totals are the sums of the quarters' flows, and the firms got what was granted."""
    flows, row, books = model.flows, model.rows[-1], model.ledger
    fees = sum(
        outlay.amount for outlay in model.mix["diagnosis"].outlays(_ended(model), model.terms, flows)
    )
    outlays = (
        flows.grants + sum(flows.interest_subsidies.values()) + flows.pool_claims + flows.certification_awards
        + flows.procurement_premium + fees
    )
    yield from _unequal("outlays of the quarter", row["public_outlay"], outlays, scale=books.total("outlay"))
    yield from _unequal("tax forgone in the quarter", row["forgone_tax"], flows.tax_credits,
                        scale=books.total("forgone_tax"))
    for kind, name in {"outlay": "public_outlay", "forgone_tax": "forgone_tax"}.items():
        yield from _unequal(f"all quarters' {name}", books.total(kind), sum(each[name] for each in model.rows))
    yield from _unequal("kinds of money", sum(each.amount for each in books.rows()), sum(map(books.total, KINDS)))
    granted = sum(each.amount for each in books.rows() if each.instrument == "retrofit_subsidy")
    yield from _unequal("grants and their receivers", granted, float(model.columns["grants_received"].sum()))


def electricity(model: ProvinceModel) -> Iterator[str]:
    """Power: supply = consumption + exports; contracts within tradable supply; green volumes within consumption."""
    dispatch, accounts, volumes = model.market.dispatch, model.market.accounts, model.market.volumes
    assert dispatch is not None and accounts is not None
    supplied = dispatch.hydro + dispatch.wind + dispatch.solar + dispatch.bioenergy + dispatch.thermal
    supplied += dispatch.imports
    yield from _unequal("supply and use", supplied, dispatch.consumption + dispatch.exports, EXACT)
    offered = model.block.supply(_ended(model))
    wind_solar = volumes["wind_solar"] + volumes["certificates_local"] + volumes["sold_outside"]
    yield from _exceeds("wind and solar contracts and certificates", wind_solar, offered.tradable_wind_solar)
    yield from _exceeds("tradable-hydro contracts", volumes["tradable_hydro"], offered.tradable_hydro)
    for name, volume in {
        "physical": accounts.physical, "contractual": accounts.contractual, "hybrid": accounts.hybrid,
    }.items():
        yield from _exceeds(f"{name} green electricity", volume, accounts.consumption)
    c = model.columns
    use = c["electricity_mwh"] * c["alive"] * float(model.block.environment.weights[_ended(model) % 4])
    yield from _unequal("firms and market", float(use.sum()), accounts.consumption)
    green = float((use * c["green_share"]).sum())
    yield from _unequal("firms' green electricity and the contractual account", green, accounts.contractual)
    of_carrier = c["energy"][:, ELECTRICITY] / TCE_PER_MWH
    yield from _some("electricity in MWh and in tce", np.abs(of_carrier - c["electricity_mwh"]) > SUMS * of_carrier)


def green_accounts(model: ProvinceModel) -> Iterator[str]:
    """Accounts: physical shares sum to R; hybrid shares of all consumers sum to R + outside - sold outside.

    R is the non-fossil supply used in the province. The volumes of the other consumers follow from manufacturing's:
    all share one grid mix in the physical account and one residual mix in the hybrid account.
    """
    dispatch, accounts, volumes = model.market.dispatch, model.market.accounts, model.market.volumes
    assert dispatch is not None and accounts is not None
    use, total, own = accounts.consumption, accounts.province_consumption, volumes["generation"]
    grid = (accounts.physical - own) / (use - own)
    yield from _unequal("physical", accounts.physical + grid * (total - use), dispatch.nonfossil, EXACT)
    claims = own + volumes["contracts"] + volumes["certificates_local"] + volumes["certificates_outside"]
    yield from _unequal("contractual", accounts.contractual, claims, EXACT)
    residual = (accounts.hybrid - claims) / (use - claims)
    expected = dispatch.nonfossil + volumes["certificates_outside"] - volumes["sold_outside"]
    if residual > 0.0:
        yield from _unequal("hybrid", accounts.hybrid + residual * (total - use), expected, EXACT)
        yield from _unequal("hybrid, whole province", accounts.province_hybrid, expected, EXACT)


def certification(model: ProvinceModel) -> Iterator[str]:
    """Green factories: stock = first stock + approved - removed - exits; approvals within the quota and the rules."""
    c, body, parameters = model.columns, model.certifier, model.parameters.certification
    start = _start(model)
    stock = np.count_nonzero(c["certified"] & c["alive"])
    first = np.count_nonzero(start["certified"] & start["alive"])
    expected = first + body.approved - body.removed - body.left
    yield from _unequal("stock and flows", float(stock), float(expected), 0.0)
    new = c["certified"] & c["alive"] & (c["certified_since"] == _ended(model))
    places = model.terms.certification_quota * model.block.scale + 1.0  # a fraction may come over from last year
    if new.any():
        yield from _exceeds("approvals of the year", float(np.count_nonzero(new)), places, 0.0)
        veto = model.draws.uniform("veto", _ended(model) // 4, remember=True) < parameters.veto_share
        below = c["certification_score"] < parameters.threshold
        yield from _some("approved with a veto or below the threshold", new & (veto | below))


def procurement(model: ProvinceModel) -> Iterator[str]:
    """Purchases: reserved and open awards of each buyer sum to what it buys from sectors that have a firm."""
    buyer, block, year = model.buyer, model.block, _ended(model) // 4
    for name, bought in buyer.purchases.items():
        yield from _unequal(f"{name}, budget", bought, float(block.purchases(name, year).sum()))
        awarded = buyer.reserved_awards[name] + buyer.open_awards[name]
        yield from _exceeds(f"{name}, awards beyond purchases", awarded, bought)
        if _ended(model) % 4 == 0:
            c = model.columns
            served = np.bincount(c["sector"][c["alive"]], minlength=len(block.province.sectors)) > 0
            within = float(block.purchases(name, year)[served].sum())
            yield from _unequal(f"{name}, awards and purchases", awarded, within)


def emissions(model: ProvinceModel) -> Iterator[str]:
    """CO2: the recorded emissions are the sum of activity x factor over firms and carriers, done anew."""
    c, block, row = model.columns, model.block, model.rows[-1]
    dispatch = model.market.dispatch
    assert dispatch is not None
    alive = c["alive"]
    sector = c["sector"][alive]
    direct = 0.0
    for carrier, factors in enumerate(block.province.fuel_co2_factors().T):
        direct += float(np.bincount(sector, c["energy"][alive, carrier], minlength=len(factors)) @ factors)
    process = c["process_co2_base"] * c["process_co2_ratio"] * c["activity"]
    mixed = c["alternative_fuel"] * c["activity"] * model.parameters.measures.alternative_fuel_co2
    direct += float((process + mixed)[alive].sum())
    fossil = dispatch.thermal + dispatch.imports - dispatch.imports_nonfossil
    factor = fossil / dispatch.consumption * model.parameters.power.fossil_factor
    bought = np.maximum(c["electricity_mwh"] - c["onsite_generation"], 0.0)[alive]
    weight = float(block.environment.weights[_ended(model) % 4])
    yield from _unequal("direct", row["co2_direct"], direct * weight)
    yield from _unequal("direct and indirect", row["co2"], (direct + float(bought.sum()) * factor) * weight)


def output(model: ProvinceModel) -> Iterator[str]:
    """Output: sectors sum to the province, firms' weights to one, and the four quarters to the year."""
    c, block, row = model.columns, model.block, model.rows[-1]
    weights = block.environment.weights
    ratio = (block.province.sectors["gross_output"] / block.province.sectors["revenue"]).to_numpy()
    revenue = np.bincount(c["sector"], c["revenue"] * c["alive"], minlength=len(ratio))
    total = float(revenue @ ratio)
    yield from _unequal("sectors and province", row["output"], total * float(weights[_ended(model) % 4]))
    yield from _unequal("quarters' weights", float(weights.sum()), 1.0, EXACT)
    certified = c["certified"] & c["alive"]
    other = np.bincount(c["sector"], c["revenue"] * (c["alive"] & ~certified), minlength=len(ratio)) @ ratio
    yield from _unequal("shares", row["green_factory_output_share"] + float(other) / total, 1.0)


IDENTITIES: Mapping[str, Identity] = {
    identity.__name__: identity
    for identity in (
        bottlenecks, firms, projects, loans, risk_pool, budgets, ledger, electricity, green_accounts, certification,
        procurement, emissions, output,
    )
}
"""All identities by name."""
