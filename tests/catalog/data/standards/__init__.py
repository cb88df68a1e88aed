"""Tests of the standards of the data plane."""
