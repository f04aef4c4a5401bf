"""Every answer that a mail server may give, with and without pipelining."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.channels.scripted import CUT, SILENT, scripted
from tests.channels.test_mail import LETTER, SENDER
from tests.letterbox import Letterbox
from trygghet import embedded
from trygghet.channels import NotSent, Receipt, Unclear, dialogue
from trygghet.channels.mail import Mail

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("pipelining", [True, False])]
TO = "<anna@example.org>"


async def attempt(mail: Mail, letter: object = LETTER) -> Receipt | NotSent | Unclear:
    try:
        return await mail.send(letter)  # type: ignore[arg-type]
    except (NotSent, Unclear) as no:
        return no


async def test_the_envelope_is_one_packet_where_the_server_allows_it_and_the_letter_the_next(*, pipelining: bool) -> None:
    async with scripted({}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        for number in range(3):
            await mail.send(replace(LETTER, return_path=f"studs+{number}@trygghet.example.org"))
        await mail.close()
    envelope = [b"MAIL FROM:<studs+0@trygghet.example.org> BODY=8BITMIME\r\n", f"RCPT TO:{TO}\r\n".encode(), b"DATA\r\n"]
    first = server.packets[1:3] if pipelining else server.packets[1:5]
    assert first == [*([b"".join(envelope)] if pipelining else envelope), server.bodies[0]]
    assert (len(server.bodies), server.connections) == (3, 1)
    assert server.bodies[0].count(b"\r\n..\r\n") == 1  # the lone dot of the text
    assert server.packets[-1] == b"QUIT\r\n"


REFUSALS = {"MAIL": "552 5.3.4 too big", "RCPT": "550 5.1.1 no such user", "DATA": "451 4.3.0 later", "body": "554 5.7.1 spam"}


@pytest.mark.parametrize("command", REFUSALS)
async def test_a_refusal_at_any_step_is_a_refusal_and_the_next_letter_goes_over_the_same_connection(command: str, *, pipelining: bool) -> None:
    async with scripted({command: REFUSALS[command]}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        no = await attempt(mail)
        assert isinstance(no, NotSent)
        assert REFUSALS[command] in no.reason
        assert no.permanent is REFUSALS[command].startswith("5")
        assert isinstance(await attempt(mail, replace(LETTER, subject="Nästa")), Receipt)
        await mail.close()
    assert server.connections == 1
    empty = [body for body in server.bodies if body == b".\r\n"]
    assert len(empty) == (1 if pipelining and command in {"MAIL", "RCPT"} else 0)  # it was told to begin, so it is told to end
    assert len(server.bodies) - len(empty) == (2 if command == "body" else 1)


async def test_an_answer_over_several_lines_is_one_answer(*, pipelining: bool) -> None:
    async with scripted({"RCPT": "550-5.1.1 The account\r\n550 5.1.1 does not exist"}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        no = await attempt(mail)
        await mail.close()
    assert isinstance(no, NotSent)
    assert "5.1.1 The account 5.1.1 does not exist" in no.reason


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "body"])
@pytest.mark.parametrize("how", [CUT, SILENT, "nonsense"])
async def test_what_is_cut_before_the_letter_was_not_sent_and_what_is_cut_after_it_is_unclear(
    command: str, how: str, monkeypatch: pytest.MonkeyPatch, *, pipelining: bool
) -> None:
    monkeypatch.setattr(dialogue, "SECONDS", 0.2)
    async with scripted({command: how}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        lost = await attempt(mail)
        assert isinstance(lost, Unclear if command == "body" else NotSent)
        assert not (isinstance(lost, NotSent) and lost.permanent)
        assert isinstance(await attempt(mail), Receipt)
        await mail.close()
    assert server.connections == 2


async def test_a_server_that_takes_its_leave_between_two_letters_is_called_anew(*, pipelining: bool) -> None:
    async with scripted({"body": "250 ok\r\n421 4.4.2 closing"}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        assert isinstance(await attempt(mail), Receipt)
        assert isinstance(await attempt(mail), Receipt)
        await mail.close()
    assert server.connections == 2


async def test_a_server_that_must_close_refuses_for_now(*, pipelining: bool) -> None:
    async with scripted({"MAIL": "421 4.3.2 shutting down", "RCPT": CUT}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        no = await attempt(mail)
        await mail.close()
    assert isinstance(no, NotSent)
    assert not no.permanent


async def test_a_whole_mail_server_takes_letters_refuses_some_and_is_not_confused(*, pipelining: bool) -> None:
    box = Letterbox(pipelining=pipelining)
    mail = Mail(box.url, SENDER)
    for name in ("a", "ingen", "b", "full", "senare", "c"):
        await attempt(mail, replace(LETTER, to_address=f"{name}@example.org"))
    await mail.close()
    box.stop()
    assert (box.recipients, box.connections) == ([f"{name}@example.org" for name in "abc"], 1)
    assert {letter["Message-ID"] for letter in box.letters} == {LETTER.message_id}


async def test_what_is_encrypted_goes_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, pipelining: bool) -> None:
    certificate = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    box = Letterbox(pipelining=pipelining)
    port = embedded.free_port()

    class Encrypted(Controller):
        def factory(self) -> smtp.SMTP:
            return smtp.SMTP(self.handler, tls_context=context, require_starttls=True)

    server = Encrypted(box, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(server.start)
    mail = Mail(f"smtp://localhost:{port}", SENDER)
    found = [await attempt(mail, replace(LETTER, to_address=f"{name}@example.org")) for name in ("a", "ingen", "b")]
    await mail.close()
    await asyncio.to_thread(server.stop)
    box.stop()
    assert [type(one) for one in found] == [Receipt, NotSent, Receipt]
    assert box.recipients == ["a@example.org", "b@example.org"]


def _certificate(folder: Path) -> Path:
    """A key and a certificate for this machine, that whoever is pointed to it trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, today - dt.timedelta(days=1), today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    return path


