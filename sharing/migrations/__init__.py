"""Migrations of sharing."""
