"""What is WordPress's own way, tried on Debian's own WordPress; what every place promises is tried in test_conformance."""

from __future__ import annotations

import asyncio
import io
import json
import re
import uuid
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from PIL import Image

from tests.outside.pages import Pages
from tests.outside.places import KEY
from tests.outside.wordpress import DebianWordPress
from trygghet import clock
from trygghet.channels import Account, Depicted, NotSent, Picture, Post, Story, Unclear
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal
from trygghet.channels.wordpress import WordPress, authorize_url, discover, mint, render

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.anyio
HTTP = Http(loopback_only=True)
GREEN = Depicted("1" * 64, "image/png", "En grön ruta på torget.", 8, 6)
BACK, AWAY = "http://127.0.0.1/kopplingar/tillbaka?tillstand=1", "http://127.0.0.1/kopplingar/avbruten"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianWordPress]:
    made = DebianWordPress.start(tmp_path_factory.mktemp("wordpress"))
    yield made
    made.stop()


@pytest.fixture
def site(started: DebianWordPress) -> DebianWordPress:
    started.empty()
    return started


def story(body: str = "Vi har satt upp 14 lampor.", picture: Depicted | None = None) -> Story:
    name = uuid.uuid4()
    by = ("Björkens kommun", "Polisen i Björken")
    return Story(str(name), "Belysningen är på plats", body, f"https://t.example.org/u/{name.hex}", by=by, voice="Gemensamt", picture=picture)


def post(site: DebianWordPress, told: Story, account: Account | None = None) -> Post:
    rendered, now = render(told, {}), clock.wall()
    wanted = Post("wordpress", f"publication:{told.id}", rendered.text, told.permalink, "1", told.permalink, payload=rendered.payload, since=now)
    picture = Picture(png(), "image/png", told.picture.alt) if told.picture else None
    minted = mint(uuid.UUID(told.id), uuid.UUID(int=7), now)
    return replace(wanted, account=account or site.account(), minted=minted, picture=picture)


def png(colour: str = "green") -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(body, "PNG")
    return body.getvalue()


# ---------------------------------------------------------------- what is written
def test_every_paragraph_is_a_block_whose_words_are_never_mark_up() -> None:
    told = replace(story("Åtta <b>kom</b> & pratade.\nMånga från skolan.\n\n\nNästa gång är i maj."), permalink="https://t.example.org/u/1")
    made = render(told, {})
    assert made.payload == {
        "title": "Belysningen är på plats",
        "content": "\n\n".join(
            f"<!-- wp:paragraph -->\n<p>{one}</p>\n<!-- /wp:paragraph -->"
            for one in (
                "Åtta &lt;b&gt;kom&lt;/b&gt; &amp; pratade.<br>Många från skolan.",
                "Nästa gång är i maj.",
                "Gemensamt från Björkens kommun och Polisen i Björken.",
                '<a href="https://t.example.org/u/1">https://t.example.org/u/1</a>',
            )
        ),
        "excerpt": "Åtta &lt;b&gt;kom&lt;/b&gt; &amp; pratade. Många från skolan. Nästa gång är i maj.",
        "status": "publish",
    }
    assert "Från Polisen i Björken." in render(replace(told, voice="Polisen i Björken"), {}).text


async def test_what_looks_like_mark_up_is_read_as_it_was_written(site: DebianWordPress) -> None:
    told = replace(story("<script>alert(1)</script> & <b>fet</b>"), title="Ljus & <i>lykta</i>")
    await site.place().send(post(site, told))
    [there] = site.posts()
    assert there.text.startswith("Ljus & <i>lykta</i>\n\n<script>alert(1)</script> & <b>fet</b>\n\n")


async def test_the_post_has_its_name_in_its_address_and_its_picture_in_its_head(site: DebianWordPress) -> None:
    told = story(picture=GREEN)
    receipt = await site.place().send(post(site, told))
    assert urlsplit(receipt.remote_url).path == f"/trygghet-{told.id}/"
    async with httpx.AsyncClient(trust_env=False) as client:
        page = (await client.get(receipt.remote_url)).text
    assert GREEN.alt in page
    assert f'href="{told.permalink}"' in page


