"""Logarithmic-mean Divisia index: a change of energy or emissions split into activity, structure and efficiency.

Ang (2005), "The LMDI approach to decomposition analysis: a practical guide", Energy Policy 33: 867-871, additive form.
"""

from __future__ import annotations

import numpy as np

from agents.array_types import FloatArray


def logarithmic_mean(a: FloatArray, b: FloatArray) -> FloatArray:
    """L(a, b) = (a - b) / ln(a / b), and a where they are equal; 0 where either is 0."""
    both = (a > 0.0) & (b > 0.0)
    x, y = np.where(both, a, 1.0), np.where(both, b, 1.0)
    ratio = np.log(x / y)
    near = np.abs(ratio) < 1e-9
    mean = np.where(near, 0.5 * (x + y), (x - y) / np.where(near, 1.0, ratio))
    return np.where(both, mean, 0.0)


def decompose(
    output_0: FloatArray, use_0: FloatArray, output_1: FloatArray, use_1: FloatArray
) -> tuple[float, float, float]:
    """Split the change of total use between two years.

    Args:
        output_0: (S,) output by sector in the first year.
        use_0: (S,) energy or emissions by sector in the first year.
        output_1: (S,) output in the second year.
        use_1: (S,) use in the second year.

    Returns:
        Effects of activity (total output), structure (sector shares) and efficiency (use per output). They sum to the
        total change exactly for sectors present in both years; the change of a sector that appears or vanishes
        counts as structure.
    """
    present = (output_0 > 0.0) & (output_1 > 0.0) & (use_0 > 0.0) & (use_1 > 0.0)
    weight = logarithmic_mean(use_1, use_0) * present
    total = float(np.log(output_1.sum() / output_0.sum()))
    safe = [np.where(present, values, 1.0) for values in (output_0, use_0, output_1, use_1)]
    growth = np.log(safe[2] / safe[0])
    intensity = np.log((safe[3] / safe[2]) / (safe[1] / safe[0]))
    activity = float(weight.sum()) * total
    structure = float((weight * (growth - total)).sum()) + float((use_1 - use_0)[~present].sum())
    return activity, structure, float((weight * intensity).sum())
