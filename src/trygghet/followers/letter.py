"""What a letter to a follower says: the words of its templates, out of what is published."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet import swedish
from trygghet.followers import rules
from trygghet.followers.rules import Happening, Pace
from trygghet.followups.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trygghet.followers.rules import Follower
    from trygghet.followers.store import Thing
    from trygghet.tongue import Tongue


class Block(NamedTuple):
    """A paragraph, or a list where there are `points`: each a text, and where it leads if it leads anywhere. `is_theirs` where the parties wrote it."""

    text: str = ""
    points: tuple[tuple[str, str], ...] = ()
    is_theirs: bool = False


class Said(NamedTuple):
    """What a letter says. `link` has no host and no language; `why` comes before the way to change or leave; `is_last` where nothing is left to leave.

    `theirs` is what the parties wrote of the headline.
    """

    headline: str
    blocks: tuple[Block, ...]
    action: str
    link: str
    why: str
    is_last: bool = False
    theirs: str = ""


def asked(follower: Follower, link: str) -> Said:
    """To who has asked: a button to say yes, or where they follow already, one to change it."""
    t = follower.tongue
    how_often = rules.how_often(follower.pace, t)
    if follower.confirmed_at is not None:
        return Said(
            t("Du följer redan {what}", what=follower.what),
            (Block(t("Du får mejl {how_often}. Med knappen kan du ändra hur ofta, eller sluta följa.", how_often=how_often)),),
            t("Ändra eller sluta"),
            link,
            t("Någon, troligen du, skrev din adress på sidan en gång till."),
        )
    return Said(
        t("Bekräfta att du vill följa {what}", what=follower.what),
        (
            Block(t("Du får mejl {how_often}. Inget skickas förrän du har tryckt på knappen på sidan som öppnas.", how_often=how_often)),
            Block(t("Adressen används bara till det. Kommunen och polisen ser den inte, bara hur många som följer.")),
        ),
        t("Till sidan där du bekräftar"),
        link,
        t("Någon, troligen du, har skrivit din adress på sidan. Var det inte du gör du ingenting: om tre dagar är adressen raderad."),
    )


def update(row: Mapping[str, Any], update_id: object, t: Tongue) -> Said:
    """An update as it stands."""
    content, link = row["content"], f"/{row['slug']}/uppdateringar/{update_id}"
    corrections = [Block(t("Rättat {day}: {text}", day=_day(one["on"]), text=one["text"])) for one in content.get("corrections", [])]
    told_by = Block(t("{who} berättar om ”{title}”.", who=t.listed(content["parties"]), title=row["promise"]["title"]))
    return Said(content["title"], (told_by, *corrections, *blocks(content["body"])), t("Läs på sidan"), link, "", theirs=content["title"])


def correction(row: Mapping[str, Any], update_id: object, number: int, t: Tongue) -> Said:
    """What was put right in an update that they have been told of."""
    content, link = row["content"], f"/{row['slug']}/uppdateringar/{update_id}"
    put_right = Block(content["corrections"][number - 1]["text"], is_theirs=True)
    found = (Block(t("{who} har rättat uppdateringen ”{title}”.", who=t.listed(content["parties"]), title=content["title"])), put_right)
    return Said(t("Rättelse: {title}", title=content["title"]), found, t("Läs den som den är nu"), link, "", theirs=content["title"])


def follow_up(row: Mapping[str, Any], pace: Pace, t: Tongue) -> Said:
    """What the parties say together of how it went. Who wanted this alone is told that it is the only letter."""
    found = Frozen(json.loads(row["frozen"]), "", row["signed_at"])
    points = tuple((f"{one.title}: {one.words_in(t)}", "") for one in found.subjects)
    last = (Block(t("Det här är det enda mejlet. När det har skickats raderar vi din adress.")),) if pace is Pace.FOLLOWED_UP else ()
    parties = t.listed([one["name"] for one in found.parties])
    told = t("{who} har följt upp ”{title}”, {period}.", who=parties, title=found.promise_title, period=found.period_in(t))
    link = f"/{row['slug']}/loften/{row['promise_id']}/uppfoljning/{row['key']}"
    headline = f"{found.title_in(t)}: {t.first_down(found.short_in(t))}"
    return Said(headline, (Block(told), Block(points=points), *last), t("Läs hela uppföljningen"), link, "", is_last=bool(last))


def promise(row: Mapping[str, Any], t: Tongue) -> Said:
    """A promise that is new."""
    content, link = row["promise"], f"/{row['slug']}/loften/{row['promise_id']}"
    said = (Block(t("{who} har gett ett nytt medborgarlöfte.", who=t.listed([one["name"] for one in content["parties"]]))), *blocks(content["oath"]))
    return Said(t("Nytt löfte: {title}", title=content["title"]), said, t("Läs löftet"), link, "", theirs=content["title"])


def month(follower: Follower, things: Sequence[Thing], name: str, public_url: str) -> Said:
    """What happened in a month, or since they began to follow; `name` is which."""
    t = follower.tongue
    points = tuple((f"{t.day_month(swedish.local(one.since).date())}: {_line(one, t)}", f"{public_url}{t.at(address(one))}") for one in things)
    return Said(
        t("{month}: en sak har hänt", month=swedish.first_up(name))
        if len(things) == 1
        else t("{month}: {count} saker har hänt", month=swedish.first_up(name), count=t.word(len(things))),
        (Block(t("Du följer {what}.", what=follower.what)), Block(points=points)),
        t("Till sidan"),
        follower.home,
        "",
    )


def _line(one: Thing, t: Tongue) -> str:
    return t("Nytt löfte: {title}", title=one.title) if one.happening is Happening.PROMISE else one.title


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
        found += [Block(" ".join(plain), is_theirs=True)] if plain else []
        found += [Block(points=points, is_theirs=True)] if points else []
    return tuple(found)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
