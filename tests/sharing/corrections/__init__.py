"""Tests of corrections (Order 809 art 26)."""
