"""The Celery application: ids only, acknowledged when done, nothing kept of results, no time of its own.

The queue may lose everything or deliver twice; the rows in PostgreSQL are the truth. So Celery's own retries are off.
"""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu.transport import redis

from trygghet import logs
from trygghet.settings import load


class _Counting(redis.QoS):
    """Counts a message as done also when Valkey could not be told. Kombu would go on counting it, believe for ever that this worker
    has its hands full, and neither take more nor listen to the connection that tells it so.
    """

    def ack(self, delivery_tag: str) -> None:
        """Raises what the connection raises."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]
        finally:
            self._quick_ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's own signature
        """Raises what the connection raises."""
        try:
            super().reject(delivery_tag, requeue=requeue)  # type: ignore[no-untyped-call]
        finally:
            self._quick_ack(delivery_tag)


redis.Channel.QoS = _Counting
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
