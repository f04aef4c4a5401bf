"""A follow-up as it was approved: its content read back into words, for paper, for residents and for the file of everything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import swedish
from trygghet.followups import facts, rules
from trygghet.followups.content import tally
from trygghet.followups.rules import AGREED, BOTH, VERDICTS, Subject, Verdict
from trygghet.swedish import Chip
from trygghet.tongue import SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.followups.facts import Prefilled
    from trygghet.followups.standing import Standing

WORDS = {one: chip.text for one, chip in VERDICTS.items()} | {Verdict.PARTLY: "Delvis uppnått"}
"""The verdicts where they stand by themselves."""
DIFFERENT = Chip("unclear", "half", "Olika bedömningar")
"""In place of a joint verdict where both are published."""


class Turned(NamedTuple):
    """One party's approval of all of it."""

    party: str
    side: str
    name: str
    office: str
    at: dt.datetime

    @property
    def words(self) -> str:
        """Godkände 20 december 2024 klockan 10.12."""
        return self.told(SWEDISH)

    def told(self, t: Tongue) -> str:
        """The same in a language."""
        return t("Godkände {day} klockan {time}", day=swedish.local(self.at).date(), time=t.clock_time(self.at))


class Said(NamedTuple):
    """One party's own verdict on one goal, with its reason."""

    party: str
    who: str
    side: str
    verdict: Verdict
    reason: str

    @property
    def chip(self) -> Chip:
        """The verdict as it is shown."""
        return VERDICTS[self.verdict]._replace(text=WORDS[self.verdict])


@dataclass(frozen=True)
class Judged:
    """One goal with what stands of it. `verdict` is None where both parties' stand; `how` is same, agreed or both."""

    number: int
    key: str
    kind: str
    title: str
    verdict: Verdict | None
    how: str
    reason: str
    said: tuple[Said, ...]
    facts: Prefilled

    @property
    def chip(self) -> Chip:
        """The joint verdict, or that there are two."""
        return DIFFERENT if self.verdict is None else VERDICTS[self.verdict]._replace(text=WORDS[self.verdict])

    @property
    def words(self) -> str:
        """Uppnått; or, where both stand: Kommunen: uppnått. Polisen: delvis uppnått."""
        return self.words_in(SWEDISH)

    def words_in(self, t: Tongue) -> str:
        """The same in a language."""
        if self.verdict is not None:
            return t.known(WORDS[self.verdict])
        return " ".join(f"{t.known(one.who)}: {t.first_down(t.known(WORDS[one.verdict]))}." for one in self.said)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why it stands as it does: the joint reason where there is one, else each party's own; who (nobody where joint) and the words."""
        if self.reason:
            return [("", self.reason)]
        found = [(one.who, one.reason) for one in self.said if one.reason]
        return found if len({words for _, words in found}) != 1 or len(found) != len(self.said) else [("", found[0][1])]

    @property
    def differed(self) -> bool:
        """Whether the parties judged it differently, whatever they then agreed on."""
        return len({one.verdict for one in self.said}) > 1


