"""What a stop is, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from trygghet import shield, swedish
from trygghet.health.rules import Check
from trygghet.swedish import Refusal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from uuid import UUID

LONGEST_WHY = 300
BANNER_ON = ("/oversikt", "/omrade", "/uppdateringar", "/utskick", "/kopplingar", "/stopp")
"""Where a stop is told on top of the page: where somebody might wonder why nothing goes out."""


@dataclass(frozen=True)
class Stop:
    """One stop. Without an organisation it is of the whole installation. `lifted_at` None: it stands."""

    id: UUID
    organisation_id: UUID | None
    why: str
    by_name: str
    by_office: str
    at: dt.datetime
    lifted_at: dt.datetime | None
    lifted_by: str

    @property
    def signed(self) -> str:
        """Who stopped it."""
        return f"{self.by_name}, {self.by_office}" if self.by_office else self.by_name


@dataclass(frozen=True)
class Standing:
    """How it stands for one organisation: its own stop, the whole installation's, those that were, and what waits."""

    own: Stop | None
    whole: Stop | None
    past: Sequence[Stop]
    waiting: int

    @property
    def heading(self) -> str:
        """How it stands, in a sentence."""
        if self.whole:
            return "All publicering är stoppad i hela installationen."
        return "All er publicering är stoppad." if self.own else "Publiceringen är i gång."

    @property
    def waits(self) -> str:
        """What waits, in a sentence."""
        if not self.waiting:
            return "Inget väntar på att gå ut."
        return f"{swedish.first_up(swedish.word(self.waiting))} {'publicering' if self.waiting == 1 else 'publiceringar'} väntar."


class Banner(NamedTuple):
    """A line on top of a page."""

    text: str
    mend: str
    link: str


def check_why(why: str) -> None:
    """A stop says why, to colleagues. Raises `Refusal`."""
    shield.check_text(why, "Varför", field="varfor", longest=LONGEST_WHY, needed=True)


def may_stop(own: Stop | None) -> None:
    """Raises `Refusal` where it is stopped already."""
    if own is not None:
        raise Refusal("stop.stands", by=own.signed)


def may_lift(own: Stop | None) -> Stop:
    """The stop that stands. Raises `Refusal` where none does."""
    if own is None:
        raise Refusal("stop.none")
    return own


def banner(stop: Stop) -> Banner:
    """What is told on top of the page while it stands."""
    if stop.organisation_id is None:
        text, mend = "All publicering är stoppad i hela installationen.", "Den som sköter driften släpper den fri."
    else:
        text, mend = "All er publicering är stoppad.", ""
    return Banner(text, f"{stop.why} {stop.signed}, {swedish.short_moment(stop.at)}. {mend}".rstrip(), "/stopp")


def examined(whole: Stop | None, organisations: int) -> Check:
    """For `trygghet doctor`."""
    if whole:
        found = f"all publicering är stoppad sedan {swedish.short_moment(whole.at)}: {whole.why}"
        return Check("publicering", found=found, mend="Kör trygghet resume när den ska gå ut igen.", to_know=True)
    if organisations:
        return Check("publicering", found=f"går ut; {swedish.counted(organisations, 'organisation', 'organisationer')} har stoppat sin egen")
    return Check("publicering", found="går ut")
