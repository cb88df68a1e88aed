"""The project package: the ground every app stands on, and the roof that joins them."""

__version__ = "0.1.0"
