"""The product's worker, with one thing changed: how many letters are settled together. Celery is started on it by dispatch.py."""

from __future__ import annotations

import os

from trygghet.deliveries import sending
from workers.queue import app

sending.REPEATED_AT_MOST = int(os.environ["BENCH_SETTLE"])
__all__ = ["app"]
