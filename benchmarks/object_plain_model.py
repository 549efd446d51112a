"""The object model in scalar Python: figures are lists, and what is the same for all firms is worked out once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from agents.demography import QUARTER
from benchmarks.object_menu import Option, read_menu
from benchmarks.object_model import ObjectModel
from benchmarks.object_plain import PlainFirm


class PlainModel(ObjectModel):
    """Firms that decide in scalar Python."""

    firm_type = PlainFirm

    @staticmethod
    def keep(figures: np.ndarray) -> list[Any]:
        """A list: its items are Python's own numbers, which are quicker one by one."""
        return list(figures.tolist())

    def read_province(self) -> None:
        """Read the menu and the options, and tables that firms look up by sector, prefecture and sub-type."""
        super().read_province()
        block, province = self.block, self.block.province
        assert block.snapshot is not None
        self.menu = read_menu(block.menu, self.parameters.measures)
        self.fuel_co2 = self.keep(province.fuel_co2_factors())
        self.process_shares = [0.0, *province.subtypes["process_electricity_share"].tolist()]
        self.initial_experience = self.keep(block.initial_experience)
        self.option_record: dict[str, list[Any]] = {
            name: getattr(block.options, name).tolist() for name in ("measure", "cost_factor", "start")
        } | {name: block.snapshot.options[name].tolist() for name in ("adopted", "in_project", "taste")}

    def options_of(self, slot: int) -> list[Option]:
        """The options of one slot as they are after the burn-in."""
        start = self.option_record["start"]
        measure, factor, taste = (self.option_record[name] for name in ("measure", "cost_factor", "taste"))
        adopted, in_project = self.option_record["adopted"], self.option_record["in_project"]
        return [
            Option(self.menu[measure[at]], at, factor[at], taste[at], adopted[at], in_project[at])
            for at in range(start[slot], start[slot + 1])
        ]

    def read_terms(self) -> None:
        """Chances that are the same for all firms, and the shifts and grants by measure."""
        retrofit = self.parameters.retrofit
        self.opportunity_chance = -math.expm1(-retrofit.opportunity_rate * QUARTER)
        self.renewal_chance = -math.expm1(-retrofit.renewal_hazard * QUARTER)
        self.over_age_chance = -math.expm1(-retrofit.renewal_hazard * self.terms.renewal_multiplier * QUARTER)
        self.measure_shift = dict(self.terms.measure_shift)
        self.measure_grants = {offer.measure: offer for offer in reversed(self.terms.measure_grants)}

    def read_market(self) -> None:
        """What is on offer this year, and how far learning by doing has cut its cost."""
        self.offered = [measure.available(self.quarter // 4) for measure in self.menu]
        self.learning = [
            (1.0 - measure.learning_rate) ** math.log2(max(now, start) / start)
            for measure, now, start in zip(self.menu, self.experience, self.initial_experience, strict=True)
        ]
