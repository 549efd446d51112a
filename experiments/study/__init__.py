"""Studies that choose their own points: parameters, policies and seeds."""
