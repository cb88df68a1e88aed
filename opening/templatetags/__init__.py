"""Template tags of opening."""
