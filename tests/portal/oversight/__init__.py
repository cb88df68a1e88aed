"""Tests: portal/oversight."""
