"""The data plane: formats, ingest, store, engines, plans, masks, profiles and exports; no Django, no user."""
