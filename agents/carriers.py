"""Energy carriers, in the order in which every array by carrier has them."""

from __future__ import annotations

CARRIERS = ("coal", "coke", "process_gas", "oil", "natural_gas", "electricity")
ELECTRICITY = CARRIERS.index("electricity")
PROCESS_GAS = CARRIERS.index("process_gas")
NATURAL_GAS = CARRIERS.index("natural_gas")
TCE_PER_MWH = 0.1229
"""Calorific value of electricity, tce/MWh (GB/T 2589: 0.1229 kgce/kWh)."""
