"""Make `.venv` from the hash-locked requirements and continue inside it; standard library alone, no Django."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

PROJECT_DIR = Path(__file__).resolve().parents[2]
VENV_DIR = PROJECT_DIR / ".venv"
PYTHON = (3, 11)
RUNTIME_SET = "requirements.txt"
DEVELOPMENT_SET = "requirements-dev.txt"
# pip's words for where packages come from, in uv's words: a machine set up for pip must not need a second set-up.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class BootstrapError(Exception):
    """The environment could not be made; the message says what to do."""


def ensure_environment(command: str) -> None:
    """Return when this process runs inside a complete `.venv`; otherwise make it and start over inside it.

    Writes `.venv`. Exits with status 1 and one clear line where the environment cannot be made.
    """
    complete(development=command in {"test", "benchmark"})
    keep_compiled()
    if Path(sys.prefix).resolve() != VENV_DIR.resolve():
        _enter()


def complete(*, development: bool) -> None:
    """Make `.venv`, or bring it to the locked sets, where it is not so yet. Exits with status 1 where it cannot."""
    wanted = [RUNTIME_SET, DEVELOPMENT_SET] if development else [RUNTIME_SET]
    try:
        if not is_complete(wanted):
            with _only_one():
                if not is_complete(wanted):
                    _make(wanted)
    except (BootstrapError, OSError) as error:
        _say(f"Songhua cannot prepare its environment: {error}")
        raise SystemExit(1) from None


def keep_compiled() -> None:
    """Let this process, and those it starts, keep in `.venv` what they compile. Writes the environment.

    Machines, containers above all, forbid it (PYTHONDONTWRITEBYTECODE) to keep folders of source clean: they stay so.
    Without it every process compiles thousands of modules anew, which costs it more than all else it does at its start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(_compiled_dir()))
    sys.dont_write_bytecode = False


def environment_python() -> Path:
    """The interpreter of `.venv`."""
    return VENV_DIR / "bin" / "python"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _enter() -> NoReturn:
    python = str(environment_python())
    os.execv(python, [python, *sys.argv])  # noqa: S606  the same command again, in the environment just made


def _stamp_path() -> Path:
    return VENV_DIR / ".songhua-stamp"


def _compiled_dir() -> Path:
    return VENV_DIR / "compiled"


def _fingerprint(name: str) -> str:
    return hashlib.sha256((PROJECT_DIR / name).read_bytes()).hexdigest()


def _stamped() -> dict[str, str]:
    try:
        noted = json.loads(_stamp_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def is_complete(wanted: list[str]) -> bool:
    """Whether `.venv` holds the wanted sets; the stamp is written last, so a half-made one never carries it."""
    stamped = _stamped()
    return environment_python().exists() and all(stamped.get(name) == _fingerprint(name) for name in wanted)


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Let a second command wait until the first has made the environment."""
    try:
        VENV_DIR.mkdir(exist_ok=True)
    except PermissionError:
        message = f"no right to write in {PROJECT_DIR}; run it as the owner of this folder."
        raise BootstrapError(message) from None
    # A name of our own: uv locks `.lock` of the environment itself, and would wait for us while we wait for it.
    with (VENV_DIR / ".bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(wanted: list[str]) -> None:
    stamped = _stamped()
    _stamp_path().unlink(missing_ok=True)
    if not _runs(environment_python()):
        _say("[1/3] Making .venv …")
        _create(_fitting_interpreter())
    if not (VENV_DIR / "bin" / "uv").exists():
        _say("[2/3] Fetching uv …")
        _install_uv()
    _say("[3/3] Installing the locked packages (a minute or two the first time) …")
    # A set installed before stays installed, so its line in the stamp stays true or is refreshed here.
    for name in [*wanted, *(name for name in (DEVELOPMENT_SET,) if name in stamped and name not in wanted)]:
        _install(name)
        stamped[name] = _fingerprint(name)
    # uv removes what lies beside the modules it replaces, not what lies here.
    shutil.rmtree(_compiled_dir(), ignore_errors=True)
    partial = _stamp_path().with_suffix(".part")
    partial.write_text(json.dumps(stamped), encoding="utf-8")
    partial.replace(_stamp_path())
    _say("The environment is ready.")


def _runs(python: Path) -> bool:
    if not python.exists():
        return False
    question = "import sys; print(sys.version_info[:2])"
    probe = subprocess.run([str(python), "-c", question], capture_output=True, text=True, check=False)
    return probe.returncode == 0 and probe.stdout.strip() == str(PYTHON)


def _fitting_interpreter() -> str:
    if sys.version_info[:2] == PYTHON:
        return getattr(sys, "_base_executable", "") or sys.executable
    found = shutil.which("python3.11")
    if found:
        return found
    message = (
        f"Songhua needs Python 3.11 and this is {sys.version_info[0]}.{sys.version_info[1]}; "
        "install python3.11 (Debian and Ubuntu: apt-get install python3.11 python3.11-venv) and run it again."
    )
    raise BootstrapError(message)


def _create(python: str) -> None:
    made = subprocess.run([python, "-m", "venv", "--clear", str(VENV_DIR)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    said = f"{made.stdout}\n{made.stderr}"
    if "ensurepip" in said or "No module named venv" in said:
        message = "this Python has no venv module; on Debian or Ubuntu: apt-get install python3-venv"
        raise BootstrapError(message)
    raise BootstrapError(_last_line(said))


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given."


def _locked_uv() -> str:
    """The block of the development set that pins uv with its hashes."""
    text = (PROJECT_DIR / DEVELOPMENT_SET).read_text(encoding="utf-8")
    found = re.search(r"^uv==[^\n]*\\\n(?:    --hash=[^\n]*\n)+", text, re.MULTILINE)
    if found is None:
        message = f"{DEVELOPMENT_SET} does not pin uv."
        raise BootstrapError(message)
    return found.group()


def _install_uv() -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as pinned:
        pinned.write(_locked_uv())
        pinned.flush()
        command = [str(environment_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*command, "--require-hashes", "-r", pinned.name], dict(os.environ), "uv")


def _install(name: str) -> None:
    command = [str(VENV_DIR / "bin" / "uv"), "pip", "install", "--python", str(environment_python())]
    _run([*command, "--require-hashes", "-r", str(PROJECT_DIR / name)], _uv_variables(), name)


def _uv_variables() -> dict[str, str]:
    """The environment for uv, with pip's own configuration translated where uv has none."""
    variables = dict(os.environ)
    asked = subprocess.run(
        [str(environment_python()), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    for line in asked.stdout.splitlines():
        name, _, value = line.partition("=")
        ours = PIP_TO_UV.get(name.rpartition(".")[2])
        if ours and ours not in variables:
            words = value.strip().strip("'\"").replace("\\n", " ").split()
            variables[ours] = (" " if ours == "UV_INDEX" else ",").join(words)
    variables.pop("VIRTUAL_ENV", None)
    # Every file is checked against its locked hash, so any index may serve it.
    variables.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return variables


def _run(command: list[str], variables: dict[str, str], what: str) -> None:
    """Run with its progress on our standard error. Raises BootstrapError with advice."""
    done = subprocess.run(command, env=variables, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        message = (
            f"installing {what} failed (its words are above). Check the network, or set PIP_INDEX_URL to a mirror "
            "you can reach, and run the same command again: it goes on where it stopped."
        )
        raise BootstrapError(message)


if __name__ == "__main__":
    complete(development=True)
