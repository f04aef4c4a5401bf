"""A world with one real thing of every kind in it, all of it Björken's or Björken's and Skogen's together. Ön has nothing.

Every text that is not public carries `SECRET`, so that a page shown to somebody else can be searched for it.
"""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from tests import cast, kolada, made, reminded, retold, rooms
from tests.databases import sums
from trygghet import database, tenancy
from trygghet.accounts.rules import Keys
from trygghet.agreements import actions as agreements
from trygghet.calendars import actions as calendars
from trygghet.channels.sealing import seal
from trygghet.comments import actions as comments
from trygghet.comments.rules import Comment
from trygghet.connections import actions as connections
from trygghet.dossiers import actions as dossiers
from trygghet.indicators import actions as indicators
from trygghet.indicators.rules import About, Measured, Series
from trygghet.invitations import actions as invitations
from trygghet.members import actions as members
from trygghet.members.invited import Invitation
from trygghet.members.offices import Term, Wish
from trygghet.obligations import actions as obligations
from trygghet.obligations.rhythms import Rhythm
from trygghet.obligations.rules import Duty, Kind, Obligation
from trygghet.promises import actions as promises
from trygghet.promises.outcomes import Reporter
from trygghet.promises.promise import Promise
from trygghet.reports import actions as reports
from trygghet.reports import planning
from trygghet.reports.meetings import Change
from trygghet.reports.rules import Report
from trygghet.statute import actions as statute
from trygghet.statute import rules as statutes
from trygghet.updates import actions as updates
from trygghet.updates import pictures
from trygghet.updates import store as updates_store
from trygghet.updates.rules import Attached, Update, Written
from trygghet.wordings import actions as wordings
from trygghet.wordings import manuscript
from trygghet.wordings.rules import Wording

if TYPE_CHECKING:
    from trygghet.deliveries.rules import Delivery

SECRET = "Enbart-för-parterna-7351"
HOOK = uuid.UUID(int=77)
"""A program that Björken tells of its publications."""
NOW = cast.START
FORM_KEY = uuid.UUID(int=1)
AREA, TASK, GONE = (uuid.UUID(int=number) for number in (71, 72, 73))
"""Parts of every wording: a focus area, an activity of no area, and a chapter that has been removed."""
WHOLE = {
    "title": f"Nytt löfte {SECRET}",
    "area": "Björken",
    "oath": "Vi lovar lugnare gator.",
    "valid_from": "2025-01-01",
    "valid_until": "2026-12-31",
}
"""What a text needs besides its parties."""


class People(NamedTuple):
    """Ragna's time in her office, an office that nobody holds, somebody who is invited to it, and Björken's time in Skogen's area."""

    holding: uuid.UUID
    office: uuid.UUID
    invited: Invitation
    covered: uuid.UUID


class Indicators(NamedTuple):
    """A goal, a series that stands beside it, a value of it, one of a KPI, and one without anything."""

    goal: uuid.UUID
    series: Series
    value: uuid.UUID
    fetched: uuid.UUID
    empty: uuid.UUID


class Reports(NamedTuple):
    """Of a rhythm of Björken's own: a draft, one that is handed in, the rhythm, and a day on which its receiver meets."""

    draft: Report
    handed_in: Report
    rhythm: uuid.UUID
    meeting: uuid.UUID


@dataclass(frozen=True)
class World:
    """What is there. `draft` nobody but Björken has seen, `waiting` waits for both keys, `agreed` has both and is planned.
    Of the two new promises being written, Skogen has seen the shared one.
    """

    promise: Promise
    activity: uuid.UUID
    outcome: uuid.UUID
    reported: uuid.UUID
    open_duty: Obligation
    done_duty: Obligation
    ending: Obligation
    draft: Update
    waiting: Update
    agreed: Update
    connection: uuid.UUID
    planned: Delivery
    handed_out: Delivery
    sending: Delivery
    failed: Delivery
    unclear: Delivery
    private_wording: Wording
    shared_wording: Wording
    agreed_wording: Wording
    unsigned_wording: Wording
    comment: Comment
    suggestion: Comment
    anna: tenancy.Asking
    sessions: dict[str, uuid.UUID]
    people: People
    indicators: Indicators
    by_law: uuid.UUID
    """What Björken has recorded for the law, for itself alone."""
    reports: Reports
    rooms: rooms.Rooms
    arrived: uuid.UUID
    handover: uuid.UUID
    chat: reminded.Chat
    published: reminded.Published
    retold: retold.Retold


def token(who: str) -> str:
    """The session cookie that somebody in this world holds."""
    return f"session-of-{who}"


