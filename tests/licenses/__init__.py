"""Tests of electronic licenses."""
