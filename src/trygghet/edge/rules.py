"""What an answer is when it is kept, for whom it holds, and how much is kept."""

from __future__ import annotations

import email.utils
import functools
import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import brotli

from trygghet.tongue import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

Headers = list[tuple[bytes, bytes]]
Key = tuple[object, ...]

GONE_WITHIN = 5.0
"""Seconds after which nobody is shown what was taken back, whatever has been cut or is slow on the way. The next three are chosen so that they fit."""
TRUSTED = 1.5
"""Seconds after a question that PostgreSQL answered during which the memory counts as true. A line that was cut without a word is noticed then."""
FRESH, MEANWHILE = 1, 1
"""Seconds that a cache before us may hold an answer, and show it after that while it fetches it anew (RFC 9111, 5.2.2.10, and RFC 5861, 3)."""
FRESHNESS = f"public, max-age=0, s-maxage={FRESH}, stale-while-revalidate={MEANWHILE}"
"""What is told of every answer to residents. A browser asks each time, and mostly hears 304: what it held would come on top of what a cache before it holds."""
LIFE = 60.0
"""Seconds that an answer is kept at most, whatever is heard: what a page says of the time of day is never older."""
LARGEST = 2_000_000
"""Bytes; a larger body is sent on as it comes."""
LONGEST_QUERY = 200
"""Bytes of an address after its question mark; nobody's link is longer, and longer ones are not kept."""
_PLAIN = re.compile(r"/|(/([^/A-Z]{1,31}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))+")
"""How our own links are spelled. The same page can be asked for under any number of other spellings: slashes, and an id in any case with hyphens anywhere."""
_SMALLEST = 500
_SMALLER: dict[bytes, Callable[[bytes], bytes]] = {
    b"br": lambda body: brotli.compress(body, quality=5),
    b"gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
_TEXT = (b"text/", b"application/json", b"application/xml", b"image/svg", b"application/manifest")
_OF_THE_BODY = frozenset({b"content-length", b"content-type", b"content-encoding", b"content-disposition"})


@functools.lru_cache(maxsize=500)
def encoding(accepted: bytes) -> bytes:
    """The smallest way to send a body among those that the reader takes (RFC 9110, 12.5.3); empty for as it is."""
    if not accepted:
        return b""
    weights = {}
    for one in accepted.lower().split(b","):
        name, _, weight = one.strip().partition(b";")
        weights[name.strip()] = weight.strip().replace(b" ", b"") not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}
    return next((name for name in _SMALLER if weights.get(name, weights.get(b"*", False))), b"")


def _is_text(media_type: bytes) -> bool:
    kind = media_type.partition(b";")[0].strip().lower()
    return kind.startswith(_TEXT) or kind.endswith((b"+xml", b"+json", b"javascript"))


@dataclass
class Answer:
    """One whole answer with its headers, which are the same to everybody. It is made smaller when somebody first takes it so, and once."""

    status: int
    headers: Headers
    body: bytes
    born: float = 0.0
    place: str = ""
    is_plain: bool = True
    is_text: bool = field(init=False)
    marks: frozenset[bytes] = field(init=False)
    """What its ETag is called, however it is sent."""
    _forms: dict[bytes, tuple[Headers, bytes]] = field(init=False, default_factory=dict)
    _modified: bytes = field(init=False)

    def __post_init__(self) -> None:
        found = dict(self.headers)
        self.is_text = _is_text(found.get(b"content-type", b"")) and b"content-encoding" not in found
        if self.is_text:
            told = found.get(b"vary", b"")
            self.headers = [
                *((name, value) for name, value in self.headers if name != b"vary"),
                (b"vary", told + b", " * bool(told) + b"Accept-Encoding"),
            ]
        etag = found.get(b"etag", b"")
        self.marks = frozenset({_marked(etag, one) for one in (b"", *_SMALLER)}) if etag else frozenset()
        self._modified = found.get(b"last-modified", b"")

    def told_late(self) -> Answer:
        """The same for who waits for it and nobody else: something changed while it was made."""
        return Answer(
            self.status, [*((name, value) for name, value in self.headers if name != b"cache-control"), (b"cache-control", b"no-store")], self.body
        )

    @property
    def may_be_kept(self) -> bool:
        """Whether it says of itself that it is the same to everybody, and holds for a while."""
        found = dict(self.headers)
        return b"public" in found.get(b"cache-control", b"") and b"set-cookie" not in found and self.status in {200, 301, 410}

    @property
    def weight(self) -> int:
        """Bytes of memory that it may come to take, its smaller forms and headers reckoned in."""
        return len(self.body) * (2 if self.is_text else 1) + 4000

    def form(self, accepted: bytes) -> tuple[Headers, bytes]:
        """Headers and body for who takes these encodings."""
        found = encoding(accepted) if self.is_text and len(self.body) >= _SMALLEST else b""
        if found not in self._forms:
            self._forms[found] = self._made(found)
        return self._forms[found]

    def _made(self, how: bytes) -> tuple[Headers, bytes]:
        if not how:
            return [
                *((name, value) for name, value in self.headers if name != b"content-length"),
                (b"content-length", b"%d" % len(self.body)),
            ], self.body
        body = _SMALLER[how](self.body)
        kept = [(name, _marked(value, how) if name == b"etag" else value) for name, value in self.headers if name != b"content-length"]
        return [*kept, (b"content-encoding", how), (b"content-length", b"%d" % len(body))], body

    def unchanged(self, asked: Mapping[bytes, bytes]) -> Headers | None:
        """The headers of a 304 where the reader has it already (RFC 9110, 13.1.2 and 13.1.3); else nothing."""
        if self.status != 200:  # noqa: PLR2004
            return None
        if told := asked.get(b"if-none-match"):
            known = {one.strip().removeprefix(b"W/") for one in told.split(b",")}
            has_it = bool(self.marks) and (b"*" in known or not known.isdisjoint(self.marks))
        else:
            since = asked.get(b"if-modified-since")
            has_it = bool(since and self._modified and _is_before(self._modified, since))
        return [one for one in self.form(asked.get(b"accept-encoding", b""))[0] if one[0] not in _OF_THE_BODY] if has_it else None


