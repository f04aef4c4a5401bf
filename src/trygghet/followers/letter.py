"""What a letter to a follower says: the words of its templates, out of what is published."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import swedish
from trygghet.followers.rules import PACES, Happening, Pace
from trygghet.followups.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trygghet.followers.rules import Follower
    from trygghet.followers.store import Thing


class Block(NamedTuple):
    """A paragraph, or a list where there are `points`: each a text, and where it leads if it leads anywhere."""

    text: str = ""
    points: tuple[tuple[str, str], ...] = ()


class Said(NamedTuple):
    """What a letter says. `link` has no host; `why` comes before the way to change or leave; `is_last` where nothing is left to leave."""

    headline: str
    blocks: tuple[Block, ...]
    action: str
    link: str
    why: str
    is_last: bool = False


def asked(follower: Follower, link: str) -> Said:
    """To who has asked: a button to say yes, or where they follow already, one to change it."""
    if follower.confirmed_at is not None:
        return Said(
            f"Du följer redan {follower.what}",
            (Block(f"Du får mejl {PACES[follower.pace]}. Med knappen kan du ändra hur ofta, eller sluta följa."),),
            "Ändra eller sluta",
            link,
            "Någon, troligen du, skrev din adress på sidan en gång till.",
        )
    return Said(
        f"Bekräfta att du vill följa {follower.what}",
        (
            Block(f"Du får mejl {PACES[follower.pace]}. Inget skickas förrän du har tryckt på knappen på sidan som öppnas."),
            Block("Adressen används bara till det. Kommunen och polisen ser den inte, bara hur många som följer."),
        ),
        "Till sidan där du bekräftar",
        link,
        "Någon, troligen du, har skrivit din adress på sidan. Var det inte du gör du ingenting: om tre dagar är adressen raderad.",
    )


def update(row: Mapping[str, Any], update_id: object) -> Said:
    """An update as it stands."""
    content = row["content"]
    corrections = [Block(f"Rättat {_day(one['on'])}: {one['text']}") for one in content.get("corrections", [])]
    told_by = Block(f"{swedish.listed(content['parties'])} berättar om ”{row['promise']['title']}”.")
    return Said(content["title"], (told_by, *corrections, *blocks(content["body"])), "Läs på sidan", f"/{row['slug']}/uppdateringar/{update_id}", "")


def correction(row: Mapping[str, Any], update_id: object, number: int) -> Said:
    """What was put right in an update that they have been told of."""
    content = row["content"]
    put_right = content["corrections"][number - 1]["text"]
    found = (Block(f"{swedish.listed(content['parties'])} har rättat uppdateringen ”{content['title']}”."), Block(put_right))
    return Said(f"Rättelse: {content['title']}", found, "Läs den som den är nu", f"/{row['slug']}/uppdateringar/{update_id}", "")


def follow_up(row: Mapping[str, Any], pace: Pace) -> Said:
    """What the parties say together of how it went. Who wanted this alone is told that it is the only letter."""
    found = Frozen(json.loads(row["frozen"]), "", row["signed_at"])
    points = tuple((f"{one.title}: {one.words}", "") for one in found.subjects)
    last = (Block("Det här är det enda mejlet. När det har skickats raderar vi din adress."),) if pace is Pace.FOLLOWED_UP else ()
    said = (Block(f"{found.party_names} har följt upp ”{found.promise_title}”, {found.period}."), Block(points=points), *last)
    link = f"/{row['slug']}/loften/{row['promise_id']}/uppfoljning/{row['key']}"
    return Said(f"{found.title}: {swedish.first_down(found.short)}", said, "Läs hela uppföljningen", link, "", is_last=bool(last))


def promise(row: Mapping[str, Any]) -> Said:
    """A promise that is new."""
    content = row["promise"]
    parties = swedish.listed([one["name"] for one in content["parties"]])
    said = (Block(f"{parties} har gett ett nytt medborgarlöfte."), *blocks(content["oath"]))
    return Said(f"Nytt löfte: {content['title']}", said, "Läs löftet", f"/{row['slug']}/loften/{row['promise_id']}", "")


def month(follower: Follower, things: Sequence[Thing], name: str, public_url: str) -> Said:
    """What happened in a month, or since they began to follow; `name` is which."""
    points = tuple((f"{swedish.day_month(swedish.local(one.since).date())}: {_line(one)}", f"{public_url}{address(one)}") for one in things)
    return Said(
        f"{swedish.first_up(name)}: {swedish.word(len(things))} {'sak' if len(things) == 1 else 'saker'} har hänt",
        (Block(f"Du följer {follower.what}."), Block(points=points)),
        "Till sidan",
        follower.home,
        "",
    )


def _line(one: Thing) -> str:
    return f"Nytt löfte: {one.title}" if one.happening is Happening.PROMISE else one.title


def address(one: Thing) -> str:
    """Where a thing is read, without the host."""
    home = f"/{one.slug}/loften/{one.promise_id}"
    return {Happening.UPDATE: f"/{one.slug}/uppdateringar/{one.id}", Happening.FOLLOW_UP: f"{home}/uppfoljning/{one.key}"}.get(one.happening, home)


def blocks(text: str) -> tuple[Block, ...]:
    """A text as it was typed: an empty line parts paragraphs, and lines that begin with a hyphen are a list."""
    found: list[Block] = []
    for part in text.replace("\r", "").split("\n\n"):
        plain = [line.strip() for line in part.splitlines() if line.strip() and not line.lstrip().startswith("- ")]
        points = tuple((line.strip()[2:].strip(), "") for line in part.splitlines() if line.lstrip().startswith("- "))
        found += [Block(" ".join(plain))] if plain else []
        found += [Block(points=points)] if points else []
    return tuple(found)


def _day(text: str) -> str:
    return swedish.long_date(dt.date.fromisoformat(text))
