"""Teams and Slack, spoken to a server on a real socket that can be slow, refuse and hang up; and where no address may lead."""

from __future__ import annotations

import datetime as dt
import http.server
import ssl
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.channels.chat import SECRET, Room, Told
from trygghet.channels import Account, NotSent, Point, Post, Unclear
from trygghet.channels import http as outgoing
from trygghet.channels.http import LONGEST_WAIT, Http, is_public, pinned
from trygghet.channels.sealing import seal
from trygghet.channels.webhook import FORMS, Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.anyio
KEY = "k" * 40
CHANNEL = Webhook(Http(loopback_only=True, public_only=True), KEY)
POINTS = (
    Point("Uppföljningen [2024] & <!channel> är klar om 7 dagar", "https://trygghet.example.org/uppfoljning/1", "Senast tisdag 31 december 2024"),
    Point("Rapporten till BRÅ ska lämnas i dag", "https://trygghet.example.org/frister#frist-2"),
)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.close()


def post(url: str, form: str = "slack", key: str = KEY) -> Post:
    account = Account("https://chat.example.org", seal(key, url).decode(), "Trygghetsgruppen", form)
    text = "Det här väntar hos oss i dag\n\nBjörkens kommun, tisdag 1 oktober. Två frister."
    return Post("webhook", "post:1", text, "https://trygghet.example.org/frister", "", "", account=account, points=POINTS)


# ---------------------------------------------------------------- the two forms
async def test_slack_gets_blocks_and_the_same_as_a_text_that_alone_says_all(room: Room) -> None:
    await CHANNEL.send(post(room.url))
    [got] = room.got
    assert room.paths == [f"/services/{SECRET}"]
    assert set(got) == {"text", "blocks", "unfurl_links"}
    assert [one["type"] for one in got["blocks"]] == ["header", "section", "section", "section", "section"]
    assert got["blocks"][0]["text"] == {"type": "plain_text", "text": "Det här väntar hos oss i dag", "emoji": False}
    assert {one["text"]["type"] for one in got["blocks"][1:]} == {"mrkdwn"}
    assert got["blocks"][2]["text"]["text"] == (
        "<https://trygghet.example.org/uppfoljning/1|Uppföljningen [2024] &amp; &lt;!channel&gt; är klar om 7 dagar>\nSenast tisdag 31 december 2024"
    )
    assert "<!" not in got["text"], "a text of ours never calls a whole channel"
    for said in ("Det här väntar hos oss i dag", "Två frister.", *(one.url for one in POINTS), "Senast tisdag 31 december 2024"):
        assert said in got["text"]


async def test_teams_gets_one_adaptive_card_in_a_message(room: Room) -> None:
    room.told = [Told(202, b"", (("x-ms-workflow-run-id", "08584"),))]
    receipt = await CHANNEL.send(post(room.url, "teams"))
    assert receipt.remote_id == "08584", "what the workflow did with it is found by this"
    [got] = room.got
    [attachment] = got["attachments"]
    assert (got["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attachment["content"]
    assert (card["type"], card["version"], card["lang"]) == ("AdaptiveCard", "1.4", "sv")
    assert {one["type"] for one in card["body"]} == {"TextBlock"}
    assert all(one["wrap"] for one in card["body"])
    assert [one["text"] for one in card["body"]] == [
        "Det här väntar hos oss i dag",
        "Björkens kommun, tisdag 1 oktober. Två frister.",
        r"[Uppföljningen \[2024\] & <!channel> är klar om 7 dagar](https://trygghet.example.org/uppfoljning/1)",
        "Senast tisdag 31 december 2024",
        "[Rapporten till BRÅ ska lämnas i dag](https://trygghet.example.org/frister#frist-2)",
    ]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Öppna i Trygghet", "url": "https://trygghet.example.org/frister"}]


@pytest.mark.parametrize("form", sorted(FORMS))
async def test_the_longest_post_is_far_below_what_the_receivers_take(room: Room, form: str) -> None:
    wanted = post(room.url, form)
    long = tuple(Point("Å" * 400, "https://trygghet.example.org/frister#frist-" + "0" * 36, "Senast onsdag 30 september 2026") for _ in range(21))
    body = str(FORMS[form](Post(**{**wanted.__dict__, "points": long}))).encode()
    assert len(body) < 28_000


# ---------------------------------------------------------------- answers
@pytest.mark.parametrize(("status", "body"), [(410, b"channel_is_archived"), (404, b"no_service"), (403, b"action_prohibited"), (401, b"")])
async def test_an_address_that_is_gone_needs_a_person_and_is_not_tried_again(room: Room, status: int, body: bytes) -> None:
    room.told = [Told(status, body)]
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(room.url))
    assert (no.value.permanent, no.value.account) == (True, True)
    assert f"({status}{' ' if body else ''}{body.decode()})" in no.value.reason
    assert "anslut kanalen igen" in no.value.reason


async def test_a_form_that_the_receiver_does_not_understand_fails_and_the_address_stays(room: Room) -> None:
    room.told = [Told(400, b"invalid_payload")]
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(room.url))
    assert (no.value.permanent, no.value.account) == (True, False)
    assert "invalid_payload" in no.value.reason
    assert "rätt form" in no.value.reason


