"""A real worker process for fault tests: loads the product once, then forks for every check, as Celery's pool does.

Reads upload numbers from standard input, one a line; prints the pid of the child that checks it.
"""

import json
import os
import sys

from django.conf import settings


def _prepare(facts: dict[str, str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    settings.DATABASES["default"]["NAME"] = facts["database"]
    settings.STORAGES["default"]["OPTIONS"]["location"] = facts["storage"]
    settings.WORK_DIR = type(settings.WORK_DIR)(facts["work"])
    settings.UPLOAD_LEASE_SECONDS = float(facts["lease"])
    settings.UPLOAD_ATTEMPTS = 10_000
    settings.DATA_FILE_ROWS = int(facts["file_rows"])
    import django  # noqa: PLC0415  the settings come first

    django.setup()


def _check(upload_id: int) -> None:
    from catalog.tasks import check_upload  # noqa: PLC0415  needs the settings

    check_upload(upload_id)


def main() -> None:
    """Serve until standard input ends."""
    _prepare(json.loads(sys.argv[1]))
    import catalog.tasks  # noqa: F401, PLC0415  loaded before the first fork

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                _check(int(line))
                status = 0
            finally:
                os._exit(status)
        print(child, flush=True)  # noqa: T201  this is how the test learns whom to kill
        _pid, ended = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)  # noqa: T201  and how it ended


if __name__ == "__main__":
    main()
