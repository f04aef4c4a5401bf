"""A story put into words, as places that have no other form than text and headings take them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trygghet.channels.messages import Story

SHORT = " …"
FIRST_WORDS = 60
"""So many characters of a text are enough to know it again by."""


def whole(story: Story) -> str:
    """What is said, without the link: own words where there are any, and what has been put right."""
    said = story.wording or f"{story.title}\n\n{story.body}"
    return f"{said}\n\n{story.correction}" if story.correction else said


def heading_and_text(story: Story) -> tuple[str, str]:
    """The same for a place with a heading of its own; own words keep the story's."""
    said = story.wording or story.body
    return story.title, f"{said}\n\n{story.correction}" if story.correction else said


def sender(story: Story) -> str:
    """Whose words they are, as a sentence; empty where nobody is named."""
    if story.voice and story.voice != TOGETHER:
        return f"Från {story.voice}."
    return f"{TOGETHER} från {' och '.join(filter(None, (', '.join(story.by[:-1]), story.by[-1])))}." if story.by else ""


TOGETHER = "Gemensamt"
"""The voice of all parties."""


def paragraphs(text: str) -> list[str]:
    """Parts between empty lines."""
    return [one.strip("\n") for one in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if one.strip()]


def as_html(text: str) -> str:
    """One paragraph's text within an element: nothing in it is mark-up, and its lines stay lines."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def shortened(said: str, room: int) -> str:
    """At most `room` characters, cut between two words and marked as cut."""
    if len(said) <= room:
        return said
    return re.sub(r"\s+\S*$", "", said[: room - len(SHORT) + 1]).rstrip(" ,.;:–-\n")[: room - len(SHORT)] + SHORT


def told(page: str, text: str) -> bool:
    """Whether a page of HTML shows the beginning of a text, whatever mark-up and line breaks stand in it."""
    first = _plain(text)[:FIRST_WORDS]
    return bool(first) and any(first in one for one in (_plain(html.unescape(page)), _plain(html.unescape(re.sub(r"<[^>]*>", " ", page)))))


def _plain(text: str) -> str:
    return " ".join(word for word in text.split() if word != "-").casefold()  # in HTML an item of a list has no dash of its own
