"""Return paths: each letter has its own, and only we can make them."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SETTINGS
from trygghet import letters

OURS = replace(SETTINGS, return_domain="studs.example.org")


@given(st.uuids(version=4))
def test_a_return_path_tells_which_letter_it_was_in_whatever_case_it_comes_back(letter_id: uuid.UUID) -> None:
    path = letters.return_path(OURS, letter_id)
    assert letters.returned(OURS, path) == letters.returned(OURS, path.upper()) == letter_id
    assert len(path.partition("@")[0]) <= 64  # RFC 5321 section 4.5.3.1.1


@given(st.uuids(version=4), st.integers(6, 47), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_whoever_changes_a_character_has_no_return_path_of_ours(letter_id: uuid.UUID, place: int, letter: str) -> None:
    path = letters.return_path(OURS, letter_id)
    other = path[:place] + letter + path[place + 1 :]
    assert letters.returned(OURS, other) in ({letter_id} if other == path else {None, *_spare_bits(path, other, letter_id)})


def _spare_bits(path: str, other: str, letter_id: uuid.UUID) -> set[uuid.UUID]:
    """The last character holds bits that mean nothing; two spellings of one seal are the same letter."""
    last = path.index("@") - 1
    return {letter_id} if path[:last] == other[:last] else set()


@pytest.mark.parametrize(
    "address", ["", "studs", "studs+@studs.example.org", "studs+aaaa@studs.example.org", "studs+å@studs.example.org", "anna@example.org"]
)
def test_other_addresses_are_none_of_ours(address: str) -> None:
    assert letters.returned(OURS, address) is None


def test_another_installation_and_another_domain_have_others() -> None:
    path = letters.return_path(OURS, uuid.UUID(int=1))
    assert letters.returned(replace(OURS, secret_key="y" * 40), path) is None
    assert letters.returned(OURS, path.replace("studs.example.org", "example.org")) is None


def test_where_nothing_is_taken_in_letters_come_back_to_their_sender() -> None:
    assert letters.return_path(SETTINGS, uuid.UUID(int=1)) == ""
    assert letters.returned(SETTINGS, "studs+aaaa@") is None
