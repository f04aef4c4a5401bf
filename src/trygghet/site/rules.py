"""What residents read about a promise, made of its published snapshot and the day it is read. No job has to run for it to be true."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from trygghet import swedish
from trygghet.periods import Validity, years
from trygghet.promises import words
from trygghet.promises.rules import Source, State, days_left, state
from trygghet.site import areas
from trygghet.site.areas import Area, Counted
from trygghet.site.heard import heard
from trygghet.swedish import Chip
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trygghet.profiles.rules import Look
    from trygghet.site.told import Told

LONGEST_EXCERPT = 260
NEWEST = 50
"""So many entries has a feed, and so many updates a page."""
MOST_REMOVED = 30
"""So many activities that have been taken away stand on a page."""


@dataclass(frozen=True)
class Link:
    """One link of the chain from what residents said to what became of it; `on` when it is there.

    `quoted` where the words are the parties', `more` where there is more to say in ours.
    """

    heading: str
    text: str
    on: bool
    quoted: bool = False
    more: str = ""


@dataclass(frozen=True)
class Published:
    """A promise as residents may read it: what the parties have agreed on, and counts. `calendar` are its days as calendars have had them."""

    promise_id: UUID
    slug: str
    name: str
    content: dict[str, Any]
    published_at: dt.datetime
    changed_at: dt.datetime
    calendar: Sequence[dict[str, Any]] = ()
    look: Look | None = None
    """What stands on top of its pages: the municipality's."""
    council: str = ""
    """What the municipality tells of its local crime prevention council."""
    first_slug: str = ""
    """What the municipality was called in addresses at first, where that is known."""

    @cached_property
    def validity(self) -> Validity:
        """When it holds."""
        first = _day(self.content["valid_from"])
        assert first is not None, "a published promise has a first day"
        return Validity(first, _day(self.content["valid_until"]), _day(self.content["review_on"]))

    @property
    def known_as(self) -> str:
        """What names that never change are made of, whatever the municipality is called in addresses."""
        return self.first_slug or self.slug

    def state(self, today: dt.date) -> State:
        """Its state that day; what is published is signed."""
        return state("ended_early" if self.ended_early else "signed", self.validity, today)

    @property
    def ended_early(self) -> bool:
        """Whether the parties have brought its last day forward."""
        return bool(self.content.get("ended_early"))  # absent in what was published before there was such a thing

    @property
    def end_reason(self) -> str:
        """Why it was ended early, as the parties tell residents."""
        return next((one["reason"] for one in reversed(self.content.get("changes", [])) if one["kind"] == "early_end"), "")

    def days_left(self, today: dt.date) -> int | None:
        """Days to count down while it holds; None before, after, and while it is open."""
        left = days_left(self.validity, today)
        return left if left is not None and self.validity.holds(today) and left >= 0 else None

    def has_ended(self, today: dt.date) -> bool:
        """Whether the last day is past."""
        return self.state(today) in {State.ENDED, State.ENDED_EARLY}

    def chip(self, today: dt.date, t: Tongue = SWEDISH) -> Chip:
        """Gäller till och med 31 december 2024."""
        held = self.validity
        if today < held.first:
            return Chip("info", "soon", t("Börjar gälla {day}", day=held.first))
        if held.last is None:
            return Chip("good", "dot", t("Gäller tills vidare"))
        if today > held.last:
            if self.ended_early:
                return Chip("", "stop", t("Avslutat i förtid {day}", day=held.last))
            return Chip("", "end", t("Gick ut {day}", day=held.last))
        return Chip("good", "dot", t("Gäller till och med {day}", day=held.last))

    @property
    def who(self) -> str:
        """Kommunen och polisen."""
        return self.who_in(SWEDISH)

    def who_in(self, t: Tongue) -> str:
        """The same in a language."""
        sides = [one["side"] for one in self.content["parties"]]
        municipalities = sides.count("municipality")
        names = [t("kommunen") if municipalities == 1 else t("kommunerna")] if municipalities else []
        names += [t("polisen")] if "police" in sides else []
        return t.listed([*names, *(one["name"] for one in self.content["parties"] if one["side"] == "other")])

    @property
    def voice(self) -> str:
        """Joint when more than one side promises."""
        return words.voice([one["side"] for one in self.content["parties"]])

    @property
    def voice_words(self) -> str:
        """Gemensamt: Björkens kommun och LPO Skogen."""
        return self.voice_in(SWEDISH)

    def voice_in(self, t: Tongue) -> str:
        """The same in a language."""
        return f"{t.known(words.VOICES[self.voice])}: {t.listed([one['name'] for one in self.content['parties']])}"

    def late(self, t: Tongue) -> str:
        """Undertecknat 26 oktober 2018, gäller från 1 juli 2018; nothing where it was signed in time or nobody knows."""
        return words.late(_day(self.content.get("signed_on")), self.validity.first, t)

    def changes(self, t: Tongue) -> list[tuple[str, str]]:
        """What has been changed since it was signed, latest first: what and when, and why. An early end is told with the end itself."""
        found = [one for one in reversed(self.content.get("changes", [])) if one["kind"] != "early_end"]
        return [(words.changed(one["kind"], _day(one["signed_on"]), _day(one["valid_until"]), t), one["reason"]) for one in found]

    @cached_property
    def sources(self) -> list[Source]:
        """What it builds on."""
        return [Source(**{**one, "held_on": _day(one["held_on"])}) for one in self.content.get("sources", [])]

    @property
    def follows(self) -> str | None:
        """The id of the promise before."""
        found: str | None = self.content.get("follows")
        return found

    @property
    def party_names(self) -> str:
        """Björkens kommun och LPO Skogen."""
        return swedish.listed([one["name"] for one in self.content["parties"]])

    @property
    def parties(self) -> list[Party]:
        """Who promises, and who has signed for them."""
        return [
            Party(
                one["name"],
                ", ".join(part for part in (one["signatory_name"], one["signatory_office"]) if part),
                one["signed"],
                _day(one["signed_on"]),
            )
            for one in self.content["parties"]
        ]

    @property
    def page_updated_on(self) -> dt.date | None:
        """When the parties' own page about the promise was last updated."""
        return _day(self.content["page_updated_on"])

    @cached_property
    def next_follow_up(self) -> FollowUp | None:
        """The first one that is not done."""
        return next((one for one in self.follow_ups if one.done_on is None), None)

    @property
    def marks(self) -> list[tuple[dt.date, str, bool]]:
        """The joint follow-ups, for the drawing."""
        return [(one.due_on, "Gemensam uppföljning", one.done_on is not None) for one in self.follow_ups]

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        """One for each calendar year."""
        return [FollowUp(one["year"], dt.date.fromisoformat(one["due_on"]), _day(one["done_on"])) for one in self.content["follow_ups"]]

    def areas(self, today: dt.date, content: dict[str, Any] | None = None) -> list[Area]:
        """Focus areas in order, then what belongs to none; of all that was promised, or of the part of it that `content` holds."""
        return areas.areas(content or self.content, self.validity, today)

    def removed(self, today: dt.date) -> tuple[Counted, ...]:
        """Activities that a change took away, with what had been counted."""
        return areas.activities(self.content.get("removed", [])[:MOST_REMOVED], self.validity, today)

    def counted(self, found: Sequence[Area]) -> list[Counted]:
        """Every activity in these areas that is counted, for the table."""
        every = [one for area in found for one in [*(a for goal in area.goals for a in goal.activities), *area.activities]]
        return [one for one in every if one.is_counted]

    def chapters(self, *kinds: str) -> list[dict[str, str]]:
        """The promise's own texts of these kinds, or all but the situation when none is named."""
        return [one for one in self.content["chapters"] if (one["kind"] in kinds if kinds else one["kind"] != "situation")]


