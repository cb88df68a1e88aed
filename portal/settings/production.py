"""A real installation behind TLS: refuses to start without its secrets."""

from portal.settings.base import *  # noqa: F403  a settings module is the sum of its base and its own lines
from portal.settings.environment import environment

SECRET_KEY = environment.required("SECRET_KEY")
ALLOWED_HOSTS = [host.strip() for host in environment.required("ALLOWED_HOSTS").split(",") if host.strip()]
SITE_URL = environment.required("SITE_URL").rstrip("/")
environment.required("DATABASE_URL")
environment.required("REDIS_URL")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", (SITE_URL,))

SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = environment.number("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
