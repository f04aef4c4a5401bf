"""/utskick/adresser: what an organisation sees of its people's addresses, and who may lift a stop."""

from __future__ import annotations

import pytest

from tests import cast
from tests.bounces.test_taking import FULL, take
from tests.bounces.world import DAY, NOW, address, key, sent

pytestmark = pytest.mark.anyio


async def test_the_organisation_sees_whose_mail_comes_back_and_what_the_other_server_said(browser_of: cast.BrowserOf) -> None:
    await take(await sent("anna"))
    for day in range(3):
        await take(await sent("bo", key=key(seat="leader", lead=day), seat="leader"), *FULL, now=NOW + day * DAY)
    await take(await sent("ragna", key=key(lead=99)), *FULL)
    page = (await (await browser_of("anna")).get("/utskick/adresser")).text
    for words in (
        "Anna Asson",
        "Stoppad",
        "550 5.1.1 User unknown",
        "Bo Bsson",
        "Pausad till 10 oktober",
        "452 4.2.2 Mailbox full",
        "Ragna Rsson",
        "Bevakas",
    ):
        assert words in page
    assert "Skriv hit igen" not in page  # she is no administrator
    assert "/utskick/adresser" in (await (await browser_of("anna")).get("/utskick")).text


async def test_nobody_else_sees_them_and_nobody_but_an_administrator_lifts_one(browser_of: cast.BrowserOf) -> None:
    await take(await sent("anna"))
    found = await address("anna")
    for who in ("pia", "oda", "cecilia"):
        assert "anna@" not in (await (await browser_of(who)).get("/utskick/adresser")).text
    for who, status in (("anna", 404), ("siri", 404), ("orvar", 404)):
        client = await browser_of(who)
        token = cast.csrf((await client.get("/utskick")).text)
        answer = await client.post(f"/utskick/adresser/{found['id']}/lyft", data={"_csrf_token": token})
        assert answer.status_code in {403, status}
    assert await address("anna") is not None


async def test_an_administrator_lifts_a_stop_and_the_log_tells_who_did(browser_of: cast.BrowserOf) -> None:
    await take(await sent("anna"))
    found, client = await address("anna"), await browser_of("adam")
    page = (await client.get("/utskick/adresser")).text
    assert "Skriv hit igen" in page
    answer = await client.post(f"/utskick/adresser/{found['id']}/lyft", data={"_csrf_token": cast.csrf(page)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/utskick/adresser")
    assert await address("anna") is None
    assert "Inga mejl till era medlemmar har kommit tillbaka" in (await client.get("/utskick/adresser")).text
    assert "Stoppet för mejl till anna@cast.example.org lyftes." in (await client.get("/medlemmar/historik")).text
    again = await client.post(f"/utskick/adresser/{found['id']}/lyft", data={"_csrf_token": cast.csrf(page)})
    assert again.status_code == 404


async def test_what_was_before_a_lift_is_forgotten(browser_of: cast.BrowserOf) -> None:
    for day in range(3):
        await take(await sent("anna", key=key(lead=day)), *FULL, now=NOW + day * DAY)
    found, client = await address("anna"), await browser_of("adam")
    token = cast.csrf((await client.get("/utskick/adresser")).text)
    await client.post(f"/utskick/adresser/{found['id']}/lyft", data={"_csrf_token": token})
    await take(await sent("anna", key=key(lead=50)), *FULL, now=NOW + 3 * DAY)
    assert (await address("anna"))["tier"] == "watched"


async def test_metrics_tell_what_has_come_in(browser_of: cast.BrowserOf) -> None:
    letter_id = await sent("anna")
    await take(letter_id)
    await take(letter_id)
    text = (await (await browser_of()).get("/metrics")).text
    assert 'trygghet_inbound_mails{outcome="bounced"} 1.0' in text
    assert 'trygghet_inbound_mails{outcome="repeated"} 1.0' in text
    assert "anna" not in text
