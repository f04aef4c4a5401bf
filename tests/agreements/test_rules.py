from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet.agreements.rules import Approval, Subject, agreed, may_turn, turned
from trygghet.swedish import Refusal

NOW = dt.datetime(2024, 10, 1, 6, 0, tzinfo=dt.UTC)
PARTIES = [uuid.UUID(int=n) for n in (1, 2, 3)]
PEOPLE = [uuid.UUID(int=n) for n in (11, 12, 13)]
SUBJECT = Subject(uuid.UUID(int=90), "status_update", uuid.UUID(int=91), "a")


def key(organisation: uuid.UUID, person: uuid.UUID, content_hash: str = "a", *, fell: bool = False) -> Approval:
    return Approval(organisation, person, "Bo", "Ordförande", content_hash, NOW, NOW if fell else None, "Texten ändrades." if fell else "")


def test_two_parties_with_two_keys_on_the_same_text_agree() -> None:
    assert agreed(PARTIES[:2], [key(PARTIES[0], PEOPLE[0]), key(PARTIES[1], PEOPLE[1])], "a")


def test_a_missing_key_a_fallen_key_and_a_key_on_another_text_are_no_agreement() -> None:
    first = key(PARTIES[0], PEOPLE[0])
    assert not agreed(PARTIES[:2], [first], "a")
    assert not agreed(PARTIES[:2], [first, key(PARTIES[1], PEOPLE[1], fell=True)], "a")
    assert not agreed(PARTIES[:2], [first, key(PARTIES[1], PEOPLE[1], "b")], "a")


def test_nobody_agrees_about_nothing() -> None:
    assert not agreed([], [], "a")


def test_one_person_behind_two_keys_counts_for_neither() -> None:
    both = [key(PARTIES[0], PEOPLE[0]), key(PARTIES[1], PEOPLE[0])]
    assert turned(both, "a") == {}
    assert not agreed(PARTIES[:2], both, "a")


approvals = st.lists(st.builds(key, st.sampled_from(PARTIES), st.sampled_from(PEOPLE), st.sampled_from("ab"), fell=st.booleans()), max_size=8)


@given(approvals, st.lists(st.sampled_from(PARTIES), unique=True, max_size=3))
def test_agreed_means_a_person_of_its_own_behind_every_party_on_exactly_this_hash(found: list[Approval], parties: list[uuid.UUID]) -> None:
    if not agreed(parties, found, "a"):
        return
    behind = {
        party: {one.person_id for one in found if one.organisation_id == party and one.content_hash == "a" and one.fell_at is None}
        for party in parties
    }
    assert parties
    assert all(behind.values())
    everybody = [person for people in behind.values() for person in people]
    assert len(everybody) == len(set(everybody)), "nobody stands behind two keys"


@given(approvals)
def test_taking_a_key_away_never_makes_an_agreement(found: list[Approval]) -> None:
    for index in range(len(found)):
        if agreed(PARTIES[:2], found[:index] + found[index + 1 :], "a") and not agreed(PARTIES[:2], found, "a"):
            # only a person who turns a second key may break what was agreed
            assert any(one.person_id == found[index].person_id and one.organisation_id != found[index].organisation_id for one in found)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("agreement.stale", {"seen": "b"}),
        ("agreement.no_party", {"organisation": PARTIES[2]}),
        ("agreement.two_keys", {"person": PEOPLE[1]}),
        ("agreement.already", {"organisation": PARTIES[1], "person": PEOPLE[1]}),
    ],
)
def test_a_key_is_refused_with_its_reason(code: str, changes: dict[str, object]) -> None:
    asked = {"seen": "a", "organisation": PARTIES[0], "person": PEOPLE[0], **changes}
    with pytest.raises(Refusal) as refusal:
        may_turn(PARTIES[:2], [key(PARTIES[1], PEOPLE[1])], SUBJECT, **asked)  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_key_that_fell_may_be_turned_again() -> None:
    may_turn(PARTIES[:2], [key(PARTIES[0], PEOPLE[0], "old", fell=True)], SUBJECT, seen="a", organisation=PARTIES[0], person=PEOPLE[0])
