"""snac, an independent server of the fediverse: leave to write given by a person, and what it does unlike Mastodon."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.outside.places import KEY
from tests.outside.snac import BACK, LIMITS, Snac
from trygghet.channels import NotSent, Post, oauth
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon, limits

pytestmark = pytest.mark.anyio
OUT = Http(loopback_only=True)
PERMALINK = "https://trygghet.example.org/bjorken/uppdateringar/1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snac]:
    made = Snac.start(tmp_path_factory.mktemp("snac"))
    yield made
    made.stop()


@pytest.fixture
def snac(server: Snac) -> Snac:
    server.empty()
    return server


def post(snac: Snac, text: str = f"Vi möttes.\n\n{PERMALINK}") -> Post:
    payload = {"status": text, "visibility": "public", "language": "sv"}
    return Post("mastodon", "publication:1", text, PERMALINK, "1", PERMALINK, account=snac.account(), payload=payload)


# ---------------------------------------------------------------- leave to write
async def test_a_person_gives_leave_on_the_servers_own_page_and_takes_it_back(snac: Snac) -> None:
    app, token = await snac.leave(OUT, secrets.token_urlsafe(48))
    account = snac.as_account(token)
    assert (await Mastodon(OUT, KEY).check(account)).state == "ok"
    for _ in range(2):
        await oauth.revoke(OUT, snac.wire.url, app, token)
    assert (await Mastodon(OUT, KEY).check(account)).state == "needs_human"


async def test_a_code_that_is_used_up_gives_nothing_and_tells_nothing(snac: Snac) -> None:
    app = await oauth.register_app(OUT, snac.wire.url, BACK)
    snac.wire.answer(
        "POST /oauth/token", 400, {"error": "invalid_grant", "error_description": f"used-up by {app.client_secret}"}
    )  # as Mastodon says it
    with pytest.raises(NotSent) as no:
        await oauth.exchange(OUT, snac.wire.url, app, BACK, code="used-up", verifier="v" * 43)
    assert (no.value.permanent, no.value.account) == (True, True)
    assert app.client_secret not in no.value.reason + repr(app)
    assert "used-up" not in no.value.reason


async def test_an_answer_that_is_lost_is_asked_for_again_by_the_person(snac: Snac) -> None:
    snac.wire.cut("POST /api/v1/apps")
    with pytest.raises(NotSent) as no:
        await oauth.register_app(OUT, snac.wire.url, BACK)
    assert not no.value.permanent


async def test_the_way_to_the_server_holds_the_verifier_back_and_asks_for_no_more_than_is_needed(snac: Snac) -> None:
    app = await oauth.register_app(OUT, snac.wire.url, BACK)
    address = oauth.authorize_url(snac.wire.url, app, BACK, state="ours", verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    asked = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    assert asked["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # the pair of RFC 7636, appendix B
    assert (asked["code_challenge_method"], asked["state"], asked["response_type"]) == ("S256", "ours", "code")
    assert asked["scope"].split() == ["read:accounts", "read:statuses", "write:statuses", "write:media"]
    assert "dBjftJeZ4CVP" not in address
    assert app.client_secret not in address


@pytest.mark.parametrize(
    ("status", "body", "permanent"), [(503, b"", False), (429, b"", False), (404, b"<html>", True), (200, b"<html>", True), (200, {"id": 1}, True)]
)
async def test_a_server_that_knows_no_programs_is_told_from_one_that_is_busy(snac: Snac, status: int, body: object, permanent: bool) -> None:  # noqa: FBT001
    snac.wire.answer("POST /api/v1/apps", status, body)
    with pytest.raises(NotSent) as no:
        await oauth.register_app(OUT, snac.wire.url, BACK)
    assert no.value.permanent == permanent


# ---------------------------------------------------------------- unlike Mastodon
async def test_what_it_takes_is_read_from_the_older_form_where_it_has_no_newer(snac: Snac) -> None:
    assert await limits(OUT, snac.wire.url) == LIMITS
    assert [one.split(b" ")[1] for one in snac.wire.asked] == [b"/api/v2/instance", b"/api/v1/instance"]


async def test_it_forgets_keys_so_we_look_before_we_post(snac: Snac) -> None:
    wanted, body = post(snac), {"status": "Samma nyckel", "visibility": "public"}
    for _ in range(2):
        snac.client.post("/api/v1/statuses", json=body, headers={"idempotency-key": "the same"}).raise_for_status()
    assert len(snac.posts()) == 2  # by themselves
    channel = Mastodon(OUT, KEY)
    assert await channel.send(wanted) == await channel.send(wanted)
    assert len(snac.posts()) == 3


async def test_a_post_is_found_among_its_own_alone_by_the_whole_address(snac: Snac) -> None:
    channel = Mastodon(OUT, KEY)
    await channel.send(post(snac, f"En annan uppdatering.\n\n{PERMALINK}0"))
    assert await channel.find(post(snac)) is None


async def test_it_shows_its_posts_to_nobody_by_the_api_and_is_read_as_the_account(snac: Snac) -> None:
    wanted, channel = post(snac), Mastodon(OUT, KEY)
    receipt = await channel.send(wanted)
    snac.wire.asked.clear()
    found = await channel.confirm(Post(**{**vars(wanted), "remote_id": receipt.remote_id}))
    assert found == receipt
    assert [b"authorization:" in one.lower() for one in snac.wire.asked] == [False, True]
