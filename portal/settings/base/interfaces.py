"""The interface for machines: its form, its description and its limits."""

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Songhua API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # One set of choices under one name, though two apps have a field for it.
    "ENUM_NAME_OVERRIDES": {"SharingMethod": "catalog.models.SHARING_METHODS"},
}

#: Calls a minute to the API, by kind of caller; empty keeps the defaults of portal/api/limits.py.
API_LIMITS: dict[str, int] = {}
