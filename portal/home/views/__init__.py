"""Pages of the roof: front page, desk, one's own side, notices."""