def png() -> bytes:
    """A small picture."""
    body = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(body, "PNG")
    return body.getvalue()


async def build(wall: dt.datetime) -> World:
    """Fills the open database. Everybody is signed in, at `wall`."""
    sessions = await _sign_everybody_in(wall)
    anna, bo, pia = [await asking(who, wall) for who in ("anna", "bo", "pia")]
    for title, first, last in (("Det förra löftet", 2021, 2022), ("Ett löfte långt fram", 2029, 2030)):
        await made.promise(title=title, valid_from=dt.date(first, 1, 1), valid_until=dt.date(last, 12, 31))
    promise = await made.promise(title=f"Medborgarlöfte {SECRET}", rhythms=(Rhythm("KSAU", "half_year", 30),))
    activity = (await promises.read(cast.BJORKEN, promise)).areas[0].goals[0].activities[0].id
    outcome = await promises.record_outcome(
        cast.BJORKEN,
        promise,
        activity,
        by=Reporter(cast.person_id("ragna"), "Ragna", "Fältsekreterare"),
        amount=2,
        happened_on=dt.date(2024, 9, 30),
        note=SECRET,
        form_key=FORM_KEY,
        now=NOW,
    )
    reported = await promises.record_outcome(
        cast.BJORKEN,
        promise,
        activity,
        by=made.ANNA,
        amount=1,
        happened_on=dt.date(2024, 9, 28),
        note=SECRET,
        form_key=uuid.UUID(int=2),
        place=f"Torget {SECRET}",
        now=NOW,
    )
    await dossiers.set_diary_number(cast.BJORKEN, promise, f"KS {SECRET}", by=anna, now=NOW)
    for year in await obligations.obligations(cast.BJORKEN, promise_id=promise):
        if year.duty.key == "follow_up:2023":
            await obligations.settle_follow_up(cast.BJORKEN, year.id, now=NOW)
    done = next(one.id for one in await obligations.obligations(cast.BJORKEN) if one.duty.key == "report:KSAU:2023H2")
    await obligations.mark_done(cast.BJORKEN, done, by=anna, note=SECRET, now=NOW)
    account = f"@{SECRET}@social.example.org"
    connection = await connections.add(
        cast.BJORKEN, channel="mastodon", name=account, base_url="https://social.example.org", token="t", secret_key="x" * 40, now=NOW
    )
    async with database.across_organisations() as link:  # somebody is renewing it, and a program of theirs is told as well
        await link.execute(
            "INSERT INTO connection (id, organisation_id, channel, name, base_url, secret, created_at) VALUES ($1, $2, 'hook', $3, $4, $5, $6)",
            HOOK,
            cast.BJORKEN,
            f"Intranätet {SECRET}",
            "https://hook.example.org",
            seal("x" * 40, Keys("https://hook.example.org/a", ("whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2Vj",)).stored),
            NOW,
        )
        await link.execute(
            "INSERT INTO connecting (id, organisation_id, person_id, channel, base_url, secret, expires_at) VALUES ($1, $2, $3, 'mastodon', $4, 'x', $5)",
            connection,
            cast.BJORKEN,
            cast.person_id("adam"),
            "https://social.example.org",
            NOW + dt.timedelta(minutes=10),
        )
        await link.execute(
            "INSERT INTO fault_report (id, organisation_id, text, page, email, network, reported_at) VALUES ($1, $2, $3, '', '', 'x', $4)",
            connection,
            cast.BJORKEN,
            SECRET,
            NOW,
        )
    draft, waiting, agreed = [await _update(promise, anna, connection, shared=shared) for shared in (False, True, True)]
    for leader in (bo, pia):
        await updates.approve(leader.organisation, agreed.id, seen=agreed.content_hash, by=leader, now=NOW)
    told_again = await retold.build(promise, SECRET, bo, pia)
    await _cancelled()
    await reminded.ladder(SECRET)
    by_law, reported_on, in_rooms = (
        await _by_law(anna),
        await _reports(promise, anna),
        await rooms.build(promise, SECRET),
    )  # these plan reminders anew
    await reminded.night(SECRET)
    await reminded.key(SECRET)
    duties = {one.duty.key: one for one in await obligations.obligations(cast.BJORKEN)}
    return World(
        await promises.read(cast.BJORKEN, promise),
        activity,
        outcome,
        reported,
        duties["report:KSAU:2024H2"],
        duties["report:KSAU:2023H2"],
        duties["renewal:2030-12-31"],
        draft,
        waiting,
        agreed,
        connection,
        *await reminded.deliveries(SECRET),
        await _wording(anna, shared=False, follows=promise),
        await _with_a_fallen_key(await _wording(anna, shared=True), bo, anna),
        await _with_keys(await _wording(anna, shared=True), bo, pia),
        await _with_keys(await _wording(anna, shared=True), bo, pia, signed=False),
        *await _said(anna),
        anna,
        sessions,
        await _people(wall),
        await _indicators(promise, anna),
        by_law,
        reported_on,
        in_rooms,
        await reminded.arrived(SECRET),
        await reminded.handover(SECRET),
        await reminded.chat(duties["report:KSAU:2024H2"].id, SECRET),
        await reminded.published(agreed.id, SECRET),
        told_again,
    )


