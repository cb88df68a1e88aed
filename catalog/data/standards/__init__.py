"""Standards as the data plane needs them: checks, forms, code lists, names of columns, and what fits what."""
