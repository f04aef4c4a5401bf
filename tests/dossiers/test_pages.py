"""The PDF, the file of everything and the diary numbers, as the two parties and others meet them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast, made, telling
from tests.dossiers import given
from tests.paper import reading
from trygghet import database
from trygghet.comments import actions as comments
from trygghet.signatures import actions as signatures
from trygghet.wordings import actions as wordings
from trygghet.wordings.manuscript import HEAD_ID

if TYPE_CHECKING:
    import httpx

    from tests.conftest import HandClock
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
SECRET = "Bara vi 4711"


async def fetched(client: httpx.AsyncClient, promise_id: uuid.UUID) -> zipfile.ZipFile:
    answer = await client.get(f"/loften/{promise_id}/akt")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    assert found.testzip() is None
    return found


def told(found: zipfile.ZipFile, path: str) -> Any:
    return json.loads(found.read(path))


def table(found: zipfile.ZipFile, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found.read(path).decode("utf-8-sig")), delimiter=";"))


async def numbered(client: httpx.AsyncClient, promise_id: uuid.UUID, number: str) -> httpx.Response:
    page = await client.get(f"/loften/{promise_id}/diarienummer")
    return await client.post(f"/loften/{promise_id}/diarienummer", data={"diarienummer": number, "_csrf_token": cast.csrf(page.text)})


# ---------------------------------------------------------------- the PDF
async def test_whoever_reads_the_promise_gets_it_as_a_pdf(browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    for who in ("ragna", "bo", "pia"):
        answer = await (await browser_of(who)).get(f"/loften/{promise_id}/pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="medborgarlofte-i-bjorken-2023-2024.pdf"'
    found = reading.said(answer.content)
    for fact in ("Medborgarlöfte i Björken 2023–2024", "Minst 12 kontroller varje år", "Bo Bsson", "Undertecknat 20 december 2022", "Anna Asson"):
        assert fact in found
    assert "version 1, undertecknad av båda" in found.lower()


async def test_the_same_promise_is_the_same_pdf_whenever_it_is_fetched(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    promise_id, bo = await made.promise(), await browser_of("bo")
    first = (await bo.get(f"/loften/{promise_id}/pdf")).content
    clock.at = clock.at.replace(day=20)
    assert (await bo.get(f"/loften/{promise_id}/pdf")).content == first


async def test_a_text_that_nobody_has_signed_says_so_and_is_its_authors_alone(browser_of: cast.BrowserOf) -> None:
    wording = await given.wording(given.usual())
    anna = await browser_of("anna")
    answer = await anna.get(f"/lydelser/{wording.id}/pdf")
    assert answer.status_code == 200
    pages = reading.pages(answer.content)
    assert all("Utkast Bara Björkens kommun ser texten än." in page for page in pages)
    assert all(wording.content_hash in reading.squeezed(page) for page in pages)
    assert (await (await browser_of("pia")).get(f"/lydelser/{wording.id}/pdf")).status_code == 404


# ---------------------------------------------------------------- diary numbers
async def test_each_party_keeps_its_own_number_and_reads_the_others(browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    anna, pia = await browser_of("anna"), await browser_of("pia")
    assert (await numbered(anna, promise_id, "KS 2024/77")).status_code == 303
    assert (await numbered(pia, promise_id, "A123.456/2024")).status_code == 303
    assert (await numbered(anna, promise_id, "KS 2024/119")).status_code == 303
    page = (await pia.get(f"/loften/{promise_id}/diarienummer?sparat=ja")).text
    assert "Sparat." in page
    assert "KS 2024/119" in page
    assert "KS 2024/77" not in page
    assert 'value="A123.456/2024"' in page
    assert (await numbered(anna, promise_id, "")).status_code == 303
    assert "KS 2024/119" not in (await pia.get(f"/loften/{promise_id}/diarienummer")).text


async def test_a_number_that_cannot_stand_is_given_back_with_why(browser_of: cast.BrowserOf) -> None:
    promise_id, anna = await made.promise(), await browser_of("anna")
    for number, why in (("19640823-3234", "ser ut som ett personnummer"), ("x" * 61, "högst 60 tecken. Du skrev 61.")):
        answer = await numbered(anna, promise_id, number)
        assert answer.status_code == 422
        assert why in answer.text
        assert f'value="{number}"' in answer.text


async def test_a_reporter_reads_the_numbers_and_neither_sets_one_nor_takes_the_file(browser_of: cast.BrowserOf) -> None:
    promise_id, ragna = await made.promise(), await browser_of("ragna")
    page = await ragna.get(f"/loften/{promise_id}/diarienummer")
    assert "<form" not in page.text.split("<main")[1]
    assert f"/loften/{promise_id}/akt" not in page.text
    assert (await ragna.get(f"/loften/{promise_id}/akt")).status_code == 403


# ---------------------------------------------------------------- everything
async def test_the_file_holds_the_promise_and_all_that_was_done_about_it(browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    await made.recorded(promise_id, 3, note="Tre kontroller")
    anna = await browser_of("anna")
    await numbered(anna, promise_id, "KS 2024/118")
    found = await fetched(anna, promise_id)
    whole = told(found, "lofte.json")
    assert whole["promise"]["title"] == "Medborgarlöfte i Björken 2023–2024"
    assert [row["amount"] for row in whole["promise"]["areas"][0]["goals"][0]["activities"][0]["recorded"]] == [3]
    assert [(row["Antal"], row["Räknas"], row["Part"]) for row in table(found, "utfall.csv")] == [("3", "ja", "Björkens kommun")]
    assert {one["duty"]["kind"] for one in whole["duties"]} >= {"follow_up", "renewal"}
    assert told(found, "diarienummer.json")[0]["number"] == "KS 2024/118"
    assert "Björkens kommun: KS 2024/118" in found.read("README.txt").decode()
    assert "Anna Asson" in found.read("README.txt").decode()
    assert "Medborgarlöfte i Björken" in reading.said(found.read("lofte.pdf"))
    assert {row["Slag"] for row in table(found, "kvitton.csv")} >= {"Påminnelse 32 dagar före"}


async def test_the_manifest_is_true_of_every_file(browser_of: cast.BrowserOf) -> None:
    found = await fetched(await browser_of("bo"), await made.promise())
    rows = told(found, "manifest.json")["files"]
    assert [one["path"] for one in rows] == found.namelist()[:-1]
    assert all(hashlib.sha256(found.read(one["path"])).hexdigest() == one["sha256"] for one in rows)


async def test_the_log_in_the_file_can_be_checked_link_by_link(browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    anna = await browser_of("anna")
    await numbered(anna, promise_id, "KS 2024/118")
    await fetched(anna, promise_id)
    found = await fetched(anna, promise_id)
    events = told(found, "historik.json")
    assert [one["act"] for one in events][-2:] == ["diary.set", "dossier.exported"]
    for event, after in zip(events, [*events[1:], None], strict=True):
        plain = {name: value for name, value in event.items() if name != "hash"}
        assert hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest() == event["hash"]
        assert after is None or after["previous_hash"] == event["hash"]
    assert table(found, "historik.csv")[-2]["Vad"] == "Satte diarienumret KS 2024/118"


async def test_that_one_party_has_fetched_it_is_that_partys_own_matter(browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    await fetched(await browser_of("anna"), promise_id)
    acts = [one["act"] for one in told(await fetched(await browser_of("pia"), promise_id), "historik.json")]
    assert "dossier.exported" not in acts


async def test_the_same_state_gives_the_same_files_and_the_readme_alone_knows_the_time(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    promise_id, bo = await made.promise(), await browser_of("bo")
    first = await fetched(bo, promise_id)
    clock.at = clock.at.replace(day=20)
    later = await fetched(bo, promise_id)
    differ = {name for name in first.namelist() if first.read(name) != later.read(name)}
    assert differ == {"README.txt", "manifest.json", "historik.json", "historik.csv"}  # the first fetch is an event of its own


async def test_what_was_published_is_in_it_with_its_picture_and_its_keys(browser_of: cast.BrowserOf, settings: Settings, clock: HandClock) -> None:
    promise_id = await made.promise()
    address = await telling.agree(browser_of, promise_id, telling.picture(), bildtext="En väg.")
    await telling.go_out(await browser_of(), settings, clock.at)
    found = await fetched(await browser_of("pia"), promise_id)
    folder = next(name.rsplit("/", 1)[0] for name in found.namelist() if address.rsplit("/", 1)[1] in name)
    assert told(found, f"{folder}/uppdatering.json")["title"] == telling.TITLE
    assert told(found, f"{folder}/uppdatering.json")["published_at"]
    assert found.read(f"{folder}/bild.jpg").startswith(b"\xff\xd8")
    assert {(row["Part"], row["Namn"]) for row in table(found, "godkannanden.csv")} == {("Björkens kommun", "Bo Bsson"), ("LPO Skogen", "Pia Psson")}
    assert {(row["Kanal"], row["Läge"]) for row in table(found, "kvitton.csv") if row["Slag"] == "Gemensam uppdatering"} == {
        ("Publika sidan", "Bekräftad"),
        ("Flödet", "Bekräftad"),
    }
    assert [(one["plats"], one["vad"], one["visades"]["title"]) for one in told(found, "kopior.json")] == [
        ("Publika sidan", "Publicerad", telling.TITLE),
        ("Flödet", "Publicerad", telling.TITLE),
    ]


async def test_nothing_that_is_the_other_partys_own_is_in_it(browser_of: cast.BrowserOf) -> None:
    promise_id = await made.promise()
    await telling.write(await browser_of("anna"), promise_id, text=f"Utkast: {SECRET} som ingen annan ser")
    async with database.across_organisations() as link:
        await link.execute("UPDATE delivery SET title = title || $1 WHERE organisation_id = $2", f" {SECRET}", cast.BJORKEN)
    for who, knows in (("pia", False), ("anna", True)):
        found = await fetched(await browser_of(who), promise_id)
        assert any(SECRET.encode() in found.read(name) for name in found.namelist()) is knows


async def test_a_stranger_gets_nothing(browser_of: cast.BrowserOf) -> None:
    promise_id, olof = await made.promise(), await browser_of("olof")
    for what in ("pdf", "akt", "diarienummer"):
        assert (await olof.get(f"/loften/{promise_id}/{what}")).status_code == 404


async def test_a_text_that_is_being_made_has_a_file_once_it_is_shared(browser_of: cast.BrowserOf) -> None:
    anna = await browser_of("anna")
    private = await given.wording(given.usual())
    assert (await anna.get(f"/loften/{private.promise_id}/akt")).status_code == 404
    shared = await given.wording(given.usual(), shared=True)
    found = await fetched(await browser_of("pia"), shared.promise_id)
    assert "lofte.pdf" not in found.namelist()
    record = told(found, "lydelser/01-nytt-lofte/nu.json")
    hashed = json.dumps(record["hashed"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(hashed.encode()).hexdigest() == record["content_hash"] == shared.content_hash
    assert "INTE UNDERTECKNAT." in found.read("lydelser/01-nytt-lofte/nu.txt").decode()
    assert "Farthinder på Storgatan" in found.read("lydelser/01-nytt-lofte/nu.txt").decode()


# ---------------------------------------------------------------- signed here
async def test_what_was_signed_here_shows_whose_names_on_which_text(browser_of: cast.BrowserOf) -> None:
    wording = await given.agree((await given.wording(given.usual())).id)
    answer = await (await browser_of("ragna")).get(f"/loften/{wording.promise_id}/pdf")
    pages = [reading.squeezed(page) for page in reading.pages(answer.content)]
    assert all(f"SHA-256{wording.content_hash}" in page for page in pages)
    assert "".join(pages).count(wording.content_hash) == len(pages) + 2
    found = reading.said(answer.content)
    assert "Undertecknat 1 oktober 2024, gäller från 1 juli 2018." in found
    assert found.count("Undertecknat 1 oktober 2024 klockan 08.00") == 2
    for name in ("Bo Bsson", "Kommunstyrelsens ordförande", "Pia Psson", "Lokalpolisområdeschef", "Elektroniskt i Trygghet"):
        assert name in found
    assert (await (await browser_of("bo")).get(f"/lydelser/{wording.id}/pdf")).content == answer.content


async def test_a_change_is_a_version_with_its_public_reason_and_the_old_text_stays(browser_of: cast.BrowserOf, clock: HandClock) -> None:
    first = await given.agree((await given.wording(given.usual())).id)
    clock.at = clock.at.replace(month=11)
    text = first.manuscript.set_field(HEAD_ID, "oath", "Barn ska kunna gå tryggt till skolan och hem.")
    second = await given.changed(first.promise_id, text, "Hemvägen är lika viktig.", clock.at)
    pia = await browser_of("pia")
    found = reading.said((await pia.get(f"/loften/{first.promise_id}/pdf")).content)
    assert "tryggt till skolan och hem." in found
    assert "2 1 november 2024 Ändrat Hemvägen är lika viktig." in found
    old = reading.said((await pia.get(f"/lydelser/{first.id}/pdf")).content)
    assert "skolan och hem" not in old
    assert "Version 1" in old
    zipped = await fetched(pia, first.promise_id)
    assert {"lydelser/01-nytt-lofte/undertecknad.pdf", "lydelser/02-andring/undertecknad.txt"} <= set(zipped.namelist())
    for path, wording in (("01-nytt-lofte", first), ("02-andring", second)):
        record = told(zipped, f"lydelser/{path}/undertecknad.json")
        hashed = json.dumps(record["hashed"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(hashed.encode()).hexdigest() == record["content_hash"] == wording.content_hash
    keys = table(zipped, "godkannanden.csv")
    assert sorted(row["Namn"] for row in keys if row["Slag"] == "underskrift") == ["Bo Bsson", "Bo Bsson", "Pia Psson", "Pia Psson"]
    assert len([row for row in keys if row["Slag"] == "godkännande"]) == 4


async def test_what_was_written_before_it_was_shared_stays_at_home(browser_of: cast.BrowserOf) -> None:
    private = await given.wording(given.usual().set_field(HEAD_ID, "oath", SECRET))
    await wordings.keep_revision(cast.BJORKEN, private.id)
    await wordings.rewrite(cast.BJORKEN, private.id, given.usual(), by=cast.asking("anna"), now=cast.START)
    await given.agree(private.id)
    for who in ("anna", "pia"):
        found = await fetched(await browser_of(who), private.promise_id)
        assert not any(SECRET.encode() in found.read(name) for name in found.namelist())


async def test_a_text_that_was_withdrawn_says_so(browser_of: cast.BrowserOf) -> None:
    shared = await given.wording(given.usual(), shared=True)
    await signatures.withdraw(cast.BJORKEN, shared.id, "Vi väntar ett år.", by=cast.asking("anna"), now=cast.START)
    answer = await (await browser_of("pia")).get(f"/lydelser/{shared.id}/pdf")
    assert all("Tillbakadraget Texten drogs tillbaka 1 oktober 2024 och gäller inte." in page for page in reading.pages(answer.content))


async def test_what_was_said_beside_the_text_is_in_the_file(browser_of: cast.BrowserOf) -> None:
    shared = await given.wording(given.usual(), shared=True)
    part = shared.manuscript.every("activity")[0]
    await comments.write(cast.SKOGEN, shared.id, part.id, "Räcker tolv?", form_key=uuid.uuid4(), by=cast.asking("per"), now=cast.START)
    found = await fetched(await browser_of("anna"), shared.promise_id)
    assert [(row["Om"], row["Sade"], row["Part"]) for row in table(found, "kommentarer.csv")] == [("Trafikkontroller", "Räcker tolv?", "LPO Skogen")]
