"""The data plane: formats, ingest, store, engines, plan, masking, profile and exports, without Django, user or request."""
