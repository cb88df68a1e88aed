"""Benchmarks: ratios against what they compare with; run by `manage.py benchmark`."""
