"""Logga in, logga ut, inloggningar, byt organisation, medlemmar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import clock, kept, periods, swedish, tenancy, web
from trygghet.installation import actions as installation
from trygghet.members import actions, door, offices, rules
from trygghet.members.offices import Wish
from trygghet.swedish import NotFound, Refusal
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

LATEST, ALL = 8, 1000
"""So many acts are shown on the first page, and at most in the whole history."""
FIELDS = {"email": "E-postadress", "password": "Lösenord"}


# ---------------------------------------------------------------- in and out
@web.get("/logga-in", may=Act.ANYONE)
async def sign_in_page(request: Request[Any, Any, Any]) -> Template:
    """The front door."""
    return _door(request, {"vidare": request.query_params.get("vidare", "")})


@web.post("/logga-in", may=Act.ANYONE)
async def sign_in(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Opens a session, or says the same sentence whichever of the two was wrong."""
    fields = await web.form(request)
    password = str((await request.form()).get("password", ""))  # untrimmed: a space may be part of it
    try:
        _check({**fields, "password": password})
        token = await actions.across_organisations_sign_in(
            fields["email"], password, door.visitor(request), wall=clock.wall(), today=web.today(request)
        )
    except Refusal as refusal:
        return _door(request, fields, refusal)
    typed = kept.unseal(fields.get(kept.FIELD, ""), request.app.state.settings.secret_key)
    answer = await _hand_back(request, typed, token) if typed else web.go(rules.local_path(fields.get("vidare", "")) or "/hem")
    answer.set_cookie(web.session_cookie(request, token))
    return answer


def _door(request: Request[Any, Any, Any], fields: Mapping[str, str], refusal: Refusal | None = None) -> Template:
    status = 200 if refusal is None else 429 if refusal.code == "sign_in.later" else 422
    return web.door(
        request,
        status=status,
        email=fields.get("email", ""),
        onward=rules.local_path(fields.get("vidare", "")),
        errors=refusal.sentences if refusal else {},
        typed=kept.unseal(fields.get(kept.FIELD, ""), request.app.state.settings.secret_key),
    )


async def _hand_back(request: Request[Any, Any, Any], typed: kept.Kept, token: str) -> Template:
    """What was typed when an earlier session had ended, under the name of who signed in now: it may be somebody else."""
    request.scope["state"]["asking"] = await tenancy.asking(token, wall=clock.wall(), today=web.today(request))
    return web.hand_back(request, typed)


def _check(fields: Mapping[str, str]) -> None:
    for field, name in FIELDS.items():
        value = fields.get(field, "")
        if not value:
            raise Refusal("field.required", field=field, name=name)
        if len(value) > rules.LONGEST_PASSWORD:
            raise Refusal("field.too_long", field=field, name=name, limit=rules.LONGEST_PASSWORD, length=len(value))


@web.post("/logga-ut", may=Act.ANYONE)
async def sign_out(request: Request[Any, Any, Any]) -> Redirect:
    """Ends the session. Harmless for who has none."""
    await actions.across_organisations_sign_out(web.session_token(request))
    answer = web.go("/logga-in")
    answer.set_cookie(web.session_cookie(request, ""))
    return answer


@web.get("/hem", may=Act.MYSELF)
async def home(request: Request[Any, Any, Any]) -> Redirect:
    """To the first page that one's role has here."""
    return web.go(web.home(web.asking(request)))


@web.post("/byt-organisation", may=Act.MYSELF)
async def switch(request: Request[Any, Any, Any]) -> Redirect:
    """Acts for another of one's own organisations from now on, and goes to what was wanted there."""
    fields = await web.form(request)
    try:
        organisation = UUID(fields.get("organisation", ""))
    except ValueError:
        raise NotFound from None
    await actions.switch(organisation, web.asking(request))
    return web.go(rules.local_path(fields.get("vidare", "")) or "/hem")


