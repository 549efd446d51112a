"""Who is told of the measures, and who has to give up old equipment: the public programmes of the object models."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from typing import TYPE_CHECKING

from mesa import Agent  # type: ignore[import-untyped]

from benchmarks.object_firm import Firm

if TYPE_CHECKING:
    from benchmarks.object_model import ObjectModel


class Outreach(Agent):  # type: ignore[misc]
    """Diagnoses, orders to retire equipment, and what firms see of their peers."""

    def __init__(self, model: ObjectModel) -> None:
        super().__init__(model)
        draws = model.block.draws
        self.diagnosis_luck = model.keep(draws.gumbel("diagnosis order", remember=True))
        self.learning_luck = model.keep(draws.uniform("diagnosis effect", remember=True))
        self.material_order = model.keep(draws.uniform("material diagnosis order", remember=True))

    def places(self, quarterly: float) -> int:
        """Whole places out of a fractional quarterly number."""
        quarter = self.model.quarter
        return math.floor(quarterly * (quarter + 1) + 1e-9) - math.floor(quarterly * quarter + 1e-9)

    def order_retirements(self) -> None:
        """Order the oldest equipment out, as far as the orders go."""
        model = self.model
        over_age = [firm for firm in model.in_business.values() if firm.over_age]
        kept = [firm for firm in over_age if not firm.renewed]
        kept.sort(key=lambda firm: (firm.equipment_since, firm.slot))
        for firm in kept[: max(self.places(model.terms.retirement_orders * len(over_age)), 0)]:
            firm.renewed = True
            firm.renew_equipment()

    def count_peers(self) -> None:
        """Firms, and firms with a completed retrofit, by sector and prefecture and by park."""
        firms = self.model.in_business.values()
        shown = [firm for firm in firms if firm.rounds_since_2021 > 0]
        self.neighbours = Counter(firm.neighbours for firm in firms)
        self.neighbours_shown = Counter(firm.neighbours for firm in shown)
        self.in_park = Counter(firm.park for firm in firms)
        self.in_park_shown = Counter(firm.park for firm in shown)

    def peer_share(self, firm: Firm) -> float:
        """Share of a firm's peers with a completed retrofit."""
        local = self.neighbours_shown[firm.neighbours] / self.neighbours[firm.neighbours]
        if firm.park < 0:
            return local
        weight = self.model.parameters.information.peer_park_weight
        return float((1.0 - weight) * local + weight * self.in_park_shown[firm.park] / self.in_park[firm.park])

    def diagnose(self) -> None:
        """Offer the quarter's diagnoses to large users and key firms first."""
        model, information = self.model, self.model.parameters.information
        places = self.places(model.terms.diagnosis_slots * model.block.scale)
        if places <= 0:
            return
        acceptance = model.draw("diagnosis acceptance")
        asked = (firm for firm in model.in_business.values() if not firm.diagnosed)
        for firm in heapq.nlargest(places, asked, key=lambda firm: firm.diagnosis_priority()):
            if acceptance[firm.slot] < information.diagnosis_acceptance:
                firm.diagnosed = firm.newly_diagnosed = True
                firm.aware = firm.aware or bool(self.learning_luck[firm.slot] < firm.diagnosis_effect())
                model.flows.diagnoses += 1

    def diagnose_materials(self) -> None:
        """Ask the firms of clause II-11 in a drawn order until enough have accepted a diagnosis of materials."""
        model, information = self.model, self.model.parameters.information
        places = self.places(model.terms.material_slots * model.block.scale)
        if places <= 0:
            return
        accepts = model.draw("material diagnosis acceptance")
        willing = (
            firm for firm in model.in_business.values()
            if firm.clause_ii11 and not firm.material_diagnosed
            and accepts[firm.slot] < information.diagnosis_acceptance
        )
        for firm in heapq.nlargest(places, willing, key=lambda firm: self.material_order[firm.slot]):
            firm.material_diagnosed = firm.newly_diagnosed = True
            model.flows.material_diagnoses += 1
