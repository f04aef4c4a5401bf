"""A text is written through the front door: without script, field by field, by two at once, and with whatever somebody sends."""

from __future__ import annotations

import re
import uuid
from html import unescape

import pytest

from tests import cast, made
from tests.wordings.writer import HEAD, HTMX, everything, fields, mark, shared, writing
from trygghet import database
from trygghet.wordings import actions

pytestmark = pytest.mark.anyio


# ---------------------------------------------------------------- at rest
async def test_an_empty_text_shows_every_kind_of_part_and_who_gives_the_promise(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    headings = re.findall(r'<h2 id="\w+">([^<]+)</h2>', anna.html)
    assert headings == [
        "Löftet",
        "Parter",
        "Underlag",
        "Texter",
        "Fokusområden, mål och aktiviteter",
        "Begrepp",
        "Rapporter genom året",
        "Kontakter",
        "Länkar",
    ]
    parties = re.search(r'<ol class="parties">(.*?)</ol>', anna.html, re.DOTALL)
    assert parties
    assert ("Björkens kommun" in parties[1], "LPO Skogen" in parties[1], "Ekens kommun" in parties[1]) == (True, True, False)
    assert "Bara Björkens kommun ser texten" in anna.html


async def test_only_who_may_write_opens_the_page_and_nobody_elses_text_is_there(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    for who, status in (("bo", 403), ("ragna", 403), ("per", 404), ("carl", 404), ("oda", 404)):
        answer = await (await browser_of(who)).get(f"{anna.at}/skriv")
        assert answer.status_code == status, who


# ---------------------------------------------------------------- writing without script
async def test_a_part_is_added_written_moved_hung_elsewhere_removed_and_put_back_without_script(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    traffic, youth = await anna.add("area", title="Trafik"), await anna.add("area", title="Unga")
    speed = await anna.add("goal", traffic, title="Lugnare trafik")
    check = await anna.add("activity", speed, title="Kontroller", measure="count")
    answer = await anna.type(check, at_least="12", per="year", unit="kontroller", responsible="Områdespolisen")
    assert answer.headers["location"] == f"{anna.at}/skriv?del={mark(check)}&sparat={mark(check)}#del-{mark(check)}"
    html = await anna.open(f"?del={mark(check)}&sparat={mark(check)}")
    assert "Sparat 08.00" in html
    assert "Minst 12 kontroller per år · Områdespolisen" in html

    assert names(html, "area") == ["Trafik", "Unga"]
    await anna.press(f"delar/{youth}/flytta", steg="upp")
    assert names(await anna.open(), "area") == ["Unga", "Trafik"]

    place = await anna.client.get(f"{anna.at}/delar/{check}/plats")
    assert "Fokusområde: Unga" in place.text
    assert (await anna.press(f"delar/{check}/plats", under=youth)).status_code == 303
    html = await anna.open()
    assert f'id="rad-activity-{mark(youth)}" aria-label="Aktiviteter"><li class="part part-activity" id="del-{mark(check)}"' in html

    assert (await anna.press(f"delar/{traffic}/ta-bort")).headers["location"] == f"{anna.at}/skriv#borttaget"
    html = await anna.open()
    assert names(html, "area") == ["Unga"]
    assert "Fokusområde ”Trafik”" in html
    assert "med 1 del under" in html
    await anna.press(f"delar/{traffic}/tillbaka")
    html = await anna.open()
    assert names(html, "area") == ["Unga", "Trafik"]
    assert "Lugnare trafik" in html
    assert 'id="borttaget"' not in html


def names(html: str, kind: str) -> list[str]:
    """What the parts of a kind are called, as they stand on the page."""
    return re.findall(rf'<li class="part part-{kind}".*?<span class="part-name"[^>]*><strong>([^<]*)</strong>', html)


async def test_only_the_fields_that_the_measure_needs_are_shown_and_what_was_typed_in_others_stays(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    goal = await anna.add("goal", title="Tryggare kvällar")
    assert "at_least" not in fields(anna.html, goal)
    opened = f"?del={mark(goal)}"
    await anna.type(goal, measure="count")
    await anna.open(opened)
    await anna.type(goal, at_least="4")
    await anna.open(opened)
    await anna.type(goal, measure="indicator")
    html = await anna.open(opened)
    assert ("at_least" in fields(html, goal), "baseline" in fields(html, goal)) == (False, True)
    await anna.type(goal, measure="count")
    assert fields(await anna.open(opened), goal)["at_least"] == "4"


async def test_parties_are_added_and_removed(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    await anna.press("delar", till="party:", ny=str(uuid.uuid4()), organisation=str(cast.EKEN))
    html = await anna.open()
    assert re.search(r"<li>Ekens kommun<button", html)
    eken = re.search(r'<li>Ekens kommun<button[^>]*formaction="[^"]*/delar/([^/]+)/ta-bort"', html)
    assert eken
    assert (await anna.press(f"delar/{eken[1]}/ta-bort")).headers["location"].endswith("#parter")
    assert not re.search(r"<li>Ekens kommun<button", await anna.open())


async def test_everything_that_is_missing_is_said_at_once_with_links_to_the_fields(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    await anna.add("activity")
    html = await anna.open("?kontroll=ja")
    links = re.findall(r'<p class="small"><a href="#([^"]+)">([^<]+)</a></p>', html)
    assert ("f-000000000001-title", "Löftets namn: skriv något här.") in links
    assert "Fyra uppgifter behöver rättas" in html
    for anchor, _ in links:
        assert f'id="{anchor}"' in html
    assert html.count('aria-invalid="true"') == len(links)


async def test_a_closed_part_is_one_line_and_brings_its_fields_when_it_is_opened(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    area = await anna.add("area", title="Trafik", problem="Många kör fort.")
    html = await anna.open()
    assert fields(html, area) == {}
    assert f'href="?del={mark(area)}#del-{mark(area)}"' in html
    answer = await anna.client.get(f"{anna.at}/delar/{area}", headers=HTMX)
    assert fields(answer.text, area)["problem"] == "Många kör fort."
    assert (await anna.client.get(f"{anna.at}/delar/{area}")).headers["location"].endswith(f"#del-{mark(area)}")
    assert (await anna.client.get(f"{anna.at}/delar/{uuid.uuid4()}", headers=HTMX)).status_code == 404


# ---------------------------------------------------------------- whatever somebody sends
async def test_parts_of_another_text_and_places_that_are_none_are_not_found(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    area = await anna.add("area", title="Trafik")
    other = await writing(browser_of)
    for what, form in (
        (f"delar/{area}/flytta", {"steg": "upp"}),
        (f"delar/{area}/ta-bort", {}),
        (f"delar/{area}/tillbaka", {}),
        (f"delar/{area}/plats", {"under": ""}),
        (f"delar/{HEAD}/ta-bort", {}),
        (f"delar/{HEAD}/plats", {"under": ""}),
        ("delar", {"till": "head:"}),
        ("delar", {"till": "dikt:"}),
        ("delar", {"till": ""}),
        ("delar", {"till": f"goal:{area}"}),
        ("delar", {"till": "activity:../../x"}),
    ):
        assert (await other.press(what, **form)).status_code == 404, what
    assert (await anna.press(f"delar/{area}/plats", under=area)).status_code == 404, "under itself"
    assert (await other.client.get(f"{other.at}/delar/{area}/plats")).status_code == 404
    assert (await other.type(area, title="x")).status_code == 409, "it was never there, and what was typed is shown all the same"


async def test_unknown_fields_are_left_out_and_a_field_without_its_mark_changes_nothing(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    token = cast.csrf(anna.html)
    for form in ({"hemligt": "x", "was-hemligt": ""}, {"title": "Utan märke"}, {"was-title": "x"}, {"measure": "count", "was-measure": "x"}):
        answer = await anna.client.post(f"{anna.at}/delar/{HEAD}", data={**form, "_csrf_token": token})
        assert answer.status_code == 303
    assert "Utan märke" not in await everything()
    assert "hemligt" not in await everything()


async def test_controls_and_huge_texts_do_no_harm(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    assert (await anna.type(HEAD, oath="Vi\u0000 lovar\u202e allt\u0007.")).status_code == 303
    assert fields(await anna.open(), HEAD)["oath"] == "Vi lovar allt."
    assert (await anna.type(HEAD, oath="x" * 1_000_000)).status_code == 422
    assert (await anna.type(HEAD, oath="x" * 9_000_000)).status_code == 413
    part = await anna.add("definition", term='"><script>alert(1)</script>', meaning="</textarea><b>")
    html = await anna.open(f"?del={mark(part)}")
    assert "<script>alert" not in html
    assert fields(html, part)["meaning"] == "</textarea><b>"


async def test_the_same_form_sent_twice_adds_one_part(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    part = str(uuid.uuid4())
    for _ in range(2):
        await anna.press("delar", till="area:", ny=part)
    assert len(names(await anna.open(), "area")) == 1


async def test_a_text_has_an_end(browser_of: cast.BrowserOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trygghet.wordings.manuscript.MOST_PARTS", 5)
    anna = await writing(browser_of)
    for _ in range(2):
        await anna.add("area")
    answer = await anna.press("delar", till="area:")
    assert answer.status_code == 422
    assert "högst 5 delar" in unescape(answer.text)


# ---------------------------------------------------------------- large
async def test_a_text_with_forty_activities_is_a_page_that_can_be_read_and_is_saved_in_pieces(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    wording = uuid.UUID(anna.at.rsplit("/", 1)[1])
    who = cast.asking("anna")
    text = (await actions.read(cast.BJORKEN, wording)).manuscript
    for number in range(8):
        area, goal = uuid.uuid4(), uuid.uuid4()
        text = text.add("area", part_id=area).set_field(area, "title", f"Område {number}").set_field(area, "problem", "Det är otryggt. " * 20)
        text = text.add("goal", area, part_id=goal).set_field(goal, "title", f"Öka tryggheten vid plats {number}")
        for activity in (uuid.uuid4() for _ in range(5)):
            text = text.add("activity", goal, part_id=activity)
            for name, typed in (
                ("title", "Kontroller"),
                ("body", "Vi går ut om kvällen. " * 8),
                ("measure", "count"),
                ("at_least", "12"),
                ("per", "year"),
            ):
                text = text.set_field(activity, name, typed)
    await actions.rewrite(cast.BJORKEN, wording, text, by=who, now=cast.START)
    html = await anna.open()
    assert len(names(html, "activity")) == 40
    assert len(html.encode()) < 300_000
    last = text.every("activity")[-1]
    await anna.open(f"?del={mark(str(last.id))}")
    for number in range(5):
        answer = await anna.type(str(last.id), htmx=True, body=f"Ny text {number}.")
        assert answer.status_code == 200
        assert len(answer.content) < len(html.encode()) / 2, "what the page lacks, and not the page"
        await anna.open(f"?del={mark(str(last.id))}")


# ---------------------------------------------------------------- the end of a text
async def test_a_private_text_can_be_thrown_away_and_a_shared_one_cannot(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    assert "Släng utkastet" in anna.html
    other = await writing(browser_of)
    await shared(other)
    assert "Släng utkastet" not in await other.open()
    assert (await other.press("slang")).status_code == 422
    assert (await anna.press("slang")).headers["location"] == "/loften"
    assert (await anna.client.get(f"{anna.at}/skriv")).status_code == 404


async def test_a_text_that_is_closed_is_not_written_in_and_says_why(browser_of: cast.BrowserOf) -> None:
    anna = await writing(browser_of)
    area = await anna.add("area", title="Trafik")
    await shared(anna)
    async with database.within(cast.BJORKEN):
        wording = await actions.lock(cast.BJORKEN, uuid.UUID(anna.at.rsplit("/", 1)[1]))
        await actions.set_withdrawn(cast.BJORKEN, wording, "Vi väntar.", now=cast.START)
    for answer in (
        await anna.client.get(f"{anna.at}/skriv"),
        await anna.type(area, title="Annat"),
        await anna.type(area, htmx=True, title="Annat"),
        await anna.press("delar", till="area:"),
        await anna.press(f"delar/{area}/ta-bort"),
        await anna.press(f"delar/{area}/flytta", steg="upp"),
    ):
        assert answer.status_code == 422
        assert "tillbakadragen" in answer.text
    assert "Annat" not in await everything()


async def test_what_is_made_stands_at_the_top_of_all_promises(browser_of: cast.BrowserOf) -> None:
    await made.promise()
    anna = await writing(browser_of)
    await anna.type(HEAD, title="Löfte för Björken 2025–2026")
    listed = (await anna.client.get("/loften")).text
    assert listed.index("Löfte för Björken 2025–2026") < listed.index("Medborgarlöfte i Björken 2023–2024")
    assert "Bara ni ser det" in listed
    assert "Löfte för Björken 2025–2026" not in (await (await browser_of("per")).get("/loften")).text
    assert "Löfte för Björken 2025–2026" in (await (await browser_of("bo")).get("/loften")).text
