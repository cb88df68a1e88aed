"""Tests: portal/notices."""
