"""The front page, the desk and search over the whole site."""
