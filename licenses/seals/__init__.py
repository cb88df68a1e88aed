"""Seals: QR codes, printing, signatures, encryption and public identifiers, free of Django models."""
