"""All places where residents read keep the same promises, each on a real server, through a wire that loses, cuts and refuses.

A new place is a line in PLACES, and an adapter beside the others in tests/outside.
"""

from __future__ import annotations

import datetime as dt
import io
import traceback
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PIL import Image

from tests.outside.facebook import FacebookPage
from tests.outside.hook import SignedWebhook
from tests.outside.mastodon_mock import MastodonMock
from tests.outside.pds import Pds
from tests.outside.places import Outside
from tests.outside.snac import Snac
from tests.outside.wordpress import DebianWordPress
from trygghet import clock
from trygghet.channels import MINTED, RENDERERS, Account, Depicted, NotSent, Picture, Place, Post, Receipt, Story, Unclear

pytestmark = pytest.mark.anyio

PLACES: list[type[Outside]] = [MastodonMock, Snac, SignedWebhook, FacebookPage, DebianWordPress, Pds]


CHANGEABLE = [one for one in PLACES if one.edits and one.deletes and one.confirms]
ANSWERED = [one for one in PLACES if one.answers]
SEARCHABLE = [one for one in PLACES if one.deletes and one.finds]
"""Not every place can do all. What each of them can is written in its adapter, and only that is asked of it."""


def _name(place: type[Outside]) -> str:
    return place.__name__


@pytest.fixture(scope="module", params=PLACES, ids=_name)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    kind: type[Outside] = request.param
    made = kind.start(tmp_path_factory.mktemp(kind.__name__))
    yield made
    made.stop()


