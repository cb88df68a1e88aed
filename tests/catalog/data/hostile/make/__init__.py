"""Makes the files of the folder `files`, and the table of their outcomes: `python -m tests.catalog.data.hostile.make`.

Each case is written by hand: the bytes somebody hands in, and what must come of them. Files that are too large or too
dangerous to keep are made anew by the test (`tests/catalog/data/test_hostile.py`).
"""
