"""Where the browser of the tests is: named by CHROMIUM, or in the usual places."""

import os
import shutil
from pathlib import Path

INSTALL = "apt-get install -y --no-install-recommends chromium fonts-noto-cjk"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLACES = ("/usr/bin/chromium", "/usr/lib/chromium/chromium", "/snap/bin/chromium", "/opt/google/chrome/chrome")


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*filter(None, map(shutil.which, _NAMES)), *_PLACES]
    return next((path for path in candidates if path and Path(path).exists()), None)