# ---------------------------------------------------------------- my sessions
@web.get("/inloggningar", may=Act.MYSELF)
async def sessions(request: Request[Any, Any, Any]) -> Template:
    """Where I am signed in."""
    return await _sessions(request, "members/sessions.html")


@web.post("/inloggningar/{session_id:uuid}/avsluta", may=Act.MYSELF)
async def end_session(request: Request[Any, Any, Any], session_id: FromPath[UUID]) -> Redirect | Template:
    """Ends one of my sessions."""
    await actions.across_organisations_end_session(web.asking(request), session_id)
    return await _after_ending(request)


@web.post("/inloggningar/avsluta-andra", may=Act.MYSELF)
async def end_other_sessions(request: Request[Any, Any, Any]) -> Redirect | Template:
    """Ends all my sessions but this one."""
    await actions.across_organisations_end_other_sessions(web.asking(request))
    return await _after_ending(request)


async def _after_ending(request: Request[Any, Any, Any]) -> Redirect | Template:
    return await _sessions(request, "members/_sessions.html") if web.is_htmx(request) else web.go("/inloggningar")


async def _sessions(request: Request[Any, Any, Any], template: str) -> Template:
    wall = clock.wall()
    found = await actions.across_organisations_my_sessions(web.asking(request), wall=wall)
    return web.page(request, template, sessions=found, wall=wall)


# ---------------------------------------------------------------- offices and who holds them
@web.get("/medlemmar", may=Act.MANAGE)
async def members(request: Request[Any, Any, Any]) -> Template:
    """Who holds which office, what is vacant, who is invited, and what was done last."""
    who, today = web.asking(request), web.today(request)
    found = await actions.people(who.organisation, today=today, events=LATEST)
    silent = not (await installation.across_organisations_voice()).may_speak
    return web.page(request, "members/index.html", people=found, wall=clock.wall(), silent=silent, **offices.standing(found.held, today))


@web.get("/medlemmar/historik", may=Act.MANAGE)
async def history(request: Request[Any, Any, Any]) -> Template:
    """Who had access when, and every act."""
    found = await actions.people(web.asking(request).organisation, today=web.today(request), events=ALL)
    return web.page(request, "members/history.html", people=found)


@web.get("/medlemmar/befattningar/ny", may=Act.MANAGE)
async def new_office(request: Request[Any, Any, Any]) -> Template:
    """A form for an office that nobody holds yet."""
    return web.page(request, "members/new_office.html", fields={}, errors={}, roles=swedish.ROLES)


@web.post("/medlemmar/befattningar/ny", may=Act.MANAGE)
async def add_office(request: Request[Any, Any, Any]) -> Redirect | Template:
    """An office, to be held by somebody later."""
    who, fields = web.asking(request), await web.form(request)
    try:
        made = await actions.add_office(
            who.organisation, fields.get("titel", ""), fields.get("roll", ""), by=actions.actor(who), now=web.now(request)
        )
    except Refusal as no:
        return web.page(request, "members/new_office.html", status=422, fields=fields, errors=no.sentences, roles=swedish.ROLES)
    return web.go(f"/medlemmar/befattningar/{made}")


@web.get("/medlemmar/befattningar/{office_id:uuid}", may=Act.MANAGE)
async def show_office(request: Request[Any, Any, Any], office_id: FromPath[UUID]) -> Template:
    """An office with its holders over time."""
    return await _office(request, office_id)


@web.post("/medlemmar/befattningar/{office_id:uuid}/utse", may=Act.MANAGE)
async def appoint(request: Request[Any, Any, Any], office_id: FromPath[UUID]) -> Redirect | Template:
    """Gives the office to somebody who belongs here, as their own or as a deputy."""
    who, fields = web.asking(request), await web.form(request)
    try:
        person, term = _person(fields), _term(fields, request)
        await actions.appoint(who.organisation, person, Wish(office_id), term, by=actions.actor(who), now=web.now(request))
    except Refusal as no:
        return await _office(request, office_id, "utse", fields, no)
    return web.go(f"/medlemmar/befattningar/{office_id}")


