"""What has changed in an update since somebody approved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trygghet.difference import Piece, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Difference(NamedTuple):
    """What the new content changes. `other` names what is not words: the picture, the channels, the time."""

    title: list[Piece]
    body: list[Piece]
    other: list[str]

    @property
    def title_changed(self) -> bool:
        """Whether the headline reads otherwise now."""
        return any(one.kind != "same" for one in self.title)

    @property
    def body_changed(self) -> bool:
        """Whether the text reads otherwise now."""
        return any(one.kind != "same" for one in self.body)


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """From one content to another, both as `rules.content` makes them."""
    return Difference(words(old["title"], new["title"]), words(old["body"], new["body"]), list(_other(old, new)))


def _other(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    before, after = old["picture"], new["picture"]
    if before != after:
        if before is None or after is None:
            yield "en bild har lagts till" if before is None else "bilden är borttagen"
        else:
            yield "bilden är utbytt" if before["sha256"] != after["sha256"] else "bildtexten är ändrad"
    if old["channels"] != new["channels"]:
        yield "kanalerna är ändrade"
    for name, said in (("earliest_at", "tidigaste tid är ändrad"), ("not_after", "senaste tid är ändrad"), ("voice", "avsändaren är en annan")):
        if old.get(name) != new.get(name) and name in old:
            yield said
    yield from _in_the_channels(old, new)


def _in_the_channels(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    """The accounts that get another post, where that does not follow from the text itself."""
    if (old["title"], old["body"], old.get("correction")) != (new["title"], new["body"], new.get("correction")):
        return
    for connection, post in new.get("posts", {}).items():
        before = old.get("posts", {}).get(connection)
        if isinstance(before, dict) and before["text"] != post["text"]:
            yield f"inlägget i {post['name']} är ändrat"
