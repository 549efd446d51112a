"""The settings of a run: their types, their checks, and how Hydra composes them."""
