"""What each channel is given of an update, made when it is saved: the preview, what the keys bind to, and what is sent, in one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from trygghet import canonical, swedish
from trygghet.channels import ABILITIES, RENDERERS, Abilities, Depicted, Story
from trygghet.deliveries import publications
from trygghet.swedish import Refusal
from trygghet.updates import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.connections.rules import Connection
    from trygghet.updates.rules import Shown, Side, Written


@dataclass(frozen=True)
class Telling:
    """Everything that what is shown is made of, besides the words. `where` is the permanent address without the host, `public_url` the host.

    `fitted` are the picture's smaller variants, by channel. `before` is what was shared before, so that a correction keeps its day.
    """

    id: UUID
    author: UUID
    sides: Sequence[Side]
    accounts: Mapping[str, Connection]
    public_url: str
    where: str
    today: dt.date
    promise: str = ""
    picture: Shown | None = None
    fitted: Mapping[str, Depicted] = field(default_factory=dict)
    follow_up: UUID | None = None
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def permalink(self) -> str:
        """The permanent address."""
        return self.public_url + self.where


def abilities(channel: str) -> Abilities:
    """What that kind of place can do."""
    return ABILITIES.get(channel, Abilities())


def content(written: Written, telling: Telling) -> dict[str, Any]:
    """All that is shown anywhere, channel by channel: this and nothing less is what a key binds to. Raises `Refusal` for a channel that is gone."""
    chosen = sorted(set(written.connections))
    corrected_on = _corrected_on(written, telling)
    picture = telling.picture
    return {
        "title": written.title,
        "body": written.body,
        "address": telling.where,
        "permalink": telling.permalink,
        "voice": written.voice,
        "picture": {"sha256": picture.sha256, "alt": picture.alt} if picture else None,
        "earliest_at": _moment(written.earliest_at),
        "not_after": _moment(written.not_after),
        "correction": written.correction,
        "corrected_on": corrected_on.isoformat() if corrected_on else None,
        "activity": str(written.activity) if written.activity else None,
        "follow_up": str(telling.follow_up) if telling.follow_up else None,
        "channels": [*publications.OWN, *chosen],
        "posts": {one: _post(written, telling, telling.accounts.get(one), corrected_on) for one in chosen},
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content in one fixed spelling."""
    return canonical.hashed(content)


def _moment(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat() if at else None


def _corrected_on(written: Written, telling: Telling) -> dt.date | None:
    """The day that the correction is told with: when it was written, and not a new one each time that it is saved."""
    if not written.correction:
        return None
    before = telling.before
    return dt.date.fromisoformat(before["corrected_on"]) if before.get("correction") == written.correction else telling.today


def _post(written: Written, telling: Telling, account: Connection | None, corrected_on: dt.date | None) -> dict[str, Any]:
    """What one account is given. Raises `Refusal` where it is no account of the parties' that an update can go to."""
    if account is None or account.channel not in RENDERERS:
        raise Refusal("update.channel", field="kanaler")
    render = RENDERERS[account.channel]
    limits = {**account.limits, **({"form": account.form} if account.form else {})}
    story = _story(written, telling, account, corrected_on)
    found = render(story, limits)
    way = way_of(account.channel, written.ways.get(str(account.id), "")) if written.correction else ""
    reply = render(replace(story, title=f"Rättelse: {written.title}", body=written.correction, wording="", correction="", picture=None), limits)
    return {
        "channel": account.channel,
        "name": account.name,
        "text": found.text,
        "payload": dict(found.payload),
        "count": found.count,
        "limit": found.limit,
        "unit": found.unit,
        "picture_sha256": found.picture_sha256,
        "problems": list(found.problems),
        "way": way,
        **({"reply": {"text": reply.text, "payload": dict(reply.payload)}} if way == publications.REPLY else {}),
    }


def way_of(channel: str, wanted: str) -> str:
    """How a correction reaches that kind of place: in its place where it can be, else as chosen, and at first as a post of its own."""
    can = ways(channel)
    return wanted if wanted in can else can[0]


def ways(channel: str) -> tuple[str, ...]:
    """The ways that a correction can take there, the usual one first."""
    able = abilities(channel)
    return (publications.IN_PLACE,) if able.edit else (publications.REPLY, *((publications.ANEW,) if able.retract else ()))


def _story(written: Written, telling: Telling, account: Connection, corrected_on: dt.date | None) -> Story:
    own = [one.name for one in telling.sides if one.organisation_id == telling.author and written.voice == rules.OWN]
    return Story(
        id=str(telling.id),
        title=written.title,
        body=written.body,
        permalink=telling.permalink,
        by=tuple(own or (one.name for one in telling.sides)),
        voice=own[0] if own else "Gemensamt",
        picture=_depicted(telling, account.channel),
        wording=written.wordings.get(str(account.id), ""),
        correction=f"Rättad {swedish.long_date(corrected_on)}: {written.correction}" if corrected_on else "",
        promise=telling.promise,
    )


def _depicted(telling: Telling, channel: str) -> Depicted | None:
    """The picture as that kind of place takes it; None where it takes none."""
    shown = telling.picture
    if shown is None or not abilities(channel).picture:
        return None
    found = telling.fitted.get(channel) or Depicted(shown.sha256, shown.mime, shown.alt, shown.width, shown.height)
    return replace(found, url=f"{telling.public_url}/bilder/{shown.id}")


def problems(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The account and the sentence for everything that must be put right before it may be shared."""
    return [(post["name"], one) for post in content.get("posts", {}).values() for one in post.get("problems", ())]
