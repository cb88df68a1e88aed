"""How state moves: transition tables, the one mover, deadlines in working days, snapshots, numbers."""
