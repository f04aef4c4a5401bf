"""A draft as the rows of its tables. Every row gets the part's own id, so that it is the same row in every version."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from trygghet.promises.rules import ActivityDraft, Draft, GoalDraft

Row = dict[str, Any]
_RHYTHM = ("receiver", "per", "days_after", "form", "days_before", "organisation_id")


def head(draft: Draft, organisations: Mapping[str, UUID]) -> Row:
    """The promise's own columns; `organisations` has every slug of the draft."""
    return {
        "title": draft.title,
        "area_name": draft.area_name,
        "oath": draft.oath,
        "valid_from": draft.valid_from,
        "valid_until": draft.valid_until,
        "review_on": draft.review_on,
        "tell_every_days": draft.tell_every_days,
        "count_every_days": draft.count_every_days,
        "told_through": draft.told_through,
        **({"page_updated_on": draft.page_updated_on} if draft.page_updated_on else {}),
        "concerns_id": organisations[draft.concerns] if draft.concerns else None,
        **({"follows_id": draft.follows} if draft.follows else {}),
    }


def parties(draft: Draft, organisations: Mapping[str, UUID]) -> list[Row]:
    """Who promises, and who has signed for them."""
    kept = ("side", "signatory_name", "signatory_office", "signed", "signed_on", "signed_at", "content_hash")
    return [
        {"id": _id(one), "organisation_id": organisations[one.organisation], **{name: getattr(one, name) for name in kept}} for one in draft.parties
    ]


def lists(draft: Draft, organisations: Mapping[str, UUID]) -> dict[str, list[Row]]:
    """What is written anew with every version, by table."""
    return {
        "promise_text": [
            {"id": _id(one), "position": place, "kind": one.kind, "heading": one.heading, "body": one.body}
            for place, one in enumerate(draft.chapters)
        ],
        "definition": [{"id": _id(one), "position": place, "term": one.term, "meaning": one.meaning} for place, one in enumerate(draft.definitions)],
        "link": [{"id": _id(one), "position": place, "title": one.title, "url": one.url} for place, one in enumerate(draft.links)],
        "contact": [
            {
                "id": _id(one),
                "position": place,
                "organisation_id": organisations[one.organisation] if one.organisation else None,
                **{name: getattr(one, name) for name in ("office", "name", "phone", "email")},
            }
            for place, one in enumerate(draft.contacts)
        ],
        "source": [
            {
                "id": _id(one),
                "position": place,
                "response_rate": None if one.response_rate is None else Decimal(str(one.response_rate)),
                **{name: getattr(one, name) for name in ("kind", "title", "held_on", "place", "participants", "note")},
            }
            for place, one in enumerate(draft.sources)
        ],
        "rhythm": [{"id": _id(one), **{name: getattr(one, name) for name in _RHYTHM}} for one in draft.rhythms],
    }


def levels(draft: Draft, organisations: Mapping[str, UUID]) -> dict[str, list[Row]]:
    """Areas, goals and activities, each before what hangs on it; positions count through the whole promise, in the draft's order."""
    areas: list[Row] = []
    goals: list[Row] = []
    activities: list[Row] = []

    def hang(found: Iterable[ActivityDraft], area_id: UUID | None, goal_id: UUID | None) -> None:
        for one in found:
            activities.append(
                {
                    "id": _id(one),
                    "focus_area_id": area_id,
                    "goal_id": goal_id,
                    "position": len(activities),
                    "organisation_id": organisations[one.organisation] if one.organisation else None,
                    "responsible": one.responsible,
                    "due_on": one.due_on,
                    "public_after": one.public_after,
                    "removed_in": None,
                    **_target(one),
                }
            )

    def hang_goals(found: Iterable[GoalDraft], area_id: UUID | None) -> None:
        for one in found:
            goals.append({"id": (goal_id := _id(one)), "focus_area_id": area_id, "position": len(goals), **_target(one)})
            hang(one.activities, area_id, goal_id)

    for one in draft.areas:
        texts = {name: getattr(one, name) for name in ("title", "body", "problem", "cause")}
        areas.append({"id": (area_id := _id(one)), "position": len(areas), **texts})
        hang_goals(one.goals, area_id)
        hang(one.activities, area_id, None)
    hang_goals(draft.goals, None)
    hang(draft.activities, None, None)
    return {"focus_area": areas, "goal": goals, "activity": activities}


def _target(one: GoalDraft | ActivityDraft) -> Row:
    kept = ("title", "body", "measure", "at_least", "per", "unit")
    return {
        **{name: getattr(one, name) for name in kept},
        "places": list(one.places),
        "indicator": one.indicator.as_json() if one.indicator else None,
    }


def _id(part: Any) -> UUID:
    found: UUID = part.id or uuid.uuid4()
    return found
