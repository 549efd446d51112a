"""The rule of decision at hand: what the firms of the model know of their options, bound to the rule of the block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.behaviour import RULES, Decision, Rule
from agents.screening import BestCase, ScoreBound

if TYPE_CHECKING:
    from sim.model import ProvinceModel
    from sim.phases.offers import Offers


def rule_at_hand(model: ProvinceModel, offers: Offers) -> Rule:
    """The block's rule for some options under the terms in force."""
    firms = offers.firms
    return _bind(
        model, offers.rows, offers.group, offers.measure, model.taste.take(offers.position), firms.management,
        firms.shift.take(offers.group),
    )


def score_bound(model: ProvinceModel, best: BestCase) -> ScoreBound | None:
    """What the block's rule could score at most; None if it states no bound."""
    return RULES[model.block.behaviour].bound(best, model.parameters.retrofit)


def plant_rule(model: ProvinceModel, row: int, measure: IntArray) -> Rule:
    """The block's rule for the routes of one mill: no taste and average management, since a mill is no lottery.

    Args:
        model: the model.
        row: slot of the mill.
        measure: (K,) routes on offer.
    """
    group = np.zeros(len(measure), dtype=np.int64)
    shift = np.full(len(measure), model.terms.utility_shift[row])
    return _bind(model, np.array([row]), group, measure, np.zeros(len(measure)), np.zeros(1), shift)


def _bind(
    model: ProvinceModel, rows: IntArray, group: IntArray, measure: IntArray, taste: FloatArray,
    management: FloatArray, shift: FloatArray,
) -> Rule:
    rule = RULES[model.block.behaviour]
    if model.measure_shift.any():
        shift += model.measure_shift.take(measure)
    return rule(Decision(
        group=group, taste=taste, lifetime=model.menu.lifetime.take(measure),
        revenue=model.columns["revenue"].take(rows), management=management, shift=shift,
        peers=peers(model, rows) if rule.sees_peers else np.zeros(len(rows)),
        retrofit=model.parameters.retrofit, behaviour=model.parameters.behaviour,
    ))


def peers(model: ProvinceModel, rows: IntArray) -> FloatArray:
    """Share of each firm's peers with a round completed since 2021, last quarter's state (n,)."""
    return model.sites.peer_share(model.columns, rows, model.parameters.information.peer_park_weight)