def _marked(etag: bytes, how: bytes) -> bytes:
    """Each way to send a body has an ETag of its own (RFC 9110, 8.8.3.3)."""
    return etag[:-1] + b"-" + how + b'"' if how and etag.endswith(b'"') else etag


def _is_before(modified: bytes, since: bytes) -> bool:
    try:
        return email.utils.parsedate_to_datetime(modified.decode("latin-1")) <= email.utils.parsedate_to_datetime(since.decode("latin-1"))
    except (ValueError, TypeError):  # not a date, or one without a zone
        return False


class Memory:
    """Answers by address, language and day, the least asked for given up first. It holds only while somebody listens for what changes.

    Addresses that anybody can think of without end, those with a question and those in a spelling that no link of ours has, share a quarter
    of the room, so that they push one another out and never the pages.

    An answer is put in with the `edition` that was read before it was made: what has changed meanwhile has made it old already.
    """

    def __init__(self, most: int, ours: Collection[str]) -> None:
        """`ours` are the names that addresses of no organisation begin with."""
        self.most, self._ours = most, ours
        self.edition = 0
        self.true_until = 0.0
        """Until when, by the monotonic clock, it is known that every change is heard of."""
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._weight = self._weight_of_odd = 0

    def __len__(self) -> int:
        return len(self._answers)

    def forget(self, place: str = "") -> None:
        """Something that residents may read has changed, under the addresses of the organisation that is called `place` in them, or anywhere.

        Addresses that are no organisation's show many: all of them are forgotten each time.
        """
        self.edition += 1
        for key in [key for key, one in self._answers.items() if not place or one.place in {"", place}]:
            self._drop(key)

    def distrust(self) -> None:
        """Nobody listens any more: nothing is answered from here until somebody does."""
        self.true_until = 0.0
        self.forget()

    def find(self, key: Key, at: float) -> Answer | None:
        """What is kept and true."""
        if at >= self.true_until:
            return None
        found = self._answers.get(key)
        if found is None:
            return None
        if at - found.born > LIFE:
            self._drop(key)
            return None
        self._answers.move_to_end(key)
        return found

    def keep(self, key: Key, answer: Answer, edition: int, at: float) -> bool:
        """Whether it is kept now."""
        if edition != self.edition or at >= self.true_until or not answer.may_be_kept or answer.weight > self.most // 4:
            return False
        self._drop(key)
        path = str(key[0])
        answer.born, answer.place, answer.is_plain = at, place(path, self._ours), not key[1] and bool(_PLAIN.fullmatch(path))
        self._answers[key] = answer
        self._weigh(answer, 1)
        while self._weight_of_odd > self.most // 4:
            self._drop(next(key for key, one in self._answers.items() if not one.is_plain))
        while self._weight > self.most:
            self._drop(next(iter(self._answers)))
        return True

    def _drop(self, key: Key) -> None:
        if key in self._answers:
            self._weigh(self._answers.pop(key), -1)

    def _weigh(self, answer: Answer, sign: int) -> None:
        self._weight += sign * answer.weight
        self._weight_of_odd += 0 if answer.is_plain else sign * answer.weight


def place(path: str, ours: Collection[str]) -> str:
    """The organisation that an address belongs to, by its name there; empty for one that belongs to none."""
    first, _, rest = path.removeprefix("/").partition("/")
    if f"/{first}" == ENGLISH.root:
        first = rest.partition("/")[0]
    return "" if first in ours else first


def whole(answered: Sequence[bytes]) -> bytes:
    """A body from the pieces that it came in."""
    return answered[0] if len(answered) == 1 else b"".join(answered)
