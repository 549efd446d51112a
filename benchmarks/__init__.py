"""Measurements of speed and memory, and an object-per-agent model that checks the vectorised one. Not installed."""
