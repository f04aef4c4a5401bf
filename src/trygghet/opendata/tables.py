"""What residents can read, as tables for spreadsheets: one header and the rows of one promise, update or follow-up at a time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from trygghet import swedish
from trygghet.followups.frozen import WORDS
from trygghet.followups.rules import Verdict
from trygghet.promises.words import PER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trygghet.opendata.shaping import Known, Shaping, Voiced
    from trygghet.site.followed import Followed

Cells = tuple[str, ...]

PROMISES = ("kommun", "löfte", "område", "läge", "gäller från", "gäller till", "ses över", "parter", "version", "ändrat", "sida", "löfte-id")
ACTIVITIES = (
    *("kommun", "löfte", "fokusområde", "mål", "aktivitet", "ansvarig", "mäts", "måltal", "räknas", "enhet", "från", "till", "utfall", "utlovat"),
    *("jämn takt", "skillnad", "utfall hela tiden", "senast", "borttagen i version", "löfte-id", "aktivitet-id"),
)
OUTCOMES = ("kommun", "löfte", "fokusområde", "mål", "aktivitet", "dag", "antal", "enhet", "plats", "löfte-id", "aktivitet-id")
UPDATES = (
    *("kommun", "löfte", "publicerad", "ändrad", "vem berättar", "parter", "rubrik", "text", "rättelser", "tillbakadragen", "varför"),
    *("sida", "löfte-id"),
)
FOLLOW_UPS = (
    *("område", "löfte", "år", "från", "till", "undertecknad", "vad", "rubrik", "gemensam bedömning", "gemensamt skäl", "part"),
    *("partens bedömning", "partens skäl", "sida", "löfte-id"),
)

_MEASURES = {"yes_no": "görs eller inte", "narrative": "berättas med ord", "indicator": "mätvärde"}
"""How one will know, where it is not by counting."""


def promises(shaping: Shaping, known: Known) -> Iterator[Cells]:
    """One row."""
    found = known.found
    held, title = found.validity, found.content["title"]
    yield (
        *(known.where, title, found.content["area"], found.chip(shaping.today).text),
        *(held.first.isoformat(), _day(held.last), _day(held.review_on), found.party_names, str(found.content["version"])),
        *(_moment(found.changed_at), f"{shaping.base}/{found.slug}/loften/{found.promise_id}", str(found.promise_id)),
    )


def activities(shaping: Shaping, known: Known) -> Iterator[Cells]:
    """A row for each activity, with the same figures as on the page."""
    found = known.found
    for row in shaping.rows(found):
        raw, counted, went = row.raw, row.counted, row.counted.tally
        yield (
            *(known.where, found.content["title"], *row.where, counted.title, counted.owner, _MEASURES.get(counted.measure, "antal")),
            *("" if raw["at_least"] is None else str(raw["at_least"]), PER.get(raw["per"], "") if raw["at_least"] is not None else "", counted.unit),
            *(
                went.period_first.isoformat(),
                went.period_last.isoformat(),
                str(went.done) if counted.is_counted else "",
                "" if went.promised is None else str(went.promised),
            ),
            *(
                _decimal(went.expected),
                _decimal(went.difference),
                str(sum(one["amount"] for one in raw["outcomes"])) if counted.is_counted else "",
                _day(counted.done_on),
            ),
            *("" if counted.removed_in is None else str(counted.removed_in), str(found.promise_id), raw.get("id", "")),
        )


def outcomes(shaping: Shaping, known: Known) -> Iterator[Cells]:
    """A row for each dated count; added up between two days they give the figures on the page."""
    found = known.found
    for row in shaping.rows(found):
        for one in sorted(row.raw["outcomes"], key=lambda one: str(one["on"])):
            yield (
                *(known.where, found.content["title"], *row.where, row.counted.title, one["on"], str(one["amount"]), row.counted.unit),
                *(one.get("place", ""), str(found.promise_id), row.raw.get("id", "")),
            )


def updates(shaping: Shaping, voiced: Voiced) -> Iterator[Cells]:
    """One row. Of an update that was taken back the heading stays, with when and why."""
    found = shaping.update(voiced)
    yield (
        *(", ".join(voiced.names), voiced.told.content["promise_title"], _moment(found.published_at), _moment(found.changed_at)),
        *(voiced.told.voice_words, voiced.told.teller, found.title, found.body or ""),
        *("\n".join(one.line for one in voiced.told.corrections) if found.body else "", _moment(found.withdrawn_at), found.withdrawn_why),
        *(found.page, found.promise_id),
    )


def follow_ups(shaping: Shaping, one: Followed) -> Iterator[Cells]:
    """A row for each party's own verdict, with what they say together beside it; both stand where they differ."""
    found = shaping.follow_up(one)
    kinds = {"goal": "mål", "activity": "aktivitet"}
    head = (one.found.area, one.found.promise_title, str(found.year), found.first.isoformat(), found.last.isoformat(), _day(found.signed_on))
    for judged in found.subjects:
        together = (kinds.get(judged.kind, "löftet"), judged.title, WORDS[Verdict(judged.verdict)] if judged.verdict else "", judged.reason)
        for said in judged.assessments:
            yield (*head, *together, said.party, WORDS[Verdict(said.verdict)], said.reason, found.page, found.promise_id)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _moment(at: dt.datetime | None) -> str:
    """Local time, as spreadsheets take it."""
    return swedish.local(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _decimal(figure: float | None) -> str:
    """A decimal comma, and the minus sign that spreadsheets know."""
    return "" if figure is None else f"{figure:.1f}".replace(".", ",")
