"""Which installation this is: its folders, its name and what it may say in its logs."""

from portal import __version__
from portal.settings.environment import PROJECT_DIR, environment

BASE_DIR = PROJECT_DIR
DATA_DIR = environment.data_dir
VERSION = __version__
BRAND = environment.brand
SITE_URL = environment.site_url
DEBUG = False

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
