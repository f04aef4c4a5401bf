import datetime as dt
import re
import time
import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trygghet import shield
from trygghet.swedish import Refusal


def ten(born: dt.date, serial: int, *, more_days: int = 0) -> str:
    """Ten digits with the right check digit."""
    nine = f"{born:%y%m}{born.day + more_days:02}{serial:03}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return f"{nine}{-total % 10}"


# ---------------------------------------------------------------- personal identity numbers
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
        "81 12 28 9874",
        "1981-12-28-9874",
        "1981-12-28 9874",
        "1981.12.28-9874",
        "1981/12/28-9874",
        "19 81 12 28 9874",
        "19-811228-9874",
        "1981 12 28 9874",
        "1981 1228 9874",
        "8112-28-9874",
        "811228.9874",
        "811228/9874",
        "811228–9874",
        "811228—9874",
        "811228−9874",
        "811228‑9874",
        "811228\u00ad9874",
        "811228 - 9874",
        "811228 – 9874",
        "811228\u00a09874",
        "811228\u2009-\u20099874",
        "811228\u202f9874",
        "811228-\n9874",
        "811228\n9874",
        "811228-\r\n9874",
        "811228-98 74",
        "811288-9871",
        "19811288-9871",
        "Han (811228-9874) sågs där.",
        "pnr811228-9874",
        "x8112289874x",
        "pnr:811228-9874,",
        "640823-3234/811228-9874",
        "1.811228-9874",
        "8112\u200b28-9874",
        "8\u2060112289874",
        "８１１２２８-９８７４",
        "٨١١٢٢٨-٩٨٧٤",
        "²811228-9874",
        "Ring 811228-9874",
        "OCR 811228-9874",
        "org.nr 811228-9874",
        "https://example.org/811228-9874",
        "811228-T988",
        "19811228-R988",
        "tel 08-123 456, pnr 8112289874",
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
        "810229-0005",
        "811228-XXXX",
        "811228-****",
        "0500-00 00 00",
        "0510-12 34 56",
        "0510-12 3456",
        "070-108 14 16",
        "+46701081416",
        "Tel. 0701081416",
        "mobil: 0701081416",
        "OCR 8112289874",
        "Fakturanummer: 8112289874",
        "Plusgiro 81 12 28-9",
        "556036-0793",
        "165560360793",
        "802411-2345",
        "KS 2024/0119",
        "KSN-2024-00811",
        "5000-K811228-24",
        "1234567890123456",
        "9181122898741",
        "14.8112289874",
        "N 6811228 E 9874",
        "2024-01-01 – 2024-12-31",
        "2024-10-01 – 2028",
        "20230306–20251231",
        "2024-10-01T08:11:28",
        "1 228 987 411 kronor",
        "12 kontroller, 128 bilar",
        "24ce9f0e-8112-4898-8740-811228987411",
        "8a" + "8112289874" * 6 + "ff",
    ],
)
def test_other_numbers_are_left_in_peace(text: str) -> None:
    assert shield.personal_number(text) is None


SPELLINGS = (
    "{0}{1}{2}{3}",
    "{0}{1}{2}-{3}",
    "{0}{1}{2}+{3}",
    "{0}{1}{2} {3}",
    "{0}{1}{2} - {3}",
    "{0}{1}{2}\u2013{3}",
    "{0}{1}{2}\u2212{3}",
    "{0}{1}{2}\u2009{3}",
    "{0}{1}{2}\u00a0-\u00a0{3}",
    "{0}{1}{2}-\n{3}",
    "{0}-{1}-{2}-{3}",
    "{0} {1} {2} {3}",
    "{0}.{1}.{2}-{3}",
    "19{0}{1}{2}{3}",
    "19{0}{1}{2}-{3}",
    "20{0}{1}{2} {3}",
    "19{0}-{1}-{2}-{3}",
    "20{0} {1}{2} {3}",
    "19{0}{1}{2}.{3}",
)
BORN = st.dates(dt.date(1900, 3, 1), dt.date(1999, 12, 31))
AROUND = st.text(st.characters(exclude_categories=("Nd", "No", "Nl", "Cs", "Cf"), exclude_characters="+-.,:/"), max_size=20)


