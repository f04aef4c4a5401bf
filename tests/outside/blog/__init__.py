"""A WordPress with its PHP and its MariaDB out of Debian's packages, in a folder of its own: how it is laid out, made and run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from trygghet import embedded

HERE = Path(__file__).parent
SITE = Path("site")
SMALL = (
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=4M",
    "--aria-log-file-size=8M",
    "--innodb-fast-shutdown=0",
    "--performance-schema=off",
)
HASTY = ("--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--skip-innodb-doublewrite")
"""Nobody pulls the plug on the machine in a test."""

TOGETHER = 'trap "kill -9 0" TERM; "$@" & wait'
"""PHP's server never stops its own workers: they all go with the group, also when this process is killed."""


def lay_out(root: Path) -> None:
    """Out of unpacked packages: the site with our configuration, PHP's own file of settings, and the database of a site that is installed."""
    theirs = root / "usr/share/wordpress"
    _turn_inwards(root, theirs)
    shutil.copytree(theirs, root / SITE, ignore_dangling_symlinks=True)
    themes = root / "var/lib/wordpress/wp-content/themes"
    if themes.is_dir():
        _turn_inwards(root, themes)
        shutil.copytree(themes, root / SITE / "wp-content/themes", dirs_exist_ok=True, ignore_dangling_symlinks=True)
    shutil.copy(HERE / "wp-config.php", root / SITE)
    (root / SITE / "wp-content/mu-plugins").mkdir(exist_ok=True)
    shutil.copy(HERE / "local.php", root / SITE / "wp-content/mu-plugins")
    _make_database(root)
    with tempfile.TemporaryDirectory(dir=root) as home, Running(root, Path(home), made=False) as running:
        wrote = running.php(HERE / "install.php")
        (root / "passwords.json").write_text(wrote.splitlines()[-1])
        running.stop_database()
        shutil.rmtree(root / "database")
        shutil.move(Path(home) / "database", root / "database")


def _turn_inwards(root: Path, folder: Path) -> None:
    """Links to absolute paths lead to the same files below the root."""
    for link in [one for one in folder.rglob("*") if one.is_symlink() and str(one.readlink()).startswith("/")]:
        to = root / str(link.readlink()).lstrip("/")
        link.unlink()
        if to.exists():
            link.symlink_to(to)


def _make_database(root: Path) -> None:
    """An empty MariaDB, by its own statements; its own script wants an account that only an installed package has."""
    share = root / "usr/share/mysql"
    parts = [next(share.glob(one)) for one in ("m*_system_tables.sql", "m*_performance_tables.sql", "m*_system_tables_data.sql")]
    statements = "create database mysql;\nuse mysql;\n" + "".join(one.read_text() for one in parts)
    statements += "create database wp character set utf8mb4;\n"
    (root / "database").mkdir()
    subprocess.run(
        [*_mariadbd(root, root / "database"), "--bootstrap", "--max-allowed-packet=8M", *HASTY],
        input=statements,
        text=True,
        check=True,
        capture_output=True,
        env=_surroundings(root),
    )


def _mariadbd(root: Path, data: Path) -> list[str]:
    user = ["--user=root"] if os.geteuid() == 0 else []
    share = f"--lc-messages-dir={root / 'usr/share/mysql'}"
    return [str(root / "usr/sbin/mariadbd"), "--no-defaults", f"--datadir={data}", share, *user, *SMALL]


def _surroundings(root: Path, **more: str) -> dict[str, str]:
    libraries = root / "usr/lib" / f"{os.uname().machine}-linux-gnu"
    return {**embedded.PLAIN, "LD_LIBRARY_PATH": str(libraries), **more}


class Running:
    """The database and PHP's own web server, children of this process, on a free port of this machine; its data is thrown away with `home`."""

    def __init__(self, root: Path, home: Path, *, made: bool = True) -> None:
        self._root, self._home = root, home
        self.port = embedded.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._web: subprocess.Popen[bytes] | None = None
        shutil.copytree(root / "database", home / "database")
        (home / "uploads").mkdir()
        self._socket = home / "db.sock"
        with (home / "database.log").open("wb") as log:
            self._database = subprocess.Popen(
                [
                    *_mariadbd(root, home / "database"),
                    "--skip-networking",
                    f"--socket={self._socket}",
                    f"--pid-file={home / 'db.pid'}",
                    "--skip-grant-tables",
                    *HASTY,
                ],
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=_surroundings(root),
                preexec_fn=embedded.child_dies_with_parent(),  # noqa: PLW1509 - it only asks the kernel for a signal
            )
        self._settings()
        self._until(self._socket.exists, "database.log")
        if made:
            self._serve()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stops both."""
        if self._web is not None:
            self._web.terminate()
            self._web.wait(10)
        self._database.kill()
        self._database.wait(10)

    def stop_database(self) -> None:
        """Stops it as it wants to be stopped, so that what it leaves can be copied."""
        self._database.terminate()
        self._database.wait(30)

    def php(self, script: Path) -> str:
        """What a script wrote."""
        done = subprocess.run([*self._php(), script], env=self._environ(), capture_output=True, text=True, check=True)
        return done.stdout

    def passwords(self) -> dict[str, str]:
        """The application passwords, by the name that one signs in with."""
        found: dict[str, str] = json.loads((self._root / "passwords.json").read_text())
        return found

    def _php(self) -> list[str]:
        [program] = (self._root / "usr/bin").glob("php[0-9]*")
        return [str(program), "-n", "-c", str(self._home / "php.ini")]

    def _settings(self) -> None:
        """PHP finds its own extensions where they are unpacked."""
        [folder] = {one.parent for one in (self._root / "usr/lib/php").glob("*/mysqli.so")}
        wanted = [
            one for one in ("mysqlnd", "mysqli", "gd", "exif", "ctype", "tokenizer", "iconv", "posix", "fileinfo") if (folder / f"{one}.so").exists()
        ]
        lines = [f"extension_dir={folder}", *(f"extension={one}.so" for one in wanted), f"zend_extension={folder / 'opcache.so'}"]
        lines += [
            "opcache.enable_cli=1",
            "opcache.validate_timestamps=0",
            "display_errors=0",
            "error_reporting=0",
            "memory_limit=256M",
            "sendmail_path=/bin/true",
        ]
        (self._home / "php.ini").write_text("\n".join(lines) + "\n")

    def _environ(self) -> dict[str, str]:
        return _surroundings(
            self._root,
            WP_URL=self.url,
            WP_SOCKET=str(self._socket),
            WP_SITE=str(self._root / SITE),
            WP_UPLOADS=str(self._home / "uploads"),
            PHP_CLI_SERVER_WORKERS="4",
            TMPDIR=str(self._home),
        )

    def _serve(self) -> None:
        command = [*self._php(), "-S", f"127.0.0.1:{self.port}", "-t", str(self._root / SITE), str(HERE / "router.php")]
        with (self._home / "web.log").open("wb") as log:
            self._web = subprocess.Popen(
                ["sh", "-c", TOGETHER, "sh", *command],
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=self._environ(),
                start_new_session=True,
                preexec_fn=embedded.child_dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - see above
            )
        self._until(lambda: not embedded.is_free(self.port), "web.log")

    def _until(self, ready: Callable[[], bool], log: str) -> None:
        deadline = time.monotonic() + 30
        while not ready():
            assert time.monotonic() < deadline, (self._home / log).read_text(errors="replace")[-2000:]
            time.sleep(0.02)
