"""How every process writes its log: one event a line, with names and numbers but never a body or a personal detail."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOUD = ("uvicorn", "uvicorn.error", "celery", "apscheduler")
"""Libraries that bring handlers of their own: their lines go the same way as ours."""

_SILENT = ("uvicorn.access",)
"""Says whence each request came and the whole address it asked for; health/requests.py has the line without either."""

_TELLTALES = ("httpx", "httpcore")
"""Write whole addresses and the headers of answers, and either may carry a token. What was asked and answered our own lines tell."""


def configure(level: str = "info", *, readable: bool | None = None) -> None:
    """Sends all logging of this process to standard error: JSON, or lines for people where a terminal reads (or `readable` says so)."""
    readable = sys.stderr.isatty() if readable is None else readable
    before: Sequence[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    # Where a traceback stood, and never what its variables held: those are letters, addresses and tokens.
    tracebacks = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if readable
        else [tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _LOUD:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _SILENT:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = False  # uvicorn asks whether anybody would hear before it writes a line
    for name in _TELLTALES:
        logging.getLogger(name).setLevel(logging.WARNING)
