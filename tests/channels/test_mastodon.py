"""Mastodon, spoken to a real server of somebody else's making. What all places promise stands in test_conformance."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from PIL import Image

from tests.social import TOKEN, Social, Wire
from trygghet import clock
from trygghet.channels import Account, Depicted, NotSent, Picture, Post, Story, Unclear
from trygghet.channels import http as outgoing
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon, limits, render
from trygghet.channels.sealing import seal, unseal

pytestmark = pytest.mark.anyio
KEY = "k" * 40
CHANNEL = Mastodon(Http(loopback_only=True), KEY)


@pytest.fixture(scope="module")
def server() -> Iterator[Social]:
    made = Social()
    yield made.wait()
    made.stop()


@pytest.fixture
async def social(server: Social) -> Social:
    """The server without the posts of the test before."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        (await client.post("/api/v1/_mock/reset")).raise_for_status()
    return server


def post(url: str, name: str = "1", token: str = TOKEN) -> Post:
    permalink = f"https://trygghet.example.org/bjorken/uppdateringar/{name}"
    account = Account(url, seal(KEY, token).decode(), "@bjorken@example.org")
    text = f"Tredje dialogen\n\nVi möttes.\n\n{permalink}"
    payload = {"status": text, "visibility": "public", "language": "sv"}
    return Post("mastodon", f"publication:{name}", text, permalink, name, permalink, account=account, payload=payload)


@pytest.fixture
def wire(social: Social) -> Iterator[Wire]:
    made = Wire(social.port)
    yield made
    made.close()


def picture() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (4, 3), "green").save(body, "PNG")
    return body.getvalue()


async def test_a_post_goes_out_and_the_receipt_leads_to_it(social: Social) -> None:
    receipt = await CHANNEL.send(post(social.url))
    [there] = social.posts()
    assert (receipt.remote_id, receipt.remote_url) == (there["id"], there["url"])
    assert (there["visibility"], there["language"]) == ("public", "sv")
    assert "Tredje dialogen" in there["content"]


async def test_a_picture_that_does_not_arrive_has_published_nothing(social: Social) -> None:
    social.fault(path="/api/v2/media", type="status", status=500)
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(replace(post(social.url), picture=Picture(b"x", "image/png", "En bild.")))
    assert not no.value.permanent
    assert social.posts() == []


async def test_too_many_posts_wait_until_the_server_says(social: Social) -> None:
    reset = clock.wall() + dt.timedelta(minutes=40)
    social.fault(type="ratelimit", headers={"X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(social.url))
    assert no.value.after is not None
    assert abs(no.value.after - dt.timedelta(minutes=40)) < dt.timedelta(seconds=5)
    assert not no.value.permanent


async def test_a_token_that_is_no_longer_good_says_what_to_do_and_shows_no_token(social: Social) -> None:
    social.fault(type="status", status=401, body={"error": "The access token is invalid"})
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(social.url, token="hemlig-" + TOKEN))
    assert (no.value.permanent, no.value.account) == (True, True)
    assert "Anslut kontot igen" in no.value.reason
    assert "hemlig" not in no.value.reason


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_servers_own_fault_leaves_us_not_knowing(social: Social, status: int) -> None:
    social.fault(type="status", status=status)
    with pytest.raises(Unclear):
        await CHANNEL.send(post(social.url))


async def test_a_server_that_never_ends_its_answer_is_left(social: Social, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.5)
    wire.hold = True
    with pytest.raises(Unclear):
        await CHANNEL.send(post(wire.url))
    assert wire.held.is_set()


async def test_busy_and_out_of_reach_are_surely_not_sent(social: Social) -> None:
    social.fault(type="status", status=503)
    for url in (social.url, "http://127.0.0.1:1"):
        with pytest.raises(NotSent) as no:
            await CHANNEL.send(post(url))
        assert not no.value.permanent


async def test_what_was_never_posted_is_surely_absent_also_among_many_others(social: Social) -> None:
    assert await CHANNEL.find(post(social.url)) is None
    for number in range(45):
        social.post(f"Något annat {number} https://trygghet.example.org/bjorken/uppdateringar/a{number}")
    assert await CHANNEL.find(post(social.url)) is None


async def test_a_look_that_the_server_refuses_tells_nothing(social: Social) -> None:
    social.fault(path="/api/v1/accounts/verify_credentials", method="GET", type="status", status=500)
    with pytest.raises(Unclear):
        await CHANNEL.find(post(social.url))


async def test_the_example_never_leaves_the_machine_and_a_token_never_goes_in_clear_text() -> None:
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post("https://social.example.org"))
    assert no.value.permanent
    with pytest.raises(NotSent) as no:
        await Mastodon(Http(loopback_only=False), KEY).send(post("http://social.example.org"))
    assert "https" in no.value.reason


def test_a_sealed_token_says_nothing_and_opens_again() -> None:
    sealed = seal(KEY, "hemlig")
    assert b"hemlig" not in sealed
    assert unseal(KEY, sealed.decode()) == "hemlig"
    assert "hemlig" not in repr(Account("https://social.example.org", "hemlig", "@a"))


# ---------------------------------------------------------------- what is posted
STORY = Story("1", "Tredje dialogen", "Vi möttes. " * 80, "https://trygghet.example.org/bjorken/uppdateringar/1")


def test_a_text_is_counted_as_the_server_counts_and_shortened_so_that_the_address_fits() -> None:
    for link in (23, 32):
        rendered = render(STORY, {"characters": 500, "link": link})
        assert rendered.text.endswith(f" …\n\n{STORY.permalink}")
        assert 480 < rendered.count <= rendered.limit == 500
        assert rendered.count == len(rendered.text) - len(STORY.permalink) + link
        assert rendered.payload == {"status": rendered.text, "visibility": "public", "language": "sv"}
        assert rendered.problems == ()