@pytest.mark.parametrize("location", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data"])
async def test_a_redirect_is_not_followed(room: Room, location: str) -> None:
    room.told = [Told(307, b"", (("location", location),))]
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(room.url))
    assert (no.value.permanent, no.value.account) == (True, True)
    assert len(room.got) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ((("retry-after", "30"),), dt.timedelta(seconds=30)),
        ((("date", "Tue, 01 Oct 2024 06:00:00 GMT"), ("retry-after", "Tue, 01 Oct 2024 06:20:00 GMT")), dt.timedelta(minutes=20)),
        ((("retry-after", "999999999"),), LONGEST_WAIT),
        ((("retry-after", "snart"),), None),
        ((("retry-after", "-5"),), None),
        ((), None),
    ],
)
async def test_too_many_posts_wait_as_long_as_the_server_asks(room: Room, headers: tuple[tuple[str, str], ...], wait: dt.timedelta | None) -> None:
    room.told = [Told(429, b"rate_limited", headers)]
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(room.url))
    assert no.value.after == wait
    assert (no.value.permanent, no.value.account) == (False, False)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_fault_of_the_servers_own_is_tried_again(room: Room, status: int) -> None:
    room.told = [Told(status, b"<html>")]
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(room.url))
    assert not no.value.permanent
    assert "html" not in no.value.reason


async def test_a_lost_answer_is_one_of_which_nobody_knows_and_doing_it_again_does_no_harm(room: Room) -> None:
    room.told = [Told(cut=True)]
    with pytest.raises(Unclear):
        await CHANNEL.send(post(room.url))
    assert len(room.got) == 1, "it had arrived"
    assert CHANNEL.repeatable
    with pytest.raises(Unclear):
        await CHANNEL.find(post(room.url))


async def test_a_server_that_takes_too_long_is_given_up(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "READ_SECONDS", 0.2)
    room.told = [Told(slow=0.6)]
    with pytest.raises(Unclear):
        await CHANNEL.send(post(room.url))


async def test_nobody_at_home_is_surely_not_sent() -> None:
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(f"http://127.0.0.1:1/{SECRET}"))
    assert not no.value.permanent


@pytest.mark.parametrize(
    "told",
    [
        Told(404, f"no route /services/{SECRET}".encode()),
        Told(400, SECRET.encode()),
        Told(500, SECRET.encode()),
        Told(307),
        Told(429),
        Told(cut=True),
    ],
)
async def test_no_reason_repeats_the_address_whatever_the_server_says(room: Room, told: Told) -> None:
    room.told = [told]
    with pytest.raises((NotSent, Unclear)) as no:
        await CHANNEL.send(post(room.url))
    assert "HEMLIG" not in no.value.reason
    assert "HEMLIG" not in repr(post(room.url))


