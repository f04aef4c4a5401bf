"""The language that a resident reads our own words in. What the parties have written is theirs, and stays in the language it was written in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """`code` is the language's (BCP 47), `root` what its addresses begin with."""

    code: str = "sv"
    root: str = ""

    def __call__(self, words: str) -> str:
        """Our own words, written in Swedish in the templates, in this language."""
        return words

    def at(self, path: str) -> str:
        """The address of the same page in this language."""
        return f"{self.root}{path}"


SWEDISH = Tongue()
