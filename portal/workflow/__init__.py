"""Transition tables, the one way to move a state, and working-day deadlines."""
