"""What comes back is read as what it is, and as flufl.bounce reads it."""

from __future__ import annotations

import email

import pytest
from flufl.bounce import all_failures
from hypothesis import given
from hypothesis import strategies as st

from tests.bounces import reports
from tests.bounces.reports import MESSAGE_ID, TO, dsn
from trygghet.bounces import reading
from trygghet.bounces.reading import Kind, Report

FAILURES = {
    "postfix": (dsn("5.1.1", f"smtp; 550 5.1.1 <{TO}>: Recipient address rejected: User unknown"), "5.1.1"),
    "office 365": (dsn("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"), "5.1.10"),
    "no such domain": (dsn("5.1.2", "X-Postfix; Host or domain name not found"), "5.1.2"),
    "full": (dsn("5.2.2", "smtp; 552 5.2.2 Over quota"), "5.2.2"),
    "closed": (dsn("5.2.1", "smtp; 550 5.2.1 Mailbox disabled"), "5.2.1"),
    "given up": (dsn("4.4.1", "X-Postfix; connect to mx.example.org[192.0.2.1]:25: Connection timed out"), "4.4.1"),
    "code in the words alone": (dsn("5.0.0", "smtp; 550-5.1.1 The email account that you tried to reach does not exist."), "5.1.1"),
    "reply code alone": (dsn("5.0.0", "smtp; 550 no"), "5.0.0"),
    "no words": (dsn("5.7.1", ""), "5.7.1"),
    "qmail": (reports.QMAIL, "5.1.1"),
    "exim": (reports.EXIM, "5.1.1"),
    "sendmail": (reports.SENDMAIL, "5.2.2"),
    "exchange": (reports.EXCHANGE, "5.1.1"),
}
NOT_FAILURES = {
    "delayed": (dsn("4.7.1", "smtp; 451 4.7.1 Greylisted", action="delayed"), Kind.DELAYED),
    "warning in prose": (reports.EXIM_WARNING, Kind.DELAYED),
    "delivered": (dsn("2.1.5", "", action="delivered"), Kind.AUTOMATIC),
    "relayed": (dsn("2.1.9", "", action="relayed"), Kind.AUTOMATIC),
    "vacation": (reports.VACATION, Kind.AUTOMATIC),
    "vacation that does not say so": (reports.VACATION_UNMARKED, Kind.AUTOMATIC),
    "a person": (reports.HUMAN, Kind.UNREADABLE),
    "another letter": (reports.SOMEBODY_ELSES, Kind.UNREADABLE),
    "nothing": (b"", Kind.UNREADABLE),
    "bytes": (bytes(range(256)), Kind.UNREADABLE),
}

UNREAD_BY_FLUFL = (NOT_FAILURES["nothing"][0], NOT_FAILURES["bytes"][0])
"""It raises where there is no sender."""


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_read_with_its_code_and_flufl_agrees_that_it_is_one(name: str) -> None:
    raw, status = FAILURES[name]
    found = reading.read(raw, MESSAGE_ID)
    assert (found.kind, found.status) == (Kind.FAILED, status)
    temporary, permanent = all_failures(email.message_from_bytes(raw))
    assert TO.encode() in temporary | permanent


@pytest.mark.parametrize("name", NOT_FAILURES)
def test_what_is_no_failure_is_not_taken_for_one(name: str) -> None:
    raw, kind = NOT_FAILURES[name]
    assert reading.read(raw, MESSAGE_ID).kind is kind
    if raw not in UNREAD_BY_FLUFL:
        assert not all_failures(email.message_from_bytes(raw))[1] or name == "another letter"  # flufl does not know whose letter it was


@given(
    first=st.sampled_from("45"),
    second=st.integers(0, 7),
    third=st.integers(0, 30),
    said=st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), max_size=200),
    action=st.sampled_from(["failed", "delayed", "FAILED", "failed (bounced)", "relayed", "delivered", "expanded"]),
    text=st.text(max_size=200),
)
def test_every_report_by_the_standard_is_read_as_flufl_reads_it(first: str, second: int, third: int, said: str, action: str, text: str) -> None:
    status = f"{first}.{second}.{third}"
    raw = dsn(status, f"smtp; x{said}", action=action, text=text.replace("--=b", ""))
    found = reading.read(raw, MESSAGE_ID)
    temporary, permanent = all_failures(email.message_from_bytes(raw))
    assert (found.kind is Kind.FAILED) == (action.lower().startswith("failed"))
    assert (found.kind in {Kind.FAILED, Kind.DELAYED}) >= bool(temporary | permanent)
    if found.kind is Kind.FAILED and status[1:] != ".0.0":
        assert found.status == status


@given(st.binary(max_size=2000))
def test_whatever_comes_in_is_some_kind_of_mail(raw: bytes) -> None:
    assert isinstance(reading.read(raw, MESSAGE_ID), Report)


@given(st.integers(0, 100), st.binary(max_size=30), st.sampled_from(sorted(FAILURES)))
def test_a_report_that_was_damaged_on_the_way_is_some_kind_of_mail(place: int, other: bytes, name: str) -> None:
    raw = FAILURES[name][0]
    at = len(raw) * place // 100
    assert isinstance(reading.read(raw[:at] + other + raw[at + len(other) :], MESSAGE_ID), Report)


def test_of_several_recipients_the_worst_off_is_told_of() -> None:
    raw = dsn("2.0.0", "", action="relayed").decode()
    more = "Final-Recipient: rfc822; b@example.org\nAction: failed\nStatus: 5.1.1\n\n--=b\nContent-Type: text/rfc822-headers"
    found = reading.read(raw.replace("--=b\nContent-Type: text/rfc822-headers", more).encode(), MESSAGE_ID)
    assert (found.kind, found.status) == (Kind.FAILED, "5.1.1")


def test_what_the_other_server_said_is_kept_without_its_folds_and_cut() -> None:
    found = reading.read(dsn("5.1.1", "smtp; 550 5.1.1 No\n such\n  user " + "x" * 500), MESSAGE_ID)
    assert found.said.startswith("550 5.1.1 No such user xxx")
    assert len(found.said) == reading.LONGEST_SAID


@given(st.binary(max_size=60), st.sampled_from(["5.1.1", "5.0.0"]))
def test_whatever_bytes_the_other_server_says_can_be_shown_and_kept(said: bytes, status: str) -> None:
    raw = dsn(status, "smtp; 550 HERE").replace(b"HERE", said.replace(b"--=b", b""))
    found = reading.read(raw, MESSAGE_ID)
    assert not found.said or found.said.isprintable()
    assert found.status.isprintable()


def test_words_in_prose_and_in_the_dialogue_itself_can_be_shown_too() -> None:
    assert reading.read(reports.QMAIL.replace(b"Sorry, no", b"Sorry,\0 no\x1b"), MESSAGE_ID).said == "Sorry, no mailbox here by that name. (#5.1.1)"
    assert reading.refused("550 5.1.1 No\0 such\x07 user").said == "550 5.1.1 No such user"
    encoded = reading.read(dsn("5.1.1", "smtp; =?utf-8?q?550_5=2E1=2E1_No=00_such=0Auser?="), MESSAGE_ID)
    assert (encoded.status, encoded.said) == ("5.1.1", "550 5.1.1 No such user")