async def _reports(promise: uuid.UUID, anna: tenancy.Asking) -> Reports:
    await planning.add_rhythm(cast.BJORKEN, promise, Rhythm(SECRET, "quarter", 9), by=anna, now=NOW)
    kept = await planning.change_meetings(cast.BJORKEN, Change(SECRET, (dt.date(2024, 11, 12),)), by=anna, now=NOW)
    made_for = {one.duty.key: one.id for one in await obligations.obligations(cast.BJORKEN, promise_id=promise)}
    draft, handed_in = [await reports.make(cast.BJORKEN, made_for[f"own:{SECRET}:2024Q{number}"], by=anna, now=NOW) for number in (4, 3)]
    seen = (await reports.read(cast.BJORKEN, handed_in)).mark
    await reports.hand_in(cast.BJORKEN, handed_in, seen=seen, by=anna, now=NOW)
    rhythm = (await planning.reporting(cast.BJORKEN, promise)).own[0].id
    assert rhythm
    return Reports(await reports.read(cast.BJORKEN, draft), await reports.read(cast.BJORKEN, handed_in), rhythm, kept.new[0].id)


async def _cancelled() -> None:
    """A duty of Björken's own that came and went, and the address of Anna's calendar."""
    await obligations.sync_own(cast.BJORKEN, "own:gone", [Duty("own:gone", Kind.REPORT, f"Rapport {SECRET}", dt.date(2025, 3, 1))], now=NOW)
    await obligations.sync_own(cast.BJORKEN, "own:gone", [], now=NOW)
    await calendars.across_organisations_renew(cast.person_id("anna"), now=NOW)


async def _by_law(anna: tenancy.Asking) -> uuid.UUID:
    entry = statutes.Entry("council", dt.date(2024, 9, 3), body=SECRET, diary_number=SECRET, note=SECRET)
    await statute.record(cast.BJORKEN, entry, FORM_KEY, by=anna, now=NOW)
    return (await statute.read(cast.BJORKEN)).records[0].id


async def asking(who: str, wall: dt.datetime) -> tenancy.Asking:
    """Somebody, signed in."""
    found = await tenancy.asking(token(who), wall=wall, today=NOW.date())
    assert found
    return found


async def _sign_everybody_in(wall: dt.datetime) -> dict[str, uuid.UUID]:
    async with database.across_organisations() as link:
        return {
            seat.who: await link.fetchval(
                "INSERT INTO session (token_hash, person_id, organisation_id, agent, created_at, seen_at) VALUES ($1, $2, $3, '', $4, $4) RETURNING id",
                tenancy.hash_token(token(seat.who)),
                cast.person_id(seat.who),
                seat.organisation,
                wall,
            )
            for seat in {seat.who: seat for seat in reversed(cast.SEATS)}.values()
        }


async def _update(promise: uuid.UUID, by: tenancy.Asking, connection: uuid.UUID, *, shared: bool) -> Update:
    written = Written(f"Så går det {SECRET}", "Två kontroller i veckan.", (str(connection),))
    update = await updates.write(cast.BJORKEN, promise, written, Attached(pictures.read(png()), alt="En väg."), public_url=cast.HERE, by=by, now=NOW)
    found = (await updates.read(cast.BJORKEN, update)).update
    assert found.picture is not None
    async with database.within(cast.BJORKEN):  # as for a place that takes smaller ones
        await updates_store.add_variant(cast.BJORKEN, promise, found.picture.id, "bluesky", pictures.read(png()))
    if not shared:
        return found
    await updates.share(cast.BJORKEN, update, seen=found.content_hash, by=by, now=NOW)
    return (await updates.read(cast.BJORKEN, update)).update


