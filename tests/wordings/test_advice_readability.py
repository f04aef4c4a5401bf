"""LIX for Swedish: what a sentence is, what a word is, and what the number means."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wordings.texts import put, text
from trygghet.wordings.advice import readability
from trygghet.wordings.readability import Readability, lix, measure, sentences, verdict

PART = uuid.UUID(int=7)


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("", []),
        ("   \n\n ", []),
        ("En mening. Två meningar! Tre? Fyra …", ["En mening.", "Två meningar!", "Tre?", "Fyra …"]),
        ("Utan punkt", ["Utan punkt"]),
        ("Vi går t.ex. på torget. Sedan hem.", ["Vi går t.ex. på torget.", "Sedan hem."]),
        ("Vi går t. ex. på torget, bl. a. kl. 14.03.", ["Vi går t. ex. på torget, bl. a. kl. 14.03."]),
        ("Det gäller bl.a. Björken och dvs. Eken.", ["Det gäller bl.a. Björken och dvs. Eken."]),
        ("Kontroller m.m. Sedan vilar vi.", ["Kontroller m.m.", "Sedan vilar vi."]),
        ("Kontroller m.m. under hösten.", ["Kontroller m.m. under hösten."]),
        ("Gatan är 3.5 km lång. Ja.", ["Gatan är 3.5 km lång.", "Ja."]),
        ("Vi börjar den 1. juni.", ["Vi börjar den 1. juni."]),
        ("Den 31.12.2024 slutar vi.", ["Den 31.12.2024 slutar vi."]),
        ("Läs www.example.org. Ring sedan.", ["Läs www.example.org.", "Ring sedan."]),
        ("A. Asson talar. B. Bsson lyssnar.", ["A. Asson talar.", "B. Bsson lyssnar."]),
        ("Hon sa: ”Kom hit.” Han kom.", ["Hon sa: ”Kom hit.”", "Han kom."]),
        ("Rubrik\n\nText som går\növer två rader.", ["Rubrik", "Text som går över två rader."]),
        ("Vi ska\n- gå\n- cykla\n• Springa", ["Vi ska", "gå", "cykla", "Springa"]),
        ("1. Gå\n2. Cykla\n3) Springa\na) hoppa", ["Gå", "Cykla", "Springa", "hoppa"]),
        ("2024", []),
        ("2024 blev bra. 2025 blir bättre.", ["2024 blev bra.", "2025 blir bättre."]),
        ("Slut... Eller?", ["Slut...", "Eller?"]),
    ],
)
def test_where_sentences_end(said: str, parts: list[str]) -> None:
    assert sentences(said) == parts


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("Vi går hem nu.", 4),
        ("Vi går. Vi ser.", 2),
        ("Tryggheten ökar.", 52),  # 2 words, one of ten letters: 2 + 50
        ("Kvällen är lugn.", 36),  # seven letters are long
        ("Kvällar lugna.", 52),
        ("Sexton lugna.", 2),  # six are not
        ("Vi har 128 000 skäl 2023-2024.", 6),  # digits are words, and never long
        ("Lägesbild/trygghetsmätning.", 102),
        ("Polis- och kommun.", 3),
        ("12-åringar går.", 52),
    ],
)
def test_the_number(said: str, number: int) -> None:
    assert lix(said) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "Mycket lättläst"),
        (29, "Mycket lättläst"),
        (30, "Lättläst"),
        (40, "Medelsvår, som en tidning"),
        (59, "Svår, som en myndighetstext"),
        (60, "Mycket svår"),
    ],
)
def test_what_the_number_means(number: int, words: str) -> None:
    assert verdict(number) == words


def test_a_short_text_gets_no_verdict() -> None:
    assert measure([(PART, "body", "Vi går hem.")]) == Readability(0, 3, "")
    assert measure([]) == Readability(0, 0, "")


def test_the_hardest_sentences_come_first_each_once_and_are_found_again() -> None:
    easy = "Vi går en runda på torget varje fredag när det blir mörkt. " * 6
    hard = "Polisområdets trygghetsskapande verksamhet samordnas kontinuerligt av kommunstyrelsens säkerhetsavdelning inom ramen för samverkan."
    harder = f"{hard[:-1]} och brottsförebyggande rådets arbetsutskott tillsammans."
    found = measure([(PART, "body", easy + hard), (PART, "problem", f"{harder} {hard}")])
    assert [(one.field, one.sentence) for one in found.hardest] == [("problem", harder), ("body", hard)]
    assert found.hardest[0].lix > found.hardest[1].lix >= 60
    assert found.hardest[1].words == 12
    assert found.verdict


def test_the_measure_is_of_what_residents_read() -> None:
    made, area = put(text(oath="Vi lovar lugnare gator."), "area", title="Trafik", problem="Många kör för fort.")
    made, _ = put(made, "contact", office="Kommunstyrelseförvaltningens säkerhetssamordnare", name="Anna Asson")
    assert readability(made).words == 9
    assert readability(made.set_field(area, "title", "")).words == 8


@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_text_can_be_measured(texts: list[str]) -> None:
    found = measure((PART, "body", one) for one in texts)
    assert found.words >= 0
    assert found.lix >= 0
    assert all(one.words >= one.long_words for one in found.hardest)
