"""What every installation shares; nothing here reads os.environ."""

from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import __version__
from portal.settings.environment import (
    PROJECT_DIR,
    broker_url,
    database_settings,
    environment,
    mail_route,
    storage_settings,
)

BASE_DIR = PROJECT_DIR
DATA_DIR = environment.data_dir
VERSION = __version__
BRAND = environment.brand
SITE_URL = environment.site_url
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "guardian",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "drf_spectacular",
    "portal.accounts",
    "portal.audit",
    "portal.workflow",
    "portal.notices",
    "portal.runtime",
    "portal.web",
    "portal.api",
    "catalog",
    "sharing",
    "opening",
    "licenses",
    "portal.oversight",
    "portal.home",
    "portal.demonstration",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.api.middleware.ApiProblemMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # frame-ancestors says the same to newer browsers.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Before it stands what every answer needs, behind it what only people need.
    "portal.api.early.EarlyAnswerMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.accounts.middleware.ActorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.web.middleware.UnreadableAddressMiddleware",
    "portal.web.middleware.KeptPostMiddleware",
    "portal.web.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.site",
            ],
        },
    },
]

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
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
#: Whether a description is submitted with approved documents of both assessments (`required`) or with texts (`texts`).
ASSESSMENT_DOCUMENTS = environment.one_of("ASSESSMENT_DOCUMENTS", ("texts", "required"))
#: Files handed in: the largest one, what one department may have under way in parts, and how long parts are kept.
UPLOAD_MAX_BYTES = environment.number("UPLOAD_MAX_BYTES", 8 << 30)
UPLOAD_DEPARTMENT_BYTES = environment.number("UPLOAD_DEPARTMENT_BYTES", 64 << 30)
UPLOAD_DEPARTMENT_FILES = environment.number("UPLOAD_DEPARTMENT_FILES", 50)
#: Seconds without a sign after which the check of a file counts as lost and another worker begins it anew.
UPLOAD_LEASE_SECONDS = float(environment.number("UPLOAD_LEASE_SECONDS", 30))
#: Runs that may be lost over one file before it is given up: it may be what kills them.
UPLOAD_ATTEMPTS = environment.number("UPLOAD_ATTEMPTS", 5)
#: Files up to this size come back with their errors marked at once; of a larger one that copy is made in a job.
MARK_AT_ONCE_BYTES = environment.number("MARK_AT_ONCE_BYTES", 16 << 20)
#: Hours a file may lie in the store before any row names it: longer than the longest check and upload take.
STORE_GRACE_HOURS = environment.number("STORE_GRACE_HOURS", 24)
#: Where files are checked; every run has a folder of its own below it.
WORK_DIR = Path(environment.text("WORK_DIR", str(DATA_DIR / "work")))
#: What sources may reach: hosts as name or name:port, folders, kinds of databases. Nothing is listed by default but a
#: folder of this installation. A key of their own for stored passwords, else SECRET_KEY.
SOURCE_HOSTS = environment.words("SOURCE_HOSTS")
SOURCE_FOLDERS = environment.words("SOURCE_FOLDERS", (str(DATA_DIR / "inbox"),))
SOURCE_DIALECTS = environment.words("SOURCE_DIALECTS", ("postgresql+psycopg", "mysql+pymysql", "sqlite"))
SOURCE_SECRET_KEY = environment.text("SOURCE_SECRET_KEY")
#: Seconds the database of a source may work on one statement; 0 is as long as it likes.
SOURCE_STATEMENT_SECONDS = environment.number("SOURCE_STATEMENT_SECONDS", 3600)
UPLOAD_KEPT_HOURS = environment.number("UPLOAD_KEPT_HOURS", 72)
#: Whose names sharing and opening attributes carry: "national" (Order 809) or "jilin" (measures of 2019).
POLICY_PACK = environment.one_of("POLICY_PACK", ("national", "jilin"))
#: Versions of more rows than this get no table of their rows in PostgreSQL, but an index of them.
SERVING_MOST_ROWS = int(environment.text("SERVING_MOST_ROWS", "50000000"))
#: Versions of more rows than this get no index either: a row of it with one key takes about 130 bytes of PostgreSQL.
SERVING_INDEX_MOST_ROWS = int(environment.text("SERVING_INDEX_MOST_ROWS", "1000000000"))
#: Seconds and memory (in PostgreSQL's notation) of one query on a serving table.
SERVING_SECONDS = float(environment.text("SERVING_SECONDS", "30"))
SERVING_MEMORY = environment.text("SERVING_MEMORY", "32MB")
#: A column earns an index when so many questions of so many days name it, and so large a share of them; it loses it
#: after so many days in which none did. Number and share of 0 give none.
SERVING_INDEX_QUESTIONS = environment.number("SERVING_INDEX_QUESTIONS", 200)
SERVING_INDEX_SHARE = float(environment.text("SERVING_INDEX_SHARE", "0.05"))
SERVING_INDEX_DAYS = environment.number("SERVING_INDEX_DAYS", 30)
SERVING_INDEX_IDLE_DAYS = environment.number("SERVING_INDEX_IDLE_DAYS", 60)
#: Seconds for which a process gathers what questions ask by before it writes it; 0 counts nothing.
QUESTION_COUNT_SECONDS = float(environment.text("QUESTION_COUNT_SECONDS", "10"))
QUERY_ENGINE = environment.text("QUERY_ENGINE", "duckdb:")
#: Rows of one data file: small enough to be read alone for a few rows, large enough to be read fast whole.
DATA_FILE_ROWS = int(environment.text("DATA_FILE_ROWS", "1000000"))
#: Files of less than half as many rows that may stand at the end of a version before they are written together.
DATA_FILES_SMALL = int(environment.text("DATA_FILES_SMALL", "8"))

