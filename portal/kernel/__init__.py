"""Pure vocabulary of the house: actors, classification, decisions, errors, identifiers, working days."""