async def _people(wall: dt.datetime) -> People:
    adam = members.actor(await asking("adam", wall))
    office = await members.add_office(cast.BJORKEN, f"Vikarie {SECRET}", "reporter", by=adam, now=NOW)
    invited = await invitations.invite(cast.BJORKEN, "ny@cast.example.org", Wish(office), Term(NOW.date()), by=adam, now=NOW, wall=wall)
    async with database.across_organisations() as link:
        ragna = await link.fetchval("SELECT id FROM member WHERE person_id = $1", cast.person_id("ragna"))
        covered = await link.fetchval("SELECT id FROM area_membership WHERE municipality_id = $1", cast.BJORKEN)
    return People(ragna, office, invited, covered)


async def _indicators(promise: uuid.UUID, by: tenancy.Asking) -> Indicators:
    goal = (await promises.read(cast.BJORKEN, promise)).areas[0].goals[0].id
    about = About(f"Otrygga {SECRET}", "survey", "procent", source=f"Enkät {SECRET}", note=SECRET)
    kpi = About(f"Våldsbrott {SECRET}", "kolada", source="Kolada", kpi="N07403", kpi_title=kolada.TITLE, municipality_code="0001")
    beside, fetched, empty = [
        await indicators.add(cast.BJORKEN, one, form_key=uuid.UUID(int=number), now=NOW) for number, one in enumerate((about, kpi, about))
    ]
    await indicators.attach(cast.BJORKEN, beside, goal, by=by, now=NOW)
    for year, rate in ((2022, "31"), (2023, "36")):
        await indicators.observe(cast.BJORKEN, beside, Measured(year, Decimal(rate), 402, break_note=SECRET), by=by, now=NOW)
    series, _ = await indicators.read(cast.BJORKEN, beside)
    return Indicators(goal, series, series.observations[-1].id, fetched, empty)


async def _said(by: tenancy.Asking) -> list[Comment]:
    """A comment and a suggestion beside a text that nobody but its author sees."""
    text = await _wording(by, shared=False)
    said = await comments.write(cast.BJORKEN, text.id, manuscript.HEAD_ID, f"Vad menas? {SECRET}", form_key=FORM_KEY, by=by, now=NOW)
    better = await comments.suggest(
        cast.BJORKEN, text.id, manuscript.HEAD_ID, "area", f"Norra Björken {SECRET}", "", form_key=uuid.UUID(int=2), by=by, now=NOW
    )
    return [said, better]


async def _with_keys(wording: Wording, *leaders: tenancy.Asking, signed: bool = True) -> Wording:
    """Approved and signed by all, and nobody has drawn the conclusion yet; or not signed by anybody."""
    for subject in (wording.subject, wording.signing)[: 1 + signed]:
        for leader in leaders:
            await agreements.approve(leader.organisation, subject, wording.parties, seen=wording.content_hash, by=leader, now=NOW)
    return wording


async def _wording(by: tenancy.Asking, *, shared: bool, follows: uuid.UUID | None = None) -> Wording:
    text = manuscript.empty()
    for name, typed in WHOLE.items():
        text = text.set_field(manuscript.HEAD_ID, name, typed)
    for party in (cast.BJORKEN, cast.SKOGEN):
        text = text.add("party", part_id=party).set_field(party, "organisation", str(party))
    for kind, part in (("area", AREA), ("activity", TASK), ("chapter", GONE)):
        text = text.add(kind, part_id=part).set_field(part, "heading" if kind == "chapter" else "title", f"Del {SECRET}")
    found = await wordings.start(cast.BJORKEN, text, follows_id=follows, by=by, now=NOW)
    await wordings.remove(cast.BJORKEN, found, GONE, by=by, now=NOW)
    await wordings.keep_revision(cast.BJORKEN, found)
    if shared:
        async with database.within(cast.BJORKEN):
            await wordings.set_shared(cast.BJORKEN, await wordings.lock(cast.BJORKEN, found), now=NOW)
    return await wordings.read(cast.BJORKEN, found)


async def _with_a_fallen_key(wording: Wording, leader: tenancy.Asking, by: tenancy.Asking) -> Wording:
    """Approved once, and changed since."""
    await agreements.approve(leader.organisation, wording.subject, wording.parties, seen=wording.content_hash, by=leader, now=NOW)
    return await wordings.set_field(cast.BJORKEN, wording.id, manuscript.HEAD_ID, "told_through", "Torgmöten", was=None, by=by, now=NOW)


async def everything() -> dict[str, tuple[int, str]]:
    """A mark of all that a walk could change, table by table; when a session was last seen is no change."""
    async with database.across_organisations() as link:
        return await sums(link, but=("session", "sign_in_attempt"))
