"""Where things are kept: database, Redis, files, and what belongs to the pages."""

from portal.settings.base.site import DATA_DIR
from portal.settings.environment import database_settings, environment, storage_settings

# Without an address (no start has run here yet) commands that need no database still work.
DATABASES = {
    "default": database_settings(environment.database_url or "postgresql://songhua@/songhua")
    | {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.redis_url or "redis://127.0.0.1:6379/0"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "songhua",
    }
}

STORAGES = {
    "default": storage_settings(environment.text("STORAGE_URL", f"file://{DATA_DIR}/storage")),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_MANIFEST_STRICT = False
