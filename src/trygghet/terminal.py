"""How the command speaks: Swedish help, and sentences where something went wrong."""

from __future__ import annotations

import asyncio
import sys
from functools import reduce
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from trygghet import local, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

T = TypeVar("T")


class Sentence(click.ClickException):
    """What went wrong, as a sentence and nothing more."""

    def show(self, file: IO[Any] | None = None) -> None:
        """On standard error."""
        click.echo(self.format_message(), file=file, err=True)


class Help(click.HelpFormatter):
    """Click's own few words in Swedish."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is typed."""
        super().write_usage(prog, args.replace("[OPTIONS]", "[VAL]").replace("COMMAND [ARGS]...", "KOMMANDO …"), prefix or "Skrivs så: ")

    def write_heading(self, heading: str) -> None:
        """Over a list."""
        super().write_heading({"Options": "Val", "Commands": "Kommandon"}.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """What there is to choose from."""
        words = {"[required]": "[måste anges]", "[default: ": "[annars: ", "Show this message and exit.": "Visar den här hjälpen."}
        told = [(name, reduce(lambda text, word: text.replace(word, words[word]), words, about)) for name, about in rows]
        super().write_dl(told, col_max, col_spacing)


click.Context.formatter_class = Help


def do(work: Callable[[settings.Settings], Coroutine[Any, Any, T]], **more: str) -> T:
    """Work with a database, wherever it is; what may go wrong becomes a sentence."""
    from trygghet import database, swedish

    with local.reachable(settings.surroundings()) as environ:
        chosen = settings.load(environ | more)
        try:
            return asyncio.run(work(chosen))
        except swedish.Refusal as refusal:
            raise Sentence(refusal.sentence) from refusal
        except database.UNUSABLE as error:
            raise Sentence(f"{database.trouble(chosen.database_url, error)} Kör trygghet doctor, som säger vad som är fel.") from error


def say(line: str) -> None:
    """At once, also when somebody reads us through a pipe."""
    click.echo(line)
    sys.stdout.flush()
