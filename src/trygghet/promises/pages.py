"""/loften/…: a promise on a page of its own, where outcomes are recorded and corrected in place."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect, Template

from trygghet import web
from trygghet.indicators import actions as indicators
from trygghet.obligations import actions as obligations
from trygghet.obligations.rhythms import FORMS
from trygghet.promises import actions, outcomes, rules, words
from trygghet.promises.outcomes import Outcome, Reporter
from trygghet.reminders import actions as reminders
from trygghet.swedish import NotFound, Refusal, Slips
from trygghet.tenancy import Act

if TYPE_CHECKING:
    from trygghet.promises.promise import Activity, Promise


@dataclass(frozen=True)
class OutcomeForm:
    """The form inside an activity: where it is sent, what stands in it, and a sentence for each field that is wrong."""

    activity_id: UUID
    action: str
    typed: dict[str, str]
    corrects: Outcome | None = None
    errors: dict[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- reading
@web.get("/loften/{promise_id:uuid}", may=Act.READ)
async def show_promise(request: Request[Any, Any, Any], promise_id: FromPath[UUID]) -> Template:
    """One promise, whole."""
    found = await actions.read(web.asking(request).organisation, promise_id)
    return await _whole(request, found, saved=request.query_params.get("sparat", ""))


# ---------------------------------------------------------------- recording
@web.get("/loften/{promise_id:uuid}/aktiviteter/{activity_id:uuid}/utfall", may=Act.REPORT)
async def open_form(request: Request[Any, Any, Any], promise_id: FromPath[UUID], activity_id: FromPath[UUID]) -> Template:
    """The activity with its form open: today's date is filled in."""
    found = await actions.read(web.asking(request).organisation, promise_id)
    return await _answer(request, found, _activity(found, activity_id), _new_form(request, activity_id, {}))


@web.post("/loften/{promise_id:uuid}/aktiviteter/{activity_id:uuid}/utfall", may=Act.REPORT)
async def record(request: Request[Any, Any, Any], promise_id: FromPath[UUID], activity_id: FromPath[UUID]) -> Template | Redirect:
    """Records an outcome, or gives the form back with what needs to be put right."""
    who, typed = web.asking(request).organisation, await web.form(request)
    try:
        new = outcomes.entry(typed, web.today(request))
        await actions.record_outcome(who, promise_id, activity_id, by=_reporter(request), **asdict(new), now=web.now(request))
    except (Slips, Refusal) as slip:
        found = await actions.read(who, promise_id)
        return await _answer(request, found, _activity(found, activity_id), _new_form(request, activity_id, typed, slip.sentences))
    return await _saved(request, promise_id, activity_id)


@web.get("/loften/{promise_id:uuid}/utfall/{outcome_id:uuid}/ratta", may=Act.REPORT)
async def open_correction(request: Request[Any, Any, Any], promise_id: FromPath[UUID], outcome_id: FromPath[UUID]) -> Template:
    """The activity with a form that corrects one of its rows."""
    found = await actions.read(web.asking(request).organisation, promise_id)
    old = _outcome(found, outcome_id)
    return await _answer(request, found, _activity(found, old.activity_id), _correction_form(request, old, {}))


@web.post("/loften/{promise_id:uuid}/utfall/{outcome_id:uuid}/ratta", may=Act.REPORT)
async def correct(request: Request[Any, Any, Any], promise_id: FromPath[UUID], outcome_id: FromPath[UUID]) -> Template | Redirect:
    """Replaces a row by a new one that says why; amount 0 withdraws it."""
    who, typed = web.asking(request).organisation, await web.form(request)
    found = await actions.read(who, promise_id)
    old = _outcome(found, outcome_id)
    try:
        new = outcomes.entry(typed, web.today(request), correcting=True)
        await actions.correct_outcome(who, outcome_id, by=_reporter(request), **asdict(new), now=web.now(request))
    except (Slips, Refusal) as slip:
        return await _answer(request, found, _activity(found, old.activity_id), _correction_form(request, old, typed, slip.sentences))
    return await _saved(request, promise_id, old.activity_id)


