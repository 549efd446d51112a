"""How a rule declares the numbers it needs: one field a number, with its unit and meaning.

The values live in the province pack as nodes (value, unit, range, grade, source); the loader fills these
dataclasses from them and refuses a node whose unit differs from the one declared here.
"""

from __future__ import annotations

import dataclasses
from typing import Any


def number(unit: str, doc: str) -> Any:
    """Declare one numeric parameter of a frozen dataclass.

    Args:
        unit: the unit in which the rule reads the number, for example ``1/yr`` or ``m CNY``.
        doc: what the number means, one line.

    Returns:
        A dataclass field without a default: every parameter has to come from a node with a source.
    """
    return dataclasses.field(metadata={"unit": unit, "doc": doc})
