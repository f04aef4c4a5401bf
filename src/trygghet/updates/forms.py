"""The form of an update: what stands in it, and what was typed into it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from litestar.datastructures import UploadFile

from trygghet import swedish, web
from trygghet.deliveries import publications
from trygghet.swedish import Refusal, Slips
from trygghet.updates import pictures, rules
from trygghet.updates.rules import JOINT, OWN, Attached, Written
from trygghet.updates.typed import moment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from litestar import Request

    from trygghet.updates.standing import Standing

WORDING, WAY = "text-", "vag-"
"""The fields of a channel's own words and of the way of its correction, before the connection's id."""


@dataclass(frozen=True)
class UpdateForm:
    """What stands in the form, and a sentence for each field that is wrong. `posts` are what the channels would be given,
    of what stands in the form where it `is_tried`.
    """

    action: str
    typed: Mapping[str, str]
    chosen: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    lost_picture: bool = False
    posts: Sequence[Mapping[str, Any]] = ()
    is_tried: bool = False


def filled(standing: Standing) -> dict[str, str]:
    """The fields of an update as it stands now."""
    update, picture = standing.update, standing.update.picture
    return {
        "rubrik": update.title,
        "text": update.body,
        "lydelse": update.content_hash,
        "bildtext": picture.alt if picture else "",
        "dekorativ": "ja" if picture and not picture.alt else "",
        **_clock("dag", "tid", update.earliest_at),
        **_clock("senast_dag", "senast_tid", update.not_after),
        "avsandare": "egen" if update.voice == OWN else "gemensam",
        "aktivitet": str(update.activity_id or ""),
        "mall": update.occasion,
        "rattelse": update.correction if update.published_hash != update.content_hash else "",
        **{f"{WORDING}{one}": text for one, text in update.wordings.items()},
        **{f"{WAY}{one}": way for one, way in update.ways.items()},
    }


def _clock(day: str, time: str, at: dt.datetime | None) -> dict[str, str]:
    return {day: swedish.local(at).date().isoformat() if at else "", time: swedish.clock_time(at) if at else ""}


def key(typed: Mapping[str, str]) -> UUID | None:
    """What the form was minted with; without it the form is saved, only not protected from being sent twice."""
    return as_id(typed.get("form_key", ""))


async def seen(request: Request[Any, Any, Any]) -> str:
    """The hash of what the writer had before them."""
    return (await web.form(request)).get("lydelse", "")


async def written(request: Request[Any, Any, Any]) -> tuple[Written, Attached]:
    """The form as what was written. Raises `Slips` with everything that cannot be read, together with what the words lack."""
    typed, slips, image = await web.form(request), [], None
    times: dict[str, dt.datetime | None] = {}
    for name, day, time, usual in (("Tidigast", "dag", "tid", "08.00"), ("Senast", "senast_dag", "senast_tid", "23.59")):
        try:
            times[day] = moment(typed.get(day, ""), typed.get(time, ""), name=name, day_field=day, time_field=time, usual=usual)
        except Refusal as refusal:
            slips.append(refusal)
    try:
        body = await upload(request)
        image = await asyncio.to_thread(pictures.read, body) if body else None
    except Refusal as refusal:
        slips.append(refusal)
    found = _written(typed, await chosen(request), times)
    if slips:
        raise Slips([*rules.check_words(found), *slips])
    return found, Attached(image, "ta_bort" in typed, typed.get("bildtext", ""), "dekorativ" in typed)


def _written(typed: Mapping[str, str], connections: tuple[str, ...], times: Mapping[str, dt.datetime | None]) -> Written:
    def of_each(start: str) -> dict[str, str]:
        return {one: found for one in connections if (found := typed.get(f"{start}{one}", "").replace("\r\n", "\n").strip())}

    return Written(
        typed.get("rubrik", ""),
        typed.get("text", "").replace("\r\n", "\n"),
        connections,
        times.get("dag"),
        not_after=times.get("senast_dag"),
        voice=OWN if typed.get("avsandare") == "egen" else JOINT,
        wordings=of_each(WORDING),
        ways={one: way for one, way in of_each(WAY).items() if way in publications.WAYS},
        correction=typed.get("rattelse", ""),
        activity=as_id(typed.get("aktivitet", "")),
        occasion=typed.get("mall", "") if typed.get("mall", "") in rules.OCCASIONS else "",
    )


def as_id(text: str) -> UUID | None:
    """What is typed as an id; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def upload(request: Request[Any, Any, Any]) -> bytes:
    """The picture's bytes; none where none was chosen."""
    found = (await request.form()).get("bild")
    if not isinstance(found, UploadFile):
        return b""
    await found.seek(0)  # a form that is given back asks a second time
    return await found.read()


async def chosen(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """The ids of the accounts that were ticked."""
    return tuple(dict.fromkeys(str(one) for one in (await request.form()).getall("kanaler", [])))


async def again(request: Request[Any, Any, Any], slip: Slips | Refusal, action: str = "") -> UpdateForm:
    """The form as it was sent, with what is wrong in it."""
    typed = await web.form(request)
    if "" in slip.sentences:
        typed["form_key"] = str(uuid4())  # nothing in the fields is wrong: it was saved already, and is a new one the next time
    return UpdateForm(action or request.url.path, typed, await chosen(request), slip.sentences, bool(await upload(request)))
