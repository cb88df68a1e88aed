"""The process that `apart` starts: one question on its input, lines of an answer on its output."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from catalog.data.sources import database
from catalog.data.sources.confine import Allowed, SourceError
from catalog.data.sources.watch import Watch

Say = Callable[[Mapping[str, Any]], None]


def answer(asked: Mapping[str, Any], say: Say) -> None:
    """Read what is asked for, and say how far it is, its steps, and the answer or the refusal."""
    limits = asked["allowed"]
    allowed = Allowed(
        hosts=tuple(limits["hosts"]),
        folders=tuple(map(Path, limits["folders"])),
        dialects=tuple(limits["dialects"]),
        seconds=limits["seconds"],
    )
    watch = Watch(
        progress=lambda rows: say({"rows": rows}), note=lambda code, params: say({"note": [code, params]}), stopper=None
    )
    place, password = asked["place"], asked["password"]
    try:
        if "target" in asked:
            rows, mark = database.read_rows(place, password, asked["mark"], Path(asked["target"]), allowed, watch)
            say({"answer": {"rows": rows, "mark": mark}})
        else:
            say({"answer": {"names": database.look(place, password, allowed)}})
    except SourceError as error:
        say({"refused": [error.code, dict(error.params)]})


def main(asking: IO[str], answering: IO[str]) -> None:
    """Answer one question; go when whoever asked is gone, and when the time is over by twice."""
    asked = json.loads(asking.readline())
    # The system does that: a driver that keeps the interpreter to itself lets no thread of ours see anything.
    signal.alarm(2 * asked["allowed"]["seconds"])
    threading.Thread(target=_end_with, args=(asking.fileno(),), daemon=True).start()

    def say(line: Mapping[str, Any]) -> None:
        answering.write(json.dumps(line, default=str) + "\n")
        answering.flush()

    answer(asked, say)


def _end_with(asking: int) -> None:
    """End at once when the other side closes: a worker that was killed leaves nobody reading on."""
    while os.read(asking, 1):
        pass
    os._exit(1)


def answers_apart() -> IO[str]:
    """Give the output for answers alone: what drivers print goes where errors go."""
    answering = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answering


if __name__ == "__main__":
    main(sys.stdin, answers_apart())
