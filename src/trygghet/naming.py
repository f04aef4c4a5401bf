"""`trygghet organisation`: lays up organisations, and lets them have another name in addresses."""

from __future__ import annotations

import click

from trygghet import settings, terminal


@click.group()
def organisation() -> None:
    """Organisationer: kommuner, lokalpolisområden och andra parter."""


@organisation.command()
@click.argument("slug", metavar="NAMN")
@click.option("--name", required=True, metavar="TEXT", help="Hela namnet: Åmåls kommun.")
@click.option("--short", required=True, metavar="TEXT", help="Korta namnet: Åmål, LPO Klippan.")
@click.option("--kind", type=click.Choice(["kommun", "polis", "annan"]), required=True, help="Vad för slags organisation.")
@click.option("--code", metavar="SIFFROR", help="Kommunkoden hos SCB, fyra siffror.")
def add(slug: str, name: str, short: str, kind: str, code: str | None) -> None:
    """Lägger upp en organisation. NAMN är det korta namnet i adresser.

    \b
    Exempel:
      trygghet organisation add amal --name "Åmåls kommun" --short Åmål --kind kommun --code 1492
      trygghet organisation add lpo-klippan --name "LPO Klippan" --short "LPO Klippan" --kind polis
    """
    from trygghet import database
    from trygghet.app import clock_of, first_names
    from trygghet.organisations import actions
    from trygghet.organisations.rules import KINDS, Organisation

    async def work(chosen: settings.Settings) -> None:
        async with database.opened(chosen.database_url):
            wanted = Organisation(slug, name, short, KINDS[kind], code)
            await actions.across_organisations_add(wanted, first_names(), now=await clock_of(chosen).now())

    terminal.do(work)
    click.echo(f"{name} är upplagd. Bjud in den första: trygghet invite ADRESS -o {slug} --role administratör --office Systemförvaltare")


@organisation.command()
@click.argument("old", metavar="NAMN")
@click.argument("new", metavar="NYTT")
def rename(old: str, new: str) -> None:
    """Ger en organisation ett annat kort namn i adresser. Gamla adresser leder vidare till de nya, för alltid.

    \b
    Exempel:
      trygghet organisation rename amal amals-kommun
    """
    from trygghet import database
    from trygghet.app import clock_of, first_names
    from trygghet.organisations import actions

    async def work(chosen: settings.Settings) -> None:
        async with database.opened(chosen.database_url):
            await actions.across_organisations_rename(old, new, first_names(), now=await clock_of(chosen).now())

    terminal.do(work)
    click.echo(f"{old} heter {new} i adresser. Adresser som börjar med /{old} leder dit.")