# ---------------------------------------------------------------- once
class OneAtATime:
    """Keeps accounts for one process."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def alone(self, account: Account) -> AsyncIterator[Account]:
        async with self._lock:
            yield account

    async def renewed(self, account: Account, sealed: str) -> None:
        raise AssertionError("nothing is renewed here")


async def test_three_at_once_make_one_post_with_our_lock(site: DebianWordPress) -> None:
    wanted, place = post(site, story(picture=GREEN)), WordPress(HTTP, KEY, OneAtATime())
    receipts = await asyncio.gather(*(place.send(wanted) for _ in range(3)))
    assert len(set(receipts)) == 1
    assert (len(site.all()), len(site.all("media"))) == (1, 1)


@pytest.mark.parametrize("state", ["draft", "pending", "private"])
async def test_what_an_editor_has_unpublished_is_found_and_not_posted_beside_it(site: DebianWordPress, state: str) -> None:
    wanted = post(site, story())
    receipt = await site.place().send(wanted)
    site.change(receipt.remote_id, status=state)
    found = await site.place().find(wanted)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    await site.place().send(wanted)
    assert len(site.all()) == 1
    seen = replace(wanted, remote_id=receipt.remote_id, remote_url=receipt.remote_url)
    assert await site.place().confirm(seen) is None, "residents do not see it"
    await site.place().edit(replace(seen, act="edit"))
    assert [one["status"] for one in site.all()] == [state], "a correction does not publish it again"


async def test_a_picture_whose_answer_was_lost_is_not_uploaded_again(site: DebianWordPress) -> None:
    wanted = post(site, story(picture=GREEN))
    site.wire.cut("POST /wp-json/wp/v2/media")
    with pytest.raises(NotSent, match="Bilden kom inte fram") as no:
        await site.place().send(wanted)
    assert not no.value.permanent
    assert site.all() == []
    await site.place().send(wanted)
    assert len(site.all("media")) == 1
    [there] = site.posts()
    assert there.alts == (GREEN.alt,)


# ---------------------------------------------------------------- afterwards
async def test_a_withdrawal_ends_the_address_and_deletes_our_picture_and_no_other(site: DebianWordPress) -> None:
    wanted = post(site, story(picture=GREEN))
    receipt = await site.place().send(wanted)
    assert site.files()
    await site.place().retract(replace(wanted, act="retract", remote_id=receipt.remote_id))
    assert [one["status"] for one in site.all()] == ["trash"]
    assert site.all("media") == []
    assert site.files() == []
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(receipt.remote_url)).status_code == 404


async def test_another_picture_takes_the_place_of_the_first_and_none_takes_it_away(site: DebianWordPress) -> None:
    told = story(picture=GREEN)
    wanted = post(site, told)
    receipt = await site.place().send(wanted)
    edit = replace(wanted, act="edit", remote_id=receipt.remote_id)
    await site.place().edit(
        replace(edit, picture=Picture(png("blue"), "image/png", "En blå ruta."), payload={**edit.payload, "alt_text": "En blå ruta."})
    )
    [there] = site.posts()
    assert there.alts == ("En blå ruta.",)
    await site.place().edit(replace(edit, picture=None))
    [there] = site.posts()
    assert there.alts == ()


async def test_a_post_that_lost_our_address_is_no_longer_ours_to_show(site: DebianWordPress) -> None:
    wanted = post(site, story())
    receipt = await site.place().send(wanted)
    seen = replace(wanted, remote_id=receipt.remote_id, remote_url=receipt.remote_url)
    assert await site.place().confirm(seen) == receipt
    site.change(receipt.remote_id, content="<p>Något annat.</p>")
    assert await site.place().confirm(seen) is None


async def test_a_page_that_hides_what_the_site_has_cannot_be_told(site: DebianWordPress) -> None:
    wanted = post(site, story())
    receipt = await site.place().send(wanted)
    site.wire.answer(f"GET /trygghet-{uuid.UUID(wanted.key.partition(':')[2])}", 503, b"Vi bygger om")
    seen = replace(wanted, remote_id=receipt.remote_id, remote_url=receipt.remote_url.replace(site.running.url, site.wire.url))
    with pytest.raises(Unclear, match="visar det inte"):
        await site.place().confirm(seen)


# ---------------------------------------------------------------- accounts
async def test_whoever_may_only_read_is_told_what_is_lacking(site: DebianWordPress) -> None:
    reader = site.account_of("reader", site.passwords["reader"])
    health = await site.place().check(reader)
    assert (health.state, "rollen författare" in health.why) == ("needs_human", True)
    with pytest.raises(NotSent) as no:
        await site.place().send(post(site, story(), reader))
    assert (no.value.permanent, no.value.account) == (True, True)


async def test_a_site_without_pretty_addresses_is_asked_in_its_own_way(site: DebianWordPress) -> None:
    plain = site.account_of("trygghet", site.passwords["trygghet"], pretty=False)
    wanted = post(site, story(picture=GREEN), plain)
    receipt = await site.place().send(wanted)
    assert all(b"rest_route=" in one for one in site.wire.asked)
    assert await site.place().find(wanted) == receipt
    await site.place().retract(replace(wanted, act="retract", remote_id=receipt.remote_id))
    assert site.posts() == []
    for begins in ("GET /wp-json/", "GET /wp-json/"):
        site.wire.answer(begins, 404, b"<h1>Sidan finns inte</h1>", {"content-type": "text/html"})
    health = await site.place().check(site.account())
    assert (health.state, health.limits) == ("ok", {"pretty": False})


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (403, b"<h1>Blocked</h1>", {}),
        (200, b"<html>Are you human?</html>", {}),
        (406, b"<h1>Not Acceptable</h1>", {}),
        (404, b'{"code":"rest_no_route","message":"No route was found."}', {}),
        (401, b'{"code":"rest_not_logged_in","message":"You are not currently logged in."}', {}),
        (301, b"", {"location": "https://www.example.org/wp-json/"}),
    ],
)
async def test_what_stands_before_the_site_needs_a_person(site: DebianWordPress, status: int, body: bytes, headers: dict[str, str]) -> None:
    site.wire.answer("GET /wp-json/wp/v2/posts", status, body, headers)
    with pytest.raises(NotSent) as no:
        await site.place().send(post(site, story()))
    assert (no.value.permanent, no.value.account) == (True, True)
    assert site.all() == []


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_fault_of_the_servers_own_may_have_come_after_the_post(site: DebianWordPress, status: int) -> None:
    site.wire.answer(site.writes, status, b"<p>There has been a critical error on this website.</p>")
    wanted = post(site, story())
    with pytest.raises(Unclear):
        await site.place().send(wanted)
    assert await site.place().find(wanted) is None


@pytest.mark.parametrize(
    ("body", "status"), [({"code": "empty_content", "message": "Content, title, and excerpt are empty."}, 400), (None, 413), (None, 415)]
)
async def test_what_the_site_will_never_take_is_said(site: DebianWordPress, body: object, status: int) -> None:
    site.wire.answer(site.writes, status, body)
    with pytest.raises(NotSent) as no:
        await site.place().send(post(site, story()))
    assert (no.value.permanent, no.value.account) == (True, False)


# ---------------------------------------------------------------- connecting
async def test_the_site_says_where_its_users_give_programs_leave_and_we_come_back_with_a_password(site: DebianWordPress) -> None:
    url = await authorize_url(HTTP, f"{site.running.url}/", "Trygghet", BACK, AWAY)
    assert url.startswith(f"{site.running.url}/wp-admin/authorize-application.php?")
    asked = parse_qs(urlsplit(url).query)
    assert asked["success_url"] == [BACK]
    async with httpx.AsyncClient(trust_env=False, base_url=site.running.url, timeout=30) as client:
        await client.get("/wp-login.php")
        await client.post("/wp-login.php", data={"log": "admin", "pwd": "adminpw", "testcookie": "1"})
        page = (await client.get(url)).raise_for_status()
        fields = dict(one.groups() for one in re.finditer(r'<input type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        given = await client.post("/wp-admin/authorize-application.php", data={**fields, "app_name": asked["app_name"][0], "approve": "1"})
    told = {name: value[0] for name, value in parse_qs(urlsplit(given.headers["location"]).query).items()}
    assert (told["tillstand"], told["user_login"], told["site_url"]) == ("1", "admin", site.running.url)
    assert (await site.place().check(site.account_of("admin", told["password"]))).state == "ok"
    assert asked["app_name"] != ["Trygghet"], "the same user may have given us a password before, and WordPress takes no name twice"


async def test_a_site_without_pretty_addresses_is_found_too(site: DebianWordPress) -> None:
    site.wire.answer("GET /wp-json/", 404, b"<h1>Sidan finns inte</h1>")
    assert (await discover(HTTP, site.wire.url)).base_url == site.wire.url


async def test_a_site_that_has_moved_is_spoken_to_where_it_is(site: DebianWordPress) -> None:
    pages = Pages()
    pages.move("/wp-json/", f"{site.wire.url}/wp-json")
    assert (await discover(HTTP, pages.url)).base_url == site.wire.url
    pages.move("/wp-json/", f"{site.wire.url}/?rest_route=/")
    assert (await discover(HTTP, pages.url)).base_url == site.wire.url
    pages.close()


async def test_what_is_no_wordpress_or_gives_programs_no_passwords_is_said() -> None:
    pages = Pages()
    with pytest.raises(NotSent, match="svarar inte som en WordPress"):
        await authorize_url(HTTP, pages.url, "Trygghet", BACK, AWAY)
    for ways in ([], {}, {"application-passwords": {"endpoints": {"authorization": "https://annan.example.org/wp-admin/authorize-application.php"}}}):
        pages.show("/wp-json/", json.dumps({"namespaces": ["wp/v2"], "authentication": ways}))
        with pytest.raises(NotSent, match="låter inte program få egna lösenord") as no:
            await authorize_url(HTTP, pages.url, "Trygghet", BACK, AWAY)
        assert no.value.permanent
    pages.close()
    with pytest.raises(NotSent):
        await discover(HTTP, pages.url)


async def test_a_password_never_goes_in_clear_text_nor_into_a_closed_network() -> None:
    outside = WordPress(Http(loopback_only=False, here=(), public_only=True), KEY)
    sealed = seal(KEY, json.dumps({"user": "trygghet", "password": "HEMLIG"})).decode()
    for url, why in (("http://www.example.org", "https"), ("https://169.254.169.254", "slutet nät"), ("https://[::1]", "slutet nät")):
        health = await outside.check(Account(url, sealed, "Björkens kommun"))
        assert (health.state, why in health.why, "HEMLIG" in health.why) == ("needs_human", True, False)
