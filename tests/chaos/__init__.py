"""Chaos: a real site under load, real faults, and judges who read the history. `make chaos` runs it."""
