"""Run a server as less than root, and let no child outlive the process that watches it."""

import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.runtime.faults import RuntimeFault

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
# PostgreSQL looks its own account up by number, so the account must exist in the machine's list.
LESSER_ACCOUNTS = ("postgres", "daemon", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of the machine that is not root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Disguise:
    """Who a server runs as: mapped in a user namespace (files stay root's), or truly another account."""

    account: Account
    in_namespace: bool


@cache
def lesser_account() -> Account:
    """The first known unprivileged account of this machine. Raises RuntimeFault where there is none."""
    for name in LESSER_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    message = "PostgreSQL does not run as root and this machine has no other account; run Songhua as an ordinary user."
    raise RuntimeFault(message)


@cache
def disguise_from_root() -> Disguise | None:
    """How to run PostgreSQL here: None for an ordinary user, a disguise for root (which PostgreSQL refuses)."""
    if os.geteuid() != 0:
        return None
    mapped = Disguise(lesser_account(), in_namespace=True)
    return mapped if _works(mapped) else Disguise(lesser_account(), in_namespace=False)


def passes_privately() -> bool:
    """Whether every server reaches the data directory although it is closed to other accounts."""
    disguise = disguise_from_root()
    return disguise is None or disguise.in_namespace


def _works(disguise: Disguise) -> bool:
    """Containers often forbid user namespaces: try it on a command that does nothing."""
    try:
        tried = subprocess.run(["/bin/true"], preexec_fn=preparation(disguise), check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0


def preparation(disguise: Disguise | None, farewell: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Give the function that a forked child runs before exec: take the disguise, die with the parent.

    The kernel sends `farewell` to the child when its parent ends in any way, SIGKILL included.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.geteuid(), os.getegid()

    def prepare() -> None:
        if disguise is not None and disguise.in_namespace:
            _enter_namespace(libc, disguise.account, uid, gid)
        elif disguise is not None:
            os.setgroups([])
            os.setgid(disguise.account.gid)
            os.setuid(disguise.account.uid)
        # After the change of account: the kernel forgets the signal when credentials change.
        libc.prctl(PR_SET_PDEATHSIG, int(farewell), 0, 0, 0)

    return prepare


def _enter_namespace(libc: ctypes.CDLL, account: Account, uid: int, gid: int) -> None:
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny", encoding="ascii")
    (own / "uid_map").write_text(f"{account.uid} {uid} 1", encoding="ascii")
    (own / "gid_map").write_text(f"{account.gid} {gid} 1", encoding="ascii")


def hand_over(folder: Path, disguise: Disguise | None) -> None:
    """Give a folder and what is in it to the account a server truly runs as; nothing to do in a namespace."""
    if disguise is None or disguise.in_namespace:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, disguise.account.uid, disguise.account.gid, follow_symlinks=False)


def prove_reach(folder: Path, program: Path, disguise: Disguise | None) -> None:
    """Raises RuntimeFault where the server's account cannot reach its files or its program."""
    if disguise is None or disguise.in_namespace:
        return
    for path in (folder, program):
        tried = subprocess.run(
            ["/usr/bin/test", "-x", str(path)],
            preexec_fn=preparation(disguise),
            check=False,
        )
        if tried.returncode != 0:
            message = (
                f"PostgreSQL runs as {disguise.account.name} here (root is refused, and this system allows no user "
                f"namespace), and that account cannot reach {path}; use a folder outside /root, or an ordinary user."
            )
            raise RuntimeFault(message)