@web.post("/medlemmar/befattningar/{office_id:uuid}/avsluta", may=Act.MANAGE)
async def close_office(request: Request[Any, Any, Any], office_id: FromPath[UUID]) -> Redirect | Template:
    """Gives the office its last day."""
    who, fields = web.asking(request), await web.form(request)
    try:
        last = offices.last_day(fields.get("till", "")) or web.today(request)
        await actions.close_office(who.organisation, office_id, last, by=actions.actor(who), now=web.now(request))
    except Refusal as no:
        return await _office(request, office_id, "avsluta", fields, no)
    return web.go("/medlemmar")


async def _office(
    request: Request[Any, Any, Any], office_id: UUID, form: str = "", fields: Mapping[str, str] | None = None, no: Refusal | None = None
) -> Template:
    who, today = web.asking(request), web.today(request)
    found = await actions.people(who.organisation, today=today, events=0)
    office = await actions.office(who.organisation, office_id)
    held = found.offices[office]
    held_by = [f"{one.name} (tf)" if one.term.acting else one.name for one in held if one.holds(today)]
    shown = {"office": office, "held": held, "held_by": held_by, "everybody": offices.everybody(found.held)}
    return web.page(request, "members/office.html", status=422 if no else 200, **shown, **_typed(form, fields, no))


@web.get("/medlemmar/personer/{person_id:uuid}", may=Act.MANAGE)
async def show_person(request: Request[Any, Any, Any], person_id: FromPath[UUID]) -> Template:
    """Somebody's offices over time, and what was done about them."""
    return await _person_page(request, person_id)


@web.post("/medlemmar/personer/{person_id:uuid}/befattningar", may=Act.MANAGE)
async def appoint_to(request: Request[Any, Any, Any], person_id: FromPath[UUID]) -> Redirect | Template:
    """Gives somebody one more office."""
    who, fields = web.asking(request), await web.form(request)
    try:
        wish, term = offices.wish(fields), _term(fields, request)
        await actions.appoint(who.organisation, person_id, wish, term, by=actions.actor(who), now=web.now(request))
    except Refusal as no:
        return await _person_page(request, person_id, "ge", fields, no)
    return web.go(f"/medlemmar/personer/{person_id}")


@web.post("/medlemmar/personer/{person_id:uuid}/avsluta", may=Act.MANAGE)
async def leave(request: Request[Any, Any, Any], person_id: FromPath[UUID]) -> Redirect | Template:
    """Ends all that somebody holds: at once, or after a day."""
    who, fields = web.asking(request), await web.form(request)
    try:
        last = None if fields.get("nar") == "genast" else periods.parse_day(fields.get("till", ""), "Sista dag", field="till")
        await actions.leave(who.organisation, person_id, last, by=actions.actor(who), now=web.now(request))
    except Refusal as no:
        return await _person_page(request, person_id, "avsluta", fields, no)
    return web.go(f"/medlemmar/personer/{person_id}")


async def _person_page(
    request: Request[Any, Any, Any], person_id: UUID, form: str = "", fields: Mapping[str, str] | None = None, no: Refusal | None = None
) -> Template:
    who, today = web.asking(request), web.today(request)
    found = await actions.people(who.organisation, today=today, person_id=person_id, events=ALL)
    held = [one for one in found.held if one.person_id == person_id]
    if not held:
        raise NotFound
    shown = {"person": held[0], "held": offices.latest_first(held), "offices": offices.open_offices(found.offices, today), "events": found.events}
    shown |= {
        "inside": [one.title for one in sorted(held, key=lambda one: one.term.acting) if one.holds(today)],
        "gone": all(one.is_over(today) for one in held),
    }
    return web.page(request, "members/person.html", status=422 if no else 200, roles=swedish.ROLES, **shown, **_typed(form, fields, no))


