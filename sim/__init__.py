"""The world and the clock: province pack, population, environment, phases, indicators, and `simulate`."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

_NEIGHBOURS = ("agents", "policies", "configs")
_PUBLIC = {
    "simulate": "sim.api",
    "run_block": "sim.api",
    "RunSpec": "sim.api",
    "load_province": "sim.inputs.province",
}

__all__ = ["RunSpec", "load_province", "run_block", "simulate"]


def _check_neighbours() -> None:
    """Make sure that the packages beside this one are GreenMill's own.

    Raises:
        ImportError: if another installed package of the same name comes first; says which and what to do.
    """
    home = Path(__file__).resolve().parent.parent
    for name in _NEIGHBOURS:
        spec = importlib.util.find_spec(name)
        found = Path(spec.origin).resolve() if spec is not None and spec.origin else None
        if found is None:
            raise ImportError(
                f"GreenMill's package '{name}' was not found in {home}: install GreenMill again"
            )
        if found.parent != home / name:
            raise ImportError(
                f"the package '{name}' in {found.parent} is not GreenMill's ({home / name}): uninstall the "
                f"distribution it belongs to, or run GreenMill in a virtual environment of its own"
            )


_check_neighbours()


def __getattr__(name: str) -> Any:
    """Import the public names on first use, so that `import sim` stays quick."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(importlib.import_module(_PUBLIC[name]), name)
