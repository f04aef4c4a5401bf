"""Bluesky against its own server: sessions, names, facets, answers. What all places promise stands in test_conformance."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from tests.outside.pds import HANDLE, Pds
from tests.outside.places import KEY
from tests.outside.wire import Wire
from trygghet import clock
from trygghet.channels import Account, Depicted, NotSent, Post, Story, atproto, bluesky
from trygghet.channels.bluesky import LIMITS, POSTS, Bluesky, render, tid
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal, unseal

pytestmark = pytest.mark.anyio
STORY = Story(
    "1",
    "Tredje dialogen på Norrtorget",
    "Vi möttes & pratade. Åtta kom.\n\nNästa gång är den 3 maj.",
    "https://trygghet.example.org/bjorken/uppdateringar/1",
)
OUT = Http(loopback_only=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    made = Pds.start(tmp_path_factory.mktemp("pds"))
    yield made
    made.stop()


@pytest.fixture
def pds(server: Pds) -> Pds:
    server.empty()
    return server


@dataclass
class Drawer:
    """Keeps one account's secret, as the product's own keeper does, and lets one at a time at it."""

    account: Account
    alone_by: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def alone(self, account: Account) -> AsyncIterator[Account]:
        async with self.alone_by:
            yield self.account

    async def renewed(self, account: Account, sealed: str) -> None:
        assert account == self.account
        self.account = replace(self.account, token=sealed)


def post(account: Account, story: Story = STORY, **changed: object) -> Post:
    rendered = render(story, LIMITS)
    wanted = Post("bluesky", "publication:1", rendered.text, story.permalink, "1", story.permalink, account=account, payload=rendered.payload)
    return replace(wanted, minted=bluesky.mint(uuid.uuid4(), uuid.uuid4(), clock.wall()), **changed)  # type: ignore[arg-type]


def asked(wire: Wire, name: str) -> int:
    """How often the server was asked for that."""
    return sum(f"/xrpc/com.atproto.{name}".encode() in one.partition(b"\r\n")[0] for one in wire.asked)


# ---------------------------------------------------------------- what is posted
def test_a_text_is_within_both_limits_and_ends_in_our_address() -> None:
    for body in ("Vi möttes. " * 80, "👨‍👩‍👧‍👦" * 290, "å" * 900):
        rendered = render(replace(STORY, body=body), LIMITS)
        assert rendered.count <= rendered.limit == 300
        assert len(rendered.text.encode()) <= 3000
        assert rendered.text.endswith(f" …\n\n{STORY.permalink}")
        assert rendered.problems == ()
    too_long = render(replace(STORY, wording="Vi möttes. " * 40), LIMITS)
    assert too_long.problems == (f"Texten är {too_long.count - 300} tecken för lång.",)
    assert render(replace(STORY, wording="👨‍👩‍👧‍👦" * 130), LIMITS).problems == (
        "Texten är för lång för Bluesky, för många av tecknen tar stor plats. Korta den.",
    )


def test_a_post_without_a_picture_has_a_card_that_leads_to_our_page() -> None:
    payload = render(STORY, {}).payload
    assert payload["langs"] == ["sv"]
    assert payload["embed"]["external"] == {
        "uri": STORY.permalink,
        "title": STORY.title,
        "description": "Vi möttes & pratade. Åtta kom. Nästa gång är den 3 maj.",
    }
    shown = render(replace(STORY, picture=Depicted("a" * 64, "image/png", "Torget.", 40, 30)), {})
    assert shown.payload["embed"]["images"] == [{"alt": "Torget.", "aspectRatio": {"width": 40, "height": 30}}]
    assert shown.picture_sha256 == "a" * 64


async def test_the_record_is_what_was_approved_with_the_time_at_which_it_went_out(pds: Pds) -> None:
    wanted = post(pds.account())
    before = clock.wall()
    receipt = await Bluesky(OUT, KEY).send(wanted)
    [there] = pds.records()
    at = dt.datetime.fromisoformat(there["value"].pop("createdAt"))
    assert there["value"] == wanted.payload
    assert before - dt.timedelta(seconds=1) < at < clock.wall()
    assert receipt.remote_url == f"https://bsky.app/profile/{pds.did}/post/{wanted.minted['tid']}"


async def test_six_at_once_are_one_post_and_all_are_told_so(pds: Pds) -> None:
    wanted, channel = post(pds.account()), Bluesky(OUT, KEY)
    receipts = await asyncio.gather(*(channel.send(wanted) for _ in range(6)))
    assert len(set(receipts)) == 1
    assert len(pds.records()) == 1


async def test_a_correction_answers_the_post_in_its_thread(pds: Pds) -> None:
    channel = Bluesky(OUT, KEY)
    first = await channel.send(post(pds.account()))
    second = await channel.send(post(pds.account(), replace(STORY, correction="Rättad 3 maj 2024: det var nio."), remote_id=first.remote_id))
    third = await channel.send(post(pds.account(), replace(STORY, correction="Rättad 4 maj 2024: det var tio."), remote_id=second.remote_id))
    by_uri = {one["uri"]: one for one in pds.records()}
    for answer, parent in ((second, first), (third, second)):
        reply = by_uri[answer.remote_id]["value"]["reply"]
        assert reply["parent"] == {"uri": parent.remote_id, "cid": by_uri[parent.remote_id]["cid"]}
        assert reply["root"] == {"uri": first.remote_id, "cid": by_uri[first.remote_id]["cid"]}


async def test_what_is_gone_cannot_be_answered(pds: Pds) -> None:
    with pytest.raises(NotSent) as no:
        await Bluesky(OUT, KEY).send(post(pds.account(), remote_id=f"at://{pds.did}/{POSTS}/3lzzzzzzzzz22"))
    assert (no.value.permanent, no.value.account) == (True, False)
    assert pds.records() == []


async def test_a_post_that_somebody_rewrote_without_our_address_is_not_confirmed(pds: Pds) -> None:
    wanted, channel = post(pds.account()), Bluesky(OUT, KEY)
    receipt = await channel.send(wanted)
    [there] = pds.records()
    other = {"$type": POSTS, "text": "Något annat", "createdAt": there["value"]["createdAt"]}
    pds.call("com.atproto.repo.putRecord", repo=pds.did, collection=POSTS, rkey=wanted.minted["tid"], record=other)
    assert await channel.confirm(replace(wanted, remote_id=receipt.remote_id)) is None


# ---------------------------------------------------------------- sessions
async def test_a_session_that_has_run_out_is_renewed_and_kept_and_nobody_logs_in_again(pds: Pds) -> None:
    run_out = pds.run_out()
    drawer = Drawer(pds.as_account(replace(pds.session, access=run_out)))
    stale = drawer.account
    await Bluesky(OUT, KEY, drawer).send(post(stale))
    assert len(pds.records()) == 1
    assert (asked(pds.wire, "server.refreshSession"), asked(pds.wire, "server.createSession")) == (1, 0)
    kept = atproto.session(unseal(KEY, drawer.account.token) or "")
    assert kept.access != run_out  # it may equal the first one: what is issued within the same second is the same
    assert (kept.password, kept.did, kept.pds) == (pds.session.password, pds.did, pds.session.pds)
    await Bluesky(OUT, KEY, drawer).send(post(drawer.account))
    assert asked(pds.wire, "server.refreshSession") == 1


async def test_several_at_once_renew_a_session_once(pds: Pds) -> None:
    drawer = Drawer(pds.as_account(replace(pds.session, access=pds.run_out())))
    stale, channel = drawer.account, Bluesky(OUT, KEY, drawer)
    await asyncio.gather(*(channel.send(post(stale)) for _ in range(4)))
    assert len(pds.records()) == 4
    assert asked(pds.wire, "server.refreshSession") == 1


async def test_where_nothing_was_posted_for_months_the_app_password_opens_a_new_session(pds: Pds) -> None:
    old = replace(pds.session, access=pds.run_out(), refresh=pds.run_out(scope="com.atproto.refresh"))
    drawer = Drawer(pds.as_account(old))
    assert (await Bluesky(OUT, KEY, drawer).check(drawer.account)).state == "ok"
    assert asked(pds.wire, "server.createSession") == 1
    assert atproto.session(unseal(KEY, drawer.account.token) or "").refresh != old.refresh


async def test_a_renewal_that_is_lost_on_its_way_is_tried_again_later(pds: Pds) -> None:
    stale = pds.as_account(replace(pds.session, access=pds.run_out()))
    pds.wire.cut("POST /xrpc/com.atproto.server.refreshSession")
    with pytest.raises(NotSent) as no:
        await Bluesky(OUT, KEY, Drawer(stale)).send(post(stale))
    assert (no.value.permanent, no.value.account) == (False, False)
    assert (await Bluesky(OUT, KEY, Drawer(stale)).send(post(stale))).remote_id  # a server takes a token that was just used once more


async def test_an_account_that_is_put_to_rest_asks_for_a_person(pds: Pds) -> None:
    pds.call("com.atproto.server.deactivateAccount", deleteAfter="2099-01-01T00:00:00Z")
    try:
        health = await Bluesky(OUT, KEY).check(pds.account())
        with pytest.raises(NotSent) as no:
            await Bluesky(OUT, KEY).send(post(pds.account()))
    finally:
        pds.call("com.atproto.server.activateAccount")
    assert health.state == "needs_human"
    assert (no.value.permanent, no.value.account) == (True, True)


async def test_signing_out_ends_what_could_be_renewed(pds: Pds) -> None:
    ended = await pds.session_of("until signing out")
    await atproto.sign_out(OUT, pds.wire.url, ended)
    await atproto.sign_out(OUT, pds.wire.url, ended)
    pds.call("com.atproto.server.revokeAppPassword", name="until signing out")
    stale = replace(ended, access=pds.run_out())
    with pytest.raises(NotSent) as no:
        await atproto.renew(OUT, pds.wire.url, stale, HANDLE)
    assert no.value.account


def test_a_session_says_nothing_of_its_secrets_and_reads_back_as_it_was(server: Pds) -> None:
    assert atproto.session(server.session.text()) == server.session
    assert not any(secret in repr(server.session) for secret in server.secrets)


async def test_a_wrong_password_says_what_is_needed(pds: Pds) -> None:
    account = atproto.Identity(pds.did, HANDLE, pds.wire.url)
    with pytest.raises(NotSent) as no:
        await atproto.sign_in(OUT, account, "inte-detta-losen-ord")
    assert no.value.account
    assert "applösenord" in no.value.reason
    assert "inte-detta" not in no.value.reason


# ---------------------------------------------------------------- who it is
async def test_a_handle_leads_to_the_account_and_its_server(pds: Pds) -> None:
    found = await atproto.identify(OUT, f" @{HANDLE.upper()} ", resolver=pds.wire.url, directory=pds.directory)
    assert (found.did, found.handle) == (pds.did, HANDLE)
    assert found.pds.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("typed", "said"), [("kommunen", "kommunen.bsky.social"), ("", "kommunen.bsky.social"), ("ingen.test", "inget konto som heter ingen.test")]
)
async def test_a_handle_that_is_none_is_said_to_be_none(pds: Pds, typed: str, said: str) -> None:
    with pytest.raises(NotSent) as no:
        await atproto.identify(OUT, typed, resolver=pds.wire.url, directory=pds.directory)
    assert no.value.permanent
    assert said in no.value.reason


async def test_an_account_that_does_not_know_the_handle_is_not_believed(pds: Pds) -> None:
    pds.wire.answer("GET /xrpc/com.atproto.identity.resolveHandle", 200, {"did": pds.did})
    with pytest.raises(NotSent) as no:
        await atproto.identify(OUT, "nagon-annan.test", resolver=pds.wire.url, directory=pds.directory)
    assert no.value.permanent


# ---------------------------------------------------------------- names
def test_names_sort_by_time_and_are_never_the_same() -> None:
    at = dt.datetime(2024, 5, 3, 12, tzinfo=dt.UTC)
    assert tid(dt.datetime(1970, 1, 1, tzinfo=dt.UTC), 0) == "2" * 13
    names = [tid(at + dt.timedelta(microseconds=one), 1023 - one) for one in range(20)]
    assert names == sorted(names)
    assert all(len(one) == 13 for one in names)
    drawn = {bluesky.mint(uuid.UUID(int=1), uuid.UUID(int=2), at)["tid"] for _ in range(200)}
    assert len(drawn) == 200
    assert all(tid(at, 0) <= one < tid(at + dt.timedelta(seconds=1), 0) for one in drawn)


async def test_a_lost_key_and_a_broken_secret_ask_for_the_account_again() -> None:
    for token in ("x", seal(KEY, "no json").decode(), seal(KEY, json.dumps({"did": "did:plc:a"})).decode()):
        account = Account("http://127.0.0.1:9", token, "@a")
        with pytest.raises(NotSent) as no:
            await Bluesky(OUT, KEY).send(post(account))
        assert no.value.account
