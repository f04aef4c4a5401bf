"""What the example does beside the product: it is loaded once, through the product's own actions, and its clock is moved."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from trygghet import clock, database, swedish
from trygghet.accounts.rules import Keys
from trygghet.channels import Message, Receipt
from trygghet.channels.hook import new_secret
from trygghet.channels.messages import post
from trygghet.channels.sealing import seal, unseal
from trygghet.connections import actions as connections
from trygghet.deliveries import sending
from trygghet.example import followed, lawful, measured, reported, rules, shown, store, story
from trygghet.members import actions as members
from trygghet.obligations import actions as obligations
from trygghet.promises import actions as promises
from trygghet.promises.outcomes import Reporter
from trygghet.reminders import actions as reminders
from trygghet.reports import planning
from trygghet.settings import SettingsError
from trygghet.silence import actions as silence
from trygghet.statute import actions as statute
from trygghet.swedish import Refusal
from trygghet.tenancy import Asking, Membership
from trygghet.updates import actions as updates
from trygghet.updates.rules import Written

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from trygghet.example.followed import Act
    from trygghet.example.story import Story
    from trygghet.settings import Settings


# ---------------------------------------------------------------- loading
class Somebody(NamedTuple):
    """One of the example's people in one of their organisations, for those who show who there is to sign in as."""

    name: str
    email: str
    office: str
    role: str
    organisation: str


def people() -> list[Somebody]:
    """Everybody, by organisation. All of them have the password `story.PASSWORD`."""
    return [
        Somebody(one.name, one.email, one.office, one.role, organisation.name)
        for organisation in story.place().organisation
        for one in organisation.people
        if not one.acting
    ]


async def across_organisations_load(settings: Settings, *, now: dt.datetime = rules.START, wall: dt.datetime | None = None) -> bool:
    """Enters organisations, people, promises and all that has happened until `now`, and starts the clock. False when it is there already.

    A loading that was cut off is begun anew. Raises `SettingsError` where organisations that are not the example's were there before it.
    """
    ours = [one.id for one in story.place().organisation]
    async with database.across_organisations():
        if await store.across_organisations_started():  # whoever tries the example may have added organisations of their own since
            await _move_accounts(settings)
            return False
        if await store.across_organisations_others(ours):
            raise SettingsError(
                "Databasen har organisationer som inte är exemplets. Exemplet läggs bara i en egen databas: ange en annan DATABASE_URL."
            )
        await store.across_organisations_clear(ours)
        await store.across_organisations_enter(story.place(), members.hash_password(story.PASSWORD), now)
    await _connect(settings, now=now)
    stories = story.stories()
    promise_ids = [await _keep(one, settings.public_url, now=now) for one in stories]
    await lawful.record(lambda slug: _seated({slug}), now=now)
    async with database.across_organisations():
        await store.across_organisations_forget_letters(now)
    for promise_id, told in zip(promise_ids, stories, strict=True):
        for year in told.followed:
            await followed.tell(promise_id, year, _seats(told))
            await _send(settings, now=story.moment(year.told[-1].at))
        for update in told.updates:
            await _publish(promise_id, update, _seats(told), settings)
        await shown.tell(promise_id, told, _seats(told), settings.secret_key)
    async with database.across_organisations():
        await store.across_organisations_forget_letters(now)
    await _carry_on(now)
    async with database.across_organisations():
        assert not (await store.across_organisations_work(now)).waiting, "what was agreed in the past has gone out"
        await store.across_organisations_set_face(rules.Face(now, wall or clock.wall()))
    return True


async def _carry_on(now: dt.datetime) -> None:
    """What the timetable does each night, for nights that pass here in no time: the law's duties, own reports and late reminders go on."""
    await statute.across_organisations_follow(now=now)
    await planning.across_organisations_replan(now=now, everything=True)
    await reminders.across_organisations_replan_all(now=now)
    await silence.across_organisations_plan(now=now)


