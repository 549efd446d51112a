"""What makes two runs the same: a hash over the model's content, whatever the seeds or the machine."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments.settings.config import LISTS, ExperimentConfig

MODEL_PACKAGES = ("agents", "policies", "sim")
"""Packages whose code shapes a result row."""


def digest(content: Any) -> str:
    """SHA-256 of JSON-able content, independent of the order of mapping keys, as 64 hex digits."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=True)
    return hashlib.sha256(text.encode()).hexdigest()


def code_checksum() -> str:
    """SHA-256 over the source of the model's packages: an edited rule never meets rows of the old one."""
    total = hashlib.sha256()
    for name in MODEL_PACKAGES:
        package = importlib.import_module(name)
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            total.update(f"{name}/{path.relative_to(folder).as_posix()}\0".encode())
            total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def fingerprint(config: ExperimentConfig, content: Mapping[str, Any]) -> str:
    """The identity of an experiment's results, 64 hex digits.

    Args:
        config: the settings; only those that shape a result row are used.
        content: the composed model content: parameter values, policy settings, scenario, table checksums.
    """
    return digest(
        {
            # Rows do not depend on the order in which names are given.
            **{key: sorted(getattr(config, key)) for key in LISTS},
            "province": config.province,
            "end": config.end,
            "uncertainty": config.uncertainty,
            "overrides": dict(config.overrides),
            # A panel changes no row, but a folder without its file would not be complete.
            **({"panel": asdict(config.panel)} if config.panel.columns else {}),
            "content": content,
            "code": code_checksum(),
        }
    )
