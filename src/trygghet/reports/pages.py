"""/underlag: reports made, written in, handed in and kept; /loften/…/rapporter: to whom; /sammantraden: when their bodies meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.document import file_name
from trygghet.obligations.rhythms import FORMS
from trygghet.periods import parse_day
from trygghet.promises.rules import PER_YEAR
from trygghet.reports import actions, fitting, meetings, planning, rules, typed
from trygghet.reports.meetings import Change
from trygghet.swedish import Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trygghet.obligations.rhythms import Meeting
    from trygghet.reports.rules import Clash

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# ---------------------------------------------------------------- reports
@web.get("/underlag", may=Act.READ)
async def list_reports(request: Request[Any, Any, Any]) -> Template:
    """What is due, what is handed in, and what stands in the minutes."""
    organisation, today = web.asking(request).organisation, web.today(request)
    found, due = await actions.read_all(organisation), await actions.due(organisation)
    return web.page(request, "reports/list.html", groups=rules.grouped(found, due, today), heading=rules.heading(found, due, today))


@web.post("/frister/{obligation_id:uuid}/underlag", may=Act.WRITE)
async def make(request: Request[Any, Any, Any], obligation_id: FromPath[UUID]) -> Redirect:
    """Makes the report for one that is due, or opens the one that is there."""
    who = web.asking(request)
    return web.go(f"/underlag/{await actions.make(who.organisation, obligation_id, by=who, now=web.now(request))}")


@web.get("/underlag/{report_id:uuid}", may=Act.READ)
async def show_report(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Template:
    """One report: a form while it is a draft, what it says once it is handed in."""
    return await _report(request, report_id)


@web.post("/underlag/{report_id:uuid}", may=Act.WRITE)
async def save(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Template | Redirect:
    """Keeps what was typed; with another button it then fetches figures. What somebody else has changed meanwhile comes back with both texts."""
    who, form = web.asking(request), await web.form(request)
    kept = typed.sections(form, (await actions.read(who.organisation, report_id)).form)
    try:
        clashes = await actions.save(who.organisation, report_id, kept, by=who, now=web.now(request))
    except (Slips, Refusal) as slip:
        return await _report(request, report_id, form=form, errors=slip.sentences)
    if clashes:
        return await _report(request, report_id, form=form, clashes=clashes)
    if form.get("sedan") == "siffror":
        await actions.refresh(who.organisation, report_id, by=who, now=web.now(request))
    return web.go(f"/underlag/{report_id}{_AFTER.get(form.get('sedan', ''), '?sparat=ja')}")


_AFTER = {"siffror": "?sparat=siffror", "lamna": "/lamna"}
"""Where one goes on after saving, by the button that was pressed."""


@web.get("/underlag/{report_id:uuid}/lamna", may=Act.MARK)
async def show_hand_in(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Template:
    """The report as it will stand for ever, with the button that makes it so."""
    return await _hand_in(request, report_id)


@web.post("/underlag/{report_id:uuid}/lamna", may=Act.MARK)
async def hand_in(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Template | Redirect:
    """Hands in exactly what was shown."""
    who, seen = web.asking(request), (await web.form(request)).get("lydelse", "")
    try:
        await actions.hand_in(who.organisation, report_id, seen=seen, by=who, now=web.now(request))
    except Refusal as refusal:
        return await _hand_in(request, report_id, refusal)
    return web.go(f"/underlag/{report_id}?sparat=lamnat")


@web.post("/underlag/{report_id:uuid}/anmald", may=Act.MARK)
async def note(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Template | Redirect:
    """Keeps the meeting's day and the paragraph in its minutes, or puts them right."""
    who, form = web.asking(request), await web.form(request)
    try:
        await actions.note(who.organisation, report_id, form, by=who, now=web.now(request))
    except Slips as slips:
        return await _report(request, report_id, form=form, errors=slips.sentences)
    return web.go(f"/underlag/{report_id}?sparat=anmalt")