class FollowUp(NamedTuple):
    """The joint follow-up of one calendar year."""

    year: int
    due_on: dt.date
    done_on: dt.date | None


class Party(NamedTuple):
    """A party as it signs. The day of the signature is unknown for some old promises."""

    name: str
    signatory: str
    signed: bool
    signed_on: dt.date | None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


# ---------------------------------------------------------------- which promise stands on the page
def foremost(promises: Sequence[Published], today: dt.date) -> Published:
    """The promise that a municipality's page is about: the latest in force, else the next to come, else the last that ended."""
    held = [one for one in promises if one.validity.holds(today)]
    if held:
        return max(held, key=lambda one: one.validity.first)
    coming = [one for one in promises if today < one.validity.first]
    if coming:
        return min(coming, key=lambda one: one.validity.first)
    return max(promises, key=lambda one: one.validity.last or dt.date.min)


def age(shown: Published, updates: Sequence[Told], today: dt.date, t: Tongue = SWEDISH) -> str:
    """How long ago residents were told something."""
    moments = [one.published_at for one in updates if one.withdrawn_at is None]
    if moments:
        days = (today - swedish.local(max(moments)).date()).days
        if days == 0:
            return t("Senast uppdaterad i dag")
        return t("Senast uppdaterad i går") if days == 1 else t("Senast uppdaterad för {days} sedan", days=t.days(days))
    page = shown.page_updated_on
    return t("Ingen uppdatering sedan {day}", day=page) if page else t("Ingen uppdatering än")


