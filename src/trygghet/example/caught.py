"""What the catcher has caught, read back from its files."""

from __future__ import annotations

import email
import html
import json
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as MODERN  # noqa: N812 - a constant that its module spells as a name
from typing import TYPE_CHECKING, Any

from trygghet.swedish import NotFound

if TYPE_CHECKING:
    from pathlib import Path

MOST = 50
"""So many are listed, newest first; the others stay in their folder."""


@dataclass(frozen=True)
class Mail:
    """One mail. `name` is its file's; `text` and `html` are empty in a list."""

    name: str
    message_id: str
    sender: str
    to: str
    subject: str
    text: str = ""
    html: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture that was posted, with what it shows in words."""

    file: str
    alt: str


@dataclass(frozen=True)
class Posted:
    """One post on a social account."""

    id: str
    account: str
    text: str
    pictures: tuple[Picture, ...]

    @property
    def paragraphs(self) -> list[str]:
        """As the reader sees it."""
        return self.text.split("\n\n")


@dataclass(frozen=True)
class Said:
    """One post in a room of a chat. `points` are what it lists: text, address and note."""

    id: str
    room: str
    form: str
    heading: str
    intro: str
    points: tuple[tuple[str, str, str], ...]


def mails(var: Path) -> tuple[list[Mail], int]:
    """The latest mails, newest first, and how many there are in all."""
    found = sorted((var / "mail").glob("[0-9]*.eml"), reverse=True)
    return [_mail(path) for path in found[:MOST]], len(found)


def mail(var: Path, name: str) -> Mail:
    """One mail with its texts. Raises `NotFound`."""
    path = var / "mail" / f"{name}.eml"
    if not re.fullmatch(r"[0-9]{18}", name) or not path.is_file():
        raise NotFound
    return _mail(path, whole=True)


def posts(var: Path) -> tuple[list[Posted], int]:
    """The latest posts, newest first, and how many there are in all."""
    found = sorted((var / "posts").glob("[0-9]*.post.json"), reverse=True)
    return [_posted(json.loads(path.read_bytes())) for path in found[:MOST]], len(found)


def chats(var: Path) -> list[Said]:
    """The latest posts in rooms, newest first."""
    return [_said(json.loads(path.read_bytes())) for path in sorted((var / "posts").glob("[0-9]*.chat.json"), reverse=True)[:MOST]]


def picture(var: Path, file: str) -> bytes:
    """A posted picture's bytes. Raises `NotFound`."""
    path = var / "posts" / file
    if not re.fullmatch(r"[0-9]{18}\.(jpg|png|webp)", file) or not path.is_file():
        raise NotFound
    return path.read_bytes()


def _mail(path: Path, *, whole: bool = False) -> Mail:
    read = email.message_from_bytes(path.read_bytes(), policy=MODERN)
    assert isinstance(read, EmailMessage), "the modern policy makes modern messages"
    head = {name: str(read.get(name, "")) for name in ("message-id", "from", "to", "subject")}
    text, html = (_body(read, kind) if whole else "" for kind in ("plain", "html"))
    return Mail(path.stem, head["message-id"].strip(), head["from"], head["to"], head["subject"] or "(utan ämne)", text, html)


def _body(read: EmailMessage, kind: str) -> str:
    part = read.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _posted(kept: dict[str, Any]) -> Posted:
    pictures = tuple(Picture(one["file"], one["description"]) for one in kept["media_attachments"])
    return Posted(kept["id"], kept["account"]["acct"], kept["text"], pictures)


def _said(kept: dict[str, Any]) -> Said:
    heading, intro, points = (_from_teams if kept["form"] == "teams" else _from_slack)(kept["said"])
    return Said(kept["id"], kept["room"], kept["form"], heading, intro, tuple(points))


def _from_teams(said: dict[str, Any]) -> tuple[str, str, list[tuple[str, str, str]]]:
    """The card as its reader sees it."""
    heading, intro, *rest = [str(one.get("text", "")) for one in [*said["attachments"][0]["content"].get("body", ()), {}, {}]]
    points: list[tuple[str, str, str]] = []
    for text in rest:
        if found := re.fullmatch(r"\[(.*)\]\((\S+)\)", text):
            points.append((_bare(found[1]), found[2], ""))
        elif points and text:
            points[-1] = (*points[-1][:2], _bare(text))
    return _bare(heading), _bare(intro), points


def _bare(text: str) -> str:
    return re.sub(r"\\([\\\[\]*_`~])", r"\1", text)


def _from_slack(said: dict[str, Any]) -> tuple[str, str, list[tuple[str, str, str]]]:
    """The text as one reads it who knows no blocks."""
    heading, *rest = [html.unescape(line) for line in said["text"].splitlines() or [""]]
    points = [(found[2], found[1], found[3]) for line in rest if (found := re.fullmatch(r"• <([^|>]+)\|(.*?)>(?: – (.*))?", line))]
    return heading.strip("*"), rest[0] if rest else "", [(text, url, note or "") for text, url, note in points]
