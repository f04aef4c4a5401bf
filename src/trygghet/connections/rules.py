"""What a connection is, as others may know it: never its secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID


WEBHOOK = "webhook"
"""The channel of an organisation's own rooms in Teams and Slack."""


@dataclass(frozen=True)
class Connection:
    """An organisation's own account at a channel. `state` is ok, needs_human or off; `state_why` is a Swedish sentence."""

    id: UUID
    organisation_id: UUID
    channel: str
    name: str
    base_url: str
    state: str
    state_why: str
    form: str = ""
    """How a webhook wants its posts: slack or teams; empty for other channels."""
