"""Who inside government may use data: requests, scenarios, grants, deliveries."""
