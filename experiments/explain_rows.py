"""What tables of `greenmill explain` consist of."""

from __future__ import annotations

from typing import Any

Rows = list[dict[str, Any]]
"""Rows of one table: cells by English column heading; every row has the same."""
