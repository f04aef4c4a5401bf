"""A real Postfix that leaves the machine as it was: unpacked into an overlay, in mount and process spaces of its own, gone with the test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trygghet import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = r"""
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$W/layers"
cd "$W/layers"; mkdir upper work whole
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work whole
mount -t proc proc whole/proc
mount --bind /dev whole/dev
mkdir -p "whole$W"; mount --bind "$W" "whole$W"
exec chroot whole bash -c '
set -e
for deb in "$W"/archives/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C / --keep-directory-symlink; done
ldconfig
grep -q ^postfix: /etc/group || echo "postfix:x:64101:" >> /etc/group
grep -q ^postdrop: /etc/group || echo "postdrop:x:64102:" >> /etc/group
grep -q ^postfix: /etc/passwd || echo "postfix:x:64101:64101::/var/spool/postfix:/bin/false" >> /etc/passwd
cp "$W/main.cf" /etc/postfix/main.cf
sed "s/^smtp      inet.*/127.0.0.1:$PORT inet n - n - - smtpd/; s/\(unix .*\) y  *-  */\1 n - /" /usr/share/postfix/master.cf.dist > /etc/postfix/master.cf
mkdir -p /var/lib/postfix /var/mail/boxes; chown postfix: /var/lib/postfix; chown nobody "$W/boxes" 2>/dev/null || true
exec postfix start-fg'
"""
CONFIG = """
compatibility_level = 3.6
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.org
mydestination =
local_recipient_maps =
alias_maps =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = cast.example.org
virtual_mailbox_base = {home}/boxes
virtual_mailbox_maps = inline:{{ bo@cast.example.org=bo/ }}
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
default_transport = error:5.1.2 no outside world in tests
transport_maps = inline:{{ {domain}=smtp:[127.0.0.1]:{inbound} }}
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtp_host_lookup = native
smtpd_tls_security_level = none
maillog_file_prefixes = {home}
maillog_file = {home}/postfix.log
"""


class NoPostfixError(Exception):
    """Why none can run here."""


@contextmanager
def running(home: Path, *, domain: str, inbound: int) -> Iterator[int]:
    """The port of a Postfix that has one mailbox, bo's, and takes mail for `domain` to the port `inbound`. Raises `NoPostfixError`."""
    _fetch(home)
    port = embedded.free_port(but={inbound})
    for name in ("layers", "boxes"):
        (home / name).mkdir()
    home.chmod(0o777)
    (home / "boxes").chmod(0o777)
    (home / "main.cf").write_text(CONFIG.format(home=home, domain=domain, inbound=inbound))
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", SCRIPT]
    environ = {"PATH": os.environ["PATH"], "W": str(home), "PORT": str(port), "LC_ALL": "C"}
    with (home / "start.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(process, port, home)
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _fetch(home: Path) -> None:
    """The package, and those of its libraries that the machine lacks, into a folder of the test's own."""
    if os.geteuid() != 0:
        raise NoPostfixError("only root may make mount spaces")
    if not (shutil.which("apt-get") and shutil.which("unshare") and shutil.which("dpkg-deb")):
        raise NoPostfixError("it is taken from Debian's or Ubuntu's own package")
    archives = home / "archives"
    (archives / "partial").mkdir(parents=True)
    command = [
        "apt-get",
        "install",
        "--yes",
        "--download-only",
        "--no-install-recommends",
        "-o",
        f"Dir::Cache::archives={archives}",
        "-o",
        "Debug::NoLocking=1",
    ]
    done = subprocess.run([*command, "-o", "APT::Sandbox::User=root", "postfix"], capture_output=True, text=True, timeout=60, check=False)
    if not list(archives.glob("postfix_*.deb")):
        raise NoPostfixError(f"its package cannot be fetched: {done.stderr.strip()[-200:]}")


def _wait(process: subprocess.Popen[bytes], port: int, home: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            if link.recv(3) == b"220":
                return
        time.sleep(0.05)
    said = (home / "start.log").read_text() + ((home / "postfix.log").read_text() if (home / "postfix.log").exists() else "")
    if "Operation not permitted" in said or "permission denied" in said.lower():
        raise NoPostfixError(f"this machine lets nobody make mount spaces: {said[-200:]}")
    raise AssertionError(f"Postfix does not start: {said[-2000:]}")