# ---------------------------------------------------------------- from what residents said to what became of it
def chain(shown: Published, today: dt.date, results: Mapping[dt.date, str] | None = None, t: Tongue = SWEDISH) -> list[Link]:
    """Ni sa, vi lovade, vi gjorde, det blev: each in a sentence or two, as far as the snapshot knows.

    `results` are what the signed follow-ups came to, in short, by the day they were due.
    """
    said = next((one["body"] for kind in ("situation", "background") for one in shown.content["chapters"] if one["kind"] == kind), "")
    done = _done(shown, today, t)
    became = list(_became(shown, today, results or {}, t))
    return [
        Link(
            t("Ni sa"),
            excerpt(said) or t("Löftet berättar inte vad invånarna tog upp."),
            on=bool(said),
            quoted=bool(said),
            more=heard(shown.sources, t),
        ),
        Link(t("Vi lovade"), _promised(shown, today, t), on=True),
        Link(t("Vi gjorde"), done or t("Inget är registrerat än."), on=bool(done)),
        Link(t("Det blev"), " ".join(became) or t("Löftet har ingen uppföljning inlagd."), on=any(one.done_on for one in shown.follow_ups)),
    ]


def progress(shown: Published, today: dt.date) -> str:
    """How far it has come, in a line."""
    if today < shown.validity.first:
        return ""
    return _done(shown, today, SWEDISH) or ("Inget är registrerat." if shown.has_ended(today) else "Inget är registrerat än.")


def _promised(shown: Published, today: dt.date, t: Tongue) -> str:
    """Tre mål för 2023 och 2024, undertecknade av kommunen och polisen."""
    content = shown.content
    goals, focus = sum(len(area["goals"]) for area in content["areas"]) + len(content["goals"]), len(content["areas"])
    if goals and goals >= focus:
        one, many, count = "Ett mål", "mål", goals
    elif focus:
        one, many, count = "Ett fokusområde", "fokusområden", focus
    elif told := [one for one in content["activities"] if areas.may_be_told(one, today)]:
        one, many, count = "En aktivitet", "aktiviteter", len(told)
    else:
        one, many, count = "Ett löfte i ord", "", 1
    what = t.known(one) if count == 1 else f"{swedish.first_up(t.word(count))} {t.known(many)}"
    span, who = _span(years(shown.validity), t), shown.who_in(t)
    if not all(party["signed"] for party in content["parties"]):
        return t("{what} för {years}.", what=what, years=span)
    if count > 1:
        return t("{what} för {years}, undertecknade av {who}.", what=what, years=span, who=who)
    if one.startswith("En "):
        return t("{what} för {years}, undertecknad av {who}.", what=what, years=span, who=who)
    return t("{what} för {years}, undertecknat av {who}.", what=what, years=span, who=who)


