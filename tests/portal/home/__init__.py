"""Tests: portal/home."""
