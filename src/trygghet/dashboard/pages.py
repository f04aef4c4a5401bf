"""/oversikt: the first page after signing in. A municipality sees its promises, a police area all its municipalities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.response import Template

from trygghet import clock, database, swedish, web
from trygghet.accounts import actions as accounts
from trygghet.dashboard import area, cards, making, quiet, rules, shown, store, telling
from trygghet.dashboard.facts import Municipality
from trygghet.dashboard.shown import Overview
from trygghet.followups import actions as followups
from trygghet.members import actions as members
from trygghet.members import offices
from trygghet.obligations import actions as obligations
from trygghet.remembered import Remembered
from trygghet.reminders import actions as reminders
from trygghet.signatures import actions as signatures
from trygghet.silence import actions as silence
from trygghet.tenancy import Act, Asking, Role

if TYPE_CHECKING:
    import datetime as dt

    from trygghet.dashboard.facts import Board
    from trygghet.database import Version

_OVERVIEWS: Remembered[Overview] = Remembered()


@web.get("/oversikt", may=Act.READ)
async def overview(request: Request[Any, Any, Any]) -> Template:
    """What the organisation owes, how its promises stand, and whether residents were told. Made anew when anything was committed or a minute has gone."""
    who, now = web.asking(request), web.now(request)

    async def make() -> tuple[Overview, Version]:
        return await _made(request, shown.only(who), now)

    found = await _OVERVIEWS.of(who.version, (who.here, now.replace(second=0, microsecond=0)), make)
    page = web.page(request, "dashboard/overview.html", waits=found.waits, rooms_wait=found.rooms_wait)
    page.context["main"] = shown.with_token(found.main, page.context["csrf_token"])
    return page


async def _made(request: Request[Any, Any, Any], who: Asking, now: dt.datetime) -> tuple[Overview, Version]:
    """Read in few units of work: whoever reads across organisations does so as another role. The version is asked for when the last has been read."""
    today, is_police = clock.day(now), who.here.organisation_kind == "police"
    alone = await reminders.unreachable(who.organisation, now=now)
    async with database.within(who.organisation, readonly=True):
        around = await _around(who, now)
        board = await (store.area_board if is_police else store.board)(who.organisation, today)
        standings, makings = await signatures.open_standings(who.organisation), await obligations.makings(who.organisation)
    if not is_police:
        here = Municipality(who.organisation, who.here.organisation_name, who.here.organisation_short, who.here.organisation_slug)
        board = replace(board, municipalities=(here,))
    async with database.published():
        covers = await store.across_organisations_covers([one.slug for one in board.municipalities])
        version = await database.version()
    empty = {one.role for one in around["vacancies"] if one.alone} >= set(offices.SEATS)
    board = replace(board, empty=empty, covers=covers, making=tuple(standings), makings=tuple(makings))
    context = {**around, "alone": alone, **(_area if is_police else _municipality)(board, who, today)}
    templates: Any = request.app.template_engine
    return shown.drawn(templates.engine, "area" if is_police else "municipality", asking=who, today=today, **context), version


async def _around(who: Asking, now: dt.datetime) -> dict[str, Any]:
    today = clock.day(now)
    return {
        "vacancies": await members.vacancies(who.organisation, today),
        "troubles": await accounts.troubles(who.organisation, now=now),
        "rooms_wait": await followups.waiting(who.organisation, today),
        "idle_offices": await silence.idle_offices(who.organisation, today) if Role.LEADER in who.here.roles else [],
    }


def _municipality(board: Board, who: Asking, today: dt.date) -> dict[str, Any]:
    owed, current = rules.owed(board, who.organisation, today), cards.current(board, today)
    year = cards.year_marks(owed, today.year)
    drawn, reports = [cards.card(board, one, today) for one in current], who.here.roles == {Role.REPORTER}
    return {
        **_owed(board, owed, who, today),
        "lede": cards.reporter_lede(drawn, today) if reports else rules.municipality_lede(board, owed, who.organisation, today),
        "reports": reports,
        "cards": drawn,
        "shows_wheel": bool(year) or any(cards.touches(one, today.year) for one in current[:1]),
        "earlier": cards.earlier(board, today),
        "told": [(one, telling.arrivals(one.arrivals)) for one in board.told],
        "year": year,
        "wheel_marks": [(one.on, one.hot) for one in year],
        "silences": [(one, telling.silence(one, today)) for one in current if telling.is_running(one, today)],
    }


def _area(board: Board, who: Asking, today: dt.date) -> dict[str, Any]:
    owed = rules.owed(board, who.organisation, today)
    found, found_cards = area.rows(board, owed, today), area.key_cards(board, who.organisation, today)
    return {
        **_owed(board, owed, who, today),
        "lede": area.lede(board, found, owed, today),
        "rows": found,
        "scale": area.scale(found, today),
        "key_cards": found_cards,
        "made_for": lambda municipality: area.made_for(board, municipality.id),
        "made_line": making.line,
        "keys_of": lambda municipality: [one for one in found_cards if municipality.id in one.municipalities],
        "short_chip": lambda promise: area.short_chip(promise, today),
        "drift": [(one, swedish.listed(one.places)) for one in area.drift(board, today)],
    }


def _owed(board: Board, owed: list[rules.Owed], who: Asking, today: dt.date) -> dict[str, Any]:
    now, cards_above = rules.waiting(owed, today), who.here.organisation_kind == "police"
    listed, hushed = [row for row in now if not (cards_above and row.is_key)], quiet.hushed(board.promises, today)
    return {
        "owed": owed,
        "waiting": listed[: rules.SHOWN],
        "unshown": len(listed[rules.SHOWN :]),
        "waits": len(now),
        "stuck": board.stuck,
        "halfway": rules.halfway(board, who.organisation),
        "nobody": lambda duty: rules.nobody(board, duty, who.organisation),
        "making": board.making[: making.SHOWN],
        "more_making": len(board.making[making.SHOWN :]),
        "hushed": hushed[: quiet.SHOWN],
        "more_hushed": len(hushed[quiet.SHOWN :]),
        "idle_parties": quiet.idle_parties(board, who.organisation, today),
    }


handlers = [overview]
