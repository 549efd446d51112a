"""Supply chains: leaders that ask their suppliers for carbon or green proof, and what that is worth to a supplier.

About a hundred leaders, the largest firms of the province's key chains, buy from a few thousand local suppliers. A
leader that starts to ask for proof puts part of every supplier's sales at stake; the supplier keeps it by retrofitting,
by certification or by a product's carbon footprint. The request travels upstream only: effects on the leaders' own
customers are contested (Liu et al. 2026 find none). Everything here is arithmetic on arrays, without randomness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.demography import event
from agents.parameter import number

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True)
class ChainsParameters:
    """Numbers of the supply chains."""

    leaders_per_chain: float = number("leaders", "leaders of one chain")
    suppliers_per_leader: float = number("firms", "local above-scale suppliers of one leader")
    link_size_elasticity: float = number("per ln", "how the chance of a link rises with the supplier's ln revenue")
    link_prefecture_bonus: float = number("logit", "how it rises in the leader's own prefecture")
    requirement_growth: float = number("1/yr", "hazard that a leader starts to ask for proof, without support")
    requirement_exposure_factor: float = number("ratio", "the same for green factories and export chains, over others")
    loss_probability: float = number("1/yr", "chance that a supplier without proof loses the order")
    margin: float = number("share", "profit on the sales at stake")
    retrofit_part: float = number("share", "part of a request that a retrofit round meets")
    certificate_part: float = number("share", "part that a green-factory certificate meets; a footprint meets the rest")
    request_awareness: float = number("1/yr", "hazard of learning of measures from a leader that asks for proof")
    platform_awareness: float = number("1/yr", "hazard of learning of measures from a leader's platform")
    platform_cost_cut: float = number("share", "cut of product-certification cost by a leader's platform")


@dataclass(frozen=True)
class SupplyNetwork:
    """Who leads which chain and who supplies whom, drawn once a seed. L leaders, K suppliers of some leader."""

    leader: IntArray
    """(L,) slot of each leader."""
    chain: IntArray
    """(L,) row in the province's chains."""
    supplier: IntArray
    """(K,) slot of each supplier, ascending."""
    sales: csr_array
    """(K, L) share of a supplier's sales that goes to the leader; rows sum to at most one."""
    first_hazard: FloatArray
    """(L,) cumulated hazard at the end of 2025: the share of leaders already asking, as a hazard."""
    rank: FloatArray
    """(L,) fixed draw: a leader asks once its cumulated hazard has passed it."""
    export_chain: BoolArray
    """(L,) whether the chain is one of the export chains that the plan names."""
    platform_place: IntArray
    """(L,) place of the leader's chain in the order in which design platforms open, 0 first."""


def request_rate(
    growth: float, footprints: float, certified: BoolArray, export_chain: BoolArray, parameters: ChainsParameters
) -> FloatArray:
    """Hazard that a leader starts to ask for proof, 1/yr (L,).

    Args:
        growth: common hazard, 1/yr.
        footprints: added hazard in the export chains, 1/yr.
        certified: (L,) leaders that are green factories, last quarter's state.
        export_chain: (L,) leaders of export chains.
        parameters: factor of the exposed leaders.
    """
    exposed = 1.0 + (parameters.requirement_exposure_factor - 1.0) * (certified | export_chain)
    return growth * exposed + footprints * export_chain


def asks(hazard: FloatArray, rank: FloatArray) -> BoolArray:
    """Leaders that ask for proof (L,): those whose fixed rank lies below the probability of the cumulated hazard.

    More hazard never ends a request, and two policies share the ranks.
    """
    return event(rank, hazard, 1.0)


def sales_to(network: SupplyNetwork, leaders: BoolArray) -> FloatArray:
    """Share of every supplier's sales that goes to the given leaders (K,)."""
    return np.asarray(network.sales @ leaders.astype(np.float64))


def value_at_stake(pressure: FloatArray, revenue: FloatArray, parameters: ChainsParameters) -> FloatArray:
    """Yearly profit that suppliers lose in expectation without any proof, m CNY (K,).

    Args:
        pressure: (K,) share of sales to leaders that ask for proof.
        revenue: (K,) m CNY/yr.
        parameters: probability of losing the order, profit on it.
    """
    return pressure * revenue * (parameters.loss_probability * parameters.margin)


def proof_parts(parameters: ChainsParameters) -> tuple[float, float, float]:
    """Part of a request met by a retrofit round, a factory certificate and a product footprint; they sum to one.

    A firm that has one proof keeps that part of the value at stake, so no part is counted twice.
    """
    retrofit = min(parameters.retrofit_part, 1.0)
    certificate = min(parameters.certificate_part, 1.0 - retrofit)
    return retrofit, certificate, 1.0 - retrofit - certificate
