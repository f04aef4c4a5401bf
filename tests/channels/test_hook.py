"""Signed webhooks, told to a receiver that verifies them with the standard's own library."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.outside.hook import Receiver
from tests.outside.places import KEY
from trygghet import clock
from trygghet.channels import Account, Depicted, NotSent, Post, Story
from trygghet.channels.hook import JITTER, LARGEST, WAITS, Hook, new_secret, render, signature, wait
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = pytest.mark.anyio
CHANNEL = Hook(Http(loopback_only=True, public_only=True), KEY)
SINCE = dt.datetime(2024, 5, 3, 8, 0, tzinfo=dt.UTC)
STORY = Story(
    "7d8f",
    "Belysningen är på plats",
    "Vi har satt upp 14 lampor.",
    "https://t.example.org/u/1",
    by=("Björkens kommun", "Polisen i Björken"),
    voice="Gemensamt",
    picture=Depicted("ab" * 32, "image/jpeg", "Två personer vid en lampa.", 1600, 900, "https://t.example.org/bilder/1"),
    promise="Tryggare kvällar på Norrtorget",
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def account(receiver: Receiver, secrets: Sequence[str] | None = None, path: str = "/krok") -> Account:
    told = {"url": f"http://127.0.0.1:{receiver.port}{path}", "secrets": list(receiver.secrets if secrets is None else secrets)}
    return Account("https://mottagare.example.org", seal(KEY, json.dumps(told)).decode(), "Intranätet")


def post(at: Account, story: Story = STORY, key: str = "publication:7d8f:1") -> Post:
    rendered = render(story, {})
    return Post("hook", key, rendered.text, story.permalink, story.id, story.permalink, account=at, payload=rendered.payload, since=SINCE)


def taken(receiver: Receiver) -> list[dict[str, Any]]:
    return list(receiver.got.values())


# ---------------------------------------------------------------- what is told
async def test_a_publication_is_told_in_its_parts(receiver: Receiver) -> None:
    await CHANNEL.send(post(account(receiver)))
    assert taken(receiver) == [
        {
            "type": "update.published",
            "timestamp": "2024-05-03T08:00:00Z",
            "data": {
                "id": "7d8f",
                "title": "Belysningen är på plats",
                "text": "Vi har satt upp 14 lampor.",
                "voice": "Gemensamt",
                "parties": ["Björkens kommun", "Polisen i Björken"],
                "promise": "Tryggare kvällar på Norrtorget",
                "permalink": "https://t.example.org/u/1",
                "picture": {"url": "https://t.example.org/bilder/1", "alt": "Två personer vid en lampa.", "width": 1600, "height": 900},
                "correction": None,
            },
        }
    ]
    [(headers, _)] = receiver.heard
    assert headers["content-type"] == "application/json; charset=utf-8"


async def test_corrections_and_withdrawals_are_told_as_what_they_are(receiver: Receiver) -> None:
    at = account(receiver)
    await CHANNEL.send(post(at))
    await CHANNEL.edit(post(at, replace(STORY, correction="Rättad 3 maj 2024: 12 lampor."), "publication:7d8f:1:v2:edit"))
    await CHANNEL.retract(replace(post(at, key="publication:7d8f:1:retract"), payload={}))
    assert [one["type"] for one in taken(receiver)] == ["update.published", "update.corrected", "update.withdrawn"]
    _, corrected, withdrawn = taken(receiver)
    assert corrected["data"]["correction"] == "Rättad 3 maj 2024: 12 lampor."
    assert withdrawn["data"] == {"id": "7d8f", "permalink": "https://t.example.org/u/1"}, "what is taken away is not told once more"


def test_a_text_that_is_too_large_is_a_problem_before_it_is_shared() -> None:
    made = render(replace(STORY, body="å" * 9000), {})
    assert made.problems == ()
    assert made.count < made.limit == LARGEST
    made = render(replace(STORY, body="å" * 11_000), {})
    assert made.problems == (f"Texten blir {made.count} byte, och en signerad webhook får vara högst 20000. Korta texten.",)


# ---------------------------------------------------------------- signatures
async def test_every_attempt_has_the_same_id_and_body_and_a_time_of_its_own(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, now = post(account(receiver)), clock.wall()
    for seconds in (0, 60):
        monkeypatch.setattr(clock, "wall", lambda seconds=seconds: now + dt.timedelta(seconds=seconds))
        await CHANNEL.send(wanted)
    (first, body), (second, again) = receiver.heard
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert first["webhook-signature"] != second["webhook-signature"]
    assert len(taken(receiver)) == 1, "told twice, taken once"


async def test_another_publication_has_another_id(receiver: Receiver) -> None:
    at = account(receiver)
    await CHANNEL.send(post(at))
    await CHANNEL.send(post(at, key="publication:7d8f:2"))
    assert len(receiver.got) == 2


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_clock_that_is_wrong_is_noticed_by_the_receiver(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    now = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: now + dt.timedelta(minutes=minutes))
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(account(receiver)))
    assert not no.value.permanent, "ours can be put right, and the message goes again"
    assert (receiver.refused, receiver.got) == (1, {})


async def test_a_body_that_was_changed_on_the_way_is_not_verified(receiver: Receiver) -> None:
    await CHANNEL.send(post(account(receiver)))
    [(headers, body)] = receiver.heard
    library = Webhook(receiver.secrets[0])
    assert library.verify(body, headers)
    for changed in (body.replace(b"14", b"41"), body + b" "):
        with pytest.raises(WebhookVerificationError):
            library.verify(changed, headers)
    with pytest.raises(WebhookVerificationError):
        library.verify(body, {**headers, "webhook-id": "msg_annan"})


async def test_while_a_secret_is_changed_the_old_one_and_the_new_one_are_both_good(receiver: Receiver) -> None:
    old, new = receiver.secrets[0], new_secret()
    both = account(receiver, [new, old])
    await CHANNEL.send(post(both))
    receiver.secrets = [new]
    await CHANNEL.send(post(both, key="publication:2"))
    assert (len(receiver.got), receiver.refused) == (2, 0)
    with pytest.raises(NotSent):
        await CHANNEL.send(post(account(receiver, [old]), key="publication:3"))
    assert receiver.refused == 1, "the overlap is over"


def test_our_signature_is_the_librarys() -> None:
    at, secret = dt.datetime(2024, 5, 3, 8, 0, tzinfo=dt.UTC), new_secret()
    assert signature([secret], "msg_1", int(at.timestamp()), b'{"a":1}') == Webhook(secret).sign("msg_1", at, '{"a":1}')
    with pytest.raises(ValueError, match="cannot be signed"):
        signature([], "msg_1", 0, b"")


def test_no_two_secrets_are_alike_and_each_is_of_32_bytes() -> None:
    assert new_secret() != new_secret()
    assert all(one.startswith("whsec_") and len(one) == len("whsec_") + 44 for one in (new_secret(), new_secret()))


# ---------------------------------------------------------------- answers
async def test_whoever_answers_410_wants_no_more(receiver: Receiver) -> None:
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(account(receiver, path="/borta")))
    assert (no.value.permanent, no.value.account) == (True, True)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 422, 500, 502, 503])
async def test_every_other_answer_than_a_yes_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.told = [(status, {"location": f"http://127.0.0.1:{receiver.port}/krok"})]
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(account(receiver)))
    assert (no.value.permanent, no.value.account) == (False, False)
    assert receiver.got == {}, "and no redirect is followed"
    await CHANNEL.send(post(account(receiver)))
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_says_how_long_to_wait(receiver: Receiver, status: int) -> None:
    receiver.told = [(status, {"retry-after": "90"})]
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(account(receiver)))
    assert no.value.after == dt.timedelta(seconds=90)


async def test_a_look_at_the_account_is_a_signed_message_that_tells_of_nothing(receiver: Receiver) -> None:
    assert (await CHANNEL.check(account(receiver))).state == "ok"
    [told] = taken(receiver)
    assert (told["type"], told["data"]) == ("connection.test", {})
    assert (await CHANNEL.check(account(receiver, [new_secret()]))).state == "warning"
    assert (await CHANNEL.check(account(receiver, path="/borta"))).state == "needs_human"


@pytest.mark.parametrize("url", ["https://169.254.169.254/krok", "https://10.0.0.8/krok", "https://[::1]/krok", "http://example.org/krok"])
async def test_no_address_leads_to_what_stands_beside_us(receiver: Receiver, url: str) -> None:
    outside = Hook(Http(loopback_only=False, here=(), public_only=True), KEY)
    sealed = seal(KEY, json.dumps({"url": url, "secrets": receiver.secrets})).decode()
    with pytest.raises(NotSent) as no:
        await outside.send(post(Account("", sealed, "Intranätet")))
    assert no.value.permanent


# ---------------------------------------------------------------- the schedule
def test_the_waits_grow_from_five_seconds_to_ten_hours_and_end_after_days() -> None:
    waits = [wait(attempts) for attempts in range(1, 30)]
    given = [one for one in waits if one is not None]
    assert len(given) == len(WAITS)
    assert waits[len(given) :] == [None] * (29 - len(given))
    for planned, one in zip(WAITS, given, strict=True):
        assert planned <= one <= planned * (1 + JITTER)
    assert WAITS[:6] == tuple(dt.timedelta(seconds=one) for one in (5, 300, 1800, 7200, 18_000, 36_000))
    assert dt.timedelta(days=4) < sum(given, dt.timedelta()) < dt.timedelta(days=7)


def test_two_messages_do_not_come_back_at_the_same_moment_and_each_keeps_its_own() -> None:
    assert wait(4, "publication:1") == wait(4, "publication:1")
    assert len({wait(4, f"publication:{one}") for one in range(20)}) == 20
