"""Length decides; what everybody tries first does not pass however long it is."""

from __future__ import annotations

import pytest

from trygghet.members import passwords
from trygghet.swedish import Refusal

ABOUT = ("Anna Björkman", "anna.bjorkman@storkommun.example.org", "Storkommuns kommun")


@pytest.mark.parametrize(
    "password",
    [
        "björk-gran-tall-9",
        "korrekt häst batteri",
        "xK9$vq2!mPzL",
        "tre små grisar på taket",
        "ENBART VERSALER FUNKAR",
        "七転び八起き猿も木から落ちる",
        "två-nycklar-räcker",
        "x" * 5 + "kvarnsten och humla",
    ],
)
def test_what_nobody_guesses_is_taken_without_any_rules_on_signs(password: str) -> None:
    passwords.check(password, ABOUT)


@pytest.mark.parametrize("password", ["", "kort", "elva tecken"])
def test_a_short_one_is_refused_with_its_length(password: str) -> None:
    with pytest.raises(Refusal) as no:
        passwords.check(password, ABOUT)
    assert (no.value.code, no.value.field) == ("password.short", "losenord")
    assert f"Du skrev {len(password)}." in no.value.sentence


def test_one_that_would_keep_the_server_busy_is_refused() -> None:
    with pytest.raises(Refusal, match="too_long"):
        passwords.check("långt " * 200, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012345",
        "qwertyuiopåas",
        "0987654321098",
        "lösenord123456",
        "Password2024!!",
        "Sommar2024Sommar",
        "anna.bjorkman1",
        "Björkman-2024-Björkman",
        "Storkommun2024!",
        "trygghet trygghet",
        "kommunpolis1234",
        "abcdefghijkl123",
    ],
)
def test_what_is_tried_first_is_refused_and_told_why(password: str) -> None:
    with pytest.raises(Refusal) as no:
        passwords.check(password, ABOUT)
    assert no.value.code == "password.simple"
    assert "fungerar bra" in no.value.sentence
