"""What data exists: resources, items, versions, and the one gate they leave through."""