@web.get("/medlemmar/innehav/{holding_id:uuid}", may=Act.MANAGE)
async def show_holding(request: Request[Any, Any, Any], holding_id: FromPath[UUID]) -> Template:
    """What may be changed about somebody's time in an office."""
    return await _holding(request, holding_id)


@web.post("/medlemmar/innehav/{holding_id:uuid}/dagar", may=Act.MANAGE)
async def change_last_day(request: Request[Any, Any, Any], holding_id: FromPath[UUID]) -> Redirect | Template:
    """Another last day, or none."""
    who, fields = web.asking(request), await web.form(request)
    try:
        last = offices.last_day(fields.get("till", ""))
        person = await actions.change_last_day(who.organisation, holding_id, last, by=actions.actor(who), now=web.now(request))
    except Refusal as no:
        return await _holding(request, holding_id, "dagar", fields, no)
    return web.go(f"/medlemmar/personer/{person}")


@web.post("/medlemmar/innehav/{holding_id:uuid}/byt", may=Act.MANAGE)
async def change_office(request: Request[Any, Any, Any], holding_id: FromPath[UUID]) -> Redirect | Template:
    """Another office or role from a day on."""
    who, fields = web.asking(request), await web.form(request)
    try:
        wish, first = offices.wish(fields), _term(fields, request).first
        person = await actions.change_office(who.organisation, holding_id, wish, first, by=actions.actor(who), now=web.now(request))
    except Refusal as no:
        return await _holding(request, holding_id, "byt", fields, no)
    return web.go(f"/medlemmar/personer/{person}")


@web.post("/medlemmar/innehav/{holding_id:uuid}/avsluta", may=Act.MANAGE)
async def end_at_once(request: Request[Any, Any, Any], holding_id: FromPath[UUID]) -> Redirect | Template:
    """Takes the office away now."""
    who = web.asking(request)
    try:
        person = await actions.end_at_once(who.organisation, holding_id, by=actions.actor(who), now=web.now(request))
    except Refusal as no:
        return await _holding(request, holding_id, "genast", {}, no)
    return web.go(f"/medlemmar/personer/{person}")


async def _holding(
    request: Request[Any, Any, Any], holding_id: UUID, form: str = "", fields: Mapping[str, str] | None = None, no: Refusal | None = None
) -> Template:
    today = web.today(request)
    found = await actions.people(web.asking(request).organisation, today=today, events=0)
    one = next((one for one in found.held if one.id == holding_id), None)
    if one is None:
        raise NotFound
    shown = {"one": one, "offices": offices.open_offices(found.offices, today), "roles": swedish.ROLES}
    return web.page(request, "members/holding.html", status=422 if no else 200, **shown, **_typed(form, fields, no))


# ---------------------------------------------------------------- what is typed
def _typed(form: str, fields: Mapping[str, str] | None, no: Refusal | None) -> dict[str, Any]:
    """Which of the page's forms was sent, what it said, and what is wrong with it."""
    return {"form": form, "fields": fields or {}, "errors": no.sentences if no else {}, "problem": no.sentence if no and not no.field else ""}


def _person(fields: Mapping[str, str]) -> UUID:
    try:
        return UUID(fields.get("person", ""))
    except ValueError:
        raise Refusal("member.unknown", field="person") from None


def _term(fields: Mapping[str, str], request: Request[Any, Any, Any]) -> offices.Term:
    return offices.term(fields.get("fran", ""), fields.get("till", ""), web.today(request), acting="tf" in fields)


handlers = [
    *(sign_in_page, sign_in, sign_out, home, switch, sessions, end_session, end_other_sessions),
    *(members, history, new_office, add_office, show_office, appoint, close_office),
    *(show_person, appoint_to, leave, show_holding, change_last_day, change_office, end_at_once),
]
