"""One letter a person and day: what stands in it, in which order, in which language; no database."""

from __future__ import annotations

import datetime as dt
import html
import uuid
from dataclasses import replace

import pytest

from tests.conftest import SETTINGS
from trygghet.deliveries.rules import Matter
from trygghet.digests import letter, rules
from trygghet.digests.rules import Reader
from trygghet.preferences.rules import unsubscribe_link

AT = dt.datetime(2024, 11, 1, 6, 30, tzinfo=dt.UTC)
ONE = uuid.UUID(int=1)
MAJ = Reader(uuid.UUID(int=5), "Maj Lindroth", "maj@amal.example.org")
ENDS = Matter(
    "reminder",
    "Åmåls kommun",
    "Säkerhetsstrateg",
    "Löfte i Åmål",
    "Åmål",
    60,
    "Löftet i Åmål går ut om 60 dagar",
    ("Det gäller till nyår.",),
    "Se vad som behövs nu",
    "https://t.example.org/frister#1",
    ("Du samordnar löftet.",),
    "ends",
)
LATE = replace(ENDS, promise="Löfte i Mellerud", organisation="Melleruds kommun", left=-7, headline="Rapporten är sen", thread="late")
SOON = replace(ENDS, left=3, headline="”Vandring” ska vara gjord", thread="walk")
WEEK = replace(ENDS, kind="summary", left=0, headline="Veckan i Åmål", thread="", silenceable=True)


def test_the_most_urgent_stands_first_and_a_summary_last() -> None:
    day = rules.day([WEEK, ENDS, LATE, SOON])
    assert [chapter.promise for chapter in day.chapters] == ["Löfte i Mellerud", "Löfte i Åmål"]
    assert [one.headline for one in day.matters] == [LATE.headline, SOON.headline, ENDS.headline, WEEK.headline]


def test_who_has_several_seats_reads_each_thing_once() -> None:
    as_leader = replace(ENDS, lines=(*ENDS.lines, "Du leder en av parterna."))
    assert rules.day([ENDS, as_leader]).matters == (as_leader,)
    other = replace(ENDS, organisation="LPO Fyrbodal")
    assert len(rules.day([ENDS, other]).matters) == 2


@pytest.mark.parametrize(
    ("matters", "language", "subject", "heading"),
    [
        ([ENDS], "sv", "Löftet i Åmål går ut om 60 dagar", "Löftet i Åmål går ut om 60 dagar"),
        ([ENDS, SOON], "sv", "”Vandring” ska vara gjord, och en sak till", "Två saker väntar"),
        ([ENDS, SOON, LATE], "sv", "Rapporten är sen, och två saker till", "Tre saker väntar"),
        ([ENDS, SOON, LATE], "en", "Rapporten är sen, and 2 more", "3 things are waiting"),
    ],
)
def test_subject_and_heading_say_what_there_is(matters: list[Matter], language: str, subject: str, heading: str) -> None:
    found = letter.write(rules.day(matters), replace(MAJ, language=language), ONE, SETTINGS, at=AT)
    assert found.subject == subject
    assert f">{heading}</h1>" in found.html
    assert heading in found.text
    assert f'<html lang="{language}">' in found.html
    for one in matters:
        for body in (found.text, found.html):
            assert one.headline in body
            assert one.link in body


def test_a_letter_is_named_after_its_id_and_stands_in_the_thread_of_its_duty() -> None:
    found = letter.write(rules.day([SOON, ENDS]), MAJ, ONE, SETTINGS, at=AT)
    assert found.message_id == f"<{ONE}@trygghet.example.org>"
    thread = "<frist-walk@trygghet.example.org>"
    assert dict(found.headers) == {"In-Reply-To": thread, "References": thread}


def test_only_a_letter_without_duties_can_be_turned_off_from_its_head() -> None:
    heads = {name for name, _ in letter.write(rules.day([WEEK]), MAJ, ONE, SETTINGS, at=AT).headers}
    assert {"List-Unsubscribe", "List-Unsubscribe-Post"} <= heads
    both = letter.write(rules.day([WEEK, ENDS]), MAJ, ONE, SETTINGS, at=AT)
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & {name for name, _ in both.headers}
    assert "/paminnelser/flytta" in both.text


@pytest.mark.parametrize("matters", [[WEEK], [WEEK, ENDS]])
@pytest.mark.parametrize(("language", "words"), [("sv", "Sluta få veckan i mejl"), ("en", "Stop getting the week by mail")])
def test_what_may_be_turned_off_says_how_under_it_also_beside_duties(matters: list[Matter], language: str, words: str) -> None:
    found = letter.write(rules.day(matters), replace(MAJ, language=language), ONE, SETTINGS, at=AT)
    link = unsubscribe_link(MAJ.id, "summary", SETTINGS.public_url, SETTINGS.secret_key)
    assert f"{words}: {link}" in found.text
    assert found.text.index(link) > found.text.index(WEEK.headline)
    assert f'href="{link}"' in found.html
    assert words in found.html
    alone = letter.write(rules.day([ENDS]), MAJ, ONE, SETTINGS, at=AT)
    assert "/avprenumerera/" not in alone.text + alone.html


def test_a_letter_from_several_organisations_names_each_over_its_own() -> None:
    found = letter.write(rules.day([ENDS, LATE]), MAJ, ONE, SETTINGS, at=AT)
    assert found.text.startswith("Till Maj Lindroth\n")
    assert "Säkerhetsstrateg, Åmåls kommun" in found.text
    assert "Säkerhetsstrateg, Melleruds kommun" in found.text
    alone = letter.write(rules.day([ENDS]), MAJ, ONE, SETTINGS, at=AT)
    assert alone.text.startswith("Till Maj Lindroth, Säkerhetsstrateg, Åmåls kommun\n")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(
    "matters", [[ENDS], [WEEK], [ENDS, LATE, SOON], [ENDS, WEEK], [replace(ENDS, lines=("a", "b"), links=("https://a", "https://b"))]]
)
def test_a_letter_from_a_form_is_what_the_templates_would_have_written(matters: list[Matter], language: str) -> None:
    """Words are swapped for others of every dangerous kind, and the form that is kept must give what rendering anew gives."""
    odd = [replace(one, headline=f"<b>&\ue0003\ue001 {one.headline}", promise=f"Straße \ue002 {one.promise}", notes=("'\"",)) for one in matters]
    odd[0] = replace(odd[0], remaining=((dt.date(2024, 12, 1), "<Rapport>"), (dt.date(2024, 12, 2), "&amp;")))
    reader = replace(MAJ, language=language, name="O'Maj <x>")
    day = rules.day(odd)
    kept = letter.write(day, reader, ONE, SETTINGS, at=AT)
    letter._form.cache_clear()
    letter.write(rules.day(matters), MAJ, ONE, SETTINGS, at=AT)  # the form is made for somebody else
    again = letter.write(day, reader, ONE, SETTINGS, at=AT)
    assert again == kept
    assert "&lt;b&gt;&amp;\ue0003\ue001" in again.html
    assert "<b>&\ue0003\ue001" in again.text
    assert "<b>" not in again.html.replace("<b class", "")
    for one in odd:
        assert html.unescape(again.html).count(one.headline) >= 1
        assert one.action in again.html
        assert one.action in again.text
