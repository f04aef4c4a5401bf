"""Ask, say yes, change and leave; and what the timetable and the worker do for those who follow.

Followers are nobody's but their own: no organisation can read them, so all of this acts across organisations.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from trygghet import clock, database, letters, swedish
from trygghet.bounces import actions as bounces
from trygghet.deliveries import actions as deliveries
from trygghet.deliveries.composing import Composed, Together
from trygghet.deliveries.rules import Broken, Skip
from trygghet.followers import letter, rules, store
from trygghet.followers.rules import Follower, Happening, Pace
from trygghet.swedish import NotFound, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from trygghet.channels.messages import Letter
    from trygghet.deliveries.rules import Delivery, Planned
    from trygghet.followers.letter import Said
    from trygghet.followers.rules import Wish
    from trygghet.settings import Settings
    from trygghet.tongue import Tongue

log = structlog.get_logger()


class _TooManyError(Exception):
    """Undoes what was done for the answer to take as long as any other: how long it takes would tell what nobody is to know of an address."""


# ---------------------------------------------------------------- what a resident does
async def across_organisations_ask(wish: Wish, *, address: str, secret_key: str, now: dt.datetime, wall: dt.datetime) -> None:
    """Plans the letter that asks whether they want to follow. The one way in for form, program and embed, with the limits on all three.

    `address` is the network address that it was asked from. Whether the e-mail address follows already, or has had too many letters,
    makes no difference to who asks. Raises `Refusal` for what cannot be followed and where too much comes from the same place.
    """
    mark, network = rules.mark(wish.email, secret_key), rules.network(address, clock.day(wall), secret_key)
    async with database.across_organisations():
        found = await store.across_organisations_find(wish.scope, wish.slug, wish.subject)
        if found is None:
            raise Refusal("follow.what", field="vad")
        await store.across_organisations_alone(mark)
        writes = rules.may_write(await store.across_organisations_asked(mark, network, found.organisation_id, wall))
        await store.across_organisations_count(mark, network, found.organisation_id, wall)
        with contextlib.suppress(_TooManyError):
            async with database.across_organisations():
                follower_id, number = await store.across_organisations_add(wish, found, now)
                await deliveries.across_organisations_plan([rules.asked(follower_id, found.organisation_id, number, now)], now=now)
                if not writes:
                    raise _TooManyError


async def across_organisations_get(follower_id: UUID) -> Follower | None:
    """Whose the link is; None where they have left, or never said yes in time."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_get(follower_id)


async def across_organisations_confirm(follower_id: UUID, *, secret_key: str, now: dt.datetime) -> Follower:
    """They want to. Said twice it changes nothing. Raises `NotFound` where nobody has asked."""
    async with database.across_organisations():
        found = await _one(follower_id)
        await store.across_organisations_confirm(follower_id, rules.mark(found.email, secret_key), now)
        return await _one(follower_id)


async def across_organisations_change(follower_id: UUID, pace: str, t: Tongue, *, now: dt.datetime) -> Follower:
    """Told more or less often, from now on in the language that they asked for it in. Raises `Refusal` for a pace that there is not, `NotFound` where nobody follows."""
    if pace not in set(Pace):
        raise Refusal("follow.pace", field="takt")
    async with database.across_organisations():
        await _one(follower_id)
        await store.across_organisations_change(follower_id, Pace(pace), t.code, now)
        return await _one(follower_id)


async def across_organisations_leave(follower_id: UUID, *, secret_key: str, now: dt.datetime) -> None:
    """They leave: the address goes, with every letter's, and a salted hash of it is all that stays. Who has left already may leave again."""
    async with database.across_organisations():
        found = await store.across_organisations_get(follower_id)
        if found is not None:
            await store.across_organisations_delete([follower_id])
            await store.across_organisations_remember(rules.mark(found.email, secret_key), now)
            await bounces.across_organisations_forget([found.email])


async def _one(follower_id: UUID) -> Follower:
    found = await store.across_organisations_get(follower_id)
    if found is None:
        raise NotFound
    return found


async def across_organisations_choices(slug: str, today: dt.date) -> Sequence[Mapping[str, Any]]:
    """What can be followed from a page, by `scope`, `slug`, `subject` and `name`; every municipality and police area where no page is named.

    Raises `NotFound` for a page that there is not.
    """
    async with database.published():
        found = await store.across_organisations_choices(slug, today) if slug else await store.across_organisations_places()
    if slug and not found:
        raise NotFound
    return found


