"""Electronic licenses: issue, change, revoke, present, verify."""
