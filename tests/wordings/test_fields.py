"""Each field of a text saves itself: alone, with advice, and when two write in it at once."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.wordings.writer import HEAD, HTMX, everything, fields, mark, shared, writing
from trygghet import database
from trygghet.wordings import actions

if TYPE_CHECKING:
    from tests.conftest import HandClock

pytestmark = pytest.mark.anyio


async def test_a_field_saves_itself_and_only_what_is_said_about_it_comes_back(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    anna = await writing(browser_of)
    form = {"title": "Löfte 2025", "was-title": fields(anna.html, HEAD)["was-title"], "_csrf_token": cast.csrf(anna.html)}
    answer = await anna.client.post(f"{anna.at}/delar/{HEAD}", data=form, headers=HTMX)
    assert answer.status_code == 200
    assert '<span id="sparat" hx-swap-oob="true">Sparat 08.00</span>' in answer.text
    assert 'id="w-000000000001-title"' in answer.text
    assert "<textarea" not in answer.text
    assert 'id="f-' not in answer.text
    assert fields(await anna.open(), HEAD)["title"] == "Löfte 2025"


async def test_advice_follows_the_text_and_never_stops_it(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    goal = await anna.add("goal")
    answer = await anna.type(goal, htmx=True, title="Öka insatserna mot buskörning")
    assert answer.status_code == 200
    said = re.search(rf'<div class="notes" id="n-{mark(goal)}-\w+"[^>]*>\s*<details class="advice">', answer.text)
    assert said, answer.text
    assert "råd om texten" in answer.text


async def test_two_in_different_fields_never_meet(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    await shared(anna)
    per = await writing(browser_of, "per", anna.at)
    assert (await anna.type(HEAD, title="Annas namn")).status_code == 303
    assert (await per.type(HEAD, oath="Pers löfte.")).status_code == 303
    found = fields(await anna.open(), HEAD)
    assert (found["title"], found["oath"]) == ("Annas namn", "Pers löfte.")


async def test_two_in_the_same_field_see_both_texts_and_choose(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    await shared(anna)
    per = await writing(browser_of, "per", anna.at)
    await anna.type(HEAD, oath="Vi lovar lugnare gator.")
    answer = await per.type(HEAD, oath="Vi lovar tryggare gator.", area="Skogen")
    assert answer.status_code == 409
    assert "Anna Asson har ändrat här" in answer.text
    assert "<del>lugnare</del>" in answer.text
    assert "<ins>tryggare</ins>" in answer.text
    per.html = answer.text
    found = fields(answer.text, HEAD)
    assert found["oath"] == "Vi lovar tryggare gator."
    assert found["area"] == "Skogen", "the other field was kept"

    stays = await per.type(HEAD)
    assert stays.status_code == 409, "nobody has chosen yet"
    seen = re.search(r'name="sett-oath" value="([^"]+)"', answer.text)
    assert seen
    chosen = await per.type(HEAD, oath="Vi lovar lugnare och tryggare gator.", more={"valj-oath": "min", "sett-oath": seen[1]})
    assert chosen.status_code == 303
    assert fields(await anna.open(), HEAD)["oath"] == "Vi lovar lugnare och tryggare gator."


async def test_the_other_text_can_be_taken_instead(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    again = await writing(browser_of, "anna", anna.at)
    await anna.type(HEAD, oath="Den första.")
    answer = await again.type(HEAD, oath="Den andra.", htmx=True)
    assert answer.status_code == 409
    assert "Du har ändrat här i ett annat fönster" in answer.text
    seen = re.search(r'name="sett-oath" value="([^"]+)"', answer.text)
    assert seen
    taken = await again.type(HEAD, oath="Den andra.", htmx=True, more={"valj-oath": "deras", "sett-oath": seen[1]})
    assert taken.status_code == 200
    assert re.search(r'id="k-000000000001-oath" hx-swap-oob="true".*?>\nDen första\.</textarea>', taken.text, re.DOTALL)


async def test_choices_that_meet_are_told_in_words(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    goal = await anna.add("goal", title="Tryggare kvällar")
    again = await writing(browser_of, "anna", anna.at)
    await again.open(f"?del={mark(goal)}")
    await anna.type(goal, measure="count")
    answer = await again.type(goal, measure="narrative")
    assert answer.status_code == 409
    assert "Räknas" in answer.text
    assert "<ins>Beskrivs" in answer.text


async def test_a_choice_is_asked_for_again_when_the_text_has_changed_once_more(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    per = await writing(browser_of, "anna", anna.at)
    await anna.type(HEAD, oath="Ett.")
    seen = re.search(r'name="sett-oath" value="([^"]+)"', (await per.type(HEAD, oath="Mitt.")).text)
    assert seen
    await anna.open()
    await anna.type(HEAD, oath="Två.")
    answer = await per.type(HEAD, oath="Mitt.", more={"valj-oath": "min", "sett-oath": seen[1]})
    assert answer.status_code == 409
    assert "<del>Två" in answer.text


async def test_what_was_typed_in_a_part_that_somebody_removed_is_shown_and_can_be_put_back_with_it(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    area = await anna.add("area", title="Trafik", problem="Många kör fort.")
    goal = await anna.add("goal", area, title="Lugnare trafik")
    other = await writing(browser_of, "anna", anna.at)
    await other.press(f"delar/{area}/ta-bort")
    answer = await anna.type(goal, body="Särskilt vid skolorna.")
    assert answer.status_code == 409
    assert "Delen som du skrev i har tagits bort" in answer.text
    assert "Särskilt vid skolorna." in answer.text
    back = await anna.press(f"delar/{goal}/tillbaka", body="Särskilt vid skolorna.")
    assert back.status_code == 303
    found = fields(await anna.open(f"?del={mark(goal)}"), goal)
    assert (found["title"], found["body"]) == ("Lugnare trafik", "Särskilt vid skolorna.")


async def test_a_personal_number_is_refused_at_once_and_nothing_of_that_form_is_kept(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    for htmx in (True, False):
        answer = await anna.type(HEAD, htmx=htmx, oath="Det gäller 640823-3234.", title="Löfte 2025")
        assert answer.status_code == 422
        assert "ser ut som ett personnummer" in answer.text
    assert fields(answer.text, HEAD)["oath"] == "Det gäller 640823-3234.", "so that it can be put right"
    assert fields(answer.text, HEAD)["title"] == "Löfte 2025"
    assert "640823" not in await everything()
    assert fields(await anna.open(), HEAD)["title"] == ""


async def test_a_field_that_is_too_long_holds_up_no_other(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    answer = await anna.type(HEAD, title="L" * 151, area="Björken")
    assert answer.status_code == 422
    assert "högst 150 tecken. Du skrev 151." in answer.text
    found = fields(await anna.open(), HEAD)
    assert (found["title"], found["area"]) == ("", "Björken")


async def test_what_two_have_written_stays_when_only_spaces_and_line_breaks_differ(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    assert (await anna.type(HEAD, oath="Ett stycke.\n\nEtt till.\n ")).status_code == 303
    form = fields(await anna.open(), HEAD)
    form["oath"] = form["oath"].replace("\n", "\r\n")  # as a browser sends it
    before = await actions.read(cast.BJORKEN, uuid.UUID(anna.at.rsplit("/", 1)[1]))
    answer = await anna.client.post(f"{anna.at}/delar/{HEAD}", data={**form, "_csrf_token": cast.csrf(anna.html)})
    assert answer.status_code == 303
    assert (await actions.read(cast.BJORKEN, before.id)).edits == before.edits


async def test_a_sign_in_that_ended_while_somebody_wrote_loses_nothing(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    async with database.across_organisations() as link:
        await link.execute("DELETE FROM session")
    by_htmx = await anna.type(HEAD, htmx=True, oath="Skrivet efter lunch.")
    assert by_htmx.status_code == 401
    assert "HX-Redirect" not in by_htmx.headers, "the page stays, with all that is typed in it"
    plain = await anna.type(HEAD, oath="Skrivet efter lunch.")
    assert plain.status_code == 401
    assert "Logga in" in plain.text
