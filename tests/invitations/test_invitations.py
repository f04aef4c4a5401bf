"""From an administrator's form by a real mail server to the first page of somebody new."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.letterbox import Letterbox
from trygghet import clock as clocks
from trygghet import database
from trygghet.channels.mail import Mail
from trygghet.deliveries import sending
from trygghet.invitations import actions, rules
from trygghet.members import actions as members
from trygghet.members import door
from trygghet.members.invited import State
from trygghet.members.log import OPERATIONS
from trygghet.members.offices import Term, Wish
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    import httpx

    from tests.conftest import HandClock
    from trygghet.members.invited import Invitation
    from trygghet.settings import Settings

pytestmark = pytest.mark.anyio
TODAY = dt.date(2024, 10, 1)
SARA = "sara.ny@cast.example.org"
PASSWORD = "hasselmus i gummistövlar"
STRATEGIST = {"epost": SARA, "titel": "Säkerhetsstrateg", "roll": "coordinator"}


@pytest.fixture
def box() -> Iterator[Letterbox]:
    made = Letterbox()
    yield made
    made.stop()


async def _post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    token = cast.csrf((await client.get("/logga-in")).text)
    return await client.post(path, data={**fields, "_csrf_token": token})


async def _one(sql: str, *values: object) -> Any:
    async with database.across_organisations() as link:
        return await link.fetchval(sql, *values)


async def _send(settings: Settings, box: Letterbox, now: dt.datetime = cast.START) -> list[EmailMessage]:
    """Hands out and sends all that is due, by the real channel, and returns what arrived by now."""
    while batches := await sending.across_organisations_hand_out(now=now, wall=clocks.wall()):
        for batch in batches:
            await sending.across_organisations_deliver(
                batch,
                composers={"invitation": actions.composer(settings)},
                channels={"mail": Mail(box.url, settings.mail_from)},
                now=now,
                wall=clocks.wall(),
            )
    return box.letters


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    found: str = body.get_content()
    return found


def _link(letter: EmailMessage) -> str:
    found = re.search(r"http://testserver(/inbjudan/\S+)", _text(letter))
    assert found, _text(letter)
    return found.group(1)


async def _invited(**changes: Any) -> Invitation:
    asked: dict[str, Any] = {"email": SARA, "wish": Wish(None, "Säkerhetsstrateg", "coordinator"), "term": Term(TODAY)}
    asked |= {"now": cast.START, "wall": clocks.wall()} | changes
    return await actions.invite(cast.BJORKEN, asked["email"], asked["wish"], asked["term"], by=OPERATIONS, now=asked["now"], wall=asked["wall"])


def _path(invitation: Invitation, settings: Settings) -> str:
    return actions.link(invitation, settings).removeprefix("http://testserver")


# ---------------------------------------------------------------- the whole way
async def test_somebody_new_comes_in_by_the_link_in_a_real_mail(browser_of: cast.BrowserOf, settings: Settings, box: Letterbox) -> None:
    adam, sara = await browser_of("adam"), await browser_of()
    answer = await _post(adam, "/medlemmar/bjud-in", **STRATEGIST)
    assert answer.headers["location"] == "/medlemmar#inbjudningar"
    [letter] = await _send(settings, box)
    assert box.recipients == [SARA]
    assert letter["Subject"] == "Du är inbjuden till Björkens kommun"
    for expected in ("Adam Asson (systemförvaltare, Björkens kommun) bjuder in dig som säkerhetsstrateg", "sju dagar", "Varför får jag detta?"):
        assert expected in _text(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert _link(letter) in html.get_content()
    assert "Skickad" in (await adam.get("/medlemmar")).text

    page = (await sara.get(_link(letter))).text
    assert "Du är inbjuden till Björkens kommun" in page
    assert SARA in page
    assert "Öppnad" in (await adam.get("/medlemmar")).text
    answer = await _post(sara, _link(letter), namn="Sara Ny", losenord=PASSWORD, igen=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/hem")
    page = (await sara.get("/oversikt")).text
    assert "Ni ser detta som samordnare" in page
    page = (await adam.get("/medlemmar")).text
    assert "Sara Ny" in page
    assert "Ingen inbjudan väntar" in page
    assert "Sara Ny tog emot sin inbjudan som Säkerhetsstrateg (samordnare), från 1 oktober 2024 tills vidare." in page

    again = await browser_of()
    token = cast.csrf((await again.get("/logga-in")).text)
    answer = await again.post("/logga-in", data={"email": SARA, "password": PASSWORD, "_csrf_token": token})
    assert answer.status_code == 303, "and the password is theirs from now on"


async def test_a_link_works_once(browser_of: cast.BrowserOf, settings: Settings) -> None:
    path = _path(await _invited(), settings)
    first, second = await browser_of(), await browser_of()
    assert (await _post(first, path, namn="Sara Ny", losenord=PASSWORD, igen=PASSWORD)).status_code == 303
    for answer in (await second.get(path), await _post(second, path, namn="Någon Annan", losenord=PASSWORD, igen=PASSWORD)):
        assert answer.status_code == 410
        assert "Inbjudan är redan använd" in answer.text
        assert 'href="/logga-in"' in answer.text
    assert await _one("SELECT count(*) FROM person WHERE email = $1", SARA) == 1


async def test_a_link_used_by_two_at_the_same_moment_lets_one_in(database_url: str, settings: Settings) -> None:
    link = rules.token(await _invited(), settings.secret_key)

    async def come(number: int) -> str:
        visitor = door.Visitor(f"192.0.2.{number}", "", "", settings.secret_key)
        chosen = actions.Chosen(f"Sara {number}", PASSWORD, PASSWORD, None)
        try:
            await actions.across_organisations_accept(link, chosen, visitor, wall=clocks.wall(), now=cast.START)
        except Refusal as no:
            return no.code
        return "in"

    answers = await asyncio.gather(*(come(number) for number in range(4)))
    assert sorted(answers)[:1] == ["in"]
    assert answers.count("in") == 1
    assert await _one("SELECT count(*) FROM member m JOIN person p ON p.id = m.person_id WHERE p.email = $1", SARA) == 1


# ---------------------------------------------------------------- seven days
async def test_a_link_works_for_seven_days_and_not_a_second_longer(database_url: str, settings: Settings) -> None:
    sent = clocks.wall()
    invitation = await _invited(wall=sent)
    link = rules.token(invitation, settings.secret_key)
    for later, state in ((dt.timedelta(days=7) - dt.timedelta(seconds=1), State.SENT), (dt.timedelta(days=7), State.EXPIRED)):
        opened = await actions.across_organisations_open(link, secret=settings.secret_key, wall=sent + later, now=cast.START)
        assert opened.state in {state, State.OPENED} - ({State.OPENED} if state is State.EXPIRED else set())
    visitor = door.Visitor("192.0.2.1", "", "", settings.secret_key)
    with pytest.raises(Refusal, match=r"invitation.closed"):
        await actions.across_organisations_accept(
            link, actions.Chosen("Sara", PASSWORD, PASSWORD, None), visitor, wall=sent + rules.LIFE, now=cast.START
        )


async def test_an_expired_link_says_whom_to_ask_and_sending_again_renews_it(browser_of: cast.BrowserOf, settings: Settings, box: Letterbox) -> None:
    adam, sara = await browser_of("adam"), await browser_of()
    await _post(adam, "/medlemmar/bjud-in", **STRATEGIST)
    old = _link((await _send(settings, box))[0])
    async with database.across_organisations() as link:
        await link.execute("UPDATE invitation SET expires_at = expires_at - interval '7 days'")
    answer = await sara.get(old)
    assert answer.status_code == 410
    assert "Be Adam Asson (systemförvaltare, Björkens kommun) att skicka en ny." in answer.text
    page = (await adam.get("/medlemmar")).text
    assert "Gått ut" in page
    again = re.search(r'action="(/medlemmar/inbjudningar/[^"]+/igen)"', page)
    assert again
    assert (await _post(adam, again.group(1))).status_code == 303
    new = _link((await _send(settings, box))[1])
    assert new != old
    answer = await sara.get(old)
    assert (answer.status_code, "Länken leder ingenstans" in answer.text) == (404, True)
    assert (await _post(sara, new, namn="Sara Ny", losenord=PASSWORD, igen=PASSWORD)).status_code == 303


async def test_inviting_the_same_person_to_the_same_office_renews(browser_of: cast.BrowserOf, settings: Settings, box: Letterbox) -> None:
    adam = await browser_of("adam")
    for _ in range(2):
        await _post(adam, "/medlemmar/bjud-in", **STRATEGIST)
    assert await _one("SELECT count(*) FROM invitation") == 1
    letters = await _send(settings, box)
    assert len(letters) == 1, "the first letter had not gone out yet, and its link no longer works"
    assert await _one("SELECT reason FROM delivery WHERE state = 'skipped'") == "En nyare inbjudan har skickats i stället."
    assert (await (await browser_of()).get(_link(letters[0]))).status_code == 200


async def test_a_revoked_invitation_opens_nothing_and_its_letter_stays_at_home(
    browser_of: cast.BrowserOf, settings: Settings, box: Letterbox
) -> None:
    adam = await browser_of("adam")
    invitation = await _invited()
    assert (await _post(adam, f"/medlemmar/inbjudningar/{invitation.id}/aterkalla")).status_code == 303
    assert await _send(settings, box) == []
    answer = await (await browser_of()).get(_path(invitation, settings))
    assert (answer.status_code, "Inbjudan är återkallad" in answer.text) == (410, True)
    for way in ("aterkalla", "igen"):
        assert (await _post(adam, f"/medlemmar/inbjudningar/{invitation.id}/{way}")).status_code == 422


async def test_days_that_have_passed_are_said(browser_of: cast.BrowserOf, clock: HandClock, settings: Settings) -> None:
    invitation = await _invited(term=Term(TODAY, dt.date(2024, 10, 3), acting=True))
    clock.at = cast.START + dt.timedelta(days=3)
    answer = await (await browser_of()).get(_path(invitation, settings))
    assert (answer.status_code, "Dagarna har gått" in answer.text) == (410, True)


@pytest.mark.parametrize("link", ["x", "a" * 64, "å", "=" * 64, "%00"])
async def test_what_is_no_link_leads_nowhere(browser_of: cast.BrowserOf, link: str) -> None:
    answer = await (await browser_of()).get(f"/inbjudan/{link}")
    assert answer.status_code == 404


async def test_the_seal_cannot_be_moved_to_another_invitation_or_made_with_another_secret(database_url: str, settings: Settings) -> None:
    one, other = await _invited(), await _invited(email="annan@cast.example.org")
    assert rules.fits(rules.token(one, settings.secret_key), one, settings.secret_key)
    assert not rules.fits(rules.token(one, "y" * 40), one, settings.secret_key)
    assert not rules.fits(rules.token(other, settings.secret_key), one, settings.secret_key)
    assert rules.named_by(rules.token(one, settings.secret_key)) == one.id


async def test_nothing_in_the_database_opens_the_door(browser_of: cast.BrowserOf, settings: Settings, box: Letterbox) -> None:
    adam = await browser_of("adam")
    await _post(adam, "/medlemmar/bjud-in", **STRATEGIST)
    token = _link((await _send(settings, box))[0]).removeprefix("/inbjudan/")
    async with database.across_organisations() as link:
        tables = [row[0] for row in await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'")]
        for table in tables:
            for row in await link.fetch(f"SELECT t::text FROM {table} t"):
                assert token not in row[0], table
                assert token[22:] not in row[0], table


# ---------------------------------------------------------------- name and password
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"namn": ""}, "Namn: skriv något här."),
        ({"namn": "Sara 640823-3234"}, "ser ut som ett personnummer"),
        ({"losenord": "kort", "igen": "kort"}, "minst 12 tecken. Du skrev 4."),
        ({"losenord": "sommar202412", "igen": "sommar202412"}, "lätt att gissa"),
        ({"losenord": "Björkens kommun 1", "igen": "Björkens kommun 1"}, "lätt att gissa"),
        ({"igen": "något annat"}, "inte samma som det första"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field_and_the_link_still_works(
    browser_of: cast.BrowserOf, settings: Settings, fields: dict[str, str], sentence: str
) -> None:
    path = _path(await _invited(), settings)
    sara = await browser_of()
    answer = await _post(sara, path, **({"namn": "Sara Ny", "losenord": PASSWORD, "igen": PASSWORD} | fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert (await _post(sara, path, namn="Sara Ny", losenord=PASSWORD, igen=PASSWORD)).status_code == 303


# ---------------------------------------------------------------- who has an account already
async def test_an_account_that_there_is_gets_one_more_membership_by_its_password(browser_of: cast.BrowserOf, settings: Settings) -> None:
    path = _path(await _invited(email=cast.email("cecilia")), settings)
    visitor = await browser_of()
    page = (await visitor.get(path)).text
    assert "Du har redan ett konto" in page
    assert "Ditt namn" not in page
    answer = await _post(visitor, path, losenord="fel lösenord")
    assert (answer.status_code, "det stämmer inte med kontot" in answer.text) == (422, True)
    assert (await _post(visitor, path, losenord=cast.PASSWORD)).status_code == 303
    page = (await visitor.get("/oversikt")).text
    assert "Björkens kommun · säkerhetsstrateg" in page
    assert "Ekens kommun · kommunchef" in page
    assert await _one("SELECT count(*) FROM person WHERE email = $1", cast.email("cecilia")) == 1


async def test_who_is_signed_in_already_only_confirms(browser_of: cast.BrowserOf, settings: Settings) -> None:
    path = _path(await _invited(email=cast.email("cecilia")), settings)
    cecilia, bo = await browser_of("cecilia"), await browser_of("bo")
    assert "Du är inloggad som Cecilia" in (await cecilia.get(path)).text
    page = (await bo.get(path)).text
    assert "Just nu är Bo Bsson inloggad här" in page
    assert (await _post(bo, path)).status_code == 422, "somebody else's session proves nothing"
    assert (await _post(cecilia, path)).status_code == 303
    assert "Björkens kommun · säkerhetsstrateg" in (await cecilia.get("/oversikt")).text


async def test_guessing_an_accounts_password_by_a_link_is_counted(browser_of: cast.BrowserOf, settings: Settings) -> None:
    path = _path(await _invited(email=cast.email("cecilia")), settings)
    visitor = await browser_of()
    for _ in range(5):
        assert (await _post(visitor, path, losenord="fel")).status_code == 422
    assert (await _post(visitor, path, losenord=cast.PASSWORD)).status_code == 429


async def test_an_office_that_begins_later_lets_in_later(browser_of: cast.BrowserOf, clock: HandClock, settings: Settings) -> None:
    path = _path(await _invited(term=Term(dt.date(2024, 11, 1))), settings)
    sara = await browser_of()
    answer = await _post(sara, path, namn="Sara Ny", losenord=PASSWORD, igen=PASSWORD)
    assert answer.status_code == 200
    assert "Klart, från 1 november" in answer.text
    assert "trygghet_session" not in sara.cookies
    fields = {"email": SARA, "password": PASSWORD}
    assert (await _post(sara, "/logga-in", **fields)).status_code == 422
    clock.at = dt.datetime.fromisoformat("2024-11-01T00:00:00+01:00")
    assert (await _post(sara, "/logga-in", **fields)).status_code == 303


async def test_access_counts_from_the_day_somebody_comes_and_not_from_the_day_they_were_invited(
    browser_of: cast.BrowserOf, clock: HandClock, settings: Settings
) -> None:
    path = _path(await _invited(), settings)
    clock.at = cast.START + dt.timedelta(days=4)
    await _post(await browser_of(), path, namn="Sara Ny", losenord=PASSWORD, igen=PASSWORD)
    assert await _one("SELECT from_on FROM member m JOIN person p ON p.id = m.person_id WHERE p.email = $1", SARA) == dt.date(2024, 10, 5)


async def test_who_holds_the_office_already_is_not_invited_to_it(browser_of: cast.BrowserOf) -> None:
    adam = await browser_of("adam")
    office = await _one("SELECT id FROM office WHERE title = 'Fältsekreterare'")
    answer = await _post(adam, "/medlemmar/bjud-in", epost=cast.email("ragna"), befattning=str(office))
    assert answer.status_code == 422
    assert "Ragna Rsson har redan befattningen Fältsekreterare" in answer.text
    assert f'value="{cast.email("ragna")}"' in answer.text


# ---------------------------------------------------------------- when the mail does not arrive
async def test_an_address_that_is_refused_is_shown_to_the_administrator(browser_of: cast.BrowserOf, settings: Settings, box: Letterbox) -> None:
    adam = await browser_of("adam")
    await _post(adam, "/medlemmar/bjud-in", **(STRATEGIST | {"epost": "ingen@cast.example.org"}))
    assert await _send(settings, box) == []
    assert "Mejlet kom inte fram." in (await adam.get("/medlemmar")).text
    page = (await adam.get("/utskick")).text
    assert "Inbjudan till ingen@cast.example.org" in page
    assert "Påminnelse" not in page


# ---------------------------------------------------------------- another organisation's
async def test_another_organisations_invitation_is_not_found(browser_of: cast.BrowserOf) -> None:
    orvar = await browser_of("orvar")
    invitation = await _invited()
    for one in (invitation.id, uuid.uuid4()):
        for way in ("igen", "aterkalla"):
            assert (await _post(orvar, f"/medlemmar/inbjudningar/{one}/{way}")).status_code == 404
    assert SARA not in (await orvar.get("/medlemmar")).text
    assert [one.email for one in await members.invitations(cast.ON)] == []