@dataclass
class At:
    """One test at one server: what we say there, and what residents see."""

    outside: Outside
    place: Place

    def story(self, **changed: Any) -> Story:
        """Something to tell, of its own for every test."""
        name = uuid.uuid4()
        told = Story(
            str(name),
            "Tredje dialogen på Norrtorget",
            "Vi möttes på Norrtorget & pratade om belysningen. Åtta kom.\n\nNästa gång är den 3 maj.",
            f"https://trygghet.example.org/bjorken/uppdateringar/{name.hex[:10]}",
            by=("Björkens kommun", "Lokalpolisområde Björken"),
            voice="Gemensamt",
        )
        return replace(told, **changed)

    def post(self, story: Story, *, body: bytes = b"", account: Account | None = None, **changed: Any) -> Post:
        """The story as it was approved: rendered once, and sent as it is."""
        account = account or self.outside.account()
        rendered = RENDERERS[self.outside.channel](story, account.limits)
        assert rendered.problems == ()
        now, update = clock.wall(), uuid.UUID(story.id)
        minted = MINTED[self.outside.channel](update, uuid.UUID(int=7), now) if self.outside.channel in MINTED else {}
        picture = Picture(body, story.picture.mime, story.picture.alt) if story.picture else None
        wanted = Post(self.outside.channel, f"publication:{story.id}", rendered.text, story.permalink, story.id, story.permalink)
        wanted = replace(wanted, picture=picture, account=account, payload=rendered.payload, minted=minted, since=now)
        return replace(wanted, **changed)

    def later(self, wanted: Post, story: Story, receipt: Receipt, **changed: Any) -> Post:
        """The same post again, once it is known what it is called there."""
        anew = self.post(story, minted=wanted.minted, since=wanted.since)
        return replace(anew, picture=wanted.picture, remote_id=receipt.remote_id, remote_url=receipt.remote_url, **changed)

    @property
    def texts(self) -> list[str]:
        """The words of all that residents see."""
        return [one.text for one in self.outside.posts()]

    async def quiet(self, error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
        """Nothing that was said tells a secret, nor what it was said because of."""
        told = "".join(traceback.format_exception(error)) + caplog.text + repr(error) + str(getattr(error, "reason", ""))
        for secret in self.outside.secrets:
            assert secret not in told


@pytest.fixture
def at(server: Outside) -> At:
    server.empty()
    return At(server, server.place())


def picture(colour: str = "green") -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(body, "PNG")
    return body.getvalue()


GREEN = Depicted("1" * 64, "image/png", "En grön ruta på torget.", 8, 6)


# ---------------------------------------------------------------- publishing, once
async def test_what_was_approved_is_what_residents_read(at: At) -> None:
    story = at.story()
    wanted = at.post(story)
    receipt = await at.place.send(wanted)
    [there] = at.outside.posts()
    assert there.text == wanted.text
    assert story.permalink in there.text
    assert there.id == receipt.remote_id
    if at.outside.confirms:
        assert await at.place.confirm(at.later(wanted, story, receipt)) is not None
    else:
        with pytest.raises(Unclear):
            await at.place.confirm(at.later(wanted, story, receipt))


async def test_the_same_key_again_is_one_post(at: At) -> None:
    wanted = at.post(at.story())
    first = await at.place.send(wanted)
    assert await at.place.send(wanted) == first
    assert len(at.outside.posts()) == 1


async def test_another_update_is_another_post(at: At) -> None:
    await at.place.send(at.post(at.story()))
    await at.place.send(at.post(at.story(title="Fjärde dialogen")))
    assert len(at.outside.posts()) == 2


async def test_a_picture_goes_along_with_what_it_shows(at: At) -> None:
    story = at.story(picture=GREEN)
    await at.place.send(at.post(story, body=picture()))
    [there] = at.outside.posts()
    assert there.alts == (GREEN.alt,)


# ---------------------------------------------------------------- answers that are lost
async def test_where_nobody_listens_nothing_was_sent(at: At, caplog: pytest.LogCaptureFixture) -> None:
    wanted = at.post(at.story(), account=at.outside.away())
    with pytest.raises(NotSent) as no:
        await at.place.send(wanted)
    assert not no.value.permanent
    assert not no.value.account
    await at.quiet(no.value, caplog)


async def test_an_answer_that_is_lost_leaves_a_post_that_is_found_again(at: At, caplog: pytest.LogCaptureFixture) -> None:
    wanted = at.post(at.story())
    at.outside.wire.cut(at.outside.writes)
    with pytest.raises(Unclear) as lost:
        await at.place.send(wanted)
    assert at.outside.wire.cuts
    [there] = at.outside.posts()
    if at.outside.finds:
        found = await at.place.find(wanted)
        assert found is not None
        assert (found.remote_id, found.remote_url) == (there.id, there.url)
    assert (await at.place.send(wanted)).remote_id == there.id
    assert len(at.outside.posts()) == 1
    await at.quiet(lost.value, caplog)


async def test_a_request_that_is_lost_on_its_way_is_surely_not_there_and_goes_out_again(at: At) -> None:
    wanted = at.post(at.story())
    at.outside.wire.lose(at.outside.writes)
    with pytest.raises(Unclear):
        await at.place.send(wanted)
    if at.outside.finds and at.outside.tells_absence:
        assert await at.place.find(wanted) is None
    else:
        with pytest.raises(Unclear):
            await at.place.find(wanted)
    await at.place.send(wanted)
    assert len(at.outside.posts()) == 1


# ---------------------------------------------------------------- corrections
CORRECTED = "Rättad 3 maj 2024: det var nio som kom."


async def test_a_correction_changes_the_post_in_its_place_and_twice_is_harmless(at: At) -> None:
    story = at.story(picture=GREEN)
    wanted = at.post(story, body=picture())
    receipt = await at.place.send(wanted)
    right = replace(story, correction=CORRECTED, picture=replace(GREEN, alt="En grön ruta, sedd från torget.") if story.picture else None)
    edit = at.later(wanted, right, receipt, act="edit")
    edit = replace(edit, picture=replace(wanted.picture, alt="En grön ruta, sedd från torget.") if wanted.picture else None)
    if not at.outside.edits:
        with pytest.raises(NotSent) as no:
            await at.place.edit(edit)
        assert no.value.permanent
        assert at.texts == [wanted.text]
        return
    for _ in range(2):
        again = await at.place.edit(edit)
    [there] = at.outside.posts()
    assert there.text == edit.text
    assert CORRECTED in there.text
    assert (there.id, there.url) == (again.remote_id, receipt.remote_url)
    assert not at.outside.confirms or await at.place.confirm(edit) is not None
    if at.outside.edits_alts:
        assert there.alts == (("En grön ruta, sedd från torget.",) if story.picture else ())


@pytest.mark.parametrize("server", CHANGEABLE, indirect=True, ids=_name, scope="module")
async def test_a_post_that_is_gone_cannot_be_corrected_and_says_so(at: At) -> None:
    story = at.story()
    wanted = at.post(story)
    receipt = await at.place.send(wanted)
    await at.place.retract(at.later(wanted, story, receipt, act="retract"))
    with pytest.raises(NotSent) as no:
        await at.place.edit(at.later(wanted, replace(story, correction=CORRECTED), receipt, act="edit"))
    assert no.value.permanent
    assert not no.value.account


@pytest.mark.parametrize("server", ANSWERED, indirect=True, ids=_name, scope="module")
async def test_a_correction_by_answer_is_one_post_under_the_first(at: At) -> None:
    story = at.story()
    first = await at.place.send(at.post(story))
    answer = at.post(replace(story, correction=CORRECTED), act="edit", key=f"publication:{story.id}:edit")
    answer = replace(answer, remote_id=first.remote_id, remote_url=first.remote_url)
    second = await at.place.send(answer)
    assert await at.place.send(answer) == second
    assert {one.id: (one.answers, CORRECTED in one.text) for one in at.outside.posts()} == {
        first.remote_id: ("", False),
        second.remote_id: (first.remote_id, True),
    }


# ---------------------------------------------------------------- withdrawals
async def test_a_withdrawal_takes_the_post_away_and_twice_is_harmless(at: At) -> None:
    story = at.story()
    wanted = at.post(story)
    receipt = await at.place.send(wanted)
    retract = at.later(wanted, story, receipt, act="retract")
    if not at.outside.deletes:
        with pytest.raises(NotSent) as no:
            await at.place.retract(retract)
        assert no.value.permanent
        assert "för hand" in no.value.reason
        return
    for _ in range(2):
        await at.place.retract(retract)
    assert at.outside.posts() == []
    assert not at.outside.confirms or await at.place.confirm(retract) is None


@pytest.mark.parametrize("server", SEARCHABLE, indirect=True, ids=_name, scope="module")
async def test_what_nobody_knows_whether_it_is_out_is_taken_away_as_well(at: At) -> None:
    story = at.story()
    wanted = at.post(story)
    at.outside.wire.cut(at.outside.writes)
    with pytest.raises(Unclear):
        await at.place.send(wanted)
    await at.place.retract(replace(wanted, act="retract"))
    assert at.outside.posts() == []
    await at.place.retract(replace(at.post(at.story()), act="retract"))  # what never was there is well, too


# ---------------------------------------------------------------- refusals
async def test_an_account_that_is_no_longer_good_asks_for_a_person(at: At, caplog: pytest.LogCaptureFixture) -> None:
    wanted = at.post(at.story(), account=at.outside.expired())
    with pytest.raises(NotSent) as no:
        await at.place.send(wanted)
    assert (no.value.permanent, no.value.account) == (True, True)
    assert "Anslut" in no.value.reason
    await at.quiet(no.value, caplog)
    at.outside.wire.heal()
    assert at.outside.posts() == []


async def test_too_many_posts_wait_as_long_as_the_server_says(at: At) -> None:
    at.outside.too_many(2400)
    wanted = at.post(at.story())
    with pytest.raises(NotSent) as no:
        await at.place.send(wanted)
    assert not no.value.permanent
    assert no.value.after is not None
    assert abs(no.value.after - dt.timedelta(seconds=2400)) < dt.timedelta(seconds=5)
    await at.place.send(wanted)
    assert len(at.outside.posts()) == 1


async def test_what_the_server_will_never_take_fails_for_good_and_not_the_account(at: At, caplog: pytest.LogCaptureFixture) -> None:
    wanted = at.post(at.story())
    with pytest.raises(NotSent) as no:
        await at.place.send(replace(wanted, payload=at.outside.unacceptable(wanted.payload)))
    assert (no.value.permanent, no.value.account) == (True, False)
    assert at.outside.posts() == []
    await at.quiet(no.value, caplog)


# ---------------------------------------------------------------- accounts
async def test_a_look_at_the_account_publishes_nothing_and_tells_what_the_server_takes(at: At) -> None:
    health = await at.place.check(at.outside.account())
    assert health.state == "ok"
    assert health.limits == at.outside.account().limits
    assert at.outside.posts() == []


async def test_a_look_says_when_a_person_is_needed_and_when_the_server_is_away(at: At) -> None:
    assert (await at.place.check(at.outside.expired())).state == "needs_human"
    at.outside.wire.heal()
    away = await at.place.check(at.outside.away())
    assert away.state == "warning"
    assert away.why


async def test_an_account_sealed_with_a_lost_key_asks_for_a_person(at: At) -> None:
    wanted = at.post(at.story(), account=replace(at.outside.account(), token="nothing that opens"))
    with pytest.raises(NotSent) as no:
        await at.place.send(wanted)
    assert (no.value.permanent, no.value.account) == (True, True)
    assert (await at.place.check(replace(at.outside.account(), token="nothing that opens"))).state == "needs_human"


async def test_no_secret_is_seen_in_what_a_place_is_given(at: At) -> None:
    wanted = at.post(at.story())
    for secret in at.outside.secrets:
        assert secret not in repr(wanted)
        assert secret not in repr(at.place)
