"""A hand-made sweep of the plan with and without one clause, and the effects that are kept with the province."""

from __future__ import annotations

import pandas as pd

from experiments.clauses.effects import clause_effects
from experiments.clauses.stored import load_effects
from sim.preparation import load_inputs

CLAUSES = load_inputs("demo").clauses
TARGETS = pd.DataFrame([
    {"target_id": "coverage", "definition_id": "all", "role": "outcome", "kind": "level", "unit": "share",
     "name_en": "Coverage", "name_zh": "覆盖率"},
    {"target_id": "intensity", "definition_id": "province", "role": "outcome", "kind": "trend", "unit": "tce",
     "name_en": "Intensity", "name_zh": "强度"},
    {"target_id": "standards", "definition_id": "all", "role": "delivery", "kind": "flow", "unit": "standards",
     "name_en": "Standards", "name_zh": "标准"},
])
STORED = load_effects(load_inputs("sichuan").province)
"""What is kept with the province pack."""
LOSS = (-0.02, -0.04, -0.03, -0.03)
"""What coverage loses without II-9, by seed; the seeds themselves differ by far more."""
NOISE = (0.5, -0.5, 0.2, -0.2)
"""What intensity changes without II-9, by seed."""


def frames(seeds=4):
    """Two quarters and three definitions of the plan with and without clause II-9, one other definition among them."""
    indicators, outcomes = [], []
    for seed in range(1, seeds + 1):
        for policy, loss, noise in (("plan", 0.0, 0.0), ("plan-without:II-9", LOSS[seed - 1], NOISE[seed - 1])):
            key = {"policy": policy, "scenario": "reference", "behaviour": "logit", "seed": seed}
            for quarter, level in (("2026Q1", 0.1), ("2026Q2", 0.3)):
                indicators.append({**key, "quarter": quarter, "aware_share": level * seed + loss})
            for target, definition, value in (
                ("coverage", "all", 0.1 * seed + loss), ("coverage", "other", 99.0),
                ("intensity", "province", -float(seed) + noise), ("standards", "all", 10.0),
            ):
                outcomes.append({**key, "target_id": target, "definition": definition, "value": value})
    return pd.DataFrame(indicators), pd.DataFrame(outcomes)


def effects(seeds=4):
    return clause_effects(*frames(seeds), CLAUSES, TARGETS)
