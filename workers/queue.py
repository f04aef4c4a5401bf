"""The Celery application: ids only, acknowledged when done, nothing kept of results, no time of its own.

The queue may lose everything or deliver twice; the rows in PostgreSQL are the truth. So Celery's own retries are off.
"""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.signals import setup_logging

from trygghet import logs
from trygghet.settings import load

settings = load()
app = Celery("trygghet", broker=settings.redis_url, include=["workers.tasks"])
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # A task ends by itself within the lease; the hard limit is for one that hangs outside the loop's reach, and what the
    # broker takes for lost must be longer than both, or it would hand out a task that is still at work.
    task_time_limit=settings.lease_seconds * 3 // 2,
    broker_transport_options={
        "visibility_timeout": settings.lease_seconds * 2,
        "unacked_restore_interval": max(1, settings.lease_seconds // 10),  # the usual sweep of 100 s would be the true time-out
        "unacked_restore_throttle": 1,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=False,  # a letter half sent is better finished; its row remembers it
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    timezone="UTC",
)


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _log_as_everybody_does(**_: Any) -> None:
    logs.configure(settings.log_level)
