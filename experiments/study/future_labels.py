"""Names of what tells futures apart, for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.inputs.parameters import Node


@dataclass(frozen=True)
class Labels:
    """Names of parameters and scenarios.

    Attributes:
        nodes: parameters by path.
        lang: en or zh.
    """

    nodes: Mapping[str, Node]
    lang: str

    def dimension(self, name: str) -> str:
        """A parameter with its unit, or the word for the scenario, for an axis."""
        if name not in self.nodes:
            return "情景" if self.lang == "zh" else "scenario"
        node = self.nodes[name]
        return node.zh if self.lang == "zh" else f"{node.en}\n({node.unit})"

    def scenario(self, name: str) -> str:
        """A scenario: its Chinese name, in English the name used in settings."""
        if self.lang == "en":
            return name
        from sim.inputs.scenario import load_scenario

        return load_scenario(name).zh
