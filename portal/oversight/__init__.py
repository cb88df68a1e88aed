"""What keeps watch over the house: today the auditor's view of the record."""
