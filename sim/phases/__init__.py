"""The phases of a quarter, one file a phase, in the order of `sim.model.QUARTER_PHASES`."""
