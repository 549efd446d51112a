"""Part of phase 10: chain leaders start to ask their suppliers for proof, which counts from the next quarter on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def supply_chains(model: ProvinceModel) -> None:
    """A quarter's new requests travel upstream, and design platforms open."""
    model.leaders.advance(model)