@web.post("/underlag/{report_id:uuid}/slang", may=Act.WRITE)
async def discard(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Redirect:
    """Throws a draft away."""
    who = web.asking(request)
    await actions.discard(who.organisation, report_id, by=who, now=web.now(request))
    return web.go("/underlag")


@web.get("/underlag/{report_id:uuid}/pdf", may=Act.READ)
async def download_pdf(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Response[bytes]:
    """The report to print and file."""
    title, body = await actions.as_pdf(web.asking(request).organisation, report_id)
    return _saved_as(title, "pdf", body, "application/pdf")


@web.get("/underlag/{report_id:uuid}/word", may=Act.READ)
async def download_word(request: Request[Any, Any, Any], report_id: FromPath[UUID]) -> Response[bytes]:
    """The report for case systems that take Word files."""
    title, body = await actions.as_word(web.asking(request).organisation, report_id)
    return _saved_as(title, "docx", body, WORD)


def _saved_as(title: str, ending: str, body: bytes, mime: str) -> Response[bytes]:
    return Response(body, media_type=mime, headers={"content-disposition": f'attachment; filename="{file_name(title)}.{ending}"'})


async def _report(
    request: Request[Any, Any, Any],
    report_id: UUID,
    *,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    clashes: Mapping[str, Clash] | None = None,
) -> Template:
    """The whole page; with what was typed where it was not kept."""
    found = await actions.read(web.asking(request).organisation, report_id)
    return web.page(
        request,
        "reports/draft.html" if found.is_draft else "reports/report.html",
        status=422 if errors else 409 if clashes else 200,
        report=found,
        room=await fitting.fit(found) if found.is_draft else None,
        form=form or {},
        errors=errors or {},
        clashes=clashes or {},
        document=await actions.as_document(web.asking(request).organisation, report_id),
        saved=request.query_params.get("sparat", ""),
        longest=rules.LONGEST,
    )


async def _hand_in(request: Request[Any, Any, Any], report_id: UUID, refusal: Refusal | None = None) -> Template:
    who = web.asking(request).organisation
    found = await actions.read(who, report_id)
    rules.may_change(found, who)
    room, document = await fitting.fit(found), await actions.as_document(who, report_id)
    return web.page(
        request,
        "reports/hand_in.html",
        status=422 if refusal else 200,
        report=found,
        room=room,
        document=document,
        problem=refusal and refusal.sentence,
    )


# ---------------------------------------------------------------- to whom
@web.get("/loften/{promise_id:uuid}/rapporter", may=Act.READ)
async def show_reporting(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """To whom the promise is reported: what its text says, and one's own beside it."""
    return await _reporting(request, promise_id, {}, {})


@web.post("/loften/{promise_id:uuid}/rapporter", may=Act.WRITE)
async def add_rhythm(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template | Redirect:
    """Adds a report of one's own."""
    who, form = web.asking(request), await web.form(request)
    try:
        await planning.add_rhythm(who.organisation, promise_id, typed.rhythm(form), by=who, now=web.now(request))
    except (Slips, Refusal) as slip:
        return await _reporting(request, promise_id, form, slip.sentences)
    return web.go(f"/loften/{promise_id}/rapporter")


@web.post("/rapporter/{own_rhythm_id:uuid}/ta-bort", may=Act.WRITE)
async def remove_rhythm(request: Request[Any, Any, Any], own_rhythm_id: FromPath[UUID]) -> Redirect:
    """Takes one's own report away."""
    who = web.asking(request)
    return web.go(f"/loften/{await planning.remove_rhythm(who.organisation, own_rhythm_id, by=who, now=web.now(request))}/rapporter")


async def _reporting(request: Request[Any, Any, Any], promise_id: UUID, form: Mapping[str, str], errors: Mapping[str, str]) -> Template:
    organisation = web.asking(request).organisation
    found = await planning.reporting(organisation, promise_id)
    reports = await actions.read_all(organisation, promise_id=promise_id)
    return web.page(
        request,
        "reports/rhythms.html",
        status=422 if errors else 200,
        promise=found.promise,
        own=found.own,
        reports=reports,
        form=form,
        errors=errors,
        per=typed.PER,
        per_year=PER_YEAR,
        forms=FORMS,
    )


# ---------------------------------------------------------------- when their bodies meet
@web.get("/sammantraden", may=Act.READ)
async def show_meetings(request: Request[Any, Any, Any]) -> Template:
    """The bodies of the organisation and their dates."""
    return await _meetings(request, {}, {})


@web.post("/sammantraden", may=Act.WRITE)
async def add_meetings(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Keeps pasted dates; where reports move by them, that is shown first."""
    form = await web.form(request)
    try:
        change = Change(meetings.read_body(form.get("organ", "")), tuple(meetings.read_days(form.get("dagar", ""))))
        return await _carried_out(request, change, form)
    except Refusal as refusal:
        return await _meetings(request, form, refusal.sentences)


@web.get("/sammantraden/{meeting_id:uuid}", may=Act.WRITE)
async def show_meeting(request: Request[Any, Any, Any], meeting_id: FromPath[UUID]) -> Template:
    """One date, to be moved or taken away."""
    return _meeting(request, await planning.meeting(web.asking(request).organisation, meeting_id), {}, {})


@web.post("/sammantraden/{meeting_id:uuid}", may=Act.WRITE)
async def move_meeting(request: Request[Any, Any, Any], meeting_id: FromPath[UUID]) -> Template | Redirect:
    """Moves a date; where reports move by that, it is shown first."""
    form = await web.form(request)
    one = await planning.meeting(web.asking(request).organisation, meeting_id)
    try:
        return await _carried_out(
            request, Change(one.body, meeting_id=meeting_id, to=parse_day(form.get("dag", ""), "Ny dag", field="dag")), form, one
        )
    except Refusal as refusal:
        return _meeting(request, one, form, refusal.sentences)


@web.post("/sammantraden/{meeting_id:uuid}/ta-bort", may=Act.WRITE)
async def remove_meeting(request: Request[Any, Any, Any], meeting_id: FromPath[UUID]) -> Template | Redirect:
    """Takes a date away; where reports move by that, it is shown first."""
    one = await planning.meeting(web.asking(request).organisation, meeting_id)
    return await _carried_out(request, Change(one.body, meeting_id=meeting_id), await web.form(request), one)


async def _carried_out(request: Request[Any, Any, Any], change: Change, form: Mapping[str, str], one: Meeting | None = None) -> Template | Redirect:
    """Makes the change, once somebody has seen what it does to the reports."""
    who = web.asking(request)
    effects = await planning.effects(who.organisation, change)
    if effects and form.get("sett") != "ja":
        return web.page(request, "reports/effects.html", change=change, one=one, effects=effects, form=form)
    await planning.change_meetings(who.organisation, change, by=who, now=web.now(request))
    return web.go("/sammantraden?sparat=ja")


def _meeting(request: Request[Any, Any, Any], one: Meeting, form: Mapping[str, str], errors: Mapping[str, str]) -> Template:
    return web.page(request, "reports/meeting.html", status=422 if errors else 200, one=one, form=form, errors=errors)


async def _meetings(request: Request[Any, Any, Any], form: Mapping[str, str], errors: Mapping[str, str]) -> Template:
    bodies, wanting = await planning.bodies(web.asking(request).organisation, today=web.today(request))
    saved = request.query_params.get("sparat", "")
    status = 422 if errors else 200
    return web.page(request, "reports/meetings.html", status=status, bodies=bodies, wanting=wanting, form=form, errors=errors, saved=saved)


handlers = [
    list_reports, make, show_report, save, show_hand_in, hand_in, note, discard, download_pdf, download_word,
    show_reporting, add_rhythm, remove_rhythm,
    show_meetings, add_meetings, show_meeting, move_meeting, remove_meeting,
]  # fmt: skip
