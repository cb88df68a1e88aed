"""Format overrides of one language."""