@dataclass(frozen=True)
class Frozen:
    """All of a follow-up. `signed_at` is None, and `keys` are some or none, while it is not signed."""

    content: Mapping[str, Any]
    content_hash: str
    signed_at: dt.datetime | None = None
    keys: tuple[Turned, ...] = ()

    @property
    def title(self) -> str:
        """Gemensam uppföljning 2024."""
        return str(self.content["title"])

    def title_in(self, t: Tongue) -> str:
        """The same in a language."""
        return f"{t.known(self.title.removesuffix(f' {self.year}'))} {self.year}"

    @property
    def year(self) -> int:
        """The calendar year in which it was due."""
        return int(self.content["year"])

    @property
    def area(self) -> str:
        """Which municipality or part of it the promise is for."""
        return str(self.content["promise"]["area"])

    @property
    def promise_title(self) -> str:
        """What the promise was called."""
        return str(self.content["promise"]["title"])

    @property
    def merged_why(self) -> str:
        """Why the year before is followed up here too; nothing where it is not."""
        return str(self.content["merged_why"])

    @property
    def first(self) -> dt.date:
        """The first day that it is about."""
        return dt.date.fromisoformat(self.content["from"])

    @property
    def last(self) -> dt.date:
        """The last day that it is about."""
        return dt.date.fromisoformat(self.content["until"])

    @property
    def key(self) -> str:
        """What addresses and files call it."""
        return rules.key(self.due_on)

    @property
    def due_on(self) -> dt.date:
        """The day by which it was to be signed."""
        return dt.date.fromisoformat(self.content["due_on"])

    @property
    def period(self) -> str:
        """1 januari till och med 31 december 2024."""
        return self.period_in(SWEDISH)

    def period_in(self, t: Tongue) -> str:
        """The same in a language."""
        first = t.day_month(self.first) if self.first.year == self.last.year else t.long_date(self.first)
        return t("{first} till och med {last}", first=first, last=self.last)

    @property
    def signed_on(self) -> dt.date | None:
        """The day on which the last party approved it."""
        return swedish.local(self.signed_at).date() if self.signed_at else None

    @property
    def is_late(self) -> bool:
        """Whether it was signed after its last day."""
        return self.signed_on is not None and self.signed_on > self.due_on

    @property
    def signed_words(self) -> str:
        """Undertecknad 20 december 2024; or sent, and when it should have been."""
        return self.signed_in(SWEDISH)

    def signed_in(self, t: Tongue) -> str:
        """The same in a language."""
        if self.signed_on is None:
            return t("Inte undertecknad än")
        if self.is_late:
            return t("Undertecknad sent, {day}. Den skulle ha undertecknats senast {due}.", day=self.signed_on, due=self.due_on)
        return t("Undertecknad {day}", day=self.signed_on)

    @property
    def parties(self) -> list[dict[str, str]]:
        """Who followed up: id, name, short, side."""
        return list(self.content["parties"])

    @property
    def party_names(self) -> str:
        """Björkens kommun och LPO Skogen."""
        return swedish.listed([one["name"] for one in self.parties])

    @property
    def voice(self) -> str:
        """Joint where more than one side speaks."""
        sides = {one["side"] for one in self.parties}
        return "joint" if len(sides) != 1 else next(iter(sides & {"municipality", "police"}), "joint")

    @cached_property
    def subjects(self) -> list[Judged]:
        """What got verdicts, in the promise's order."""
        who = {one["id"]: _who(one, self.parties) for one in self.parties}
        known = {one["id"]: one for one in self.parties}
        return [_judged(number, one, who, known) for number, one in enumerate(self.content["subjects"], 1)]

    @property
    def noun(self) -> str:
        """What is counted: mål, aktiviteter, or both."""
        kinds = {one.kind for one in self.subjects}
        return {frozenset({"goal"}): "mål", frozenset({"activity"}): "aktiviteter"}.get(frozenset(kinds), "mål och aktiviteter")

    @property
    def short(self) -> str:
        """1 av 3 mål uppnådda, 2 delvis. With one thing to judge: what was said of it."""
        return self.short_in(SWEDISH)

    def short_in(self, t: Tongue) -> str:
        """The same in a language."""
        if len(self.subjects) == 1:
            one = self.subjects[0]
            what = {"goal": "Målet", "activity": "Aktiviteten"}.get(one.kind, "Löftet")
            return f"{t.known(what)}: {t.first_down(t.known(one.chip.text))}"
        achieved = sum(one.verdict == Verdict.ACHIEVED for one in self.subjects)
        partly = sum(one.verdict == Verdict.PARTLY for one in self.subjects)
        found = t("{achieved} av {count} {things} uppnådda", achieved=achieved, count=len(self.subjects), things=t.known(self.noun))
        return found + (t(", {count} delvis", count=partly) if partly else "")

    @property
    def tally(self) -> list[tuple[Chip, int]]:
        """How many got each verdict, in the order of the form; those with two different ones last."""
        counts = tally(self.content)
        found = [(chip._replace(text=WORDS[verdict]), counts[verdict.value]) for verdict, chip in VERDICTS.items() if verdict.value in counts]
        return [*found, (DIFFERENT, counts[BOTH])] if BOTH in counts else found


def of(standing: Standing) -> Frozen:
    """What a room holds to be approved, or has had approved, with the keys on exactly that. The content must be there."""
    kept = standing.kept
    assert kept.content is not None, "nothing is approved before the seal is broken"
    return Frozen(kept.content, kept.content_hash, kept.signed_at, turned(standing))


def turned(standing: Standing) -> tuple[Turned, ...]:
    """The keys on exactly what the room holds, in the order of the parties."""
    keys: Mapping[UUID, Approval] = standing.keys
    sides = [one for one in standing.room.sides if one.organisation_id in keys]
    return tuple(
        Turned(one.name, one.side, keys[one.organisation_id].person_name, keys[one.organisation_id].office, keys[one.organisation_id].at)
        for one in sides
    )


def _who(party: Mapping[str, str], parties: Sequence[Mapping[str, str]]) -> str:
    """Kommunen, Polisen; by name where there are several of a kind."""
    alone = sum(one["side"] == party["side"] for one in parties) == 1
    return {"municipality": "Kommunen", "police": "Polisen"}.get(party["side"], party["name"]) if alone else party["short"] or party["name"]


def _judged(number: int, one: Mapping[str, Any], who: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> Judged:
    said = tuple(
        Said(known[row["party"]]["name"], who[row["party"]], known[row["party"]]["side"], Verdict(row["verdict"]), row["reason"])
        for row in one["assessments"]
    )
    joint = one["joint"] or {"how": "", "verdict": None, "reason": ""}
    verdict = Verdict(joint["verdict"]) if joint["verdict"] else None
    reason = joint["reason"] if joint["how"] == AGREED else ""
    prefilled = facts.from_json(Subject(one["key"], one["kind"], None, one["title"]), one["facts"])
    return Judged(number, one["key"], one["kind"], one["title"], verdict, joint["how"], reason, said, prefilled)
