"""What being well means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `wrong` is empty when it is well; `mend` says what to do."""

    name: str
    wrong: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Queue:
    """The deliveries of all organisations: how many in each state, and how long the oldest one has been due, in seconds."""

    by_state: dict[str, int]
    oldest_due_seconds: float


def is_ready(checks: list[Check]) -> bool:
    """Whether requests may be sent here."""
    return not any(check.wrong for check in checks)
