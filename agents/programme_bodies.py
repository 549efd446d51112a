"""Institutions of the province's own programmes: what they have begun, delivered and built up since 2026."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import BoolArray, IntArray
from agents.institution import Institution
from agents.measures import Menu

if TYPE_CHECKING:
    from agents.institution import ColumnarModel


class TechnologyProgramme(Institution):
    """Pilots of breakthrough measures, local supply of equipment and advanced materials: stocks since 2026."""

    def __init__(self, model: ColumnarModel, menu: Menu) -> None:
        super().__init__(model)
        self.begun: IntArray = np.zeros(len(menu), dtype=np.int64)
        self.completed: IntArray = np.zeros(len(menu), dtype=np.int64)
        self.open: BoolArray = np.zeros(len(menu), dtype=bool)
        self.hosts: dict[int, list[tuple[int, int]]] = {}
        """Measure and host (slot) of the pilots under way, by the quarter in which they end."""
        self.local_supply = 0.0
        self.materials = 0.0
        self.digital_gain = 0.0

    def begin(self, measure: int, host: int, ends: int) -> None:
        """Begin a pilot at a firm."""
        self.begun[measure] += 1
        self.hosts.setdefault(ends, []).append((measure, host))

    def finish(self, quarter: int) -> IntArray:
        """End the pilots that are due; their number by measure (M,)."""
        done = np.bincount([measure for measure, _ in self.hosts.pop(quarter, [])], minlength=len(self.begun))
        self.completed += done
        return done

    def under_way(self) -> int:
        """Pilots under way."""
        return sum(len(each) for each in self.hosts.values())

    def busy(self, measure: int) -> list[int]:
        """Slots of the firms that host a pilot of a measure now."""
        return [host for each in self.hosts.values() for one, host in each if one == measure]


class StandardsBody(Institution):
    """Issues standards; keeps how many are in effect in each division, and which are still to come."""

    def __init__(self, model: ColumnarModel, divisions: int) -> None:
        super().__init__(model)
        self.issued = 0
        self.issued_design = 0
        self.general: IntArray = np.zeros(divisions, dtype=np.int64)
        self.design: IntArray = np.zeros(divisions, dtype=np.int64)
        self.pending: dict[int, tuple[IntArray, IntArray]] = {}
        """Divisions of the general and of the design standards to come, by the quarter of effect."""

    def issue(self, general: IntArray, design: IntArray, effective: int) -> None:
        """Issue standards for the given divisions, to take effect in a later quarter."""
        self.issued += len(general) + len(design)
        self.issued_design += len(design)
        self.pending[effective] = (general, design)

    def take_effect(self, quarter: int) -> None:
        """Let the standards due by this quarter take effect."""
        for due in [each for each in self.pending if each <= quarter]:
            general, design = self.pending.pop(due)
            self.general += np.bincount(general, minlength=len(self.general))
            self.design += np.bincount(design, minlength=len(self.design))


class DesignBenchmarks(Institution):
    """Green-design benchmark firms: how many each key industry has."""

    def __init__(self, model: ColumnarModel, industries: IntArray, start: float) -> None:
        super().__init__(model)
        self.industries = industries
        """(K,) rows of the key industries in the province's sectors."""
        self.start = start
        self.added: IntArray = np.zeros(len(industries), dtype=np.int64)

    def total(self) -> float:
        """Benchmark firms of all key industries."""
        return self.start * len(self.industries) + float(self.added.sum())


class EquipmentIndustry(Institution):
    """Makers of environmental equipment that meet the industry conditions, and provincial clusters."""

    def __init__(self, model: ColumnarModel, makers: float, clusters: float) -> None:
        super().__init__(model)
        self.makers = makers
        self.clusters = clusters
