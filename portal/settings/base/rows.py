"""How rows are kept, served and compared, and what is counted of the questions."""

from portal.settings.environment import environment

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
#: A shape of question that such an index could not answer in time is asked of the files alone for so long; 0: never.
SERVING_INDEX_REST_SECONDS = environment.number("SERVING_INDEX_REST_SECONDS", 600)
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