async def _connect(settings: Settings, *, now: dt.datetime) -> None:
    """The social accounts, which the catcher knows by their names; the room in a chat and the program, which it knows by their addresses."""
    social = settings.example_social_url
    for account in story.place().connection:
        tokens = {
            "mastodon": account.name.strip("@"),
            "webhook": f"{social}/krokar/{account.name.lower()}",
            "hook": Keys(f"{social}/webhook/intranatet", (new_secret(),)).stored,
            "assisted": "",
        }
        await connections.add(
            story.organisation_id(account.organisation),
            channel=account.channel,
            name=account.name,
            base_url=account.address or social,
            token=tokens[account.channel],
            secret_key=settings.secret_keys,
            form=account.form,
            owner_id=story.person_id(account.owner) if account.owner else None,
            now=now,
        )


async def _move_accounts(settings: Settings) -> None:
    """The catcher may have got another port than last time, also in sealed addresses. Inside a unit of work for the system."""
    for connection, before, secret in await store.across_organisations_elsewhere(settings.example_social_url):
        if opened := unseal(settings.secret_keys, secret):
            moved = opened.replace(before, settings.example_social_url)
            await store.across_organisations_reseal(connection, seal(settings.secret_keys, moved))
    await store.across_organisations_move_accounts(settings.example_social_url)


async def _keep(told: Story, public_url: str, *, now: dt.datetime) -> UUID:
    """One promise with all that was recorded, followed up and done, in the order in which it happened, each by its own person."""
    home, seats = story.organisation_id(told.home), _seats(told)
    promise_id = await promises.enter(home, told.promise, now=now)
    acts = [
        *await _counted(home, promise_id, told, seats),
        *await _marked(home, promise_id, told, seats),
        *followed.acts(promise_id, told, seats, public_url),
    ]
    acts += [*reported.acts(promise_id, told, seats), *measured.acts(promise_id, told, seats)]
    for _, act in sorted(acts, key=lambda one: one[0]):
        await act()
    await promises.publish_snapshot(home, promise_id, now=now)
    return promise_id


async def _marked(home: UUID, promise_id: UUID, told: Story, seats: dict[str, Asking]) -> list[Act]:
    duties = {one.duty.key: one.id for one in await obligations.obligations(home, promise_id=promise_id)}
    return [(story.afternoon(one.on), partial(_mark, duties[one.duty], one, seats[one.by])) for one in told.done]


async def _mark(duty: UUID, done: story.Done, by: Asking) -> None:
    await obligations.mark_done(by.organisation, duty, by=by, note=done.note, now=story.afternoon(done.on))


async def _counted(home: UUID, promise_id: UUID, told: Story, seats: dict[str, Asking]) -> list[Act]:
    activities = {one.title: one.id for one in (await promises.read(home, promise_id)).all_activities}
    return [
        (story.afternoon(count.on), partial(_count, promise_id, activities[counts.activity], count, seats[counts.by]))
        for counts in told.outcomes
        for count in counts.counts
    ]


async def _count(promise_id: UUID, activity_id: UUID, count: story.Count, by: Asking) -> None:
    reporter = Reporter(by.person_id, by.name, by.here.office)
    made = await promises.record_outcome(
        by.organisation,
        promise_id,
        activity_id,
        by=reporter,
        amount=count.amount,
        happened_on=count.on,
        note=count.note,
        form_key=uuid.uuid4(),
        place=count.place,
        now=story.afternoon(count.on),
    )
    if count.corrected:
        await promises.correct_outcome(
            by.organisation,
            made,
            by=reporter,
            amount=count.corrected.amount,
            happened_on=count.on,
            note=count.corrected.note,
            form_key=uuid.uuid4(),
            place=count.place,
            now=story.afternoon(count.corrected.on),
        )


async def _publish(promise_id: UUID, told: story.Told, seats: dict[str, Asking], settings: Settings) -> None:
    """Writes, shares and approves an update; one that both parties approved has gone out to page and feed since."""
    author = seats[told.by]
    known = await connections.of(author.organisation, [seat.organisation for seat in seats.values()])
    accounts = {one.organisation_id: str(one.id) for one in known if one.channel == "mastodon"}
    written = Written(told.title, told.body, tuple(accounts[story.organisation_id(slug)] for slug in told.channels))
    update_id = await updates.write(
        author.organisation, promise_id, written, public_url=settings.public_url, by=author, now=story.moment(told.written)
    )
    async with database.within(author.organisation, readonly=True):
        seen = await store.content_hash(author.organisation, update_id)
    await updates.share(author.organisation, update_id, seen=seen, by=author, now=story.moment(told.shared))
    for key in told.approved:
        await updates.approve(seats[key.by].organisation, update_id, seen=seen, by=seats[key.by], now=story.moment(key.at))
    await _send(settings, now=story.moment(told.approved[-1].at))