@given(BORN, st.sampled_from((0, 60)), st.integers(0, 999), st.sampled_from(SPELLINGS), AROUND, AROUND)
@example(dt.date(1981, 12, 28), 0, 987, SPELLINGS[1], "pnr", "x")
def test_any_personal_identity_number_is_found_in_every_spelling(
    born: dt.date, more_days: int, serial: int, spelling: str, before: str, after: str
) -> None:
    number = ten(born, serial, more_days=more_days)
    before = re.sub(r"(?i)(tel|mobil|ring|sms|växel|ocr|giro|[pb]g|faktura|konto|org)", "", before)
    spelled = spelling.format(number[:2], number[2:4], number[4:6], number[6:])
    found = shield.personal_number(before + spelled + after)
    assert found is not None
    assert found in spelled


@given(BORN, st.integers(0, 999), st.integers(1, 9), st.sampled_from(SPELLINGS))
def test_a_wrong_check_digit_is_no_personal_identity_number(born: dt.date, serial: int, more: int, spelling: str) -> None:
    number = ten(born, serial)
    wrong = number[:9] + str((int(number[9]) + more) % 10)
    assert shield.personal_number(spelling.format(wrong[:2], wrong[2:4], wrong[4:6], wrong[6:])) is None


@given(st.integers(20, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999))
def test_an_organisations_number_has_no_month(second: int, first: int, third: int, last: int) -> None:
    assert shield.personal_number(f"{first:02}{second}{third:02}-{last:04}") is None


@given(st.integers(70, 79), st.integers(0, 999), st.integers(0, 99), st.integers(0, 99))
def test_a_mobile_as_it_is_written_is_no_person(prefix: int, one: int, two: int, three: int) -> None:
    for spelled in (
        f"0{prefix}-{one:03} {two:02} {three:02}",
        f"+46 {prefix} {one:03} {two:02} {three:02}",
        f"Tel: 0{prefix}{one:03}{two:02}{three:02}",
    ):
        assert shield.personal_number(spelled) is None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_days_of_a_promise_are_no_person(first: dt.date, last: dt.date) -> None:
    for spelled in (f"{first} – {last}", f"{first} - {last}", f"{first:%Y%m%d}–{last:%Y%m%d}", f"{first}–{last}", f"{first} {last}"):
        assert shield.personal_number(spelled) is None, spelled


@given(st.uuids(), st.binary(min_size=32, max_size=32))
def test_ids_and_hashes_are_no_person(made: uuid.UUID, digest: bytes) -> None:
    assert shield.personal_number(f"/lydelser/{made}") is None
    assert shield.personal_number(digest.hex()) is None or digest.hex().isdecimal()


@given(st.text())
def test_any_text_can_be_looked_at_and_what_is_found_stands_in_it(text: str) -> None:
    found = shield.personal_number(text)
    assert found is None or found in text
    assert all(one.text and one.sentence.startswith(f"”{one.text}”") for one in shield.warnings(text))


def test_a_long_text_is_looked_at_at_once() -> None:
    for text in ("1 " * 20_000, "19811228 " * 5_000, "0" * 50_000, "07" * 20_000, "två " * 10_000, "a@" * 20_000, "ABC 1" * 10_000, "- " * 20_000):
        begun = time.process_time()  # not what a busy machine takes
        shield.personal_number(text)
        shield.warnings(text)
        assert time.process_time() - begun < 2


def test_a_text_is_kept_when_it_is_there_short_enough_and_about_nobody() -> None:
    shield.check_text("Tre kontroller", "Anteckning", field="anteckning", longest=20, needed=True)
    for text, code in (
        ("  ", "field.required"),
        ("x" * 21, "field.too_long"),
        ("811228-9874", "text.personal_number"),
        *((f"Tre{chr(mark)}", "text.turned") for mark in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
        ("0703676403", "text.number_or_phone"),
    ):
        with pytest.raises(Refusal) as no:
            shield.check_text(text, "Anteckning", field="anteckning", longest=20, needed=True)
        assert no.value.code == code
        assert no.value.field == "anteckning"
    assert "skriv det med bindestreck: 070-367 64 03." in no.value.sentence
