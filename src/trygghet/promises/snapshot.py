"""What residents may read of a promise: the agreed texts, and counts and dates only. Notes and reporters stay inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet.indicators.rules import told

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.indicators.rules import Series
    from trygghet.promises.promise import Activity, Contact, FocusArea, Goal, Party, Promise, Version
    from trygghet.promises.rules import Source


def published(promise: Promise, follow_ups: list[dict[str, object]], series: Mapping[UUID, Sequence[Series]]) -> dict[str, Any]:
    """The snapshot as it is stored. `follow_ups` are what `obligations.rules.told` makes of the duties, `series` what stands beside the goals."""
    held = promise.validity
    return {
        "title": promise.title,
        "area": promise.area_name,
        "oath": promise.oath,
        "valid_from": _day(held.first),
        "valid_until": _day(held.last),
        "review_on": _day(held.review_on),
        "version": promise.version,
        "ended_early": promise.stage == "ended_early",
        "signed_on": _day(promise.signed_on),
        "changes": [_version(one) for one in promise.versions if one.kind != "first"],
        "follows": str(promise.follows.id) if promise.follows else None,
        "parties": [_party(one) for one in promise.parties],
        "chapters": [{"kind": one.kind, "heading": one.heading, "body": one.body} for one in promise.chapters],
        "definitions": [{"term": one.term, "meaning": one.meaning} for one in promise.definitions],
        "links": [{"title": one.title, "url": one.url} for one in promise.links],
        "sources": [_source(one) for one in promise.sources],
        "areas": [_area(area) for area in promise.areas],
        "goals": [_goal(goal) for goal in promise.goals],
        "activities": [_activity(activity) for activity in promise.activities],
        "removed": [_activity(activity) for activity in promise.removed],
        "contacts": [_contact(one) for one in promise.contacts],
        "told_through": promise.told_through,
        "tell_every_days": promise.tell_every_days,
        "count_every_days": promise.count_every_days,
        "page_updated_on": _day(promise.page_updated_on),
        "follow_ups": follow_ups,
        "series": told(series),
        "rhythms": [{"receiver": one.receiver, "per": one.per} for one in promise.rhythms],
    }


_LISTS = ("parties", "chapters", "definitions", "links", "sources", "areas", "goals", "activities", "contacts", "rhythms")
_LEVELS = ("goals", "activities")
_WORDS = ("title", "area", "oath", "valid_from", "valid_until", "review_on", "told_through", "tell_every_days", "count_every_days")


def signed_text(promise: Promise) -> dict[str, Any]:
    """The words of the promise as they read now, with which version they are: what residents may read of that version for ever.

    Every part has its id, so that two versions can be laid beside each other; nothing that was counted is in it.
    """
    found = published(promise, [], {})
    last = promise.versions[-1]
    return {**_version(last), **{name: found[name] for name in _WORDS}, **{name: _named(found[name], getattr(promise, name)) for name in _LISTS}}


def _named(told: Sequence[Mapping[str, Any]], parts: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            **{name: value for name, value in row.items() if name != "outcomes"},
            "id": str(one.id),
            **{name: _named(row[name], getattr(one, name)) for name in _LEVELS if name in row},
        }
        for row, one in zip(told, parts, strict=True)
    ]


def _party(one: Party) -> dict[str, Any]:
    kept = ("name", "short", "side", "signatory_office", "signatory_name", "signed")
    return {**{name: getattr(one, name) for name in kept}, "signed_on": _day(one.signed_on)}


def _version(one: Version) -> dict[str, Any]:
    return {"number": one.number, "kind": one.kind, "reason": one.reason, "signed_on": _day(one.signed_on), "valid_until": _day(one.valid_until)}


def _source(one: Source) -> dict[str, Any]:
    kept = ("kind", "title", "place", "participants", "response_rate", "note")
    return {**{name: getattr(one, name) for name in kept}, "held_on": _day(one.held_on)}


def _contact(one: Contact) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("organisation", "office", "name", "phone", "email")}


def _area(area: FocusArea) -> dict[str, Any]:
    return {
        "title": area.title,
        "body": area.body,
        "problem": area.problem,
        "cause": area.cause,
        "goals": [_goal(one) for one in area.goals],
        "activities": [_activity(one) for one in area.activities],
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "id": str(goal.id),
        "title": goal.title,
        "body": goal.body,
        **_target(goal),
        "activities": [_activity(activity) for activity in goal.activities],
    }


def _activity(activity: Activity) -> dict[str, Any]:
    return {
        "id": str(activity.id),
        "title": activity.title,
        "body": activity.body,
        "organisation": activity.organisation,
        "responsible": activity.responsible,
        "due_on": _day(activity.due_on),
        **({"public_after": _day(activity.public_after)} if activity.public_after else {}),
        **_target(activity),
        "removed_in": activity.removed_in,
        "outcomes": _done(activity),
    }


def _done(activity: Activity) -> list[dict[str, Any]]:
    """One row for each day and place: ten thousand reports weigh no more than the days they are about.

    A place that the promise names is part of the count; one that a reporter wrote stays inside, as notes do.
    """
    found: dict[tuple[dt.date, str], int] = {}
    for row in activity.standing:
        key = (row.happened_on, row.place if row.place in activity.places else "")
        found[key] = found.get(key, 0) + row.amount
    return [{"on": _day(on), "amount": amount, **({"place": place} if place else {})} for (on, place), amount in found.items()]


def _target(one: Goal | Activity) -> dict[str, Any]:
    kept = ("measure", "at_least", "per", "unit")
    return {
        **{name: getattr(one, name) for name in kept},
        "places": list(one.places),
        "indicator": one.indicator.as_json() if one.indicator else None,
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
