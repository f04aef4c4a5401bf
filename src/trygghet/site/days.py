"""A promise's days in residents' calendars: when it begins and ends, when it is looked over, and when each year is followed up."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from trygghet import swedish
from trygghet.calendars.ics import Entry, Feed

if TYPE_CHECKING:
    from trygghet.site.rules import Published


def path(shown: Published) -> str:
    """Where the calendar of a promise is read."""
    return f"/{shown.slug}/loften/{shown.promise_id}/kalender.ics"


def feed(shown: Published, sender: str) -> Feed:
    """What is said of the whole."""
    return Feed(f"lofte-{shown.promise_id}", f"Medborgarlöfte i {shown.content['area']}", shown.content["oath"], sender)


def entries(shown: Published, public_url: str) -> list[Entry]:
    """Only what the page itself tells. A day that is told no more is cancelled under the name that it had, for as long as the page stands."""
    address = f"{public_url}/{shown.slug}/loften/{shown.promise_id}"
    found = [_entry(shown, one, address) for one in shown.calendar]
    return sorted(found, key=lambda one: (one.day, one.key))


def _entry(shown: Published, told: dict[str, Any], address: str) -> Entry:
    what, description = _words(shown, told["key"])
    mark = "Inställt: " if told["cancelled"] else "Klart: " if told["done"] else ""
    return Entry(
        f"lofte-{shown.promise_id}-{shown.known_as}-{re.sub('[:_]', '-', told['key'])}",
        dt.date.fromisoformat(told["day"]),
        mark + (swedish.first_down(what) if mark else what),
        "\n".join([shown.content["title"], description, address]),
        address,
        told["sequence"],
        dt.datetime.fromisoformat(told["changed_at"]),
        done=told["done"],
        cancelled=told["cancelled"],
    )


def _words(shown: Published, key: str) -> tuple[str, str]:
    """The heading of a day, and a sentence about it."""
    area = shown.content["area"]
    kind, _, year = key.partition(":")
    if kind == "follow_up":
        joint = len(shown.content["parties"]) > 1
        return f"{'Gemensam uppföljning' if joint else 'Uppföljning'} av medborgarlöftet i {area}", f"{year[:4]} följs upp senast den här dagen."
    return {
        "first": (f"Medborgarlöftet i {area} börjar gälla", "Löftets första dag."),
        "last": (f"Medborgarlöftet i {area}: sista dagen", "Från och med dagen efter gäller löftet inte längre."),
        "review": (f"Medborgarlöftet i {area} ses över", "Senast den här dagen ser parterna över löftet."),
    }[kind]
