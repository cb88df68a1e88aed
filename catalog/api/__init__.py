"""The catalogue's API: the same verbs as its pages in other clothes."""
