"""The main story through all four apps, a chapter a module; `tests/journeys/test_story.py` tells it."""
