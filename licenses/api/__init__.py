"""The API of licenses: the same verbs in other clothes."""
