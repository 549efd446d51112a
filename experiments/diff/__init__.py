"""`greenmill diff`: two experiments compared, and which part of a change comes from what."""
