"""What was made out of committed rows, kept in this process for as long as nobody has committed anything since.

It asks nobody to tell what has changed: what is kept stands under the database's version, and whoever asks brings the version that they saw.
So nothing is ever older than the moment when the asker was let in, whatever was pressed, by whom, and in which process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from trygghet.database import Version

MOST = 200
"""So much is kept at once; with more it begins anew. A police area of thirty municipalities takes about 100 kB."""
T = TypeVar("T")


class Remembered(Generic[T]):
    """Only what belongs to one version is kept, the latest that was asked for."""

    def __init__(self) -> None:
        self._version: Version | None = None
        self._found: dict[Hashable, T] = {}

    async def of(self, version: Version | None, key: Hashable, make: Callable[[], Awaitable[tuple[T, Version]]]) -> T:
        """What is kept, else what `make` makes: with the version that it saw when it had read the last.

        Where that is the one it began with, all of it was read from the same rows, and it is kept. `key` names everything else that the
        thing is made from, the organisation first of all.
        """
        if version is not None and version == self._version and key in self._found:
            return self._found[key]
        made, after = await make()
        if after == version:
            if version != self._version or len(self._found) >= MOST:
                self._version, self._found = version, {}
            self._found[key] = made
        return made
