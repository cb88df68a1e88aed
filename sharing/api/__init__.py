"""The API of sharing: the same verbs as the pages, in other clothes."""
