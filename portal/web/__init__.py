"""The toolkit of pages."""
