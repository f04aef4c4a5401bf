"""/oversikt: the first page after signing in. A municipality sees its promises, a police area all its municipalities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.response import Template

from trygghet import database, swedish, web
from trygghet.accounts import actions as accounts
from trygghet.dashboard import area, cards, making, quiet, rules, store, telling
from trygghet.dashboard.facts import Municipality
from trygghet.followups import actions as followups
from trygghet.members import actions as members
from trygghet.members import offices
from trygghet.obligations import actions as obligations
from trygghet.reminders import actions as reminders
from trygghet.signatures import actions as signatures
from trygghet.silence import actions as silence
from trygghet.tenancy import Act, Asking, Role

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from trygghet.dashboard.facts import Board
    from trygghet.members.offices import Vacancy


@web.get("/oversikt", may=Act.READ)
async def overview(request: Request[Any, Any, Any]) -> Template:
    """What the organisation owes, how its promises stand, and whether residents were told."""
    who, today = web.asking(request), web.today(request)
    vacancies = await members.vacancies(who.organisation, today)
    around: dict[str, Any] = {
        "vacancies": vacancies,
        "troubles": await accounts.troubles(who.organisation, now=web.now(request)),
        "alone": await reminders.unreachable(who.organisation, now=web.now(request)),
        "rooms_wait": await followups.waiting(who.organisation, today),
        "idle_offices": await silence.idle_offices(who.organisation, today) if Role.LEADER in who.here.roles else [],
    }
    if who.here.organisation_kind == "police":
        return web.page(request, "dashboard/area.html", **around, **await _area(who, vacancies, today))
    return web.page(request, "dashboard/municipality.html", **around, **await _municipality(who, vacancies, today))


async def _municipality(who: Asking, vacancies: Sequence[Vacancy], today: dt.date) -> dict[str, Any]:
    async with database.within(who.organisation, readonly=True):
        board = await store.board(who.organisation, today)
    here = Municipality(who.organisation, who.here.organisation_name, who.here.organisation_short, who.here.organisation_slug)
    board = await _with_more(replace(board, municipalities=(here,)), vacancies, who)
    owed, shown = rules.owed(board, who.organisation, today), cards.current(board, today)
    year = cards.year_marks(owed, today.year)
    drawn, reports = [cards.card(board, one, today) for one in shown], who.here.roles == {Role.REPORTER}
    return {
        **_owed(board, owed, who, today),
        "lede": cards.reporter_lede(drawn, today) if reports else rules.municipality_lede(board, owed, who.organisation, today),
        "reports": reports,
        "cards": drawn,
        "shows_wheel": bool(year) or any(cards.touches(one, today.year) for one in shown[:1]),
        "earlier": cards.earlier(board, today),
        "told": [(one, telling.arrivals(one.arrivals)) for one in board.told],
        "year": year,
        "wheel_marks": [(one.on, one.hot) for one in year],
        "silences": [(one, telling.silence(one, today)) for one in shown if telling.is_running(one, today)],
    }


async def _area(who: Asking, vacancies: Sequence[Vacancy], today: dt.date) -> dict[str, Any]:
    async with database.within(who.organisation, readonly=True):
        board = await store.area_board(who.organisation, today)
    board = await _with_more(board, vacancies, who)
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


async def _with_more(board: Board, vacancies: Sequence[Vacancy], who: Asking) -> Board:
    """The texts that are being made, whether anybody is left here to do anything, and which days are covered: by what is public, so that
    promises of others count as well.
    """
    empty = {one.role for one in vacancies if one.alone} >= set(offices.SEATS)
    standings, makings = await signatures.open_standings(who.organisation), await obligations.makings(who.organisation)
    async with database.published():
        covers = await store.across_organisations_covers([one.slug for one in board.municipalities])
    return replace(board, empty=empty, making=tuple(standings), makings=tuple(makings), covers=covers)


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
