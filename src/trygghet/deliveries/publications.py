"""What is so of publications alone: how long to wait, what a withdrawal must reach, and how each stands in its place."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet.deliveries.rules import CHIPS, Act, Planned, Settled, State
from trygghet.swedish import Chip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from trygghet.deliveries.rules import Delivery

KIND = "publication"
OWN = PAGE, FEED = ("page", "feed")
"""Our own page and feed, the page first. They show what is published and what is withdrawn by themselves."""
WAYS = IN_PLACE, REPLY, ANEW = ("edit", "reply", "anew")
"""How a correction reaches a place: the post itself is changed, another post says what is right, or the post is taken away and told anew."""
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=30), dt.timedelta(minutes=30)
MOST_ATTEMPTS = 54
"""Half a minute, one, two, four, and then each half hour: a place may be away for a day. Old news stops before by itself."""
SCATTER = 0.2
"""Waits differ by so much, so that what failed together does not come back together."""
SOON = dt.timedelta(minutes=10)
"""When what could not be confirmed is looked for again; then each time six times as long after it went, and each week at last."""
WEEK = dt.timedelta(days=7)
AN_HOUR = dt.timedelta(hours=1)
"""How long after the first look that misses a post that was there the second comes, which settles it."""


class Obstacle(NamedTuple):
    """What stands in the way of an attempt, as a Swedish sentence: for good, or until a person has done something."""

    reason: str
    for_good: bool


@dataclass(frozen=True)
class Located:
    """A publication in its place: where it is or was, for those who look for it, change it or take it away.

    `first_id` is the row of the publication itself, in `first_state`; `remotes` are the ids and addresses that the place has given it and
    what was said there since, oldest first; `lost` the names minted for what was said there since and may have arrived without our knowing.
    `text` and `payload` are as they were approved.
    """

    permalink: str
    text: str
    payload: Mapping[str, Any]
    minted: Mapping[str, str]
    since: dt.datetime
    key: str
    first_id: UUID
    first_state: State
    remotes: tuple[tuple[str, str], ...]
    lost: tuple[Mapping[str, str], ...] = ()


def wait(delivery: Delivery) -> dt.timedelta:
    """How long after an attempt that surely failed the next comes: the same for the same attempt, and scattered between deliveries."""
    usual: dt.timedelta = min(FIRST_WAIT * 2 ** min(delivery.attempts - 1, 10), LONGEST_WAIT)
    drawn = hashlib.blake2b(f"{delivery.id}:{delivery.attempts}".encode(), digest_size=4).digest()
    return usual * (1 + SCATTER * (int.from_bytes(drawn, "big") / 2**31 - 1))


def not_sent(delivery: Delivery, reason: str, *, wait: dt.timedelta | None, after: dt.timedelta | None, now: dt.datetime) -> Settled:
    """What follows when it surely was not done: after `wait`, or `after` if the place asks for more. No wait: it will never pass."""
    if wait is None or delivery.attempts >= MOST_ATTEMPTS:
        return Settled(State.FAILED, reason)
    return Settled(State.PLANNED, reason, now + max(wait, after or wait))


def is_repeatable(delivery: Delivery, *, channel: bool) -> bool:
    """Whether an attempt may be made anew when its answer was lost. To change or take away what is there already does no harm twice."""
    return channel or delivery.act != Act.PUBLISH


def may_be_out(delivery: Delivery, *, repeatable: bool) -> bool:
    """Whether residents may be reading it: a withdrawal goes everywhere where they may.

    Where an attempt is repeated blindly, an earlier one may have arrived whatever became of the row since.
    """
    if delivery.state in {State.SENT, State.SENDING, State.UNCLEAR, State.MANUAL}:
        return True
    return repeatable and delivery.lookups == 0 and delivery.attempts > (1 if delivery.state is State.SKIPPED else 0)


def taking_away(told: Delivery, rows: Iterable[Delivery]) -> Delivery | None:
    """Of all that an update has come to, the wish to take away what that row told, where it has not fallen or failed."""
    wishes = (one for one in rows if one.act == Act.RETRACT and one.connection_id == told.connection_id and one.created_at >= told.created_at)
    return next((one for one in wishes if one.state not in {State.SKIPPED, State.FAILED}), None)


def standing(rows: Sequence[Delivery]) -> list[Delivery]:
    """Of all that an update has come to, its publications that nobody has wished away: one at most in each place."""
    return [one for one in rows if one.act == Act.PUBLISH and taking_away(one, rows) is None]


def retraction(publication: Delivery, now: dt.datetime) -> Planned:
    """The wish to take that publication away from its place."""
    return Planned(
        publication.organisation_id,
        f"{publication.key}:retract",
        publication.kind,
        publication.channel,
        publication.title,
        now,
        publication.promise_id,
        status_update_id=publication.status_update_id,
        connection_id=publication.connection_id,
        words=publication.words,
        act=Act.RETRACT,
    )


def unneeded(delivery: Delivery, reason: str, *, repeatable: bool) -> Settled:
    """What becomes of a row that is no longer wanted when its turn comes: where an earlier attempt may have arrived, that is looked up first.

    Our own page and feed show what is agreed on and nothing else, so there is nothing to look up. A post that is to be taken away and that no
    machine of ours reaches any more is for a person to take away.
    """
    if delivery.act == Act.RETRACT:
        return Settled(State.MANUAL, f"{reason} Finns inlägget kvar behöver ni ta bort det där.")
    may_be_there = repeatable and delivery.connection_id is not None and delivery.lookups == 0 and delivery.attempts > 1
    tried = delivery.act == Act.PUBLISH and may_be_there
    return Settled(State.UNCLEAR if tried else State.SKIPPED, reason)


# ---------------------------------------------------------------- how it stands
def chip(delivery: Delivery) -> Chip:
    """The state as a mark. Of what has gone out it says whether it was seen there."""
    if delivery.kind != KIND or delivery.state is not State.SENT:
        return CHIPS[delivery.state]
    if delivery.act == Act.RETRACT:
        return Chip("", "stop", "Borttagen")
    if delivery.vanished_at:
        return Chip("bad", "cross", "Borta")
    if delivery.confirmed_at:
        return Chip("good", "check", "Bekräftad")
    return Chip("info", "send", "Skickad")


def said(delivery: Delivery) -> str:
    """What the act is called beside the channel's name; empty for the publication itself."""
    return {Act.EDIT: "Rättelse", Act.RETRACT: "Borttagning"}.get(Act(delivery.act), "")
