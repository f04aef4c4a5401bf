"""Kanaler: one file for each kind of outside place. They know messages, and nothing of tables or organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trygghet.channels import assisted, bluesky, facebook, hook, mastodon, wordpress
from trygghet.channels.assisted import Assisted
from trygghet.channels.bluesky import Bluesky
from trygghet.channels.facebook import Facebook
from trygghet.channels.hook import Hook
from trygghet.channels.http import Http
from trygghet.channels.mail import Mail
from trygghet.channels.mastodon import Mastodon
from trygghet.channels.messages import (
    Abilities,
    Account,
    ByHand,
    Channel,
    Depicted,
    Health,
    Keeper,
    Letter,
    Message,
    NotSent,
    Picture,
    Place,
    Point,
    Post,
    Receipt,
    Rendered,
    Story,
    Unclear,
)
from trygghet.channels.page import Page
from trygghet.channels.signing import signer
from trygghet.channels.webhook import Webhook
from trygghet.channels.wordpress import WordPress

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from trygghet.settings import Settings

__all__ = [
    "ABILITIES",
    "CHANNELS",
    "MINTED",
    "RENDERERS",
    "REPEATABLE",
    "WAITS",
    "Abilities",
    "Account",
    "ByHand",
    "Channel",
    "Depicted",
    "Health",
    "Keeper",
    "Letter",
    "Mail",
    "Message",
    "NotSent",
    "Picture",
    "Place",
    "Point",
    "Post",
    "Receipt",
    "Rendered",
    "Story",
    "Unclear",
    "ready",
    "to_typed",
    "to_webhooks",
]

CHANNELS: dict[str, type[Mail | Page | Mastodon | Webhook | WordPress | Assisted | Bluesky | Hook | Facebook]] = {
    "mail": Mail,
    "page": Page,
    "feed": Page,
    "mastodon": Mastodon,
    "bluesky": Bluesky,
    "webhook": Webhook,
    "wordpress": WordPress,
    "hook": Hook,
    "facebook": Facebook,
    "assisted": Assisted,
}
RENDERERS: dict[str, Callable[[Story, Mapping[str, Any]], Rendered]] = {
    "mastodon": mastodon.render,
    "bluesky": bluesky.render,
    "wordpress": wordpress.render,
    "hook": hook.render,
    "facebook": facebook.render,
    "assisted": assisted.render,
}
"""What each place makes of a story, by the limits that its server has told."""
ABILITIES: dict[str, Abilities] = {
    "mastodon": mastodon.ABILITIES,
    "bluesky": bluesky.ABILITIES,
    "wordpress": wordpress.ABILITIES,
    "hook": hook.ABILITIES,
    "facebook": facebook.ABILITIES,
    "assisted": assisted.ABILITIES,
}
MINTED: dict[str, Callable[[UUID, UUID, dt.datetime], dict[str, str]]] = {"bluesky": bluesky.mint, "wordpress": wordpress.mint}
"""Names that a post must have before it is posted, made once when it is planned: of the update, the connection and the time."""
WAITS: dict[str, Callable[[int, str], dt.timedelta | None]] = {"hook": hook.wait}
"""Places with a schedule of their own: how long to wait after so many attempts at that key; None: it is used up."""
REPEATABLE = frozenset(name for name, kind in CHANNELS.items() if kind.repeatable)
"""Where doing it twice is harmless."""


def ready(settings: Settings, keeper: Keeper | None = None) -> dict[str, Channel]:
    """Every channel by name, as this installation is set up. In the example none of them reaches outside the machine.

    `keeper` keeps what accounts' servers renew; whoever sends to no account needs none.
    """
    http, typed = Http(loopback_only=settings.example, here=settings.here), to_typed(settings)
    page = Page(http, public_url=settings.public_url, read_back_url=settings.read_back_url or settings.public_url)
    mail = Mail(settings.smtp_url, settings.mail_from, signer(settings))
    return {
        "mail": mail,
        "page": page,
        "feed": page,
        "mastodon": Mastodon(typed, settings.secret_keys),
        "bluesky": Bluesky(typed, settings.secret_keys, keeper),
        "webhook": to_webhooks(settings),
        "wordpress": WordPress(typed, settings.secret_keys, keeper),
        "hook": Hook(typed, settings.secret_keys),
        "facebook": Facebook(typed, settings.secret_keys, settings.facebook_app_secret, keeper),
        "assisted": Assisted(typed),
    }


def to_typed(settings: Settings) -> Http:
    """To addresses that somebody has typed: public ones alone, so that nobody reaches what stands beside this installation."""
    return Http(loopback_only=settings.example, here=settings.here if settings.example else (), public_only=True)


def to_webhooks(settings: Settings) -> Webhook:
    """An organisation's own rooms, whose addresses it has typed itself."""
    return Webhook(to_typed(settings), settings.secret_keys)
