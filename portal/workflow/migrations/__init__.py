"""Schema history of workflow."""
