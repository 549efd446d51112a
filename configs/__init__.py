"""Every number of the model: province packs, policies, scenarios and experiments as package data."""

from pathlib import Path

CONFIG_ROOT: Path = Path(__file__).resolve().parent
"""Absolute folder of the configuration files, also when the package is installed."""
