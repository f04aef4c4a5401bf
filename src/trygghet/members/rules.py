"""When a sign-in attempt is one too many, where a browser may be sent afterwards, and what a session looks like to its owner."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

WINDOW = dt.timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 20
"""Failed attempts within the window, per e-mail address tried and per network address trying. A whole municipality may
share one network address, so that limit is the wider one."""

LONGEST_PASSWORD = 1000
LONGEST_AGENT = 300


@dataclass(frozen=True)
class Person:
    """Who an e-mail address belongs to, and the hash that their password must match."""

    id: UUID
    name: str
    password_hash: str


@dataclass(frozen=True)
class Session:
    """One signed-in browser, as its owner sees it. `here` is the one they are looking from."""

    id: UUID
    agent: str
    started_at: dt.datetime
    seen_at: dt.datetime
    organisation: str
    here: bool


def minutes_to_wait(attempts: Sequence[dt.datetime], limit: int, now: dt.datetime) -> int:
    """Whole minutes until another attempt is allowed; 0 when it is allowed now. `attempts` in any order."""
    recent = sorted(at for at in attempts if at > now - WINDOW)
    if len(recent) < limit:
        return 0
    free_at = recent[-limit] + WINDOW
    return max(1, -int((now - free_at).total_seconds() // 60))


def network(address: str) -> str:
    """What is counted as one visitor: an IPv4 address, or the /64 that one IPv6 subscriber can roam freely within."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:  # how a server that listens to both kinds sees an IPv4 address; all of them lie within one /64
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def local_path(target: str) -> str:
    """`target` when it is a path on this very site, otherwise nothing: nobody is sent elsewhere by a crafted link."""
    if not target.startswith("/") or "\\" in target or not target.isprintable():
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return "" if target.startswith("//") or parts.scheme or parts.netloc else target


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))


def browser_name(agent: str) -> str:
    """'Firefox på Linux': enough for a person to recognise their own browsers."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "Okänd webbläsare")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} på {system}" if system else browser
