"""The WSGI application that Granian serves."""

import gc
import os

# Nothing that importing makes is garbage: looking for it costs a sixth of the time until the first answer.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402  after the collector rests
from django.urls import get_resolver  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

application = get_wsgi_application()
# Every page and its libraries now, not at the expense of the first reader.
_ = get_resolver().url_patterns
gc.freeze()
gc.enable()
