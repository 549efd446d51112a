"""Green products: certificates for products and their carbon footprints, which firms take out for what they bring.

A certificate of a green product opens government purchases that ask for one and a small premium of its own; a carbon
footprint is proof for export customers and chain leaders. Costs, stocks and growth are estimates of grade D: the
numbers of 2025 set how many firms consider it, whoever considers decides by profit and a persistent taste.
"""

from __future__ import annotations

from dataclasses import dataclass

from agents.array_types import FloatArray, IntArray
from agents.information import first_places
from agents.parameter import number


@dataclass(frozen=True)
class ProductsParameters:
    """Numbers of product certification."""

    certificate_cost: float = number("m CNY", "green-product certificate of one product family")
    footprint_cost: float = number("m CNY", "carbon footprint of one product family")
    certificates_2025: float = number("firms", "firms with a green product at the end of 2025")
    footprints_2025: float = number("firms", "firms with a carbon footprint at the end of 2025")
    certificate_growth: float = number("1/yr", "growth of the share of firms that consider a green-product certificate")
    footprint_growth: float = number("1/yr", "growth of the share of firms that consider a carbon footprint")
    asked_factor: float = number("ratio", "that share among suppliers whose leader asks for proof, over others")
    scope: float = number("divisions", "divisions whose products can be certified without further policy")
    label_premium: float = number("share", "private value of a green product, share of revenue a year")
    horizon: float = number("years", "years of benefit a firm counts")
    taste_scale: float = number("m CNY", "scale of the persistent taste")


def net_benefit(
    yearly_value: FloatArray, cost: FloatArray | float, taste: FloatArray, parameters: ProductsParameters
) -> FloatArray:
    """Net benefit of a product certificate over the horizon, m CNY (K,); a firm takes it only if it is positive.

    Args:
        yearly_value: (K,) profit a year that depends on the certificate, m CNY/yr.
        cost: (K,) or one, m CNY.
        taste: (K,) persistent standard-logistic taste.
        parameters: horizon, scale of the taste.
    """
    return parameters.horizon * yearly_value - cost + parameters.taste_scale * taste


def considered_share(share_2025: float, growth: float, year: int) -> float:
    """Share of firms that consider a certificate in a year, at constant relative growth from that of 2025."""
    return share_2025 * (1.0 + growth) ** (year - 2025)


def first_holders(effective_rank: FloatArray, candidates: IntArray, number_2025: int) -> tuple[IntArray, float]:
    """Firms that hold a certificate at the end of 2025, and the share of firms that considered it by then.

    The stock is given; that the same rule rules before and after 2025 gives the share.

    Args:
        effective_rank: (N,) fixed rank of considering; the lowest considered first.
        candidates: (K,) rows of the firms that would take the certificate if they considered it, ascending.
        number_2025: stock.

    Returns:
        Rows of the holders, ascending, and the rank of the last of them (0 if there is none).
    """
    holders = candidates[first_places(-effective_rank[candidates], number_2025)]
    return holders, float(effective_rank[holders].max()) if len(holders) else 0.0
