"""The chain leaders as one institution: who asks for proof, which chains have a platform, what suppliers feel of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents import chains as rules
from agents.array_types import BoolArray, FloatArray
from agents.demography import QUARTER
from agents.institution import Institution

if TYPE_CHECKING:
    from agents.institution import ColumnarModel


class ChainLeaders(Institution):
    """About a hundred leaders of key chains, in arrays; suppliers feel last quarter's requests."""

    def __init__(self, model: ColumnarModel, network: rules.SupplyNetwork, slots: int) -> None:
        super().__init__(model)
        self.network = network
        self.hazard: FloatArray = network.first_hazard.copy()
        """(L,) cumulated hazard of asking."""
        self.asking: BoolArray = np.zeros(len(network.leader), dtype=bool)
        self.platform: BoolArray = np.zeros(len(network.leader), dtype=bool)
        self.awareness: FloatArray = np.zeros(slots)
        """(N,) hazard of learning of measures from leaders, 1/yr."""
        self.on_platform: BoolArray = np.zeros(slots, dtype=bool)
        """(N,) leaders and suppliers that a design platform serves."""

    def advance(self, model: Any) -> None:
        """Let a quarter of requests pass, open the platforms in force, and tell the suppliers."""
        terms, parameters, network = model.terms, model.parameters.chains, self.network
        growth = max(parameters.requirement_growth, terms.chain_requirement_growth)
        certified = model.columns["certified"][network.leader]
        self.hazard += QUARTER * rules.request_rate(
            growth, terms.chain_footprints, certified, network.export_chain, parameters
        )
        self.platform = network.platform_place < terms.chain_platforms
        self.tell(model)

    def tell(self, model: Any) -> None:
        """Set what suppliers face: sales at stake, knowledge from leaders, and who is served by a platform."""
        c, parameters, network = model.columns, model.parameters.chains, self.network
        supplier, alive = network.supplier, c["alive"][network.leader]
        self.asking = rules.asks(self.hazard, network.rank) & alive
        pressure = rules.sales_to(network, self.asking) * c["alive"][supplier]
        c["chain_value"][supplier] = rules.value_at_stake(pressure, c["revenue"][supplier], parameters)
        c["chain_asked"][supplier] = pressure > 0.0
        served = self.platform & alive
        self.on_platform[supplier] = rules.sales_to(network, served) > 0.0
        self.on_platform[network.leader[served]] = True
        told = np.append(supplier, network.leader)
        self.awareness[told] = (
            parameters.request_awareness * c["chain_asked"][told]
            + parameters.platform_awareness * self.on_platform[told]
        )
