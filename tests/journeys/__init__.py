"""Stories end to end: the real product, started by its own command, driven in a real browser."""
