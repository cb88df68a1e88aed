"""Tests: portal/kernel."""
