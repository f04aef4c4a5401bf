"""Two texts are compared part by part."""

from __future__ import annotations

import itertools
import sys
import uuid
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests import agreeing, cast
from tests.agreeing import AREA, GOAL, WALKS
from trygghet.wordings import words
from trygghet.wordings.changes import changes
from trygghet.wordings.manuscript import HEAD_ID, Manuscript, empty
from trygghet.wordings.rules import Side

SAY = words.speaker([Side(cast.BJORKEN, "bjorken", "Björkens kommun", "Björken", "municipality")])
TEXT = agreeing.text().add("activity", GOAL, part_id=cast.person_id("second")).set_field(cast.person_id("second"), "title", "Vandringar")


def told(old: Manuscript, new: Manuscript) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.part.name, one.what) for one in changes(old, new, SAY)]


def test_the_same_text_has_no_changes() -> None:
    assert told(TEXT, TEXT) == []


def test_what_came_and_what_went_stand_where_they_are_read() -> None:
    new = TEXT.remove(WALKS).add("definition", part_id=cast.person_id("word")).set_field(cast.person_id("word"), "term", "kväll")
    assert told(TEXT, new) == [("Gemensamma kvällspass", ("removed",)), ("kväll", ("added",))]
    assert [one.under.name for one in changes(TEXT, new, SAY) if one.under] == ["Färre bråk vid torget på fredagar."]


def test_an_edit_is_told_in_words_as_they_read() -> None:
    (change,) = changes(TEXT, TEXT.set_field(WALKS, "per", "week").set_field(WALKS, "organisation", ""), SAY)
    pieces = {one.field.name: [(piece.kind, piece.text) for piece in one.pieces if piece.kind != "same"] for one in change.edits}
    assert pieces == {"per": [("del", "månad"), ("ins", "vecka")], "organisation": [("del", "Björkens kommun")]}


def test_a_step_up_is_one_move_and_not_two() -> None:
    assert [what for _, what in told(TEXT, TEXT.move(cast.person_id("second"), up=True))] == [("moved",)]


@given(st.permutations(range(7)))
def test_as_few_have_moved_as_explain_the_new_order(order: list[int]) -> None:
    old = empty()
    for number in range(7):
        old = old.add("chapter", part_id=uuid.UUID(int=900 + number))
    new = Manuscript((old.head, *(old.part(uuid.UUID(int=900 + number)) for number in order)))
    most = max(len(run) for size in range(8) for run in itertools.combinations(order, size) if list(run) == sorted(run))
    assert len(changes(old, new, SAY)) == 7 - most


def _calls(parts: int) -> int:
    """How many calls it takes to compare a text with itself in the opposite order."""
    old = empty()
    for number in range(parts):
        old = old.add("chapter", part_id=uuid.UUID(int=900 + number))
    new = Manuscript((old.head, *reversed(old.parts[1:]))).set_field(HEAD_ID, "title", "Nytt")
    calls: Counter[str] = Counter()
    sys.setprofile(lambda _, event, __: calls.update([event]))
    try:
        found = changes(old, new, SAY)
    finally:
        sys.setprofile(None)
    assert len(found) == parts
    return calls["call"] + calls["c_call"]


def test_six_hundred_parts_take_twice_the_work_of_three_hundred() -> None:
    assert _calls(590) < 2.2 * _calls(295), "a careless comparison, each with each, would take four times"


def test_what_hangs_elsewhere_has_moved_and_may_be_edited_too() -> None:
    new = TEXT.hang(WALKS, AREA).set_field(WALKS, "title", "Kvällspass")
    assert told(TEXT, new) == [("Kvällspass", ("moved", "edited"))]


@given(st.lists(st.sampled_from(["title", "move", "remove", "hang", "add"]), max_size=6))
def test_there_are_changes_exactly_where_the_texts_differ(acts: list[str]) -> None:
    new = TEXT
    for number, act in enumerate(acts):
        if act == "title":
            new = new.set_field(HEAD_ID, "title", f"Nytt {number}")
        elif act == "add":
            new = new.add("chapter", part_id=cast.person_id(f"chapter-{number}"))
        elif new.find(WALKS):
            new = new.remove(WALKS) if act == "remove" else new.hang(WALKS, AREA) if act == "hang" else new.move(WALKS, up=False)
    found = changes(TEXT, new, SAY)
    ids = [one.part.id for one in found]
    assert len(ids) == len(set(ids)), "each part is told of once"
    assert bool(found) == (list(new.walked()) != list(TEXT.walked()))
