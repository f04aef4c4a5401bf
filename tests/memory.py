"""Where servers keep what is thrown away after a test: in memory where there is room, which makes a database in a twentieth of the time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SHARED = Path("/dev/shm")
ENOUGH = 4_000_000_000
"""Bytes that must be free: a container may have as little as 64 MB there."""


def folder() -> str | None:
    """The folder for temporary folders; None is the system's own."""
    if not SHARED.is_dir() or not os.access(SHARED, os.W_OK) or shutil.disk_usage(SHARED).free < ENOUGH:
        return None
    return str(SHARED)


STRATEGY = "FILE_COPY" if folder() else "WAL_LOG"
"""How a database is copied: as files where they lie in memory, which is twice as quick; on a disk it would wait for the disk."""
