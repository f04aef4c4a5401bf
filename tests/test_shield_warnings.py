"""What may point at somebody is pointed out, and what only looks a little like it is left in peace."""

from __future__ import annotations

import pytest

from trygghet import shield


def found(text: str, *allowed: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in shield.warnings(text, allowed)]


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("Bilen ABC123 stod där", "ABC123"),
        ("ABC 123", "ABC 123"),
        ("ABC-123", "ABC-123"),
        ("ABC 12D", "ABC 12D"),
        ("abc123", "abc123"),
        ("en bil med regnr abc 123 sågs", "abc 123"),
        ("registreringsnummer: abc 12d", "abc 12d"),
        ("Mopeden Abc 123 kördes", "Abc 123"),
        ("Skylten ABC\u00a0123.", "ABC 123"),
    ],
)
def test_a_registration_plate_is_pointed_out(text: str, plate: str) -> None:
    assert found(text) == [("plate", plate)]


@pytest.mark.parametrize(
    "text",
    [
        "KSAU 2024",
        "HVB 123",
        "NTU 2024",
        "LPO 123",
        "SOU 2024:12",
        "SEK 500",
        "KAP 123",
        "har 120 elever",
        "den 12e maj",
        "med 100 procent",
        "MINST 100 FLER OCH MED 120 TILL",
        "ABC 1234",
        "ABC 12",
        "ÅBC 123",
        "QBC 123",
        "VIP 123",
        "ABC 12O",
        "E20 och väg 45",
        "COVID19",
        "https://example.org/abc123",
        "hus 12A",
    ],
)
def test_what_only_looks_a_little_like_a_plate_is_left_in_peace(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "number",
    [
        "070-123 45 67",
        "0701234567",
        "070 123 45 67",
        "+46 70 123 45 67",
        "+46701234567",
        "+46 (0)70-123 45 67",
        "0046 70 123 45 67",
        "070.123.45.67",
        "0500-12 34 56",
        "0500-123 45",
        "08-123 456",
        "08-12 34 56 78",
        "(0500) 123 45",
        "+47 22 12 34 56",
    ],
)
def test_a_telephone_number_is_pointed_out_unless_it_is_a_contacts(number: str) -> None:
    assert found(f"Ring {number} på kvällen.") == [("phone", number)]
    assert found(f"Ring {number} på kvällen.", number.replace(" ", "").replace("-", "")) == []


@pytest.mark.parametrize(
    "text",
    [
        "112",
        "114 14",
        "077-114 14 00",
        "0771-123 456",
        "020-12 34 56",
        "08.00–16.00",
        "kl. 08-16",
        "2023-03-06 – 2025-12-31",
        "01-02-2024",
        "0–18 år",
        "0 500 000 kronor",
        "1 000 000",
        "0,75 per dygn",
        "Dnr 0123-2024-55",
        "01/02 2024",
        "2024",
        "03-06 maj 2024",
        "0512",
    ],
)
def test_days_sums_and_numbers_for_all_are_no_telephone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "few"),
    [
        ("två ungdomar greps", "två ungdomar"),
        ("Tre misstänkta", "Tre misstänkta"),
        ("3 misstänkta", "3 misstänkta"),
        ("fyra unga män", "fyra unga män"),
        ("2 av eleverna", "2 av eleverna"),
        ("2–3 pojkar", "2–3 pojkar"),
        ("en av ungdomarna", "en av ungdomarna"),
        ("en enda familj", "en enda familj"),
        ("ett par tonåringar", "ett par tonåringar"),
        ("en 15-åring", "en 15-åring"),
        ("en 15-årig pojke", "en 15-årig pojke"),
        ("två 14-åringar", "två 14-åringar"),
        ("stöd till två familjer", "två familjer"),
        ("gripandet av två personer", "två personer"),
        ("1 person", "1 person"),
    ],
)
def test_a_small_count_of_people_is_pointed_out(text: str, few: str) -> None:
    assert found(text) == [("few", few)]


@pytest.mark.parametrize(
    "text",
    [
        "två insatser",
        "två insatser mot ungdomar",
        "minst fyra besök",
        "minst två vuxna vandrar varje fredag",
        "högst 3 elever i varje grupp",
        "tre av fyra elever",
        "5 ungdomar",
        "12 personer",
        "2 000 personer",
        "1,5 personer",
        "årskurs 3 elever",
        "två tredjedelar av eleverna",
        "två personbilar",
        "tre barn- och ungdomsteam",
        "två ungdomsgårdar",
        "fyra kommunpoliser",
        "två poliser och tre fältare",
        "en person per skola",
        "0 misstänkta",
        "vart 4 år",
    ],
)
def test_what_is_promised_shares_and_other_things_are_no_small_count_of_people(text: str) -> None:
    assert found(text) == []


def test_an_address_is_pointed_out_unless_it_is_a_contacts_or_an_offices() -> None:
    text = "Skriv till anna.asson@example.org eller kommun@bjorken.example.org."
    assert found(text) == [("email", "anna.asson@example.org")]
    assert found(text, "Anna.Asson@example.org") == []


@pytest.mark.parametrize(
    "text", ["Han bor på Björkgatan 12 B.", "familjen Asson på Björkvägen 3", "hemma hos mannen på Ekstigen 4", "Anna Asson, Björkgatan 12"]
)
def test_where_somebody_lives_is_pointed_out(text: str) -> None:
    assert [kind for kind, _ in found(text)] == ["address"]


@pytest.mark.parametrize(
    "text", ["Medborgarkontoret, Storgatan 12", "Nya lampor på Björkgatan 12–40", "Trafikkontroll vid Storgatan 1", "Björkgatan 2024"]
)
def test_a_place_for_all_is_no_home(text: str) -> None:
    assert found(text) == []


def test_warnings_come_in_the_order_of_the_text_and_once_each() -> None:
    text = "Två pojkar i bilen ABC123, tel 070-123 45 67. Två pojkar igen, och ABC123."
    assert [one.kind for one in shield.warnings(text)] == ["few", "plate", "phone"]
    assert len(shield.warnings("ABC123 och ABC123")) == 1
