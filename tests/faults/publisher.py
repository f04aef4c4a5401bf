"""The real worker with the product's own composers, by a clock that a test may move. The places of the test stand on this machine, where no
account may lead.
"""

from __future__ import annotations

from tests.faults import moved
from trygghet.channels.hook import Hook
from trygghet.channels.http import Http
from trygghet.channels.mastodon import Mastodon
from workers import tasks
from workers.queue import app, settings

__all__ = ["app"]

_KEYS = settings.secret_keys
tasks.CHANNELS.update(mastodon=Mastodon(Http(loopback_only=True), _KEYS), hook=Hook(Http(loopback_only=True, public_only=True), _KEYS))
setattr(tasks, moved.clock_of.__name__, moved.clock_of)
