"""How a status update stands: its keys, what changed since a party approved it, and where it has arrived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from trygghet import shield, swedish
from trygghet.agreements.rules import turned
from trygghet.deliveries import publications as places
from trygghet.deliveries.rules import CHANNELS, Act
from trygghet.deliveries.rules import State as Sent
from trygghet.updates import rules
from trygghet.updates.difference import Difference, difference
from trygghet.updates.rules import State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from trygghet.agreements.rules import Approval
    from trygghet.connections.rules import Connection
    from trygghet.deliveries.rules import Delivery
    from trygghet.shield import Caution
    from trygghet.swedish import Chip
    from trygghet.updates.rules import Side, Update, Version


@dataclass(frozen=True)
class Key:
    """A party's key: turned on the present text, or not; and the latest that fell."""

    side: Side
    approval: Approval | None
    fallen: Approval | None


@dataclass(frozen=True)
class Arrival:
    """What became of the update in one place, by one act. `post` is what was to be said there; `act` is empty for the publication itself.
    `there` is the address of what is to be changed or taken away, where that is known.
    """

    id: UUID
    owner: UUID
    channel: str
    where: str
    act: str
    state: Sent
    chip: Chip
    reason: str
    settled_at: dt.datetime | None
    url: str
    post: Mapping[str, Any]
    there: str = ""

    @property
    def asks(self) -> bool:
        """Whether a person must look, do or decide something."""
        return self.state in {Sent.UNCLEAR, Sent.FAILED, Sent.MANUAL}


@dataclass(frozen=True)
class Standing:
    """Everything about an update that its pages show."""

    update: Update
    sides: Sequence[Side]
    approvals: Sequence[Approval]
    deliveries: Sequence[Delivery] = ()
    accounts: Sequence[Connection] = ()
    versions: Sequence[Version] = ()
    contacts: Sequence[str] = ()
    now: dt.datetime | None = None

    @property
    def own(self) -> Side | None:
        """The party that says it alone; None where all say it."""
        return next((one for one in self.sides if self.update.voice == rules.OWN and one.organisation_id == self.update.organisation_id), None)

    @property
    def voice(self) -> tuple[str, str]:
        """The voice as it is marked, and in words: whose it is."""
        if self.own:
            return ("police" if self.own.side == "police" else "municipality"), self.own.name
        return "joint", "Gemensamt"

    @property
    def address(self) -> str:
        """The permanent address, without the host."""
        return rules.address(self.sides, self.update.organisation_id, self.update.id)

    @property
    def agreed(self) -> bool:
        """What the one gate says."""
        return rules.agreed(self.update, self.sides, self.approvals)

    @property
    def state(self) -> State:
        """Where it is in its life."""
        return rules.state(self.update, agreed=self.agreed, now=self.now)

    @property
    def chip(self) -> Chip:
        """The state as it is shown."""
        return rules.chip(self.state, self.update)

    def may_change(self, organisation: UUID) -> bool:
        """Whether that party may change, stop or take it back: what is withdrawn stands, and what one party says alone is its own."""
        return self.state is not State.WITHDRAWN and (self.own is None or self.own.organisation_id == organisation)

    @property
    def keys(self) -> list[Key]:
        """Every key that is needed, municipalities first. Of what residents read those that let it out count, also where a correction made them fall."""
        counted = [replace(one, fell_at=None) for one in self.approvals] if self.state is State.PUBLISHED else self.approvals
        live, needed = turned(counted, self.update.content_hash), rules.holders(self.update, self.sides)
        return [Key(one, live.get(one.organisation_id), self._fallen(one.organisation_id)) for one in self.sides if one.organisation_id in needed]

    def key_of(self, organisation: UUID) -> Key | None:
        """This party's key; None for an organisation that is no party."""
        return next((one for one in self.keys if one.side.organisation_id == organisation), None)

    def waits_for(self, organisation: UUID) -> bool:
        """Whether it is shared and this party's key is missing."""
        key = self.key_of(organisation)
        return self.state in {State.SHARED, State.CORRECTING} and key is not None and key.approval is None

    @property
    def missing(self) -> str:
        """Whose keys are missing: "Polisen", "Kommunen och Polisen"."""
        names = [one.side.who for one in self.keys if one.approval is None]
        return swedish.listed(names)

    def _fallen(self, organisation: UUID) -> Approval | None:
        return next((one for one in reversed(self.approvals) if one.organisation_id == organisation and one.fell_at is not None), None)

    def changed_since(self, organisation: UUID) -> Difference | None:
        """What has changed since this party approved; None when it never did, or its key holds."""
        key = self.key_of(organisation)
        if key is None or key.approval is not None or key.fallen is None or not self.versions:
            return None
        read = next((one for one in reversed(self.versions) if one.content_hash == key.fallen.content_hash), None)
        return difference(read.content, self.versions[-1].content) if read else None

    @property
    def cautions(self) -> list[Caution]:
        """What in the text may point at somebody, for those who decide whether it goes out; nothing once it is out."""
        if self.state in {State.PUBLISHED, State.WITHDRAWN}:
            return []
        alt = self.update.picture.alt if self.update.picture else ""
        said = [self.update.title, self.update.body, alt, self.update.correction, *self.update.wordings.values()]
        return list(dict.fromkeys(one for text in said for one in shield.warnings(text, self.contacts)))

    @property
    def posts(self) -> list[Mapping[str, Any]]:
        """The very post that each account gets, for each that was chosen."""
        return [self.update.rendered["posts"][one] for one in self.update.connections if one in self.update.rendered.get("posts", {})]

    @property
    def channel_names(self) -> list[str]:
        """Publik sida, Flöde, and the names of the accounts."""
        return [self._name(one) for one in self.update.channels]

    @property
    def arrivals(self) -> list[Arrival]:
        """Channel by channel, in the order in which they go."""
        return [self._arrival(one) for one in self.deliveries]

    def _arrival(self, one: Delivery) -> Arrival:
        connection = str(one.connection_id) if one.connection_id else ""
        leads_nowhere = one.state is not Sent.SENT or one.act == Act.RETRACT or self._is_taken_away(one)
        url = "" if leads_nowhere else self.address if one.channel == places.PAGE else one.remote_url
        post = self._said(one).get("posts", {}).get(connection, {})
        return Arrival(
            id=one.id,
            owner=one.organisation_id,
            channel=one.channel,
            where=self._name(connection or one.channel),
            act=places.said(one),
            state=one.state,
            chip=places.chip(one),
            reason=one.reason,
            settled_at=one.confirmed_at or one.settled_at,
            url=url,
            post=post.get("reply", post) if one.act == Act.EDIT else {} if one.act == Act.RETRACT else post,
            there="" if one.act == Act.PUBLISH else self._there(one),
        )

    def _there(self, one: Delivery) -> str:
        told = (
            row for row in self.deliveries if row.connection_id == one.connection_id and row.act == Act.PUBLISH and row.created_at <= one.created_at
        )
        last = max(told, key=lambda row: row.created_at, default=None)
        return last.remote_url if last else ""

    def _is_taken_away(self, one: Delivery) -> bool:
        """Whether nothing of it stands in its account any more."""
        taken = places.taking_away(one, self.deliveries) if one.connection_id else None
        return taken is not None and taken.state is Sent.SENT

    def _said(self, one: Delivery) -> Mapping[str, Any]:
        """What was approved for that row, whatever is being written in its place now."""
        return next((found.content for found in self.versions if found.version == one.words.get("version")), self.update.rendered)

    def asked_of(self, organisation: UUID) -> list[Arrival]:
        """Where somebody of that organisation must look, do or decide something."""
        return [one for one in self.arrivals if one.asks and one.owner == organisation]

    def on_its_way(self, now: dt.datetime) -> bool:
        """Whether something is about to arrive, so that looking again soon is worth while."""
        return any(one.state is Sent.SENDING or (one.state is Sent.PLANNED and one.due_at <= now) for one in self.deliveries)

    def _name(self, channel: str) -> str:
        if channel in places.OWN:
            return CHANNELS[channel]
        return next((one.name for one in self.accounts if str(one.id) == channel), "Bortkopplat konto")


