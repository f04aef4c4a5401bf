"""The installation that `trygghet run` keeps on this machine, below VAR_DIR: its lock, its secret key, and what runs just now.

Where DATABASE_URL, REDIS_URL or SECRET_KEY is given it is used; where it is not, this makes one up for the machine.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import secrets
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trygghet import embedded
from trygghet.settings import ROOT, is_given

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class AlreadyRunning(Exception):
    """Somebody holds the lock; the text says who, where, and how to stop it."""


def var_of(environ: Mapping[str, str]) -> Path:
    """The folder with all that is this machine's own."""
    return Path(environ.get("VAR_DIR") or ROOT / "var").absolute()


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Holds the lock on `var`. The kernel lets go of it when the process dies, so an old lock file is in nobody's way."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_who(read_note(var), var)) from None
        yield


def _who(note: Mapping[str, str], var: Path) -> str:
    if "address" not in note:
        return f"Trygghet startar redan med datat i {var}. Vänta tills det är klart, eller stoppa det där med Ctrl-C."
    return (
        f"Trygghet körs redan med datat i {var}: {note['address']} (process {note['pid']}). Stoppa det med Ctrl-C där, eller med: kill {note['pid']}"
    )


def write_note(var: Path, note: Mapping[str, str]) -> None:
    """What runs and where, for the other commands; with passwords, so for this account alone."""
    path = var / "running.json"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(note, indent=1), encoding="utf-8")


def read_note(var: Path) -> dict[str, str]:
    """The last note; empty when there is none, or when it is another account's."""
    try:
        note: dict[str, str] = json.loads((var / "running.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note


def erase_note(var: Path) -> None:
    """Nothing runs any more."""
    (var / "running.json").unlink(missing_ok=True)


def secret_key(var: Path) -> str:
    """The key of this installation, made once and readable by this account alone."""
    path = var / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii")


def completed(environ: Mapping[str, str], var: Path) -> dict[str, str]:
    """The environment with what this machine decides by itself: the key, the folder, and that it is the example."""
    found = {**environ, "VAR_DIR": str(var)}
    if not is_given(environ, "SECRET_KEY"):
        found["SECRET_KEY"] = secret_key(var)
    found.setdefault("EXAMPLE", "1")
    return found


def status(address: str) -> int:
    """What a web server of this machine answers; 0 when none does. A proxy that the surroundings name is passed by."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException):
        return 0


@contextmanager
def reachable(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """An environment with a database in it: the one given, the one that runs, or one started while this lasts.

    Raises `embedded.EmbeddedError`.
    """
    if is_given(environ, "DATABASE_URL") and is_given(environ, "REDIS_URL"):
        yield dict(environ)
        return
    var = var_of(environ)
    with ExitStack() as stack:
        try:
            stack.enter_context(only_one(var))
        except AlreadyRunning:
            note = read_note(var)
            if "DATABASE_URL" not in note:
                raise
            yield {**completed(environ, var), **{name: value for name, value in note.items() if name.isupper()}}
            return
        yield stack.enter_context(_started(environ, var))


@contextmanager
def _started(environ: Mapping[str, str], var: Path) -> Iterator[dict[str, str]]:
    found, home = completed(environ, var), embedded.server_home(var)
    with ExitStack() as stack:
        if not is_given(environ, "DATABASE_URL"):
            database = embedded.PostgreSQL(home / "postgresql")
            stack.callback(database.stop)
            found["DATABASE_URL"] = database.start().url
        if not is_given(environ, "REDIS_URL"):
            queue = embedded.Valkey(var / "valkey")
            stack.callback(queue.stop)
            found["REDIS_URL"] = queue.start().url
        yield found
