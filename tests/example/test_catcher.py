"""The catcher as its own process, fed by the real channels, and the pages that show what it caught."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest

from tests import cast
from trygghet import app, channels, database, embedded
from trygghet.accounts.rules import Keys
from trygghet.channels import Account, Letter, Picture, Point, Post, oauth
from trygghet.channels.hook import new_secret
from trygghet.channels.http import Http
from trygghet.channels.sealing import seal
from trygghet.example import story
from trygghet.example.rules import START

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trygghet.channels import Channel
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Caught(NamedTuple):
    """An example whose catcher runs, and the product's own channels to it."""

    settings: Settings
    channels: dict[str, Channel]
    account: Account


class Addresses(NamedTuple):
    """Where the catcher listens and keeps what it gets."""

    smtp: int
    social: int
    var: Path


@pytest.fixture(scope="module")
async def process(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Addresses]:
    """A catcher that runs."""
    where = Addresses(embedded.free_port(), embedded.free_port(), tmp_path_factory.mktemp("var"))
    environ = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "postgresql://unused/unused",
        "REDIS_URL": "redis://unused",
        "SECRET_KEY": "x" * 40,
        "EXAMPLE": "1",
        "SMTP_URL": f"smtp://127.0.0.1:{where.smtp}",
        "EXAMPLE_SOCIAL_URL": f"http://127.0.0.1:{where.social}",
        "VAR_DIR": str(where.var),
    }
    started = await asyncio.create_subprocess_exec(sys.executable, "-m", "trygghet.example.catcher", env=environ)
    try:
        for port in (where.smtp, where.social):
            await _answers(port)
        yield where
    finally:
        started.terminate()
        await asyncio.wait_for(started.wait(), 10)


@pytest.fixture
def catcher(process: Addresses, example: Settings) -> Caught:
    """The catcher with empty shelves, and the product's channels to it."""
    for path in (*(process.var / "mail").iterdir(), *(process.var / "posts").iterdir()):
        path.unlink()
    urls = {"smtp_url": f"smtp://127.0.0.1:{process.smtp}", "example_social_url": f"http://127.0.0.1:{process.social}"}
    chosen = replace(example, var=process.var, **urls)
    account = Account(chosen.example_social_url, seal(chosen.secret_key, "amal@example.org").decode(), "@amal@example.org")
    return Caught(chosen, channels.ready(chosen), account)


