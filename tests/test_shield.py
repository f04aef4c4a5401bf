import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghet import shield


@pytest.mark.parametrize(
    "text",
    [
        "811228-9874",
        "8112289874",
        "811228+9874",
        "19811228-9874",
        "198112289874",
        "811228 9874",
        "19811228 9874",
        "81 12 28-9874",
        "1981-12-28-9874",
        "811228–9874",
        "811228 - 9874",
        "811288-9871",
        "Han (811228-9874) sågs där.",
        "8112\u200b28-9874",
        "８１１２２８-９８７４",
        "1981 12 28 9874",
    ],
)
def test_a_personal_identity_number_is_found_however_it_is_spelled(text: str) -> None:
    assert shield.personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Infarten söderifrån, kväll",
        "2024-10-01",
        "20241001",
        "811228-9875",
        "811328-9874",
        "0500-00 00 00",
        "1234567890123456",
        "12 kontroller, 128 bilar",
        "9181122898741",
    ],
)
def test_other_numbers_are_left_in_peace(text: str) -> None:
    assert shield.personal_number(text) is None


SPELLINGS = (
    "{0}{1}{2}{3}",
    "{0}{1}{2}-{3}",
    "{0}{1}{2}+{3}",
    "{0}{1}{2} {3}",
    "{0}-{1}-{2}-{3}",
    "{0} {1} {2} {3}",
    "19{0}{1}{2}{3}",
    "19{0}{1}{2}-{3}",
    "20{0}{1}{2} {3}",
)


@given(
    st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)),
    st.sampled_from((0, 60)),
    st.integers(0, 999),
    st.sampled_from(SPELLINGS),
    st.sampled_from(("", "Såg ", "(")),
)
def test_any_personal_identity_number_is_found_in_every_spelling(born: dt.date, more_days: int, serial: int, spelling: str, before: str) -> None:
    nine = f"{born:%y%m}{born.day + more_days:02}{serial:03}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    ten = f"{nine}{-total % 10}"
    text = before + spelling.format(ten[:2], ten[2:4], ten[4:6], ten[6:])
    found = shield.personal_number(text + " i går")
    assert found is not None
    assert found in text
