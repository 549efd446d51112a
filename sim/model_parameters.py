"""All parameter blocks of the model in one place: which there are, and how they are loaded together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.behaviour import BehaviourParameters
from agents.certification import CertificationParameters
from agents.chains import ChainsParameters
from agents.demand import DemandParameters
from agents.demography import DemographyParameters
from agents.finance import FinanceParameters
from agents.information import InformationParameters
from agents.measures import MeasuresParameters
from agents.power import PowerParameters
from agents.products import ProductsParameters
from agents.retrofit import RetrofitParameters
from agents.service import ServiceParameters
from sim.environment import EnvironmentParameters
from sim.errors import ConfigError, Problem
from sim.parameters import Node, apply_overrides, load_blocks
from sim.population import PopulationParameters

BLOCKS: Mapping[str, type] = {
    "behaviour": BehaviourParameters,
    "certification": CertificationParameters,
    "chains": ChainsParameters,
    "demand": DemandParameters,
    "demography": DemographyParameters,
    "environment": EnvironmentParameters,
    "finance": FinanceParameters,
    "information": InformationParameters,
    "measures": MeasuresParameters,
    "population": PopulationParameters,
    "power": PowerParameters,
    "products": ProductsParameters,
    "retrofit": RetrofitParameters,
    "service": ServiceParameters,
}
"""Block name (= node file name) -> dataclass declared beside its rules."""


@dataclass(frozen=True)
class Parameters:
    """Values of every block, and the nodes they came from by path."""

    behaviour: BehaviourParameters
    certification: CertificationParameters
    chains: ChainsParameters
    demand: DemandParameters
    demography: DemographyParameters
    environment: EnvironmentParameters
    finance: FinanceParameters
    information: InformationParameters
    measures: MeasuresParameters
    population: PopulationParameters
    power: PowerParameters
    products: ProductsParameters
    retrofit: RetrofitParameters
    service: ServiceParameters
    nodes: Mapping[str, Node]


def load_parameters(folder: Path, overrides: Mapping[str, float] | None = None) -> Parameters:
    """Load all blocks of a province pack and apply overrides.

    Args:
        folder: the pack's ``parameters`` folder.
        overrides: node path -> value, for example ``{"information.peer_hazard": 0.2}``.

    Raises:
        ConfigError: with every problem of every node file and every override.
    """
    problems: list[Problem] = []
    blocks = load_blocks(BLOCKS, folder, problems)
    if not problems and overrides:
        blocks = apply_overrides(blocks, overrides, problems)
    if problems:
        raise ConfigError(problems)
    nodes = {node.path: node for _, fields in blocks.values() for node in fields.values()}
    return Parameters(**{name: instance for name, (instance, _) in blocks.items()}, nodes=nodes)
