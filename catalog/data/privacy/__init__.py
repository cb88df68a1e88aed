"""How far a table gives people away: groups, single rows, links, withheld numbers, places; pure, in the engine."""