async def _send(settings: Settings, *, now: dt.datetime) -> None:
    """What had been agreed on by then went out to page and feed; letters that it asked for then are of no use now."""
    async with database.across_organisations():
        await store.across_organisations_forget_letters(now)
    while batches := await sending.across_organisations_hand_out(now=now, wall=clock.wall()):
        for batch in batches:
            await sending.across_organisations_deliver(
                batch, composers={"publication": updates.composer(settings)}, channels={"page": _Told(), "feed": _Told()}, now=now, wall=clock.wall()
            )


class _Told:
    """The page and the feed of the past: what is published there is there, and no web server is up yet to ask."""

    repeatable = True

    async def send(self, message: Message) -> Receipt:
        """It stands at its permanent address."""
        return Receipt(remote_url=post(message).permalink)

    async def find(self, message: Message) -> Receipt | None:
        """Where it was put."""
        return await self.send(message)

    async def close(self) -> None:
        """Nothing is kept open."""


def _seats(told: Story) -> dict[str, Asking]:
    """Everybody of the promise's parties, by address, acting for that party."""
    return _seated({party.organisation for party in told.promise.parties})


def _seated(slugs: Collection[str]) -> dict[str, Asking]:
    """Everybody of these organisations, by address, acting for it."""
    found = {}
    for organisation in story.place().organisation:
        if organisation.slug in slugs:
            for one in (one for one in organisation.people if not one.acting):
                here = Membership(
                    organisation.id, organisation.name, organisation.short_name, organisation.slug, organisation.kind, one.role, one.office
                )
                found[one.email] = Asking(uuid.uuid4(), one.id, one.name, one.email, here, (here,))
    return found


# ---------------------------------------------------------------- the clock
async def across_organisations_move_to(target: dt.datetime, *, wall: dt.datetime) -> None:
    """Sends the clock towards `target`; the timetable takes it there step by step. Refuses to go backwards or too far."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        await store.across_organisations_set_face(rules.bound_for(face, target, wall))


async def across_organisations_move_on(by: dt.timedelta, *, wall: dt.datetime) -> None:
    """Sends the clock a while forward from where it is."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        await store.across_organisations_set_face(rules.bound_for(face, face.reading(wall) + by, wall))


async def across_organisations_move_to_next_reminder(*, wall: dt.datetime) -> None:
    """Sends the clock to the moment when somebody's next reminder goes out. Refuses when none is planned."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        target = await store.across_organisations_next_reminder(face.reading(wall))
        if target is None:
            raise Refusal("example.no_reminder", field="dag")
        await store.across_organisations_set_face(rules.bound_for(face, target, wall))


async def across_organisations_stop(*, wall: dt.datetime) -> None:
    """Ends a move where it is; the clock runs on from there."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        if face.target_at:
            await store.across_organisations_set_face(rules.Face(face.shows_at, wall))


async def across_organisations_step(*, wall: dt.datetime) -> bool:
    """One step of a move, called by the timetable as often as it looks for what is due. True while the clock is being moved."""
    async with database.across_organisations():
        face = await store.across_organisations_face(lock=True)
        if face.target_at is None:
            return False
        after = rules.step(face, await store.across_organisations_work(face.shows_at), wall)
        if after != face:
            await store.across_organisations_set_face(after)
    if swedish.local(after.shows_at).month != swedish.local(face.shows_at).month:
        await _carry_on(after.shows_at)
    return after.target_at is not None


async def across_organisations_face() -> rules.Face:
    """Where the clock stands and where it is bound."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_face()


async def across_organisations_sent_at(marks: Sequence[str]) -> dict[str, dt.datetime]:
    """When what was caught went out, by the example's clock, by Message-ID or the social server's id."""
    async with database.across_organisations(readonly=True):
        return await store.across_organisations_sent_at(marks)
