"""What a connection is, as others may know it: never its secret. And when it is said that something must be done about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID


WEBHOOK, HOOK, ASSISTED = "webhook", "hook", "assisted"
"""An organisation's own rooms in Teams and Slack; a program of its own that is told; and a place where a person posts by hand."""
OK, WARNING, NEEDS_HUMAN, OFF = "ok", "warning", "needs_human", "off"
WARNED = (2, 7, 14, 30)
"""Days before somebody must renew it, on which that is said."""
HOOK_PATIENCE = dt.timedelta(days=5)
"""So long a program of an organisation's own may fail before it is told no more (Standard Webhooks asks for "days")."""
MEND = "Administratörerna ser vilka under Kopplingar. Har SECRET_KEY bytts: lägg den förra i OLD_SECRET_KEYS och kör trygghet rotate-secrets."
SEALED_ELSEWHERE = "Kopplingen kan inte läsas, för SECRET_KEY har bytts. Anslut den igen."


@dataclass(frozen=True)
class Connection:
    """An organisation's own account at a channel. `state` is ok, warning, needs_human or off; `state_why` is a Swedish sentence.

    `form` is how a webhook wants its posts (slack, teams), or which place a person posts to by hand. `account_id` is the place's own name
    for the account, `limits` what its server takes, `owner_id` who connected it. `failing_since` is when something first went wrong that
    has not gone well since, `state_at` when the state became what it is; None where it has been so from the start.
    """

    id: UUID
    organisation_id: UUID
    channel: str
    name: str
    base_url: str
    state: str
    state_why: str
    form: str = ""
    account_id: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)
    owner_id: UUID | None = None
    expires_at: dt.datetime | None = None
    warned_days: int | None = None
    checked_at: dt.datetime | None = None
    failing_since: dt.datetime | None = None
    state_at: dt.datetime | None = None
    created_at: dt.datetime | None = None

    @property
    def host(self) -> str:
        """The server, without its scheme."""
        return self.base_url.partition("://")[2].partition("/")[0]


class Rotated(NamedTuple):
    """What became of the secrets when they were sealed anew; `unreadable` are the names of connections that no known key opens."""

    sealed: int
    unreadable: tuple[str, ...]


def days_left(connection: Connection, today: dt.date) -> int | None:
    """Calendar days until a person must have renewed it, by UTC's calendar; None where nobody must."""
    return None if connection.expires_at is None else (connection.expires_at.date() - today).days


def warning_due(connection: Connection, today: dt.date) -> int | None:
    """The step of `WARNED` whose turn it is and that has not been said; None: nothing to say. A day that was missed is caught up once."""
    left = days_left(connection, today)
    if left is None or connection.state in {OFF, NEEDS_HUMAN}:
        return None
    step = next((one for one in WARNED if left <= one), None)
    return step if step is not None and (connection.warned_days is None or step < connection.warned_days) else None


def has_failed_too_long(connection: Connection, now: dt.datetime) -> bool:
    """Whether it is switched off by itself: nothing of ours has got through for days, and only a program suffers."""
    since = connection.failing_since
    return connection.channel == HOOK and connection.state != OFF and since is not None and now - since >= HOOK_PATIENCE
