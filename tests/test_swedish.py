"""Words as they are said; the sentences of refusals are held together in test_architecture."""

import pytest

from trygghet import swedish


@pytest.mark.parametrize(("names", "words"), [([], ""), (["A"], "A"), (["A", "B"], "A och B"), (["A", "B", "C"], "A, B och C")])
def test_names_are_listed_as_they_are_said(names: list[str], words: str) -> None:
    assert swedish.listed(names) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [(-1, "för 1 dag sedan"), (0, "i dag"), (1, "i morgon"), (2, "om 2 dagar"), (-30, "för 30 dagar sedan"), (1500, "om 1\u00a0500 dagar")],
)
def test_a_day_is_told_by_how_far_away_it_is(left: int, words: str) -> None:
    assert swedish.when(left) == words
