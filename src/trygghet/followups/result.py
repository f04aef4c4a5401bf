"""What becomes of a follow-up once it is signed: what residents read of it, and an update ready for approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from trygghet.followups.standing import Standing
    from trygghet.tenancy import Asking


async def publish(organisation: UUID, standing: Standing, *, by: Asking, now: dt.datetime) -> None:
    """Shows residents the signed follow-up and lays an update about it ready for both keys. Run by the last approval, in its unit of work."""
