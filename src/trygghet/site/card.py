"""The card that other websites show: a promise in short, as one content in the forms that they can take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trygghet import swedish
from trygghet.site import rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from trygghet.site.actions import Municipality
    from trygghet.site.told import Told

LATEST = 3
"""So many updates are on a card."""


@dataclass(frozen=True)
class Item:
    """An update on the card. `words` are whose voice it is."""

    title: str
    address: str
    day: dt.date
    words: str

    @property
    def when(self) -> str:
        """3 maj 2024."""
        return swedish.long_date(self.day)


@dataclass(frozen=True)
class Card:
    """What the card says. `address` is the promise's page, `voice` who promises: joint, municipality or police."""

    title: str
    area: str
    address: str
    voice: str
    parties: str
    state: str
    validity: str
    progress: str
    updates: Sequence[Item]

    def as_json(self) -> bytes:
        """For the script on another website, which writes it out as text."""
        whole: dict[str, Any] = {
            "title": self.title,
            "url": self.address,
            "voice": self.voice,
            "parties": self.parties,
            "state": self.state,
            "validity": self.validity,
            "progress": self.progress,
            "updates": [
                {"title": one.title, "url": one.address, "date": one.day.isoformat(), "when": one.when, "voice": one.words} for one in self.updates
            ],
        }
        return json.dumps(whole, ensure_ascii=False).encode()

    def as_text(self) -> str:
        """To copy into anything that takes text."""
        lines = [self.title, ". ".join(part for part in (self.state, self.validity) if part) + ".", self.progress, ""]
        for one in self.updates:
            lines += [f"{one.when}. {one.words}: {one.title}", one.address, ""]
        return "\n".join([*lines, f"Läs mer: {self.address}"]) + "\n"


def card(found: Municipality, today: dt.date, public_url: str, *, of_promise: bool) -> Card:
    """The promise that is shown. `of_promise`: the card was asked for by the promise's own address and keeps to it."""
    shown, held = found.shown, found.shown.validity
    days = swedish.long_date(held.first) + (f" – {swedish.long_date(held.last)}" if held.last else " och tills vidare")
    return Card(
        shown.content["title"],
        shown.content["area"],
        f"{public_url}/{shown.slug}" + (f"/loften/{shown.promise_id}" if of_promise else ""),
        shown.voice,
        shown.party_names,
        "Gäller" if held.holds(today) else shown.chip(today).text,
        days,
        rules.progress(shown, today),
        [item(one, shown.slug, public_url) for one in found.updates[:LATEST]],
    )


def item(one: Told, slug: str, public_url: str) -> Item:
    """An update as a line with its address, which says so when something in it has been put right."""
    words = ", ".join([one.voice_words, *(swedish.first_down(fix.heading) for fix in one.corrections[-1:])])
    return Item(one.content["title"], f"{public_url}/{slug}/uppdateringar/{one.id}", one.on, words)
