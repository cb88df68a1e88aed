"""Pages of quality: of one resource, its rules, tickets, departments side by side."""
