"""A promise that is reported to KSAU each quarter, and its reports."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

from tests import cast, made
from trygghet.obligations import actions as obligations
from trygghet.obligations.rhythms import Rhythm
from trygghet.promises.rules import ActivityDraft
from trygghet.reports import actions

if TYPE_CHECKING:
    from uuid import UUID

    import httpx

    from trygghet.obligations.rules import Obligation
    from trygghet.reports.rules import Report

KSAU = Rhythm("KSAU", "quarter", days_before=14)
Q3 = "report:KSAU:2024Q3"


async def promise(*rhythms: Rhythm, **changes: Any) -> UUID:
    """Björken's and Skogen's, to KSAU each quarter where nothing else is said."""
    return await made.promise(rhythms=rhythms or (KSAU,), **changes)


async def large(activities: int = 40) -> UUID:
    """A promise with so many activities, each owed 12 times a year, with long names and owners."""
    area = made.DRAFT.areas[0]
    many = tuple(
        ActivityDraft(
            title=f"Gemensamma trygghetsvandringar i bostadsområde nummer {number} med fastighetsägare, skola och fritidsgård",
            responsible="Kommunen: fritidsförvaltningen och socialförvaltningen tillsammans med områdespolisen",
            at_least=12,
            per="year",
            unit="vandringar",
        )
        for number in range(1, activities + 1)
    )
    return await promise(areas=(replace(area, goals=(), activities=many),))


async def duty(promise_id: UUID, key: str = Q3, *, by: UUID = cast.BJORKEN) -> Obligation:
    """The duty with that key, as somebody sees it."""
    return next(one for one in await obligations.obligations(by, promise_id=promise_id) if one.duty.key == key)


async def draft(promise_id: UUID, key: str = Q3, *, who: str = "anna", now: dt.datetime = cast.START) -> Report:
    """A report that has been made and not handed in."""
    by = cast.asking(who)
    report_id = await actions.make(by.organisation, (await duty(promise_id, key, by=by.organisation)).id, by=by, now=now)
    return await actions.read(by.organisation, report_id)


async def handed_in(promise_id: UUID, key: str = Q3, *, who: str = "anna", now: dt.datetime = cast.START) -> Report:
    """A report that has been handed in."""
    by, found = cast.asking(who), await draft(promise_id, key, who=who, now=now)
    await actions.hand_in(by.organisation, found.id, seen=found.mark, by=by, now=now)
    return await actions.read(by.organisation, found.id)


async def send(client: httpx.AsyncClient, path: str, page: str = "", **fields: str) -> httpx.Response:
    """Sends a form with the token of the page that it stands on."""
    shown = await client.get(page or path)
    return await client.post(path, data={"_csrf_token": cast.csrf(shown.text), **fields})


def said(html: str) -> str:
    """What stands on a page between its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def marks(html: str) -> dict[str, str]:
    """What the form remembers of each section, by the field's name."""
    return dict(re.findall(r'name="(sett-[a-z_]+)" value="([a-z]*)"', html))
