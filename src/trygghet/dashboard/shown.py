"""The overview as it is drawn, for everybody who has the same place in the same organisation: nothing of a person or a browser is in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from markupsafe import Markup, escape

from trygghet.tenancy import Asking

if TYPE_CHECKING:
    from jinja2 import Environment

NOBODY = UUID(int=0)
_TOKEN = secrets.token_hex(16)
"""Stands in the forms where each browser's token is put. Drawn by chance when the process starts, so nobody can have typed it."""


@dataclass(frozen=True)
class Overview:
    """The page's own part, and what the menu counts. `main` lacks the browser's token."""

    main: str
    waits: int
    rooms_wait: int


def only(who: Asking) -> Asking:
    """Their place alone: what is drawn for it can tell nobody's name or address to the next who has it."""
    return Asking(NOBODY, NOBODY, "", "", who.here, (who.here,))


def drawn(environment: Environment, kind: str, **context: Any) -> Overview:
    """The overview of a municipality or an area. A template that asks for anything else than this context is an error."""
    main = environment.get_template(f"dashboard/_{kind}.html").render(csrf_token=_TOKEN, **context)
    return Overview(main, context["waits"], context["rooms_wait"])


def with_token(main: str, token: str) -> Markup:
    """With the token of the browser that asks."""
    return Markup(main.replace(_TOKEN, escape(token)))  # noqa: S704 - our own template made it, and it has escaped what others wrote
