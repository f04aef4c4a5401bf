"""Published snapshots as the API tells them, on a day and at an address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet.opendata import shapes
from trygghet.promises import words
from trygghet.promises.rules import indicator
from trygghet.site import areas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from trygghet.site.followed import Followed
    from trygghet.site.rules import Published
    from trygghet.site.told import Told

Where = tuple[str, str]
"""The focus area's heading and the goal's, as far as there are any."""


@dataclass(frozen=True)
class Known:
    """A promise with the municipalities on whose pages it stands: their names in addresses, and their short names in the same order."""

    found: Published
    slugs: Sequence[str]
    names: Sequence[str]

    @property
    def where(self) -> str:
        """The municipalities, as a cell in a table holds them."""
        return ", ".join(self.names)


class Voiced(NamedTuple):
    """An update with the municipality whose page it is on, and the short names of all municipalities of its promise."""

    told: Told
    slug: str
    names: Sequence[str]


class Home(NamedTuple):
    """An organisation as residents know it. `id` is what feeds and calendars are named by: a name in addresses may change."""

    id: UUID
    slug: str
    name: str
    short_name: str
    code: str | None
    municipalities: Sequence[Mapping[str, str | None]]
    changed_at: dt.datetime
    promises: int
    inhabitants: int | None
    counted_on: dt.date | None


class Row(NamedTuple):
    """One activity that may be told of: where it stands, as it was published, as it is counted, and the version that removed it."""

    where: Where
    raw: Mapping[str, Any]
    counted: areas.Counted


@dataclass(frozen=True)
class Shaping:
    """`today` decides states, paces and what may be told; `base` is where the product is reached."""

    today: dt.date
    base: str

    # ------------------------------------------------------------ organisations
    def municipality(self, home: Home) -> shapes.Municipality:
        """A municipality."""
        api = f"{self.base}/api/v1/promises?municipality={home.slug}"
        return shapes.Municipality(
            home.slug, home.name, home.short_name, home.code, home.inhabitants, home.counted_on, home.promises, f"{self.base}/{home.slug}", api
        )

    def police_area(self, home: Home) -> shapes.PoliceArea:
        """A local police area."""
        covered = [shapes.Covered(str(one["slug"]), _needed(one["from"]), _day(one["until"])) for one in home.municipalities]
        return shapes.PoliceArea(home.slug, home.name, covered, f"{self.base}/polisomrade/{home.slug}")

    # ------------------------------------------------------------ promises
    def summary(self, known: Known) -> shapes.Summary:
        """A promise in short; of its content only the head is needed."""
        return shapes.Summary(**self._head(known))

    def _head(self, known: Known) -> dict[str, Any]:
        found, content = known.found, known.found.content
        return {
            "id": str(found.promise_id),
            "title": content["title"],
            "area": content["area"],
            "oath": content["oath"],
            "municipalities": list(known.slugs),
            "parties": [
                shapes.Party(one["name"], one["side"], one["signatory_office"], one["signed"], _day(one["signed_on"])) for one in content["parties"]
            ],
            "state": found.state(self.today).value,
            "valid_from": found.validity.first,
            "valid_until": found.validity.last,
            "review_on": found.validity.review_on,
            "version": content["version"],
            "signed_on": _day(content.get("signed_on")),
            "follows": found.follows,
            "published_at": found.published_at,
            "changed_at": found.changed_at,
            "page": f"{self.base}/{found.slug}/loften/{found.promise_id}",
            "url": self._url(found.promise_id),
        }

    def _url(self, promise_id: UUID) -> str:
        return f"{self.base}/api/v1/promises/{promise_id}"

    def promise(self, known: Known) -> shapes.Promise:
        """A whole promise."""
        content, url = known.found.content, self._url(known.found.promise_id)
        return shapes.Promise(
            **self._head(known),
            chapters=[shapes.Chapter(one["kind"], one["heading"], one["body"]) for one in content["chapters"]],
            definitions=[shapes.Definition(one["term"], one["meaning"]) for one in content["definitions"]],
            links=[shapes.Link(one["title"], one["url"]) for one in content["links"]],
            sources=[_source(one) for one in content.get("sources", [])],
            areas=[
                shapes.Area(one["title"], one["body"], one.get("problem", ""), one.get("cause", ""), *self._parts(known, one))
                for one in content["areas"]
            ],
            goals=(loose := self._parts(known, content))[0],
            activities=loose[1],
            removed=self._activities(known, content.get("removed", [])),
            changes=[
                shapes.Change(one["number"], one["kind"], one["reason"], _day(one["signed_on"]), _day(one["valid_until"]))
                for one in content.get("changes", [])
            ],
            planned_follow_ups=[shapes.Planned(one.year, one.due_on, one.done_on) for one in known.found.follow_ups],
            outcomes_url=f"{url}/outcomes",
            updates_url=f"{self.base}/api/v1/updates?promise={known.found.promise_id}",
            follow_ups_url=f"{self.base}/api/v1/follow-ups?promise={known.found.promise_id}",
        )

    def _parts(self, known: Known, where: Mapping[str, Any]) -> tuple[list[shapes.Goal], list[shapes.Activity]]:
        series = known.found.content.get("series", {})
        goals = [
            shapes.Goal(
                one.get("id"),
                one["title"],
                one["body"],
                _target(one) if one.get("measure") else None,
                [_series(measured) for measured in series.get(one.get("id", ""), [])],
                self._activities(known, one["activities"]),
            )
            for one in where["goals"]
        ]
        return goals, self._activities(known, where["activities"])

    def _activities(self, known: Known, found: Sequence[Mapping[str, Any]]) -> list[shapes.Activity]:
        return [_activity(row) for row in self._told(known.found, ("", ""), found)]

    def rows(self, found: Published) -> Iterator[Row]:
        """Every activity that may be told of, in the order of the promise; those that a change took away come last."""
        content = found.content
        for area in [*content["areas"], {**content, "title": ""}]:
            for goal in area["goals"]:
                yield from self._told(found, (area["title"], goal["title"]), goal["activities"])
            yield from self._told(found, (area["title"], ""), area["activities"])
        yield from self._told(found, ("", ""), content.get("removed", []))

    def _told(self, found: Published, where: Where, activities: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
        for one in activities:
            for counted in areas.activities([dict(one)], found.validity, self.today):
                yield Row(where, one, counted)

    def outcomes(self, found: Published) -> list[shapes.Outcome]:
        """Every dated count, in the order of the promise and the days."""
        return [
            shapes.Outcome(
                str(found.promise_id), row.raw.get("id"), row.raw["title"], _needed(one["on"]), one["amount"], row.raw["unit"], one.get("place")
            )
            for row in self.rows(found)
            for one in sorted(row.raw["outcomes"], key=lambda one: str(one["on"]))
        ]

    # ------------------------------------------------------------ what was told, and how it went
    def update(self, voiced: Voiced) -> shapes.Update:
        """An update; of one that was taken back the heading and the reason."""
        told, content, gone = voiced.told, voiced.told.content, voiced.told.withdrawn_at is not None
        picture = None if gone else content["picture"]
        return shapes.Update(
            id=str(told.id),
            promise_id=str(told.promise_id),
            title=content["title"],
            body=None if gone else content["body"],
            voice=content["voice"],
            parties=content["parties"],
            picture=shapes.Picture(f"{self.base}/bilder/{picture['id']}", picture["alt"], picture["width"], picture["height"]) if picture else None,
            corrections=[] if gone else [shapes.Correction(one.on, one.text) for one in told.corrections],
            published_at=told.published_at,
            changed_at=told.changed_at,
            withdrawn_at=told.withdrawn_at,
            withdrawn_why=told.withdrawn_why,
            page=f"{self.base}/{voiced.slug}/uppdateringar/{told.id}",
        )

    def follow_up(self, one: Followed) -> shapes.FollowUp:
        """A signed follow-up."""
        found, page = one.found, f"{self.base}{one.address}"
        subjects = [
            shapes.Judged(
                judged.kind,
                judged.title,
                judged.verdict.value if judged.verdict else None,
                judged.how,
                judged.reason,
                [shapes.Assessed(said.party, said.side, said.verdict.value, said.reason) for said in judged.said],
            )
            for judged in found.subjects
        ]
        head = (str(one.id), str(one.promise_id), found.year, found.first, found.last, found.due_on, found.signed_on, found.is_late, found.short)
        return shapes.FollowUp(*head, subjects, found.content_hash, page, f"{page}/data.json", f"{page}/pdf")


def _activity(row: Row) -> shapes.Activity:
    counted, raw = row.counted, row.raw
    went = counted.tally
    return shapes.Activity(
        raw.get("id"),
        counted.title,
        counted.body,
        counted.owner,
        counted.due_on,
        _target(raw),
        shapes.Tally(went.period_first, went.period_last, went.done, went.promised, _rounded(went.expected), _rounded(went.difference)),
        len(raw["outcomes"]),
        sum(one["amount"] for one in raw["outcomes"]),
        counted.done_on,
        counted.removed_in,
    )


def _target(one: Mapping[str, Any]) -> shapes.Target:
    measured, places = indicator(one.get("indicator")), list(one.get("places", []))
    measure = one.get("measure", "count")
    told = words.target(measure, one["at_least"], one["per"], one["unit"], places, measured)
    found = (
        shapes.Indicator(measured.name, measured.unit, measured.baseline, measured.baseline_on, measured.direction, measured.level, measured.level_on)
        if measured
        else None
    )
    return shapes.Target(measure, one["at_least"], one["per"], one["unit"], places, found, told)


def _series(one: Mapping[str, Any]) -> shapes.Series:
    values = [
        shapes.Observed(
            row["year"], _number(row["value"]), row["n"], _number(row["response_rate"]), row["preliminary"], row["break_note"], row["source"]
        )
        for row in one["observations"]
    ]
    return shapes.Series(one["name"], one["kind"], one["unit"], one["area"], one["source"], values)


def _source(one: Mapping[str, Any]) -> shapes.Source:
    rate = one["response_rate"]
    return shapes.Source(
        one["kind"], one["title"], _day(one["held_on"]), one["place"], one["participants"], None if rate is None else float(rate), one["note"]
    )


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 2)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _needed(text: str | None) -> dt.date:
    found = _day(text)
    assert found is not None, "what is published has its day"
    return found
