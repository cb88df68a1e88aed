"""Tests of the page toolkit."""
