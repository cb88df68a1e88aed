"""Pages of sharing: requests and grants."""
