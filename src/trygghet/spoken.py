"""Templates in each language: our own words and what is included stand in what is compiled, so that drawing a page looks up none of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token

from trygghet.tongue import ENGLISH, SWEDISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from jinja2.lexer import TokenStream

_CALL = (("name", "t"), ("lparen", "("), ("string", None), ("rparen", ")"))
"""`t("Så går det")`: words without values. Any other call stays a call."""


_INCLUDED = re.compile(r'\{% include "([^"]+)" %\}')


class Templates(Environment):
    """Where templates come from. What is known in all of them is one plain dictionary as it is when a template is first read.

    Jinja's own is two dictionaries in turn, walked in Python at each piece that is taken in. Nothing here is told to templates after they are read.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What is known everywhere, and what this template is told beside it."""
        return {**self.globals, **(d or {})}


class Swedish(Extension):
    """Puts words in the place of the call that would have looked them up."""

    tongue: Tongue = SWEDISH

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's signature
        """What a template includes stands in it when it is compiled: no context is made for it each time. It keeps to itself what it sets, as before."""
        return _INCLUDED.sub(self._included, source)

    def _included(self, found: re.Match[str]) -> str:
        loader = self.environment.loader
        assert loader is not None, "templates come from a folder"
        source, *_ = loader.get_source(self.environment, found[1])
        return "{% with %}" + _INCLUDED.sub(self._included, source.removesuffix("\n")) + "{% endwith %}"

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Between reading a template and compiling it."""
        held: list[Token] = []
        for token in stream:
            kind, value = _CALL[len(held)]
            if token.type == kind and value in {None, token.value}:
                held.append(token)
                if len(held) == len(_CALL):
                    yield Token(held[2].lineno, "string", self.tongue.known(held[2].value))
                    held = []
                continue
            yield from held
            held = [token] if (token.type, token.value) == _CALL[0] else []
            if not held:
                yield token
        yield from held


class English(Swedish):
    """The same in English."""

    tongue = ENGLISH


def in_each(environment: Templates) -> dict[str, Templates]:
    """One for each language, by its code, that share everything but what they have compiled."""
    return {one.tongue.code: environment.overlay(extensions=[one]) for one in (Swedish, English)}
