"""How files come in: their limits, the work on them, and the sources they are fetched from."""

from pathlib import Path

from portal.settings.base.site import DATA_DIR
from portal.settings.environment import environment

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