# ---------------------------------------------------------------- the next letter is known
NEXT = replace(LETTER, to_address="bo@example.org", message_id="<2@trygghet.example.org>")


async def both(mail: Mail) -> list[Receipt | NotSent | Unclear]:
    """Two letters, the second of which the first knew of."""
    found: list[Receipt | NotSent | Unclear] = []
    for one, following in ((LETTER, NEXT), (NEXT, None)):
        try:
            found.append(await mail.send(one, following))
        except (NotSent, Unclear) as no:
            found.append(no)
    return found


async def test_the_next_envelope_goes_in_the_packet_that_ends_a_letter(*, pipelining: bool) -> None:
    async with scripted({}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        first, second = await both(mail)
        await mail.close()
    assert isinstance(first, Receipt)
    assert isinstance(second, Receipt)
    assert (len(server.bodies), server.connections) == (2, 1)
    assert server.packets[-1] == b"QUIT\r\n"
    if pipelining:
        assert server.packets[2].startswith(server.bodies[0] + b"MAIL FROM:")
        assert server.packets[2].endswith(b"RCPT TO:<bo@example.org>\r\nDATA\r\n")
        assert server.packets[3] == server.bodies[1]


async def test_a_refused_letter_says_nothing_of_the_next(*, pipelining: bool) -> None:
    async with scripted({"body": "452 4.2.2 Mailbox full"}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        found = await both(mail)
        await mail.close()
    assert [type(one) for one in found] == [NotSent, Receipt]
    assert server.connections == 1


async def test_a_refused_next_envelope_is_the_next_letters_own(*, pipelining: bool) -> None:
    box = Letterbox(pipelining=pipelining)
    nobodys = replace(LETTER, to_address="ingen@example.org")
    mail = Mail(box.url, SENDER)
    assert isinstance(await mail.send(LETTER, nobodys), Receipt)
    with pytest.raises(NotSent, match="No such user"):
        await mail.send(nobodys, NEXT)
    assert isinstance(await mail.send(NEXT), Receipt)
    await mail.close()
    box.stop()
    assert box.recipients == [LETTER.to_address, NEXT.to_address]
    assert box.connections == 1


async def test_a_server_that_takes_its_leave_after_a_letter_costs_the_next_nothing(*, pipelining: bool) -> None:
    async with scripted({"body": "250 ok\r\n421 4.4.2 closing"}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        found = await both(mail)
        await mail.close()
    assert [type(one) for one in found] == [Receipt, Receipt]
    assert server.connections == 2


async def test_an_announced_letter_that_never_comes_leaves_no_other_in_its_place(*, pipelining: bool) -> None:
    async with scripted({}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        assert isinstance(await mail.send(LETTER, NEXT), Receipt)
        assert isinstance(await mail.send(replace(LETTER, to_address="cia@example.org")), Receipt)
        assert isinstance(await mail.send(LETTER, NEXT), Receipt)
        await mail.close()
    assert len(server.bodies) == 3
    assert server.connections == (2 if pipelining else 1)


async def test_an_address_that_is_none_is_not_announced(*, pipelining: bool) -> None:
    async with scripted({}, pipelining=pipelining) as server:
        mail = Mail(server.url, SENDER)
        assert isinstance(await mail.send(LETTER, replace(NEXT, to_address="ingen")), Receipt)
        await mail.close()
    assert server.packets[-1] == b"QUIT\r\n"
