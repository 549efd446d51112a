"""The burn-in, 2021-2025 under the policies then in force, and the state it leaves to every policy of a seed block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.array_types import FloatArray
from agents.carriers import ELECTRICITY, TCE_PER_MWH
from agents.measure_economics import roof_scale
from agents.store import ColumnStore
from policies.mix import Mix
from sim.block import SeedBlock

if TYPE_CHECKING:
    from sim.model import ProvinceModel

INSTITUTIONS = {
    "bank": ("principal", "repaid", "written_off"),
    "certifier": ("green_products", "carbon_footprints"),
    "leaders": ("asking", "awareness"),
    "pool": ("slice", "balance", "paid_in", "claims", "issued", "recent_claims"),
}
"""State of the institutions that the burn-in leaves behind."""

OPTION_STATE = ("adopted", "in_project", "taste")


@dataclass(frozen=True)
class Snapshot:
    """State of a model at the end of the burn-in: copies, never shared with a running model."""

    store: ColumnStore
    options: Mapping[str, np.ndarray]
    institutions: Mapping[str, Mapping[str, Any]]

    @classmethod
    def take(cls, model: ProvinceModel) -> Snapshot:
        """Copy the state of a model."""
        return cls(
            store=model.store.copy(),
            options={name: getattr(model, name).copy() for name in OPTION_STATE},
            institutions={
                name: {key: _copied(getattr(getattr(model, name), key)) for key in keys}
                for name, keys in INSTITUTIONS.items()
            },
        )

    @property
    def columns(self) -> Mapping[str, np.ndarray]:
        """The firm columns."""
        return self.store.arrays

    def restore(self, model: ProvinceModel) -> None:
        """Put the state beside the firm columns into a model of the same block; it starts from a copy of `store`."""
        for name, values in self.options.items():
            setattr(model, name, values.copy())
        for name, state in self.institutions.items():
            for key, value in state.items():
                setattr(getattr(model, name), key, _copied(value))


def _copied(value: Any) -> Any:
    """A copy of a mutable value; numbers as they are."""
    if hasattr(value, "copy"):
        return value.copy()
    return replace(value) if is_dataclass(value) and not isinstance(value, type) else value


def run_burn_in(block: SeedBlock, history: Mix | None = None) -> Snapshot:
    """Run 2021-2025 under the policies then in force, so that 2026 does not start with a false boom.

    Args:
        block: the seed block.
        history: the mix whose values before 2026 hold; `current` if left out.
    """
    from sim.model import ProvinceModel
    from sim.options import legacy_adoption

    model = ProvinceModel.for_burn_in(block, history)
    model.adopted = legacy_adoption(block.menu, block.options, block.draws)
    model.taste = block.tastes.of(0)
    while model.quarter < block.first:
        model.step()
    close_burn_in(model)
    block.draws.forget()
    snapshot = Snapshot.take(model)
    model.release()
    return snapshot


def close_burn_in(model: ProvinceModel) -> None:
    """Bring the state to the end of 2025 as the tables have it.

    The base-year energy table already contains what was adopted until 2025, so intensity ratios start at one. Own
    solar generation and the list of green factories start from their tables. Chain leaders ask for what they ask for at
    the time; green products and carbon footprints are those of firms that gain from them.
    """
    from sim.phases.demand import value_certificates
    from sim.phases.products import start_products

    c, block = model.columns, model.block
    c["energy_intensity_ratio"][:] = 1.0
    c["process_co2_ratio"][:] = 1.0
    c["fuel_co2_ratio"][:] = 1.0
    for name in ("added_electricity", "added_gas", "alternative_fuel", "grants_received"):
        c[name][:] = 0.0
    c["onsite_generation"][:] = initial_generation(model)
    for name in ("rounds", "rounds_above_floor", "like_for_like"):
        c[name][:] = 0
    c["certified"][:] = c["certified_initial"]
    ages = np.floor(3.0 * block.draws.uniform("certificate age")).astype(np.int64)
    c["certified_since"][:] = np.where(c["certified_initial"], block.first - 1 - 4 * ages, -1)
    model.leaders.tell(model)
    for _ in range(2):  # what a certificate is worth depends on how many hold one
        value_certificates(model)
        start_products(model)


def initial_generation(model: ProvinceModel) -> FloatArray:
    """Own solar generation at the end of 2025, MWh/yr (N,): what the arrays in place by then deliver.

    The model's arrays replace the balance table's figure for on-site generation in manufacturing (3.4 TWh, grade D),
    which is not used: no firm's array exceeds its roof.
    """
    c, block = model.columns, model.block
    share = np.zeros(block.slots)
    arrays = np.flatnonzero(model.adopted & (block.menu.grid_purchase[block.options.measure] > 0.0))
    np.maximum.at(share, block.options.firm[arrays], block.menu.grid_purchase[block.options.measure[arrays]])
    wanted = share * c["energy_base"][:, ELECTRICITY] / TCE_PER_MWH * c["alive"]
    return wanted * roof_scale(wanted, c["revenue_base"], block.pv_yield, model.parameters.measures)
