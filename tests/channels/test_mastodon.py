"""Mastodon, spoken to a real server of somebody else's making."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from PIL import Image

from tests.social import TOKEN, Social, Wire
from trygghet import clock
from trygghet.channels import Account, NotSent, Picture, Post, Unclear
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon
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
    return Post("mastodon", f"publication:{name}", f"Tredje dialogen\n\nVi möttes.\n\n{permalink}", permalink, name, permalink, account=account)


async def test_a_post_goes_out_and_the_receipt_leads_to_it(social: Social) -> None:
    receipt = await CHANNEL.send(post(social.url))
    [there] = social.posts()
    assert (receipt.remote_id, receipt.remote_url) == (there["id"], there["url"])
    assert (there["visibility"], there["language"]) == ("public", "sv")
    assert "Tredje dialogen" in there["content"]


async def test_the_same_key_twice_is_one_post(social: Social) -> None:
    first = await CHANNEL.send(post(social.url))
    assert await CHANNEL.send(post(social.url)) == first
    assert len(social.posts()) == 1


async def test_a_picture_goes_along_with_its_description(social: Social) -> None:
    body = io.BytesIO()
    Image.new("RGB", (4, 3), "green").save(body, "PNG")
    await CHANNEL.send(replace(post(social.url), picture=Picture(body.getvalue(), "image/png", "En grön ruta.")))
    [there] = social.posts()
    assert [one["description"] for one in there["media_attachments"]] == ["En grön ruta."]


async def test_a_picture_that_does_not_arrive_has_published_nothing(social: Social) -> None:
    social.fault(path="/api/v2/media", type="status", status=500)
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(replace(post(social.url), picture=Picture(b"x", "image/png", "En bild.")))
    assert not no.value.permanent
    assert social.posts() == []


async def test_what_the_server_will_never_take_fails_for_good_with_its_reason(social: Social) -> None:
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(replace(post(social.url), text="x" * 600))
    assert (no.value.permanent, no.value.account) == (True, False)
    assert "”Validation failed" in no.value.reason


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


async def test_busy_and_out_of_reach_are_surely_not_sent(social: Social) -> None:
    social.fault(type="status", status=503)
    for url in (social.url, "http://127.0.0.1:1"):
        with pytest.raises(NotSent) as no:
            await CHANNEL.send(post(url))
        assert not no.value.permanent


async def test_a_cut_after_the_request_was_read_is_unclear_and_the_post_is_found(social: Social) -> None:
    wire = Wire(social.port)
    wire.cut("POST /api/v1/statuses")
    with pytest.raises(Unclear):
        await CHANNEL.send(post(wire.url))
    found = await CHANNEL.find(post(wire.url))
    wire.close()
    [there] = social.posts()
    assert found is not None
    assert found.remote_id == there["id"]


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


async def test_a_token_sealed_with_another_key_asks_for_the_account_again(social: Social) -> None:
    with pytest.raises(NotSent) as no:
        await Mastodon(Http(loopback_only=True), "another" * 8).send(post(social.url))
    assert (no.value.permanent, no.value.account) == (True, True)


def test_a_sealed_token_says_nothing_and_opens_again() -> None:
    sealed = seal(KEY, "hemlig")
    assert b"hemlig" not in sealed
    assert unseal(KEY, sealed.decode()) == "hemlig"
    assert "hemlig" not in repr(Account("https://social.example.org", "hemlig", "@a"))