async def _answers(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return
    pytest.fail(f"nothing listens on {port}")


def _letter(subject: str = "91 dagar kvar av löftet i Åmål", html: str = "<p>Hej <b>Maj</b></p>") -> Letter:
    return Letter("maj.lindroth@amal.example.org", "Maj Lindroth", subject, "Hej Maj", html, f"<{uuid.uuid4()}@trygghet.example.org>")


@pytest.fixture
async def visitor(catcher: Caught) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, in front of the example."""
    made = app.create_app(catcher.settings)
    transport = httpx.ASGITransport(app=made, raise_app_exceptions=False)
    async with made.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def test_a_mail_that_was_sent_is_listed_and_read(catcher: Caught, visitor: httpx.AsyncClient) -> None:
    assert "Inga mejl än" in (await visitor.get("/exempel/mejl")).text
    sent = _letter()
    await catcher.channels["mail"].send(sent)
    await catcher.channels["mail"].close()
    async with database.across_organisations() as link:
        await link.execute(
            """INSERT INTO delivery (organisation_id, key, kind, channel, title, due_at, created_at, state, settled_at, message_id)
               VALUES ($1, 'prov', 'reminder', 'mail', 'Prov', $2, $2, 'sent', $2, $3)""",
            story.organisation_id("amal"),
            START,
            sent.message_id,
        )
    page = (await visitor.get("/exempel/mejl")).text
    assert "Ett mejl har gått ut" in page
    assert "91 dagar kvar av löftet i Åmål" in page
    assert "1 okt 2024 08.00" in page, "by the example's clock"
    name = page.partition('href="/exempel/mejl/')[2].partition('"')[0]
    read = (await visitor.get(f"/exempel/mejl/{name}")).text
    assert "Hej Maj" in read
    assert "Maj Lindroth" in read


async def test_a_mails_html_is_shut_in(catcher: Caught, visitor: httpx.AsyncClient) -> None:
    await catcher.channels["mail"].send(_letter(html='<p>Hej</p><script>alert(1)</script><img src="https://evil.example.org/x.png">'))
    await catcher.channels["mail"].close()
    (file,) = (catcher.settings.var / "mail").glob("*.eml")
    page = await visitor.get(f"/exempel/mejl/{file.stem}")
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.text
    letter = await visitor.get(f"/exempel/mejl/{file.stem}/brev")
    policy = letter.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert letter.headers["x-frame-options"] == "SAMEORIGIN"
    assert "<p>Hej</p>" in letter.text


@pytest.mark.parametrize("name", ["123", "..", "%2e%2e%2fposts%2f1", "0" * 18])
async def test_only_what_was_caught_can_be_opened(visitor: httpx.AsyncClient, name: str) -> None:
    assert (await visitor.get(f"/exempel/mejl/{name}")).status_code == 404
    assert (await visitor.get(f"/exempel/mejl/{name}/brev")).status_code == 404
    assert (await visitor.get(f"/exempel/inlagg/bild/{name}.png")).status_code == 404


async def test_a_post_arrives_once_is_found_again_and_shown_with_its_picture(catcher: Caught, visitor: httpx.AsyncClient) -> None:
    link = "http://127.0.0.1:8000/amal/uppdateringar/1"
    social = catcher.channels["mastodon"]
    sent = Post(
        "mastodon",
        "publication:1:x",
        f"Tredje dialogen\n\nEtt <tjugotal> företagare\n\n{link}",
        link,
        "1",
        "",
        Picture(PIXEL, "image/png", "Kajen i skymning"),
        catcher.account,
    )
    assert await social.find(sent) is None
    first, again = await social.send(sent), await social.send(sent)
    assert first.remote_id == again.remote_id, "the same key is the same post"
    found = await social.find(sent)
    assert found is not None
    assert found.remote_id == first.remote_id
    page = (await visitor.get("/exempel/inlagg")).text
    assert "Ett inlägg har gått ut" in page
    assert "@amal@example.org" in page
    assert "Ett &lt;tjugotal&gt; företagare" in page
    assert 'alt="Kajen i skymning"' in page
    picture = await visitor.get(page.partition('class="post-picture" src="')[2].partition('"')[0])
    assert (picture.headers["content-type"], picture.content) == ("image/png", PIXEL)


async def test_the_social_server_refuses_strangers_and_what_is_too_long(catcher: Caught) -> None:
    async with httpx.AsyncClient(base_url=catcher.settings.example_social_url, headers={"authorization": "Bearer amal@example.org"}) as client:
        assert (await client.get("/api/v1/accounts/verify_credentials", headers={"authorization": ""})).status_code == 401
        assert (await client.post("/api/v1/statuses", json={"status": "å" * 501})).status_code == 422
        assert (await client.post("/api/v1/statuses", json={"status": "å" * 470 + " http://127.0.0.1/" + "x" * 200})).status_code == 200
        assert (await client.post("/api/v2/media", files={"file": ("x.txt", b"x", "text/plain")})).status_code == 422


async def test_accounts_do_not_see_each_others_posts_and_pages_of_posts_follow_each_other(catcher: Caught) -> None:
    async with httpx.AsyncClient(base_url=catcher.settings.example_social_url) as client:
        for account in ("amal", "polisen_ostra_fyrbodal"):
            for number in range(3):
                await client.post(
                    "/api/v1/statuses", json={"status": f"{account} {number}"}, headers={"authorization": f"Bearer {account}@example.org"}
                )
        mine = {"authorization": "Bearer amal@example.org"}
        first = (await client.get("/api/v1/accounts/amal/statuses", params={"limit": "2"}, headers=mine)).json()
        rest = (await client.get("/api/v1/accounts/amal/statuses", params={"max_id": first[-1]["id"]}, headers=mine)).json()
    assert [one["text"] for one in first + rest] == ["amal 2", "amal 1", "amal 0"]


async def test_the_sign_in_page_lists_everybody_and_one_press_signs_in(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get("/logga-in")).text
    assert page.count('name="password" value="') == sum(not person.acting for one in story.place().organisation for person in one.people)
    answer = await visitor.post(
        "/logga-in", data={"email": "maj.lindroth@amal.example.org", "password": story.PASSWORD, "_csrf_token": cast.csrf(page)}
    )
    assert answer.status_code == 303


def test_nothing_of_the_example_is_loaded_outside_it() -> None:
    code = (
        "import sys; from trygghet import app, settings; "
        "app.create_app(settings.load({'DATABASE_URL': 'postgresql://x/x', 'REDIS_URL': 'redis://x', 'SECRET_KEY': 'x' * 32})); "
        "print([name for name in sys.modules if name.startswith(('trygghet.example', 'aiosmtpd'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert found.stdout.strip() == "[]"


async def test_a_post_in_a_room_is_answered_as_teams_and_slack_answer_and_shown_as_it_reads(catcher: Caught, visitor: httpx.AsyncClient) -> None:
    chat, social = catcher.channels["webhook"], catcher.settings.example_social_url
    points = (Point("Löftet [i Åmål] & så vidare går ut om 7 dagar", "http://127.0.0.1:8000/frister#frist-1", "Senast tisdag 31 december 2024"),)
    for form in ("teams", "slack"):
        account = Account(social, seal(catcher.settings.secret_key, f"{social}/krokar/rummet").decode(), "Rummet", form)
        sent = Post(
            "webhook", "post:1", "Det här väntar hos oss i dag\n\nEn frist.", "http://127.0.0.1:8000/frister", "", "", account=account, points=points
        )
        assert bool((await chat.send(sent)).remote_id) == (form == "teams"), "a Workflow gives its run a number"
    page = (await visitor.get("/exempel/inlagg")).text
    assert "Inga inlägg än" in page, "nothing for residents"
    for said in ("Rummet, Teams", "Rummet, Slack"):
        assert page.count(said) == 1
    assert page.count('<a href="http://127.0.0.1:8000/frister#frist-1">Löftet [i Åmål] &amp; så vidare går ut om 7 dagar</a>') == 2
    assert page.count("Senast tisdag 31 december 2024") == 2


async def test_a_room_refuses_what_neither_form_is(catcher: Caught) -> None:
    async with httpx.AsyncClient(base_url=catcher.settings.example_social_url) as client:
        for body in (b"inget", b"[]", b'{"blocks": []}', b'{"type": "message", "attachments": [{}]}', b'{"attachments": [1]}'):
            assert (await client.post("/krokar/rummet", content=body)).status_code == 400, body


async def test_a_program_takes_what_is_signed_and_refuses_the_rest(catcher: Caught) -> None:
    social = catcher.settings.example_social_url
    sealed = seal(catcher.settings.secret_key, Keys(f"{social}/webhook/intranatet", (new_secret(),)).stored).decode()
    assert (await catcher.channels["hook"].check(Account(social, sealed, "Intranätet"))).state == "ok"
    [kept] = catcher.settings.var.glob("posts/*.event.json")
    assert json.loads(kept.read_bytes())["told"]["type"] == "connection.test"
    async with httpx.AsyncClient(base_url=social) as client:
        assert (await client.post("/webhook/intranatet", json={})).status_code == 401


async def test_the_social_server_corrects_and_takes_away_as_others_do(catcher: Caught) -> None:
    mastodon, link = catcher.channels["mastodon"], "https://trygghet.example.org/amal/uppdateringar/a"
    said = Post("mastodon", "key", f"Först\n\n{link}", link, "", "", account=catcher.account, payload={"status": f"Först\n\n{link}"})
    made = replace(said, remote_id=(await mastodon.send(said)).remote_id)
    assert await mastodon.confirm(made) is not None
    await mastodon.edit(replace(made, payload={"status": f"Rättat\n\n{link}"}))
    async with httpx.AsyncClient(base_url=catcher.settings.example_social_url) as client:
        assert "Rättat" in (await client.get(f"/api/v1/statuses/{made.remote_id}")).json()["content"]
    for _ in range(2):
        await mastodon.retract(made)
    assert await mastodon.confirm(made) is None


async def test_the_social_server_gives_leave_for_the_account_that_is_named(catcher: Caught) -> None:
    social, back = catcher.settings.example_social_url, "http://testserver/kopplingar/mastodon/klar"
    http = Http(loopback_only=True)
    app_there = await oauth.register_app(http, social, back)
    async with httpx.AsyncClient() as client:
        address = oauth.authorize_url(social, app_there, back, state="s", verifier="v" * 50)
        assert "Konto" in (await client.get(address)).text
        came = httpx.URL((await client.post(address, data={"konto": "@Kulturen"})).headers["location"])
    assert came.params["state"] == "s"
    token = await oauth.exchange(http, social, app_there, back, code=came.params["code"], verifier="v" * 50)
    sealed = seal(catcher.settings.secret_key, token).decode()
    assert (await catcher.channels["mastodon"].check(Account(social, sealed, ""))).name == "@kulturen@example.org"
    await oauth.revoke(http, social, app_there, token)