#: Two versions that differ in files of more rows than this are compared by a job, which may take so many seconds.
COMPARE_AT_ONCE_ROWS = int(environment.text("COMPARE_AT_ONCE_ROWS", "500000"))
COMPARE_SECONDS = float(environment.text("COMPARE_SECONDS", "1800"))

#: Seconds for which a web process gathers the calls of open editions before it writes their number; 0 writes each.
EDITION_COUNT_SECONDS = float(environment.text("EDITION_COUNT_SECONDS", "1"))
#: What the check before opening asks of declared quasi-identifiers, and how exact coordinates may be.
OPENING_LEAST_K = int(environment.text("OPENING_LEAST_K", "5"))
OPENING_LEAST_L = int(environment.text("OPENING_LEAST_L", "2"))
#: The same where a table is about health or minors, and the themes of the catalog whose tables are.
OPENING_STRICT_K = int(environment.text("OPENING_STRICT_K", "10"))
OPENING_STRICT_THEMES = environment.words("OPENING_STRICT_THEMES", ("202",))
OPENING_PEOPLE_DECIMALS = int(environment.text("OPENING_PEOPLE_DECIMALS", "2"))
OPENING_COORDINATE_DECIMALS = int(environment.text("OPENING_COORDINATE_DECIMALS", "5"))

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.KindsOfCharactersValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_NAME = "songhua_session"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "songhua_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.web.errors.csrf_failure"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = None
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Grants of one object live in tables of our own; guardian's anonymous user would be a second visitor.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
# portal/accounts/grants.py is the only door to guardian; its backend would let superusers through.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

LANGUAGE_CODE = environment.text("DEFAULT_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "songhua_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

_mail = mail_route(environment.text("EMAIL_URL", f"file://{DATA_DIR}/mail"))
EMAIL_BACKEND = _mail.backend
globals().update(_mail.options)
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", f"{BRAND.name_en} <{BRAND.contact_email}>")

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_RESULT_BACKEND = CELERY_BROKER_URL
CELERY_RESULT_EXPIRES = 3600
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "link-audit-entries": {"task": "portal.audit.tasks.link_audit_entries", "schedule": 5.0},
    "send-waiting-mail": {"task": "portal.notices.tasks.send_waiting_mail", "schedule": 120.0},
    "sweep-deadlines": {"task": "portal.workflow.tasks.sweep_deadlines", "schedule": 3600.0},
    "sweep-uploads": {"task": "catalog.tasks.sweep_uploads", "schedule": 15.0},
    "sweep-sources": {"task": "catalog.tasks.sweep_sources", "schedule": 60.0},
    "sweep-batches": {"task": "catalog.tasks.sweep_batches", "schedule": 300.0},
    "sweep-deletions": {"task": "catalog.tasks.sweep_deletions", "schedule": 300.0},
    "sweep-store": {"task": "catalog.tasks.sweep_store", "schedule": 3600.0},
    "sweep-quality": {"task": "catalog.tasks.sweep_quality", "schedule": 24 * 3600.0},
    "sweep-quality-checks": {"task": "catalog.tasks.sweep_quality_checks", "schedule": 900.0},
    "sweep-transfers": {"task": "catalog.tasks.sweep_transfers", "schedule": 300.0},
    "sweep-serving": {"task": "catalog.tasks.sweep_serving", "schedule": 600.0},
    "review-serving": {"task": "catalog.tasks.review_serving", "schedule": crontab(hour="2", minute="40")},
    "sweep-sharing": {"task": "sharing.tasks.sweep_sharing", "schedule": 300.0},
    "sweep-corrections": {"task": "sharing.tasks.sweep_corrections", "schedule": 600.0},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600}

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
#: Working days by kind of deadline, where this installation is faster than the law (longer values have no effect).
DEADLINES: dict[str, int] = {}

#: How quality is graded, from which score down and from which fall on a ticket opens, how many days late is on time.
#: Weights are of the six dimensions, 1 where nothing is said. None of this is law.
QUALITY_GRADES: tuple[tuple[str, float], ...] = (("excellent", 95.0), ("good", 85.0), ("fair", 70.0), ("poor", 0.0))
QUALITY_WEIGHTS: dict[str, float] = {}
QUALITY_TICKET_BELOW = 70.0
QUALITY_TICKET_FALL = 10.0
QUALITY_GRACE_DAYS = 0

METRICS_TOKEN = environment.text("METRICS_TOKEN")
SIGNER = environment.text("SIGNER", f"file:{DATA_DIR}/keys")
DEMONSTRATION = environment.flag("DEMONSTRATION")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "WARNING")},
}