def _span(found: list[int], t: Tongue) -> str:
    match found:
        case [_] | [_, _]:
            return t.listed([str(year) for year in found])
        case _:
            return f"{found[0]}–{found[-1]}"


def _done(shown: Published, today: dt.date, t: Tongue) -> str:
    """The counts of the calendar year that is on, or of the last one that was."""
    year = min(today, shown.validity.last or today).year
    counted = [one for one in areas.every(shown.content) if areas.may_be_told(one, today) and one.get("measure", "count") in {"count", ""}]
    rows = [(_unit(one), dt.date.fromisoformat(row["on"]), row["amount"]) for one in counted for row in one["outcomes"]]
    rows = [row for row in rows if row[1].year == year and row[2]]
    if not rows:
        return ""
    units = t.listed(list(dict.fromkeys(unit for unit, _, _ in sorted(rows, key=lambda row: row[0]))))
    told, latest = f"{sum(row[2] for row in rows)} {units}", t.day_month(max(row[1] for row in rows))
    if year == today.year and not shown.has_ended(today):
        return t("{counted} hittills i år. Senast den {day}.", counted=told, day=latest)
    return t("{counted} under {year}. Senast den {day}.", counted=told, year=year, day=latest)


def _unit(activity: dict[str, Any]) -> str:
    return activity["unit"] or "insatser"


def _became(shown: Published, today: dt.date, results: Mapping[dt.date, str], t: Tongue) -> Iterator[str]:
    for one in shown.follow_ups:
        if one.done_on:
            day = t.day_month(one.done_on) if one.done_on.year == one.year else t.long_date(one.done_on)
            result = f": {t.first_down(results[one.due_on])}" if one.due_on in results else ""
            if len(shown.content["parties"]) > 1:
                yield t("{year} följdes upp gemensamt {day}{result}.", year=one.year, day=day, result=result)
            else:
                yield t("{year} följdes upp {day}{result}.", year=one.year, day=day, result=result)
        elif one.due_on < today:
            yield t("{year} skulle ha följts upp senast {day}. Uppföljningen är inte redovisad.", year=one.year, day=t.day_month(one.due_on))
        else:
            yield t("{year} följs upp senast {day}.", year=one.year, day=t.day_month(one.due_on))
            return


def excerpt(text: str) -> str:
    """Whole sentences from the beginning, lists left out, as many as there is room for; one at least, shortened at a word if it must be."""
    plain = " ".join(" ".join(block for block in text.split("\n\n") if not block.lstrip().startswith("- ")).split())
    kept = ""
    for sentence in re.findall(r".+?[.?](?=\s|$)|.+$", plain):
        if kept and len(kept) + len(sentence) > LONGEST_EXCERPT:
            break
        kept = f"{kept} {sentence.strip()}".strip()
    return kept if len(kept) <= LONGEST_EXCERPT else kept[:LONGEST_EXCERPT].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + " …"


# ---------------------------------------------------------------- the first page
def overview(promises: Sequence[Published], today: dt.date) -> list[Published]:
    """One promise for each municipality, in the order of the Swedish alphabet."""
    found: dict[str, list[Published]] = {}
    for one in promises:
        found.setdefault(one.slug, []).append(one)
    return sorted((foremost(every, today) for every in found.values()), key=lambda one: swedish.sort_key(one.name))


def scale(promises: Sequence[Published]) -> tuple[dt.date, dt.date]:
    """The whole years that the validities on the first page are drawn on."""
    first = min(one.validity.first for one in promises)
    last = max(one.validity.known_until for one in promises)
    return dt.date(first.year, 1, 1), dt.date(last.year, 12, 31)


def feed_urn(slug: str, promise_id: UUID | None = None) -> str:
    """A feed keeps its name also when the host changes: a municipality's, or that of one promise there."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'trygghet:flode:{slug}' + (f':{promise_id}' if promise_id else ''))}"
