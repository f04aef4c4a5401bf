"""DKIM: signed by the product, verified by dkimpy as a receiver would."""

from __future__ import annotations

from dataclasses import replace

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.channels.scripted import scripted
from tests.channels.test_mail import LETTER
from tests.conftest import SETTINGS
from trygghet import channels
from trygghet.channels import signing
from trygghet.health import doctor
from trygghet.settings import Settings, load

pytestmark = pytest.mark.anyio


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KEY = _pem(rsa.generate_private_key(65537, 2048))
SIGNING = replace(SETTINGS, dkim_selector="nyckel1", dkim_domain="trygghet.example.org", dkim_key=KEY)
UNSUBSCRIBE = (("List-Unsubscribe", "<https://trygghet.example.org/bort/1>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))


def verified(mail: bytes, settings: Settings = SIGNING) -> bool:
    """As a receiver does who looks the key up in the domain's records."""
    asked: list[str] = []

    def lookup(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name.decode())
        return signing.record(settings).encode()

    found: bool = dkim.verify(mail, dnsfunc=lookup)
    assert asked == ["nyckel1._domainkey.trygghet.example.org."]
    return found


async def test_a_signed_letter_arrives_and_its_receiver_can_verify_it() -> None:
    async with scripted({}, pipelining=True) as server:
        mail = channels.ready(replace(SIGNING, smtp_url=server.url))["mail"]
        await mail.send(replace(LETTER, headers=UNSUBSCRIBE))
        await mail.close()
        [body] = server.bodies
    arrived = body.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
    assert verified(arrived)
    assert arrived.isascii()  # nobody on the way has reason to write it in another way
    head = arrived.split(b"\r\nFrom:")[0].replace(b"\r\n ", b"").replace(b" ", b"")
    covered = head.split(b"h=")[1].split(b";")[0].split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"subject", b"message-id"} <= set(covered)


@pytest.mark.parametrize("change", [(b"One-Click", b"Two-Click"), (b"90 dagar", b"9 dagar"), (b"Vid punkten", b"Vid pausen")])
def test_what_is_changed_on_the_way_does_not_verify(change: tuple[bytes, bytes]) -> None:
    sign = signing.signer(SIGNING)
    assert sign is not None
    wire = channels.mail.wire.write(replace(LETTER, subject="90 dagar", headers=UNSUBSCRIBE), SIGNING.mail_from, eight_bit=False)
    signed = sign(wire)
    assert verified(signed)
    assert change[0] in signed
    assert not verified(signed.replace(*change))


HALF = {
    "DKIM_SELECTOR": {"dkim_selector": ""},
    "DKIM_DOMAIN": {"dkim_domain": ""},
    "DKIM_KEY": {"dkim_key": ""},
    "PEM": {"dkim_key": "inte en nyckel"},
    "RSA": {"dkim_key": _pem(ec.generate_private_key(ec.SECP256R1()))},
}


@pytest.mark.parametrize("missing", HALF)
def test_half_a_set_up_signs_nothing_and_the_doctor_says_what_is_missing(missing: str) -> None:
    half = replace(SIGNING, **HALF[missing])  # type: ignore[arg-type]
    assert signing.signer(half) is None
    assert missing in doctor.signature(half).wrong


def test_the_doctor_says_when_the_signature_is_for_another_domain_than_the_sender() -> None:
    wrong = doctor.signature(replace(SIGNING, dkim_domain="annan.example")).wrong
    assert "annan.example" in wrong
    assert "trygghet.example.org" in wrong
    assert not doctor.signature(replace(SIGNING, dkim_domain="example.org")).wrong


def test_no_signature_is_no_fault() -> None:
    assert signing.signer(SETTINGS) is None
    assert not doctor.signature(SETTINGS).wrong


def test_the_key_may_stand_in_a_file(tmp_path: object) -> None:
    path = f"{tmp_path}/dkim.pem"
    with open(path, "w") as file:  # noqa: PTH123 - one line
        file.write(KEY)
    env = {"DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://a", "SECRET_KEY": "x" * 40}
    found = load(env | {"DKIM_SELECTOR": "a", "DKIM_DOMAIN": "Example.org", "DKIM_KEY_FILE": path})
    assert (found.dkim_selector, found.dkim_domain, found.dkim_key) == ("a", "example.org", KEY.strip())
    assert KEY.splitlines()[1] not in repr(found)
