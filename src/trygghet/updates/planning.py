"""How an update goes out: which deliveries it needs, in which order, and under which keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet.channels import MINTED
from trygghet.deliveries.rules import Planned
from trygghet.swedish import Refusal
from trygghet.updates.rules import FEED, PAGE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from trygghet.connections.rules import Connection
    from trygghet.updates.rules import Update


def key(update: Update, where: str) -> str:
    """The row of the publication in one place. The same wish is the same row for ever."""
    return f"publication:{update.id}:{where}"


def publications(update: Update, accounts: Mapping[str, Connection], now: dt.datetime) -> list[Planned]:
    """Page, feed after the page, and every account after the feed, each in its owner's name.

    `accounts` are the parties' accounts by their id as text. Raises `Refusal` where one that was chosen is gone.
    """
    feed = key(update, FEED)
    found = [_row(update, PAGE, None, None, now), _row(update, FEED, None, key(update, PAGE), now)]
    for one in update.connections:
        if one not in accounts:
            raise Refusal("update.account_gone")
        found.append(_row(update, one, accounts[one], feed, now))
    return found


def _row(update: Update, where: str, account: Connection | None, after: str | None, now: dt.datetime) -> Planned:
    minted = MINTED[account.channel](update.id, account.id, now) if account and account.channel in MINTED else {}
    return Planned(
        organisation_id=account.organisation_id if account else update.organisation_id,
        key=key(update, where),
        kind="publication",
        channel=account.channel if account else where,
        title=update.title,
        due_at=max(now, update.earliest_at) if update.earliest_at else now,
        promise_id=update.promise_id,
        status_update_id=update.id,
        connection_id=account.id if account else None,
        after_key=after,
        words={"minted": minted, "version": update.version},
    )
