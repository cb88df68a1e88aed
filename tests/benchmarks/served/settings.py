"""The settings of the tests for two web servers: the product without a limit of calls, and the bare view."""

import os

from portal.settings import base
from portal.settings.environment import storage_settings
from portal.settings.test import *  # noqa: F403  a settings module is the sum of its base and its own lines

API_LIMITS = {"visitor": 100_000_000, "official": 100_000_000}
ROOT_URLCONF = os.environ.get("BENCHMARK_URLCONF", "portal.urls")
DATABASES = {"default": base.DATABASES["default"] | {"NAME": os.environ["BENCHMARK_DATABASE"]}}
CACHES = base.CACHES
STORAGES = base.STORAGES | {"default": storage_settings(f"file://{os.environ['BENCHMARK_STORAGE']}")}
EDITION_COUNT_SECONDS = base.EDITION_COUNT_SECONDS