def test_own_words_and_a_description_that_are_too_long_are_left_to_the_writer() -> None:
    shown = Depicted("a" * 64, "image/png", "Ett torg. " * 200, 4, 3)
    rendered = render(replace(STORY, wording="Vi möttes. " * 80, picture=shown), {"characters": 500, "description": 1500})
    assert rendered.problems == (f"Texten är {rendered.count - 500} tecken för lång.", "Beskrivningen av bilden är 500 tecken för lång.")


# ---------------------------------------------------------------- looking
async def test_nothing_is_posted_where_one_cannot_look_first(social: Social, wire: Wire) -> None:
    wire.cut("GET /api/v1/accounts")
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(wire.url))
    assert (no.value.permanent, no.value.account) == (False, False)
    assert social.posts() == []


async def test_a_look_ends_at_what_is_older_than_the_first_try_and_never_goes_on_for_ever(social: Social, wire: Wire) -> None:
    me = {"id": "1", "created_at": "2024-05-03T10:00:00.000Z", "content": "Något annat"}
    account = replace(post(wire.url).account or Account("", "", ""), account_id="1")
    wanted = replace(post(wire.url), account=account)
    for _ in range(20):  # a server that begins again from the top, whatever it is asked
        wire.answer("GET /api/v1/accounts/1/statuses", 200, [me])
    assert await CHANNEL.find(wanted) is None
    assert len(wire.asked) == 2
    wire.heal()
    for number in range(20):
        wire.answer("GET /api/v1/accounts/1/statuses", 200, [{**me, "id": str(number)}])
    with pytest.raises(Unclear, match=r"Se efter i kontot @bjorken@example\.org"):
        await CHANNEL.find(wanted)
    assert len(wire.asked) == 5
    wire.asked.clear()
    assert await CHANNEL.find(replace(wanted, since=dt.datetime(2024, 5, 6, 12, tzinfo=dt.UTC))) is None
    assert len(wire.asked) == 1


@pytest.mark.parametrize("answer", [(200, b"<html>"), (200, {"error": "no"}), (500, b"")])
async def test_a_look_at_the_posts_that_cannot_be_read_tells_nothing(social: Social, wire: Wire, answer: tuple[int, object]) -> None:
    wire.answer("GET /api/v1/accounts/1/statuses", *answer)
    account = replace(post(wire.url).account or Account("", "", ""), account_id="1")
    with pytest.raises(Unclear):
        await CHANNEL.find(replace(post(wire.url), account=account))


# ---------------------------------------------------------------- afterwards
async def test_a_correction_sends_the_picture_anew_with_what_it_shows_now(social: Social, wire: Wire) -> None:
    wanted = replace(post(wire.url), picture=Picture(picture(), "image/png", "En grön ruta."))
    receipt = await CHANNEL.send(wanted)
    right = replace(
        wanted, picture=Picture(picture(), "image/png", "Torget."), remote_id=receipt.remote_id, payload={**wanted.payload, "description": "Torget."}
    )
    wire.asked.clear()
    await CHANNEL.edit(right)
    upload, edit = wire.asked
    assert b"Torget." in upload
    assert edit.startswith(f"PUT /api/v1/statuses/{receipt.remote_id} ".encode())
    said = json.loads(edit.partition(b"\r\n\r\n")[2])
    assert set(said) == {"status", "visibility", "language", "media_ids"}
    async with httpx.AsyncClient(base_url=social.url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False) as client:
        shown = (await client.get(f"/api/v1/media/{said['media_ids'][0]}")).json()
    assert shown["description"] == "Torget."


async def test_a_post_is_confirmed_without_our_token_and_only_while_it_leads_to_our_page(social: Social, wire: Wire) -> None:
    wanted = post(wire.url)
    receipt = await CHANNEL.send(wanted)
    wire.asked.clear()
    assert await CHANNEL.confirm(replace(wanted, remote_id=receipt.remote_id)) == receipt
    assert b"authorization" not in wire.asked[0].lower()
    assert await CHANNEL.confirm(replace(wanted, remote_id=receipt.remote_id, permalink=wanted.permalink + "2")) is None
    assert await CHANNEL.confirm(replace(wanted, remote_id="999")) is None
    wire.answer("GET /api/v1/statuses", 502, b"")
    with pytest.raises(Unclear):
        await CHANNEL.confirm(replace(wanted, remote_id=receipt.remote_id))


async def test_a_server_that_has_moved_asks_for_the_account_again(social: Social, wire: Wire) -> None:
    wire.answer("POST /api/v1/statuses", 301, b"", {"location": "https://new.example.org/api/v1/statuses"})
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(wire.url))
    assert (no.value.permanent, no.value.account) == (True, True)


async def test_an_answer_that_cannot_be_read_leaves_us_not_knowing(social: Social, wire: Wire) -> None:
    wire.answer("POST /api/v1/statuses", 200, b"<html>")
    with pytest.raises(Unclear):
        await CHANNEL.send(post(wire.url))


@pytest.mark.parametrize(
    ("told", "expected"), [({"configuration": {"statuses": {"max_characters": 5000}}}, 5000), ({"max_toot_chars": 1000}, 1000), ({}, 500), ([], 500)]
)
async def test_a_server_that_tells_little_of_what_it_takes_is_taken_for_a_usual_one(social: Social, wire: Wire, told: object, expected: int) -> None:
    wire.answer("GET /api/v2/instance", 200, told)
    wire.answer("GET /api/v1/instance", 200, told)
    found = await limits(Http(loopback_only=True), wire.url)
    assert found == {"characters": expected, "link": 23, "description": 1500, "image_bytes": 5_000_000, "media": 4}
