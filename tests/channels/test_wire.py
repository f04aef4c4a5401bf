"""The bytes of a mail, read back by the standard library's parser."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast as typed

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import cast
from trygghet.channels import Letter, NotSent, wire

SENDER = "Trygghet för löften <paminnelser@trygghet.example.org>"
LETTER = Letter("anna@example.org", "Anna Åsson", "Löftet går ut", "Hej.", "<p>Hej.</p>", "<1@trygghet.example.org>", cast.START)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=3000)


def read(mail: bytes) -> EmailMessage:
    return typed("EmailMessage", message_from_bytes(mail, policy=policy.default))


def lines(text: str) -> str:
    """A text as mail carries it: whatever ended its lines, a line feed does, and the last line has one."""
    found = re.sub(r"\r\n|\r", "\n", text)
    return found if found.endswith("\n") else found + "\n"


def content(mail: EmailMessage, kind: str) -> str:
    part = typed("EmailMessage", mail.get_body((kind,)))
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("eight_bit", [True, False])
@given(plain=TEXTS, html=TEXTS)
@example(plain="å" * 499 + "ä", html="x" * 998)
@example(plain="x" * 999, html="å" * 2000)
@example(plain=".\n..\n.dold\nFrom här", html="\n.\r\n.")
@example(plain="rad \nrad\t\n= lika =\n", html="--=_0\r\nContent-Type: text/x\r\n\r\n")
@example(plain="\x00\x0b\x0c", html="\ud7ff\x85\u2028slut")
def test_what_is_written_is_what_is_read(plain: str, html: str, *, eight_bit: bool) -> None:
    mail = wire.write(replace(LETTER, text=plain, html=html), SENDER, eight_bit=eight_bit)
    got = read(mail)
    assert (content(got, "plain"), content(got, "html")) == (lines(plain), lines(html))
    assert got.get_content_type() == "multipart/alternative"
    assert not got.defects


@pytest.mark.parametrize("eight_bit", [True, False])
@given(plain=TEXTS, html=TEXTS)
def test_every_line_is_one_that_a_server_must_take(plain: str, html: str, *, eight_bit: bool) -> None:
    mail = wire.write(replace(LETTER, text=plain, html=html), SENDER, eight_bit=eight_bit)
    assert re.search(rb"(?<!\r)\n|\r(?!\n)|\0", mail) is None
    assert max(len(line) for line in mail.split(b"\r\n")) <= wire.LONGEST_LINE
    assert eight_bit or mail.isascii()
    assert mail.endswith(b"\r\n")


@given(name=st.text(max_size=150), subject=st.text(max_size=300))
@example(name="Anna\r\nBcc: b@example.org", subject="Hej\r\n\r\nInte huvudet längre")
@example(name='Anna "Å" \\ Åsson', subject="=?utf-8?q?inte_kodat?=")
@example(name="", subject="")
def test_names_and_subjects_come_back_and_never_become_another_line_of_the_head(name: str, subject: str) -> None:
    got = read(wire.write(replace(LETTER, to_name=name, subject=subject), SENDER, eight_bit=False))
    assert list(got.keys()) == ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    assert got["To"].addresses[0].addr_spec == "anna@example.org"
    assert got["Message-ID"] == LETTER.message_id


@given(words=st.lists(st.text("abcåäöÅÄÖ€😀0-9.,:;\"'()<>@=?_", min_size=1, max_size=30), min_size=1, max_size=12))
def test_swedish_words_of_any_length_are_read_as_they_were(words: list[str]) -> None:
    text = " ".join(words)
    mail = wire.write(replace(LETTER, to_name=text, subject=text), SENDER, eight_bit=True)
    got = read(mail)
    assert (got["Subject"], got["From"]) == (text, SENDER)
    name = parseaddr(message_from_bytes(mail)["To"])[0]  # the newer parser puts a space between two encoded words of a name
    assert str(make_header(decode_header(name))) == text


def test_a_letter_has_the_same_bytes_at_every_attempt() -> None:
    assert wire.write(LETTER, SENDER, eight_bit=True) == wire.write(replace(LETTER), SENDER, eight_bit=True)


def test_further_lines_stand_whole_in_the_head() -> None:
    link = f"<https://trygghet.example.org/{'x' * 300}>, <mailto:bort@example.org>"
    more = (("List-Unsubscribe", link), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    mail = wire.write(replace(LETTER, headers=more), SENDER, eight_bit=True)
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in mail
    assert read(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "change",
    [
        {"headers": (("X-Ny", "a\r\nBcc: b@example.org"),)},
        {"headers": (("X-Ny", "å"),)},
        {"headers": (("X Ny:", "a"),)},
        {"headers": (("X-Ny", "a" * 999),)},
        {"message_id": "<1@example.org>\r\nBcc: b@example.org"},
        {"to_address": "a@example.org>\r\nRCPT TO:<b@example.org"},
        {"to_address": "a b@example.org"},
        {"to_address": "åsa@example.org"},
        {"to_address": "a@"},
    ],
)
def test_nothing_gets_into_the_head_that_could_end_its_line(change: dict[str, object]) -> None:
    with pytest.raises(NotSent) as no:
        wire.write(replace(LETTER, **change), SENDER, eight_bit=True)  # type: ignore[arg-type]
    assert no.value.permanent


def test_a_domain_with_swedish_letters_is_written_in_ascii() -> None:
    assert wire.address("anna@åmål.example") == "anna@xn--ml-xiab.example"