# ---------------------------------------------------------------- the list
@dataclass(frozen=True)
class Group:
    """Updates under one heading."""

    id: str
    heading: str
    updates: Sequence[Standing]


def grouped(found: Sequence[Standing], organisation: UUID) -> list[Group]:
    """What waits for us first, then what we have begun, then what waits for others, then what is on its way or out."""
    ours = [one for one in found if one.waits_for(organisation)]
    groups = [
        Group("er-nyckel", "Väntar på er nyckel", ours),
        Group("utkast", "Utkast, bara ni ser dem", [one for one in found if one.state is State.DRAFT]),
        Group("deras-nyckel", "Väntar på andra", [one for one in found if one.state is State.SHARED and one not in ours]),
        Group("overens", "Överens, på väg ut", [one for one in found if one.state is State.AGREED]),
        Group("rattas", "Publicerade, rättelse väntar på andra", [one for one in found if one.state is State.CORRECTING and one not in ours]),
        Group("for-sena", "Hann inte ut", [one for one in found if one.state is State.EXPIRED]),
        Group("publicerade", "Publicerade", [one for one in found if one.state is State.PUBLISHED]),
        Group("tillbakadragna", "Tillbakadragna", [one for one in found if one.state is State.WITHDRAWN]),
    ]
    return [one for one in groups if one.updates]


def heading(found: Sequence[Standing], organisation: UUID) -> str:
    """The list's first sentence."""
    waiting = sum(one.waits_for(organisation) for one in found)
    if waiting == 0:
        return "Inget väntar på er nyckel."
    return f"{swedish.first_up(swedish.word(waiting))} uppdatering{'ar' if waiting > 1 else ''} väntar på er nyckel."
