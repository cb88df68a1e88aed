"""Tests of where data is fetched from."""
