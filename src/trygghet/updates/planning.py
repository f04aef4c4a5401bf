"""How an update goes out: which deliveries it needs, in which order, and under which keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trygghet.channels import MINTED, REPEATABLE
from trygghet.deliveries import publications as places
from trygghet.deliveries.rules import Act, Planned
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from trygghet.connections.rules import Connection
    from trygghet.deliveries.rules import Delivery
    from trygghet.updates.rules import Update


def key(update: Update, where: str, act: Act = Act.PUBLISH, *, again: bool = False) -> str:
    """The row of one act in one place. The same wish is the same row for ever; each version of a correction is a wish of its own, and so is
    to tell it `again` where it was taken away.
    """
    version = f":v{update.version}" if again or act is Act.EDIT else ""
    return f"publication:{update.id}:{where}{version}" + (":edit" if act is Act.EDIT else "")


def publications(update: Update, accounts: Mapping[str, Connection], now: dt.datetime) -> list[Planned]:
    """Page, feed after the page, and every account after the feed, each in its owner's name.

    `accounts` are the parties' accounts by their id as text. Raises `Refusal` where one that was chosen is gone.
    """
    page, feed = key(update, places.PAGE), key(update, places.FEED)
    chosen = [_row(update, one, _account(accounts, one), feed, now) for one in update.connections]
    return [_row(update, places.PAGE, None, None, now), _row(update, places.FEED, None, page, now), *chosen]


def corrections(update: Update, accounts: Mapping[str, Connection], rows: Sequence[Delivery], now: dt.datetime) -> list[Planned]:
    """The same for what residents have read already. `rows` are what has become of it: where it is or may be it is put right in that
    place's way, where it never arrived or was taken away it is told as it reads now, and where it is no longer to be it is taken away.
    """
    out = {str(one.connection_id): one for one in places.standing(rows) if one.connection_id and _may_be_out(one)}
    gone_before = {str(one.connection_id) for one in rows if one.act == Act.PUBLISH and places.taking_away(one, rows)}
    feed = key(update, places.FEED, Act.EDIT)
    page = _row(update, places.PAGE, None, None, now, Act.EDIT)
    told = [
        _row(update, one, _account(accounts, one), feed, now, Act.EDIT if one in out else Act.PUBLISH, again=one in gone_before)
        for one in update.connections
    ]
    gone = [places.retraction(one, now) for where, one in out.items() if where not in update.connections]
    return [page, _row(update, places.FEED, None, page.key, now, Act.EDIT), *told, *gone]


def _may_be_out(row: Delivery) -> bool:
    return places.may_be_out(row, repeatable=row.channel in REPEATABLE)


def _account(accounts: Mapping[str, Connection], connection: str) -> Connection:
    if connection not in accounts:
        raise Refusal("update.account_gone")
    return accounts[connection]


def _row(
    update: Update, where: str, account: Connection | None, after: str | None, now: dt.datetime, act: Act = Act.PUBLISH, *, again: bool = False
) -> Planned:
    minted = MINTED[account.channel](update.id, account.id, now) if account and account.channel in MINTED else {}
    way = {"way": update.rendered["posts"][where]["way"]} if account and act is Act.EDIT else {}
    waits = update.earliest_at and not update.published_at
    return Planned(
        organisation_id=account.organisation_id if account else update.organisation_id,
        key=key(update, where, act, again=again),
        kind="publication",
        channel=account.channel if account else where,
        title=update.title,
        due_at=max(now, update.earliest_at) if waits and update.earliest_at else now,
        promise_id=update.promise_id,
        status_update_id=update.id,
        connection_id=account.id if account else None,
        after_key=after,
        words={"minted": minted, "version": update.version, **way},
        act=act,
    )