async def across_organisations_number(organisation: UUID) -> int:
    """How many follow from the organisation's pages: all that it learns of them."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_number(organisation)


# ---------------------------------------------------------------- what the timetable does
async def across_organisations_plan(*, now: dt.datetime) -> None:
    """Plans letters about what is new to followers, and forgets who has had all they wanted. Done twice it plans nothing twice."""
    turn = rules.month_turn(now)
    async with database.across_organisations():
        await _forget(await store.across_organisations_over())
        wanted: dict[str, Planned] = {}
        until: dict[UUID, dt.datetime] = {}
        for follower_id, events, since in await store.across_organisations_news(now - rules.GRACE, turn):
            monthly = events[0].pace is Pace.MONTHLY
            told = events if monthly else rules.settled(events, now - rules.GRACE)
            for event in told:
                one = rules.monthly(follower_id, event.organisation_id, since, turn) if monthly else rules.told(event, now)
                wanted[one.key] = one
            if told:
                until[follower_id] = turn if monthly else max(event.at for event in told)
        if not wanted:
            return
        await deliveries.across_organisations_plan(list(wanted.values()), now=now)
        await store.across_organisations_told(until)
    log.info("followers_told", letters=len(wanted))


async def _forget(gone: Sequence[tuple[UUID, str]]) -> None:
    if gone:
        await store.across_organisations_delete([one for one, _ in gone])
        await bounces.across_organisations_forget([email for _, email in gone])


async def across_organisations_forget(*, now: dt.datetime, wall: dt.datetime) -> None:
    """Each night: who never said yes, and what was kept of letters, attempts and those who have left."""
    async with database.across_organisations():
        await across_organisations_plan(now=now)
        await store.across_organisations_free_single_letters()
        await store.across_organisations_pass(now - rules.GRACE - rules.DAY, rules.month_turn(now))
        await store.across_organisations_delete(await store.across_organisations_old(now - rules.PENDING))
        await store.across_organisations_forget(now - rules.KEPT, now - rules.REMEMBERED, wall - rules.DAY)


# ---------------------------------------------------------------- what the worker does
def composer(settings: Settings) -> Together:
    """The composer of letters to followers, for the worker: of many rows at once, since no organisation may read whom they are for."""

    async def compose(rows: Sequence[Delivery], now: dt.datetime) -> list[Composed]:
        async with database.across_organisations():
            return [Composed((row,), await _composed(row, settings, now)) for row in rows]

    return Together(compose, letters.host(settings))


async def _composed(row: Delivery, settings: Settings, now: dt.datetime) -> Letter | Skip | Broken:
    try:
        async with database.across_organisations():
            return await across_organisations_compose(row, settings=settings, now=now)
    except Exception:  # one row that cannot be composed must not hold up the others in its message
        log.exception("delivery_not_composed", delivery=str(row.id), kind=row.kind)
        return Broken()


async def across_organisations_compose(row: Delivery, *, settings: Settings, now: dt.datetime) -> Letter | Skip:
    """The letter as things are now, or why it is not to be sent any more."""
    follower = await store.across_organisations_get(UUID(row.words["follower"]))
    if follower is None:
        return Skip("Mottagaren följer inte längre.")
    link = f"/folj/{rules.token(follower.id, settings.secret_key)}"
    said = await _said(row, follower, link, settings)
    if isinstance(said, Skip):
        return said
    t = follower.tongue
    words = {**said._asdict(), "link": f"{settings.public_url}{t.at(said.link)}", "what": follower.what, "is_asked": said.link == link}
    words |= {"t": t, "language": t.code}
    own = f"{settings.public_url}{t.at(link)}"
    written = letters.write("follow", {**words, "own": own}, letters.envelope(settings, "", follower.email, row.id), at=now)
    leave = ("List-Unsubscribe", f"<{own}/sluta>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    return replace(written, headers=leave)  # RFC 8058 section 3.1; both lines are signed


async def _said(row: Delivery, follower: Follower, link: str, settings: Settings) -> Said | Skip:
    happening, slug, t = Happening(row.words["happening"]), follower.slug, follower.tongue
    if happening is Happening.ASKED:
        return letter.asked(follower, link) if row.words["round"] == follower.round else Skip("Ett nyare brev har skickats i stället.")
    if happening is Happening.MONTH:
        return await _month(row, follower, settings.public_url)
    subject = UUID(row.words["subject"])
    if happening in {Happening.UPDATE, Happening.CORRECTION}:
        found = await store.across_organisations_update(subject, slug)
        if found is None or found["withdrawn_at"] is not None:
            return Skip("Uppdateringen är tillbakadragen.")
        return letter.update(found, subject, t) if happening is Happening.UPDATE else letter.correction(found, subject, row.words["number"], t)
    if happening is Happening.FOLLOW_UP:
        found = await store.across_organisations_follow_up(subject, slug)
        return letter.follow_up(found, follower.pace, t) if found else Skip("Uppföljningen finns inte längre.")
    found = await store.across_organisations_promise(subject, slug)
    return letter.promise(found, t) if found else Skip("Löftet finns inte längre.")


async def _month(row: Delivery, follower: Follower, public_url: str) -> Said | Skip:
    since, until = (dt.datetime.fromisoformat(row.words[one]) for one in ("since", "until"))
    things = await store.across_organisations_month(follower.id, since, until)
    last = swedish.local(until) - dt.timedelta(days=1)
    name = f"{follower.tongue.month(last)} {last.year}"
    return letter.month(follower, things, name, public_url) if things else Skip("Det som hände är tillbakadraget.")
