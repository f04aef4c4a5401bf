"""How each store function is called when tests/isolation walks them: with ids that are Björken's, whoever is asking.

A new store function needs a row here, or the walk fails by its name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests import cast, made, reminded, world
from trygghet import canonical
from trygghet.agreements.rules import Subject
from trygghet.deliveries.ledger import CHOICES
from trygghet.deliveries.rules import Planned, Settled, State
from trygghet.followups import frozen
from trygghet.followups import store as followups
from trygghet.followups.rules import Assessment, Texts, Verdict
from trygghet.handovers.rules import Days, Wish
from trygghet.history.rules import Actor as Keeper
from trygghet.history.rules import Event
from trygghet.indicators.rules import Measured
from trygghet.members.log import Actor, Happened
from trygghet.members.offices import Term
from trygghet.obligations.rhythms import Meeting, Rhythm
from trygghet.obligations.rules import Duty, Kind, Mark
from trygghet.profiles.rules import Crest, Fault, Wanted
from trygghet.promises.outcomes import Entry, Reporter
from trygghet.promises.promise import Version
from trygghet.reminders import ladders
from trygghet.reminders.store import Own
from trygghet.retellings.rules import Written as Retold
from trygghet.statute import rules as statutes
from trygghet.updates import pictures
from trygghet.updates import store as updates
from trygghet.updates.rules import Shown, Written
from trygghet.updates.rules import Version as SharedText
from trygghet.wordings.manuscript import HEAD_ID, empty

if TYPE_CHECKING:
    from tests.world import World
    from trygghet.followups.standing import Standing

Make = Callable[[Any, uuid.UUID, "World"], Awaitable[Any]]
TODAY, NOW, LATER = dt.date(2024, 10, 1), world.NOW, world.NOW + dt.timedelta(days=1)

BY_POLICY = "writes in the asker's own name what the action has found in that name before; the policy refuses any other row"


def _anything(result: Any) -> bool:
    """Whether somebody was told something."""
    if isinstance(result, dict):
        return any(result.values())
    return bool(result)


@dataclass(frozen=True)
class Call:
    """`is_answer` tells an answer from nothing; `adds_own` may add rows of the asker's own, `changes_own` change them; `is_public` tells what all may know.

    `why_second_wall_only`: why the function cannot hold by itself where the policies see everything.
    """

    make: Make
    is_answer: Callable[[Any], bool] = field(default=_anything)
    adds_own: bool = False
    changes_own: bool = False
    is_public: bool = False
    why_second_wall_only: str = ""
    owner: uuid.UUID = cast.BJORKEN


def _picture(w: World) -> Shown:
    assert w.waiting.picture is not None
    return w.waiting.picture


async def _once_published(function: Any, organisation: uuid.UUID, w: World, *arguments: Any) -> Any:
    """Whoever may publish does so first: what is asked for is there only then."""
    await updates.publish(organisation, w.agreed, CONTENT, now=NOW)
    return await function(organisation, *arguments)


async def _publish(function: Any, organisation: uuid.UUID, agreed: Standing) -> Any:
    """What all have agreed on is signed first: nothing else can be published."""
    await followups.sign(organisation, agreed.room.id, now=NOW)
    assert agreed.kept.content is not None
    text = canonical.text(agreed.kept.content)
    return await function(organisation, agreed.room.id, agreed.room.promise_id, frozen.of(agreed), text)


def _nothing(_: Any) -> bool:
    return False


def _subject(w: World) -> Subject:
    return Subject(w.promise.id, "status_update", w.waiting.id, w.waiting.content_hash)


def _other_text(w: World) -> Subject:
    return Subject(w.promise.id, "status_update", w.agreed.id, "another hash")


def _planned(organisation: uuid.UUID, w: World) -> list[Planned]:
    return [Planned(organisation, "reminder:new", "reminder", "mail", "En påminnelse", LATER, promise_id=w.promise.id)]


def _event(organisation: uuid.UUID, w: World) -> Event:
    whose = {"organisation_id": organisation, "person_id": None, "person_name": "", "office": ""}
    what = {"act": "wording.edited", "subject_id": None, "version": "", "content_hash": "", "words": {}, "shared": True}
    return Event(id=uuid.uuid4(), promise_id=w.promise.id, seq=999, at=NOW, **whose, **what, previous_hash="", hash="x")


def _board(result: Any) -> bool:
    return bool(result.promises or result.duties or result.keys or result.stuck or result.told or result.activities or result.meanings)


ENTRY = Entry(TODAY, 1, "", uuid.UUID(int=5))
PARTIES = {"bjorken": cast.BJORKEN, "lpo-skogen": cast.SKOGEN}
MEASURER = Keeper(cast.person_id("anna"), "Anna", "Säkerhetssamordnare")
REPORTER = Reporter(cast.person_id("ragna"), "Ragna", "Fältsekreterare")
MARK = Mark("Anna", "Säkerhetssamordnare", "", NOW)
WRITTEN = Written("Ny rubrik", "Ny text.")
BY = Actor("Adam", "Systemförvaltare")
LADDER = Own(None, "report", ladders.DEFAULTS["report"], "Bo", "Ordförande", NOW)
WISH = Wish(cast.person_id("anna"), cast.person_id("bo"), Days(TODAY, TODAY))
SENT = Settled(State.SENT)
LOOK, CREST, FAULT = Wanted("", "Rådet", "", "", "", None), Crest(b"x", 1, 1, "x"), Fault("Kartan läses inte upp.", "", "")
CONTENT = {"title": "Ny rubrik", "channels": ["page", "feed"]}

CALLS: dict[str, Call] = {
    "agreements.of_subjects": Call(lambda f, o, w: f(o, "status_update", [w.agreed.id])),
    "agreements.turned_elsewhere": Call(lambda f, o, w: f(o, w.promise.id, cast.person_id("pia"))),
    "agreements.add": Call(lambda f, o, w: f(o, _subject(w), by=w.anna, now=NOW), why_second_wall_only=BY_POLICY),
    "agreements.fall": Call(lambda f, o, w: f(o, _other_text(w), whatever=False, why="", now=NOW)),
    "bounces.addresses": Call(lambda f, o, w: f(o)),
    "bounces.lift": Call(lambda f, o, w: f(o, reminded.BOUNCING)),
    "comments.of_wordings": Call(lambda f, o, w: f(o, [w.comment.wording_id])),
    "comments.one": Call(lambda f, o, w: f(o, w.comment.id)),
    "comments.sent_before": Call(lambda f, o, w: f(o, world.FORM_KEY)),
    "comments.add": Call(
        lambda f, o, w: f(o, w.shared_wording, HEAD_ID, "Hej.", ("", "", ""), uuid.UUID(int=9), by=w.anna, now=NOW), why_second_wall_only=BY_POLICY
    ),
    "comments.settle": Call(lambda f, o, w: f(o, w.comment, "done", "", by=w.anna, now=NOW)),
    "accounts.begin": Call(
        lambda f, o, w: f(o, cast.person_id("adam"), "mastodon", "https://example.org", b"x", NOW, NOW), is_answer=_nothing, adds_own=True
    ),
    "accounts.take": Call(lambda f, o, w: f(o, w.connection, cast.person_id("adam"), NOW)),
    "accounts.waits": Call(lambda f, o, w: f(o, [w.connection])),
    "accounts.seated": Call(lambda f, o, w: f(o, TODAY), is_answer=lambda found: cast.person_id("anna") in found),
    "connections.add": Call(
        lambda f, o, w: f(o, channel="mastodon", name="@ny@example.org", base_url="https://example.org", secret=b"x", now=NOW),
        is_answer=_nothing,
        adds_own=True,
    ),
    "canary.publish": Call(lambda f, o, w: f(o, TODAY, NOW, NOW)),
    "connections.get": Call(lambda f, o, w: f(o, w.connection)),
    "connections.of": Call(
        lambda f, o, w: f(o, [cast.BJORKEN]), why_second_wall_only="names the parties whose accounts are meant; the policy leaves out strangers'"
    ),
    "connections.set_state": Call(lambda f, o, w: f(o, w.connection, "needs_human", "", NOW)),
    "connections.switch": Call(lambda f, o, w: f(o, w.connection, on=False, why="", now=NOW)),
    "connections.accounts": Call(lambda f, o, w: f(o)),
    "connections.change_secret": Call(lambda f, o, w: f(o, w.connection, b"x")),
    "connections.note_check": Call(lambda f, o, w: f(o, w.connection, account_id="1", limits={}, expires_at=None, now=NOW)),
    "connections.note_warning": Call(lambda f, o, w: f(o, w.connection, 7)),
    "connections.remove": Call(lambda f, o, w: f(o, w.chat.room)),
    "connections.webhooks": Call(lambda f, o, w: f(o)),
    "opendata.keys": Call(lambda f, o, w: f(o)),
    "opendata.add_key": Call(lambda f, o, w: f(o, "Tidningen", b"another hash", BY, NOW), adds_own=True),
    "opendata.revoke_key": Call(lambda f, o, w: f(o, reminded.KEY, BY, NOW)),
    "webhooks.duties": Call(lambda f, o, w: f(o, NOW - dt.timedelta(days=700), NOW + dt.timedelta(days=700))),
    "webhooks.still_failed": Call(lambda f, o, w: f(o, w.failed.id)),
    "webhooks.still_owed": Call(lambda f, o, w: f(o, w.chat.nobody)),
    "webhooks.latest": Call(lambda f, o, w: f(o, [w.chat.room])),
    "webhooks.name": Call(lambda f, o, w: f(o), is_public=True),
    "dashboard.board": Call(lambda f, o, w: f(o, TODAY), is_answer=_board),
    "dashboard.area_board": Call(lambda f, o, w: f(o, TODAY), is_answer=_board, owner=cast.SKOGEN),
    "silence.offices": Call(lambda f, o, w: f(o, TODAY)),
    "deliveries.insert": Call(
        lambda f, o, w: f(o, _planned(o, w), NOW), adds_own=True, why_second_wall_only="plans for both parties of a promise at once"
    ),
    "deliveries.delete_unwanted": Call(lambda f, o, w: f(o, w.promise.id, "reminder", [], NOW)),
    "deliveries.delete_own_unwanted": Call(lambda f, o, w: f(o, "reminder", [], NOW), is_answer=_nothing),
    "deliveries.delete_planned": Call(lambda f, o, w: f(o, w.promise.id, [w.planned.key])),
    "deliveries.delete_of_update": Call(lambda f, o, w: f(o, w.agreed.id)),
    "deliveries.take_first": Call(lambda f, o, w: f(o, w.sending, cast.person_id("bo"))),
    "deliveries.address": Call(lambda f, o, w: f(o, w.sending, "a@example.org", "<m@example.org>")),
    "deliveries.settle": Call(lambda f, o, w: f(o, w.sending, SENT, was=State.SENDING, now=NOW)),
    "deliveries.located": Call(lambda f, o, w: f(o, w.published.manual)),
    "deliveries.moved": Call(lambda f, o, w: f(o, w.published.sent.id, ("1", "https://example.org/1"))),
    "deliveries.confirm": Call(lambda f, o, w: f(o, w.published.sent, ("1", "https://example.org/1"), NOW)),
    "deliveries.missed": Call(lambda f, o, w: f(o, w.published.sent, NOW, seen=True)),
    "copies.add": Call(lambda f, o, w: f(o, w.published.manual.id, {"text": "Hej."}, "", "", NOW)),
    "copies.add_own_withdrawal": Call(lambda f, o, w: f(o, w.agreed.id, "Fel.", NOW)),
    "copies.of_update": Call(lambda f, o, w: f(o, w.agreed.id)),
    "copies.of_promise": Call(lambda f, o, w: f(o, w.promise.id)),
    "copies.one": Call(lambda f, o, w: f(o, w.published.copy)),
    "stops.standing": Call(lambda f, o, w: f(o), owner=cast.SKOGEN),
    "stops.past": Call(lambda f, o, w: f(o, 5)),
    "stops.add": Call(lambda f, o, w: f(o, "Fel bild.", by=BY, now=NOW), is_answer=_nothing, adds_own=True),
    "stops.lift": Call(lambda f, o, w: f(o, w.published.stop, by=BY, now=NOW), owner=cast.SKOGEN),
    "stops.waiting": Call(lambda f, o, w: f(o, LATER)),
    "deliveries.hold": Call(lambda f, o, w: f(o, w.sending, "Väntar.")),
    "deliveries.late_receipt": Call(lambda f, o, w: f(o, w.unclear, ("1", "https://example.org/1"), NOW)),
    "deliveries.looked": Call(lambda f, o, w: f(o, w.unclear, "", LATER)),
    "deliveries.get": Call(lambda f, o, w: f(o, w.planned.id)),
    "deliveries.entries": Call(lambda f, o, w: f(o, CHOICES["planerade"], 1, LATER)),
    "deliveries.needs_human": Call(lambda f, o, w: f(o)),
    "deliveries.of_promise": Call(lambda f, o, w: f(o, w.promise.id)),
    "deliveries.of_update": Call(lambda f, o, w: f(o, [w.agreed.id])),
    "history.take_head": Call(lambda f, o, w: f(o, w.promise.id)),
    "history.add": Call(lambda f, o, w: f(o, _event(o, w)), why_second_wall_only=BY_POLICY),
    "history.about": Call(lambda f, o, w: f(o, [w.open_duty.id, w.done_duty.id, w.shared_wording.id])),
    "followups.sides": Call(lambda f, o, w: f(o, [w.promise.id])),
    "followups.kept": Call(lambda f, o, w: f(o, [w.rooms.handed.room.id])),
    "followups.our_turn": Call(lambda f, o, w: f(o, TODAY)),
    "followups.take": Call(lambda f, o, w: f(o, w.rooms.short.room.id, w.rooms.short.room.promise_id, alone=True, now=NOW)),
    "followups.assess": Call(
        lambda f, o, w: f(o, w.rooms.drafted.room.id, w.promise.id, {w.rooms.drafted.subjects[0].key: Assessment(Verdict.CANCELLED, "Nytt.")}),
        adds_own=True,
        why_second_wall_only=BY_POLICY,
    ),
    "followups.hand_in": Call(
        lambda f, o, w: f(o, w.rooms.drafted.room.id, w.promise.id, w.rooms.drafted.subjects, name="Anna", office="Säkerhetssamordnare", now=NOW),
        adds_own=True,
        why_second_wall_only=BY_POLICY,
    ),
    "followups.take_back": Call(lambda f, o, w: f(o, w.rooms.handed.room.id)),
    "followups.reveal": Call(lambda f, o, w: f(o, w.rooms.full.room.id, w.rooms.full.subjects, now=NOW)),
    "followups.write": Call(lambda f, o, w: f(o, w.rooms.whole.room.id, {}, Texts("Ny text."), None)),
    "followups.set_content": Call(lambda f, o, w: f(o, w.rooms.whole.room.id, {"title": "Annat"}, "another hash")),
    "followups.keep_approved": Call(lambda f, o, w: f(o, w.rooms.whole.room.id)),
    "followups.approved": Call(lambda f, o, w: f(o, w.rooms.agreed.room.id, w.rooms.agreed.kept.content_hash)),
    "followups.publish": Call(lambda f, o, w: _publish(f, o, w.rooms.agreed)),
    "followups.sign": Call(lambda f, o, w: f(o, w.rooms.agreed.room.id, now=NOW)),
    "followups.merges": Call(lambda f, o, w: f(o, [w.rooms.merge.promise_id])),
    "followups.add_merge": Call(
        lambda f, o, w: f(o, replace(w.rooms.merge, id=uuid.UUID(int=8), promise_id=w.rooms.short.room.promise_id, year=2026)),
        why_second_wall_only=BY_POLICY,
    ),
    "followups.settle_merge": Call(lambda f, o, w: f(o, w.rooms.merge.id, withdrawn_at=NOW)),
    "history.of_promise": Call(lambda f, o, w: f(o, w.promise.id)),
    "history.surroundings": Call(lambda f, o, w: f(o, w.promise.id)),
    "example.content_hash": Call(lambda f, o, w: f(o, w.waiting.id)),
    "indicators.every": Call(lambda f, o, w: f(o)),
    "indicators.one": Call(lambda f, o, w: f(o, w.indicators.series.id)),
    "indicators.of_goals": Call(lambda f, o, w: f(o, [w.indicators.goal])),
    "indicators.municipality_code": Call(lambda f, o, w: f(o), is_public=True),
    "indicators.places": Call(lambda f, o, w: f(o, w.indicators.series.id)),
    "indicators.beside": Call(lambda f, o, w: f(o, w.indicators.series.id)),
    "indicators.goals": Call(lambda f, o, w: f(o, w.promise.id)),
    "indicators.lock": Call(lambda f, o, w: f(o, w.indicators.series.id), is_public=True),
    "indicators.add": Call(lambda f, o, w: f(o, w.indicators.series.about, uuid.UUID(int=8), now=NOW), is_answer=_nothing, adds_own=True),
    "indicators.describe": Call(lambda f, o, w: f(o, w.indicators.series.id, replace(w.indicators.series.about, name="Ny"), now=NOW)),
    "indicators.discard": Call(lambda f, o, w: f(o, w.indicators.empty)),
    "indicators.asked": Call(lambda f, o, w: f(o, w.indicators.fetched, now=NOW)),
    "indicators.observe": Call(
        lambda f, o, w: f(o, w.indicators.series.id, Measured(2020, Decimal(30)), replaces=None, reason="", by=MEASURER, now=NOW)
    ),
    "indicators.attach": Call(lambda f, o, w: f(o, w.indicators.empty, w.promise.id, w.indicators.goal, by=MEASURER, now=NOW)),
    "indicators.detach": Call(lambda f, o, w: f(o, w.indicators.series.id, w.indicators.goal)),
    "indicators.tell": Call(lambda f, o, w: f(o, w.promise.id, {}, now=NOW)),
    "handovers.lock": Call(lambda f, o, w: f(o), is_public=True),
    "handovers.people": Call(lambda f, o, w: f(o, TODAY), is_answer=lambda found: any(one.person_id == cast.person_id("anna") for one in found)),
    "handovers.handovers": Call(lambda f, o, w: f(o, TODAY)),
    "handovers.add": Call(lambda f, o, w: f(o, WISH, "Anna", NOW)),
    "handovers.end": Call(lambda f, o, w: f(o, w.handover, NOW)),
    "inbox.items": Call(lambda f, o, w: f(o, cast.person_id("anna"), 1)),
    "inbox.unread": Call(lambda f, o, w: f(o, cast.person_id("anna"))),
    "inbox.mark_read": Call(lambda f, o, w: f(o, cast.person_id("anna"), w.arrived, NOW)),
    "inbox.mark_all_read": Call(lambda f, o, w: f(o, cast.person_id("anna"), w.arrived, NOW)),
    "invitations.send": Call(lambda f, o, w: f(o, "ny@example.org", w.people.office, Term(TODAY), by=BY, nonce=b"n", now=NOW, expires_at=LATER)),
    "invitations.revoke": Call(lambda f, o, w: f(o, w.people.invited.id, NOW)),
    "members.lock": Call(lambda f, o, w: f(o), is_public=True),
    "members.offices": Call(lambda f, o, w: f(o), is_answer=lambda found: any(world.SECRET in one.title for one in found)),
    "members.holdings": Call(lambda f, o, w: f(o), is_answer=lambda found: any("Asson" in one.name for one in found)),
    "members.add_office": Call(lambda f, o, w: f(o, "Ny befattning", "reporter", NOW), is_answer=_nothing, adds_own=True),
    "members.close_office": Call(lambda f, o, w: f(o, w.people.office, TODAY)),
    "members.add_holding": Call(lambda f, o, w: f(o, cast.person_id("anna"), w.people.office, Term(TODAY), NOW)),
    "members.set_last_day": Call(lambda f, o, w: f(o, w.people.holding, TODAY, NOW)),
    "members.unheard": Call(lambda f, o, w: f(o, "coordinator", None), is_public=True),
    "members.add_event": Call(lambda f, o, w: f(o, BY, Happened("office_added", office="Ny"), NOW), is_answer=_nothing, adds_own=True),
    "members.events": Call(lambda f, o, w: f(o, limit=9), is_answer=lambda found: any(world.SECRET in one.sentence for one in found)),
    "members.invitations": Call(lambda f, o, w: f(o)),
    "notices.seated": Call(lambda f, o, w: f(o, TODAY), is_answer=lambda found: any(one.person_id == cast.person_id("anna") for one in found)),
    "dossiers.diary_numbers": Call(lambda f, o, w: f(o, w.promise.id)),
    "dossiers.set_diary_number": Call(lambda f, o, w: f(o, w.promise.id, "KS 2024/120", now=NOW)),
    "dossiers.remove_diary_number": Call(lambda f, o, w: f(o, w.promise.id)),
    "notices.name": Call(lambda f, o, w: f(o), is_public=True),
    "obligations.obligations": Call(lambda f, o, w: f(o)),
    "obligations.obligation": Call(lambda f, o, w: f(o, w.open_duty.id)),
    "obligations.makings": Call(lambda f, o, w: f(o)),
    "obligations.taken_over": Call(lambda f, o, w: f(o, w.promise.id)),
    "obligations.followed": Call(lambda f, o, w: f(o, w.promise.id)),
    "obligations.sync_own": Call(
        lambda f, o, w: f(o, "report:", [Duty("report:egen", Kind.REPORT, "Egen rapport", TODAY)], promise_id=w.promise.id, done=None, now=NOW),
        is_answer=_nothing,
    ),
    "obligations.lock": Call(lambda f, o, w: f(o, w.open_duty.id), is_public=True),
    "obligations.sync": Call(lambda f, o, w: f(o, w.promise.id, [], now=NOW)),
    "obligations.add_mark": Call(lambda f, o, w: f(o, w.open_duty, MARK), why_second_wall_only=BY_POLICY),
    "obligations.remove_mark": Call(lambda f, o, w: f(o, w.done_duty.id)),
    "obligations.settle": Call(lambda f, o, w: f(o, w.open_duty, NOW, now=NOW)),
    "obligations.cancelled": Call(lambda f, o, w: f(o, NOW - dt.timedelta(days=1))),
    "obligations.tell": Call(lambda f, o, w: f(o, w.promise.id, [], now=NOW)),
    "organisations.covered": Call(lambda f, o, w: f(o)),
    "organisations.lock": Call(lambda f, o, w: f(o), is_public=True),
    "organisations.municipalities": Call(lambda f, o, w: f(o), is_public=True),
    "organisations.join": Call(lambda f, o, w: f(o, cast.ON, TODAY, None), owner=cast.SKOGEN, why_second_wall_only=BY_POLICY),
    "organisations.leave": Call(lambda f, o, w: f(o, w.people.covered, TODAY), owner=cast.SKOGEN),
    "outcomes.tasks": Call(lambda f, o, w: f(o, cast.person_id("ragna"), first=TODAY, last=TODAY)),
    "outcomes.places": Call(lambda f, o, w: f(o, [w.promise.id], most=5)),
    "outcomes.mine": Call(lambda f, o, w: f(o, cast.person_id("ragna"), most=5)),
    "outcomes.one_of_mine": Call(lambda f, o, w: f(o, cast.person_id("ragna"), w.outcome)),
    "outcomes.promise_of": Call(lambda f, o, w: f(o, w.activity)),
    "outcomes.promises": Call(lambda f, o, w: f(o)),
    "preferences.silenced": Call(lambda f, o, w: f(o, [cast.person_id("anna")])),
    "promises.one": Call(lambda f, o, w: f(o, w.promise.id)),
    "promises.every": Call(lambda f, o, w: f(o)),
    "profiles.profile": Call(lambda f, o, w: f(o), is_public=True),
    "profiles.change": Call(lambda f, o, w: f(o, LOOK, now=NOW), is_answer=_nothing, adds_own=True, changes_own=True),
    "profiles.put_crest": Call(lambda f, o, w: f(o, CREST, now=NOW), is_answer=_nothing, adds_own=True, changes_own=True),
    "profiles.lock_faults": Call(lambda f, o, w: f(o), is_public=True),
    "profiles.faults_since": Call(lambda f, o, w: f(o, "x", NOW), is_answer=any),
    "profiles.add_fault": Call(lambda f, o, w: f(o, uuid.UUID(int=9), FAULT, "x", now=NOW), is_answer=_nothing, adds_own=True),
    "profiles.faults": Call(lambda f, o, w: f(o, NOW)),
    "profiles.forget_faults": Call(lambda f, o, w: f(o, LATER)),
    "promises.organisations": Call(lambda f, o, w: f(o, ["bjorken"]), is_public=True),
    "promises.recorded_before": Call(lambda f, o, w: f(o, world.FORM_KEY)),
    "promises.recorded_by": Call(lambda f, o, w: f(o, [world.FORM_KEY])),
    "promises.promise_of": Call(lambda f, o, w: f(o, w.outcome)),
    "promises.lock": Call(lambda f, o, w: f(o, w.promise.id), is_public=True),
    "promises.add": Call(lambda f, o, w: f(o, uuid.UUID(int=9), now=NOW), is_answer=_nothing, adds_own=True),
    "promises.write": Call(lambda f, o, w: f(o, w.promise.id, made.DRAFT, PARTIES, version=1, stage="signed", now=NOW)),
    "reports.every": Call(lambda f, o, w: f(o)),
    "reports.one": Call(lambda f, o, w: f(o, w.reports.draft.id)),
    "reports.of_duty": Call(lambda f, o, w: f(o, w.reports.draft.obligation_id)),
    "reports.add": Call(lambda f, o, w: f(o, replace(w.reports.draft, obligation_id=w.open_duty.id), now=NOW)),
    "reports.write": Call(lambda f, o, w: f(o, w.reports.draft, by_name="Anna", now=NOW)),
    "reports.hand_in": Call(lambda f, o, w: f(o, w.reports.draft.id, "{}", hashlib.sha256(b"{}").hexdigest(), ("Anna", "Samordnare"), now=NOW)),
    "reports.note": Call(lambda f, o, w: f(o, w.reports.handed_in.id, TODAY, "143")),
    "reports.discard": Call(lambda f, o, w: f(o, w.reports.draft.id)),
    "reports.own_rhythms": Call(lambda f, o, w: f(o)),
    "reports.add_rhythm": Call(lambda f, o, w: f(o, w.promise.id, Rhythm("Ledningsgruppen", "year"), now=NOW)),
    "reports.remove_rhythm": Call(lambda f, o, w: f(o, w.reports.rhythm)),
    "reports.planned": Call(lambda f, o, w: f(o, w.promise.id, 7)),
    "reports.meetings": Call(lambda f, o, w: f(o)),
    "reports.lock_meetings": Call(lambda f, o, w: f(o), is_public=True),
    "reports.keep_meeting": Call(lambda f, o, w: f(o, Meeting(w.reports.meeting, o, "KSAU", TODAY), now=NOW)),
    "reports.remove_meeting": Call(lambda f, o, w: f(o, w.reports.meeting)),
    "reports.known_to_partners": Call(lambda f, o, w: f(o, w.promise.id)),
    "statute.municipality": Call(lambda f, o, w: f(o), is_public=True),
    "statute.lock": Call(lambda f, o, w: f(o), is_public=True),
    "statute.records": Call(lambda f, o, w: f(o)),
    "statute.add": Call(
        lambda f, o, w: f(o, statutes.Entry("council", TODAY), uuid.UUID(int=6), office="x", by=w.anna, now=NOW), is_answer=_nothing, adds_own=True
    ),
    "reminders.lock_own": Call(lambda f, o, w: f(o), is_public=True),
    "promises.merge": Call(lambda f, o, w: f(o, w.promise.id, [])),
    "promises.add_version": Call(lambda f, o, w: f(o, w.promise.id, Version(2, "change", "Skälet", TODAY, None))),
    "promises.add_outcome": Call(lambda f, o, w: f(o, w.promise.id, w.activity, ENTRY, REPORTER, now=NOW)),
    "promises.add_outcomes": Call(lambda f, o, w: f(o, w.promise.id, [(w.activity, ENTRY)], REPORTER, now=NOW), is_answer=_nothing),
    "promises.publish": Call(lambda f, o, w: f(o, replace(w.promise, title="Ny"), {"title": "Ny"}, now=NOW)),
    "promises.publish_version": Call(lambda f, o, w: f(o, w.promise.id, 90, {"title": "Ny"}, now=NOW)),
    "reminders.duties": Call(lambda f, o, w: f(o)),
    "reminders.holders": Call(lambda f, o, w: f(o), is_answer=lambda found: any(one.person_id == cast.person_id("anna") for one in found)),
    "reminders.went": Call(lambda f, o, w: f(o, NOW)),
    "reminders.handed": Call(lambda f, o, w: f(o, TODAY)),
    "reminders.stopped": Call(lambda f, o, w: f(o, NOW), is_answer=bool),
    "reminders.ladders": Call(lambda f, o, w: f(o, [o]), is_answer=lambda found: any(one.changed for one in found.values())),
    "reminders.reminded": Call(lambda f, o, w: f(o, None, NOW + dt.timedelta(days=900))),
    "reminders.own_ladders": Call(lambda f, o, w: f(o)),
    "reminders.set_ladder": Call(lambda f, o, w: f(o, LADDER), is_answer=_nothing, adds_own=True),
    "reminders.drop_ladder": Call(lambda f, o, w: f(o, "statute", None)),
    "reminders.promise_title": Call(lambda f, o, w: f(o, w.promise.id)),
    "reminders.own_reminded": Call(lambda f, o, w: f(o, [w.open_duty.id], NOW + dt.timedelta(days=900))),
    "reminders.receipts": Call(lambda f, o, w: f(o, [w.open_duty.id, w.ending.id, w.failed.obligation_id])),
    "reminders.lock": Call(lambda f, o, w: f(o, w.promise.id), is_public=True),
    "retellings.of_promise": Call(lambda f, o, w: f(o, w.promise.id)),
    "retellings.take": Call(lambda f, o, w: f(o, w.promise.id, w.retold.waiting.id)),
    "retellings.add": Call(lambda f, o, w: f(o, w.promise.id, Retold("so", "Ballan", "Way ballan qaadeen."), 1, "hash", by=w.anna, now=NOW)),
    "retellings.publish": Call(lambda f, o, w: f(o, w.retold.agreed, {"title": w.retold.agreed.title, "body": w.retold.agreed.body}, now=NOW)),
    "retellings.withdraw": Call(lambda f, o, w: f(o, w.retold.read, "Fel ord.", now=NOW)),
    "updates.promises": Call(lambda f, o, w: f(o)),
    "updates.promise": Call(lambda f, o, w: f(o, w.promise.id)),
    "updates.sides": Call(lambda f, o, w: f(o, [w.promise.id])),
    "updates.contacts": Call(lambda f, o, w: f(o, w.promise.id)),
    "updates.listed": Call(lambda f, o, w: f(o)),
    "updates.one": Call(lambda f, o, w: f(o, w.waiting.id)),
    "updates.versions": Call(lambda f, o, w: f(o, w.waiting.id)),
    "updates.picture": Call(lambda f, o, w: f(o, w.waiting.id)),
    "updates.picture_by": Call(lambda f, o, w: f(o, w.waiting.id, _picture(w).sha256)),
    "updates.activities": Call(lambda f, o, w: f(o, w.promise.id)),
    "updates.read_by_residents": Call(lambda f, o, w: _once_published(f, o, w, w.agreed.id)),
    "updates.hide_picture": Call(lambda f, o, w: _once_published(f, o, w, w.promise.id, _picture(w).id), why_second_wall_only=BY_POLICY),
    "updates.add_variant": Call(
        lambda f, o, w: f(o, w.promise.id, _picture(w).id, "wordpress", pictures.read(world.png())), why_second_wall_only=BY_POLICY
    ),
    "updates.add": Call(lambda f, o, w: f(o, uuid.UUID(int=6), w.promise.id, now=NOW), why_second_wall_only=BY_POLICY),
    "updates.save": Call(lambda f, o, w: f(o, w.waiting, WRITTEN, None, CONTENT, "another hash", now=NOW)),
    "updates.restore": Call(
        lambda f, o, w: f(
            o, w.waiting, SharedText(1, {"title": "x", "body": "x", "picture": None, "channels": []}, "another hash", o, "x", "x", NOW), None, now=NOW
        )
    ),
    "updates.add_picture": Call(
        lambda f, o, w: f(o, w.promise.id, uuid.uuid4(), pictures.read(world.png()), now=NOW), why_second_wall_only=BY_POLICY
    ),
    "updates.add_version": Call(lambda f, o, w: f(o, replace(w.waiting, version=2), CONTENT, by=w.anna, now=NOW), why_second_wall_only=BY_POLICY),
    "updates.share": Call(lambda f, o, w: f(o, w.draft.id, now=NOW)),
    "updates.forget_picture": Call(lambda f, o, w: f(o, w.draft.picture.id if w.draft.picture else uuid.UUID(int=0)), is_public=True),
    "updates.discard": Call(lambda f, o, w: f(o, w.draft.id)),
    "updates.publish": Call(lambda f, o, w: f(o, w.agreed, CONTENT, now=NOW)),
    "updates.withdraw": Call(lambda f, o, w: f(o, w.waiting, "Fel siffror.", now=NOW)),
    "wordings.one": Call(lambda f, o, w: f(o, w.private_wording.id)),
    "wordings.open_ones": Call(lambda f, o, w: f(o)),
    "wordings.of_promise": Call(lambda f, o, w: f(o, w.shared_wording.promise_id)),
    "wordings.lock": Call(lambda f, o, w: f(o, w.shared_wording.id)),
    "wordings.lock_promise": Call(lambda f, o, w: f(o, w.promise.id)),
    "wordings.once_approved": Call(lambda f, o, w: f(o, [w.private_wording.id, w.shared_wording.id])),
    "wordings.revisions": Call(lambda f, o, w: f(o, w.private_wording.id)),
    "wordings.removed": Call(lambda f, o, w: f(o, w.private_wording.id, [])),
    "wordings.everybody": Call(lambda f, o, w: f(o), is_public=True),
    "wordings.near": Call(lambda f, o, w: f(o, TODAY)),
    "wordings.follows": Call(lambda f, o, w: f(o, w.private_wording.promise_id)),
    "wordings.neighbours": Call(lambda f, o, w: f(o, uuid.UUID(int=7), [cast.BJORKEN])),
    "wordings.sides": Call(lambda f, o, w: f(o, [cast.BJORKEN]), is_public=True),
    "wordings.add_promise": Call(lambda f, o, w: f(o, uuid.UUID(int=8), follows_id=None, now=NOW), is_answer=_nothing, adds_own=True),
    "wordings.give_access": Call(lambda f, o, w: f(o, w.private_wording.promise_id, [cast.ON, cast.SKOGEN], now=NOW), why_second_wall_only=BY_POLICY),
    "wordings.add": Call(
        lambda f, o, w: f(o, uuid.UUID(int=8), w.promise.id, 2, "change", empty(), by=w.anna, now=NOW), why_second_wall_only=BY_POLICY
    ),
    "wordings.save": Call(lambda f, o, w: f(o, w.private_wording, empty(), "", "hash", by=w.anna, now=NOW)),
    "wordings.add_revision": Call(lambda f, o, w: f(o, replace(w.shared_wording))),
    "wordings.set_shared": Call(lambda f, o, w: f(o, w.private_wording, now=NOW)),
    "wordings.set_signed": Call(lambda f, o, w: f(o, w.agreed_wording, now=NOW)),
    "wordings.set_withdrawn": Call(lambda f, o, w: f(o, w.shared_wording, "Inte nu.", now=NOW)),
    "wordings.discard": Call(lambda f, o, w: f(o, w.private_wording)),
}
