"""Dates and numbers as the two languages of the site write them."""
