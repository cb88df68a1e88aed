"""The toolkit of the API."""
