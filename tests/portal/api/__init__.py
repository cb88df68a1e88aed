"""Tests: portal/api."""
