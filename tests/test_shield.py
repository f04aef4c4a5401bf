import pytest

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
