"""Serving tables come and go with what is served: built from the files, swapped in, dropped, swept, reviewed."""

from catalog.services.serving.choosing import choose_serving, rebuild_serving
from catalog.services.serving.following import LOCK, follow_serving
from catalog.services.serving.sweeping import review_serving, sweep_serving

__all__ = ["LOCK", "choose_serving", "follow_serving", "rebuild_serving", "review_serving", "sweep_serving"]
