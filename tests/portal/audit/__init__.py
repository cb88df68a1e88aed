"""Tests: portal/audit."""