# ---------------------------------------------------------------- pieces
def _activity(found: Promise, activity_id: UUID) -> Activity:
    activity = found.activity(activity_id)
    if activity is None:
        raise NotFound
    return activity


def _outcome(found: Promise, outcome_id: UUID) -> Outcome:
    outcome = found.outcome(outcome_id)
    if outcome is None:
        raise NotFound
    return outcome


def _reporter(request: Request[Any, Any, Any]) -> Reporter:
    who = web.asking(request)
    return Reporter(who.person_id, who.name, who.office_for(Act.REPORT))


def _new_form(request: Request[Any, Any, Any], activity_id: UUID, typed: dict[str, str], errors: dict[str, str] | None = None) -> OutcomeForm:
    filled = {"antal": "", "datum": web.today(request).isoformat(), "plats": "", "anteckning": "", **typed, "form_key": _form_key(typed, errors)}
    return OutcomeForm(activity_id, request.url.path, filled, errors=errors or {})


def _correction_form(request: Request[Any, Any, Any], old: Outcome, typed: dict[str, str], errors: dict[str, str] | None = None) -> OutcomeForm:
    filled = {
        "antal": str(old.amount),
        "datum": old.happened_on.isoformat(),
        "plats": old.place,
        "anteckning": "",
        **typed,
        "form_key": _form_key(typed, errors),
    }
    return OutcomeForm(old.activity_id, request.url.path, filled, corrects=old, errors=errors or {})


def _form_key(typed: dict[str, str], errors: dict[str, str] | None) -> str:
    """The form keeps its key while it is being put right; one that was saved already gets a new key for a new outcome."""
    return str(uuid.uuid4()) if not typed.get("form_key") or (errors and "" in errors) else typed["form_key"]


async def _saved(request: Request[Any, Any, Any], promise_id: UUID, activity_id: UUID) -> Template | Redirect:
    if not web.is_htmx(request):
        return web.go(f"/loften/{promise_id}?sparat={activity_id}#aktivitet-{activity_id}")
    found = await actions.read(web.asking(request).organisation, promise_id)
    return web.page(request, "promises/_activity.html", promise=found, activity=_activity(found, activity_id), form=None, saved=str(activity_id))


async def _answer(request: Request[Any, Any, Any], found: Promise, activity: Activity, form: OutcomeForm) -> Template:
    """The activity alone for htmx, the whole page otherwise; 422 when something needs to be put right."""
    if not web.is_htmx(request):
        return await _whole(request, found, form=form)
    return web.page(request, "promises/_activity.html", status=422 if form.errors else 200, promise=found, activity=activity, form=form, saved="")


async def _whole(request: Request[Any, Any, Any], found: Promise, *, form: OutcomeForm | None = None, saved: str = "") -> Template:
    duties = sorted(
        await obligations.obligations(web.asking(request).organisation, promise_id=found.id), key=lambda one: (one.duty.due_on, one.duty.key)
    )
    return web.page(
        request,
        "promises/promise.html",
        status=422 if form and form.errors else 200,
        promise=found,
        form=form,
        saved=saved,
        duties=duties,
        series=await indicators.of_goals(web.asking(request).organisation, [goal.id for goal in found.all_goals]),
        receipts=await reminders.receipts(web.asking(request).organisation, [one.id for one in duties if not one.done_at]),
        alone=await reminders.unreachable(web.asking(request).organisation, now=web.now(request)),
        next_duty=next((one for one in duties if one.done_at is None), None),
        per_year=rules.PER_YEAR,
        forms=FORMS,
        source_kinds=words.SOURCES,
        source_words=words.source,
        marks=[(one.duty.due_on, "Gemensam uppföljning", one.done_at is not None) for one in duties if one.joint],
    )


handlers = [show_promise, open_form, record, open_correction, correct]
