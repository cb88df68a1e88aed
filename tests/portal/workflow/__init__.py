"""Tests: portal/workflow."""
