"""Schema history of the API toolkit."""
