"""Settings of the test suite: fast hashing, memory instead of Redis, files in a temporary folder."""

import tempfile
from pathlib import Path

from portal.settings.base import *  # noqa: F403  a settings module is the sum of its base and its own lines
from portal.settings.environment import storage_settings

_FOLDER = Path(tempfile.mkdtemp(prefix="songhua-test-"))

SECRET_KEY = "test-only-key-that-guards-nothing-but-is-long-enough-to-pass"  # noqa: S105  signs nothing outside the tests
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SITE_URL = "http://testserver"
LANGUAGE_CODE = "en"
DATA_DIR = _FOLDER
WORK_DIR = _FOLDER / "work"
SOURCE_FOLDERS = [str(_FOLDER / "inbox")]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": storage_settings(f"file://{_FOLDER}/storage"),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = _FOLDER / "static"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SIGNER = f"file:{_FOLDER}/keys"
EDITION_COUNT_SECONDS = 0.0
QUESTION_COUNT_SECONDS = 0.0
CELERY_BROKER_URL = "memory://"
CELERY_RESULT_BACKEND = "cache+memory://"
