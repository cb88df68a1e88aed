"""The Celery application: tasks of every app, told by Django's settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

app = Celery("songhua")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