async def test_an_address_that_cannot_be_used_is_not_repeated_either() -> None:
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(f"http://127.0.0.1/{SECRET}\x00"))
    assert no.value.permanent
    assert "HEMLIG" not in no.value.reason


async def test_an_address_sealed_with_another_key_asks_to_be_connected_again(room: Room) -> None:
    with pytest.raises(NotSent) as no:
        await CHANNEL.send(post(room.url, key="another" * 8))
    assert (no.value.permanent, no.value.account) == (True, True)
    assert room.got == []


# ---------------------------------------------------------------- where no address may lead
OUTSIDE = Webhook(Http(loopback_only=False, here=(), public_only=True), KEY)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.8]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
async def test_no_address_leads_to_what_stands_beside_us(host: str) -> None:
    with pytest.raises(NotSent) as no:
        await OUTSIDE.reach(f"https://{host}/services/{SECRET}")
    assert (no.value.permanent, no.value.account) == (True, True)
    assert "slutet nät" in no.value.reason


async def test_only_encrypted_addresses_outside_the_example_and_none_outside_the_machine_in_it(room: Room) -> None:
    with pytest.raises(NotSent, match="https"):
        await OUTSIDE.reach("http://1.1.1.1/krok")
    with pytest.raises(NotSent, match="ut ur datorn"):
        await CHANNEL.reach("https://1.1.1.1/krok")
    await OUTSIDE.reach("https://1.1.1.1/krok")
    with pytest.raises(NotSent, match="slutet nät"):
        await OUTSIDE.send(post(room.url.replace("http://", "https://")))
    assert room.got == []


async def test_a_name_that_nobody_knows_may_be_known_later() -> None:
    with pytest.raises(NotSent) as no:
        await OUTSIDE.reach("https://finns-inte.invalid/krok")
    assert not no.value.permanent


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_on_the_open_internet_is_open(address: str) -> None:
    assert is_public(address)


def test_a_request_goes_to_the_address_that_was_looked_at_and_keeps_its_name() -> None:
    aim = pinned("https://hooks.example.org:8443/services/T0/B0?sig=a%2Fb", "2606:4700::1111")
    assert aim.url == "https://[2606:4700::1111]:8443/services/T0/B0?sig=a%2Fb"
    assert aim.headers == {"host": "hooks.example.org:8443"}
    assert aim.extensions == {"sni_hostname": "hooks.example.org"}


async def test_the_certificate_is_held_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    server, trusted = _encrypted(tmp_path)
    right, wrong = (pinned(f"https://{name}.example.org:{server.server_port}/krok", "127.0.0.1") for name in ("hooks", "andra"))
    async with httpx.AsyncClient(verify=trusted, trust_env=False) as client:
        answer = await client.get(right.url, headers=dict(right.headers), extensions=dict(right.extensions))
        assert answer.text == f"hooks.example.org:{server.server_port}"
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(wrong.url, headers=dict(wrong.headers), extensions=dict(wrong.extensions))
    server.shutdown()
    server.server_close()


class _Named(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["host"].encode())

    def log_message(self, *_: object) -> None:
        pass


def _encrypted(tmp_path: Path) -> tuple[http.server.ThreadingHTTPServer, ssl.SSLContext]:
    """A server for hooks.example.org with a certificate of its own, and who trusts it."""
    key, named = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.org")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number(), now - dt.timedelta(days=1), now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.org")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Named)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(pem)
    server.socket = inside.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server, ssl.create_default_context(cafile=str(pem))


@pytest.mark.parametrize("address", ["192.0.0.9", "fec0::1", "64:ff9b:1::808:808", "::808:808", "::ffff:0:808:808", "::ffff:192.0.0.10"])
def test_what_only_looks_like_the_open_internet_is_closed(address: str) -> None:
    assert not is_public(address)
