"""All parameter blocks of the model in one place: which there are, and how they are loaded together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.certification import CertificationParameters
from agents.chains import ChainsParameters
from agents.demand import DemandParameters
from agents.demography import DemographyParameters
from agents.finance import FinanceParameters
from agents.information import InformationParameters
from agents.judgement import BehaviourParameters
from agents.measures import MeasuresParameters
from agents.park_upgrade import ParksParameters
from agents.power import PowerParameters
from agents.products import ProductsParameters
from agents.programmes import ProgrammesParameters
from agents.retrofit import RetrofitParameters
from agents.service import ServiceParameters
from agents.standards import StandardsParameters
from agents.technology import TechnologyParameters
from agents.waste import WasteParameters
from sim.environment import EnvironmentParameters
from sim.errors import ConfigError, Problem
from sim.inputs.parameters import Blocks, Node, apply_overrides, load_blocks
from sim.population.build import PopulationParameters

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
    "parks": ParksParameters,
    "population": PopulationParameters,
    "power": PowerParameters,
    "programmes": ProgrammesParameters,
    "products": ProductsParameters,
    "retrofit": RetrofitParameters,
    "service": ServiceParameters,
    "waste": WasteParameters,
    "standards": StandardsParameters,
    "technology": TechnologyParameters,
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
    parks: ParksParameters
    population: PopulationParameters
    power: PowerParameters
    programmes: ProgrammesParameters
    products: ProductsParameters
    retrofit: RetrofitParameters
    service: ServiceParameters
    waste: WasteParameters
    standards: StandardsParameters
    technology: TechnologyParameters
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
    if problems:
        raise ConfigError(problems)
    loaded = _assembled(blocks)
    return override_parameters(loaded, overrides) if overrides else loaded


def override_parameters(parameters: Parameters, overrides: Mapping[str, float]) -> Parameters:
    """Parameters with some values replaced; what is passed in stays as it is.

    Args:
        parameters: as loaded.
        overrides: node path -> value.

    Raises:
        ConfigError: with every unknown path and every value outside its range.
    """
    problems: list[Problem] = []
    blocks = {name: (getattr(parameters, name), _nodes_of(name, parameters)) for name in BLOCKS}
    changed = apply_overrides(blocks, overrides, problems)
    if problems:
        raise ConfigError(problems)
    return _assembled(changed)


def _nodes_of(block: str, parameters: Parameters) -> dict[str, Node]:
    """Nodes of one block by field."""
    start = f"{block}."
    return {path.removeprefix(start): node for path, node in parameters.nodes.items() if path.startswith(start)}


def _assembled(blocks: Blocks) -> Parameters:
    nodes = {node.path: node for _, fields in blocks.values() for node in fields.values()}
    return Parameters(**{name: instance for name, (instance, _) in blocks.items()}, nodes=nodes)
