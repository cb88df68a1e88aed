"""Tests: portal/accounts."""
