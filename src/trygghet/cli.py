"""The command `trygghet`: run the product here, migrate, load the example, see what goes out, and say what is wrong with the set-up."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

from trygghet import embedded, local, naming, settings, terminal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Coroutine, Mapping

    from trygghet.connections.rules import Rotated
    from trygghet.health.rules import Check
    from trygghet.reminders.lines import Line

T = TypeVar("T")
ENVIRONMENT = """
\b
Miljövariabler (NAMN_FILE pekar på en fil med värdet):
  DATABASE_URL  postgresql://namn:lösenord@värd/databas   utan den: PostgreSQL i var/
  REDIS_URL     redis://:lösenord@värd:6379/0             utan den: Valkey i var/
  SMTP_URL      smtp://värd:25 eller smtps://…            utan den: exemplets mejlfångare
  SECRET_KEY    minst 32 slumpade tecken                  utan den: en egen i var/
  OLD_SECRET_KEYS  de förra, med komma emellan; öppnar kopplingar som förseglades med dem
  PUBLIC_URL    adressen som invånare och mejl använder
  ENVIRONMENT_ID  installationens namn; har databasen ett annat skickas ingenting. Utan den: PUBLIC_URL:s värd
  CANARY_MAIL   dit nattens provbrev går                  utan den: kanarie@ och postens domän
  INBOUND_PORT  där studsade mejl tas emot (SMTP)         utan den: ingen tar emot dem här
  RETURN_DOMAIN domänen som de kommer tillbaka till       utan den: avsändarens, om de tas emot här
  DKIM_SELECTOR, DKIM_DOMAIN, DKIM_KEY                    signerar breven
  HOST, PORT    var webben lyssnar (127.0.0.1, 8000)
  FACEBOOK_APP_ID, FACEBOOK_APP_SECRET                    utan dem: Facebook för hand
  EXAMPLE       1 är exemplet med egen klocka, 0 är skarp drift
  VAR_DIR       mappen för data och loggar (var/)
"""


class _Trygghet(click.Group):
    """Turns what may go wrong into a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """One command."""
        from trygghet import running

        try:
            return super().invoke(ctx)
        except (settings.SettingsError, embedded.EmbeddedError, local.AlreadyRunning, running.RunError) as error:
            raise terminal.Sentence(str(error)) from error
        except PermissionError as error:
            raise terminal.Sentence(
                f"{error.filename} är stängd för det här kontot. Kör som det konto som äger mappen, eller ange en annan i VAR_DIR."
            ) from error


@click.group(cls=_Trygghet, epilog=ENVIRONMENT, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="trygghet", message="trygghet %(version)s", help="Visar versionen.")
def main() -> None:
    """Trygghet håller medborgarlöften levande.

    \b
    trygghet run                         hela produkten på den här datorn, med exemplet
    trygghet schedule -o amal            vilka påminnelser som går ut, när och till vem
    trygghet doctor                      vad som är fel med uppsättningen, och hur det rättas
    """
    from trygghet import logs

    logs.configure("warning", readable=True)


@main.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="Stanna när den som startade oss dör (make).")
def run(*, with_parent: bool) -> None:
    """Kör hela produkten på den här datorn. Ctrl-C stoppar allt.

    Startar PostgreSQL och Valkey om deras adresser inte är angivna, migrerar, lägger in exemplet en gång och kör
    webb, arbetare, tidtabell och mejlfångare. Data och loggar ligger i var/.

    \b
    Exempel:
      trygghet run
      PORT=8080 trygghet run
      DATABASE_URL=postgresql://trygghet:hemligt@db/trygghet REDIS_URL=redis://kö trygghet run
    """
    from trygghet import running

    if with_parent:
        embedded.dies_with(os.getppid(), signal.SIGTERM)
    environ = settings.surroundings()
    var = local.var_of(environ)
    with local.only_one(var):
        local.erase_note(var)
        running.Supervisor(local.completed(environ, var), terminal.say).run()


@main.command()
def migrate() -> None:
    """Kör de migreringar som databasen saknar. Flera på en gång väntar på varandra.

    \b
    Exempel:
      DATABASE_URL=postgresql://trygghet:hemligt@db/trygghet trygghet migrate
    """
    from trygghet import database

    done = terminal.do(lambda chosen: database.migrate(chosen.database_url, environment=chosen.environment))
    for name in done:
        click.echo(f"Körde {name}")
    if not done:
        click.echo("Databasen har redan allt.")


@main.command()
@click.option("--as", "name", metavar="NAMN", help="Den här installationens namn, som ENVIRONMENT_ID eller PUBLIC_URL:s värd säger.")
def speak(name: str | None) -> None:
    """Säger att databasen hör till den här installationen, så att mejl och inlägg går ut härifrån.

    En återställd säkerhetskopia och en kopia för test är tysta, för databasen bär den gamla installationens namn. Utan --as ändras
    ingenting: då står det vems databasen är och hur mycket som väntar. Kör det bara när ingen annan kör samma data.

    \b
    Exempel:
      trygghet speak
      trygghet speak --as trygghet.kommunen.example
    """
    from trygghet import clock, database
    from trygghet.app import clock_of
    from trygghet.installation import actions

    async def work(chosen: settings.Settings) -> list[str]:
        async with database.opened(chosen.database_url, environment=chosen.environment):
            now = await clock_of(chosen).now()
            if name is None:
                return (await actions.across_organisations_told(now=now)).lines
            return (await actions.across_organisations_adopt(name, now=now, wall=clock.wall())).after_lines

    for line in terminal.do(work):
        click.echo(line)


@main.command()
@click.argument("why", metavar="VARFÖR")
def halt(why: str) -> None:
    """Stoppar all publicering i hela installationen, med en gång. Det som dras tillbaka tas bort ändå; mejl går som vanligt.

    \b
    Exempel:
      trygghet halt "Fel bilder kan ha gått ut. Vi ser efter."
    """
    from trygghet.stops import actions

    terminal.do(lambda chosen: _now(chosen, lambda now: actions.across_organisations_halt(why, now=now)))
    click.echo("All publicering är stoppad. Släpp den fri med trygghet resume.")


@main.command()
def resume() -> None:
    """Släpper fri publiceringen efter trygghet halt. Det som har väntat går ut, om det inte är för sent."""
    from trygghet.stops import actions

    terminal.do(lambda chosen: _now(chosen, lambda now: actions.across_organisations_resume(now=now)))
    click.echo("Publiceringen är i gång igen.")


async def _now(chosen: settings.Settings, work: Callable[[dt.datetime], Coroutine[Any, Any, None]]) -> None:
    """Work with the database open, by the product's clock."""
    from trygghet import database
    from trygghet.app import clock_of

    async with database.opened(chosen.database_url, environment=chosen.environment):
        await work(await clock_of(chosen).now())


@main.command(name="rotate-secrets")
def rotate_secrets() -> None:
    """Förseglar alla kopplingars hemligheter på nytt, med SECRET_KEY som den är nu.

    Byt SECRET_KEY så här: sätt den nya, lägg den förra i OLD_SECRET_KEYS, starta om, kör det här kommandot och ta sedan bort
    OLD_SECRET_KEYS. En koppling som ingen av nycklarna öppnar nämns vid namn, och måste anslutas igen. Länkar i brev som redan
    har gått ut är underskrivna med den förra nyckeln och slutar gälla.

    \b
    Exempel:
      OLD_SECRET_KEYS=den-forra trygghet rotate-secrets
    """
    from trygghet import database
    from trygghet.app import clock_of
    from trygghet.connections import actions

    async def work(chosen: settings.Settings) -> Rotated:
        async with database.opened(chosen.database_url, environment=chosen.environment):
            return await actions.across_organisations_rotate(chosen.secret_keys, now=await clock_of(chosen).now())

    done = terminal.do(work)
    click.echo(f"Förseglade på nytt: {done.sealed}.")
    for name in done.unreadable:
        click.echo(f"Går inte att öppna, och måste anslutas igen: {name}")
    sys.exit(1 if done.unreadable else 0)


@main.group()
def example() -> None:
    """Exemplet: fem kommuners löften, med påhittade personer."""


@example.command()
def load() -> None:
    """Migrerar, och lägger in exemplet där det inte redan finns.

    \b
    Exempel:
      EXAMPLE=1 trygghet example load
    """
    from trygghet import running

    made = terminal.do(running.prepare, EXAMPLE="1")
    click.echo("Exemplet är inlagt." if made else "Exemplet finns redan.")


@main.command()
@click.option("-o", "--organisation", required=True, metavar="NAMN", help="Organisationens korta namn i adresser: amal, lpo-klippan …")
@click.option("--from", "first", metavar="DATUM", help="Första dagen, 2024-07-01. Utan den: i dag.")
@click.option("--to", "last", metavar="DATUM", help="Sista dagen, inräknad. Utan den: arton månader efter den första.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="För människor eller program.")
def schedule(organisation: str, first: str | None, last: str | None, shape: str) -> None:
    """Visar vilka påminnelser som går ut, när, till vem och varför.

    Samma svar som sidan Påminnelser: det som har gått ut, det som är planerat och det som reglerna ger längre fram.

    \b
    Exempel:
      trygghet schedule --organisation amal --from 2024-07-01 --to 2024-12-31
      trygghet schedule -o lpo-ostra-fyrbodal --format json
    """
    from trygghet import database, periods
    from trygghet.app import clock_of
    from trygghet.clock import day
    from trygghet.members import actions as members
    from trygghet.reminders import actions as reminders
    from trygghet.reminders import lines as schedules

    async def work(chosen: settings.Settings) -> list[Line]:
        async with database.opened(chosen.database_url):
            now = await clock_of(chosen).now()
            begin = periods.parse_day(first, "--from") if first else day(now)
            end = periods.parse_day(last, "--to") if last else periods.months_before(begin, -18)
            return await reminders.schedule(await members.across_organisations_known_as(organisation), begin, end, now=now)

    lines = terminal.do(work)
    click.echo(json.dumps(schedules.as_data(lines), ensure_ascii=False, indent=2) if shape == "json" else schedules.as_text(lines))


main.add_command(naming.organisation)


@main.command()
@click.argument("email", metavar="ADRESS")
@click.option("-o", "--organisation", required=True, metavar="NAMN", help="Organisationens korta namn i adresser: amal, lpo-klippan …")
@click.option("--role", required=True, type=click.Choice(["ledare", "samordnare", "rapportör", "administratör"]), help="Vad befattningen får göra.")
@click.option("--office", required=True, metavar="TEXT", help="Befattningen: Systemförvaltare.")
@click.option("--from", "first", default="", metavar="DATUM", help="Första dagen. Utan den: i dag.")
@click.option("--to", "last", default="", metavar="DATUM", help="Sista dagen, inräknad. Utan den: tills vidare.")
def invite(email: str, organisation: str, role: str, office: str, first: str, last: str) -> None:
    """Bjuder in någon: skriver ut länken, och skickar den också som mejl när tidtabellen går.

    Länken fungerar en gång, i sju dagar. Bjuds samma adress in igen slutar den tidigare länken gälla.

    \b
    Exempel:
      trygghet invite ove@amal.example.org -o amal --role administratör --office Systemförvaltare
    """
    from trygghet import clock, database, swedish
    from trygghet.app import clock_of
    from trygghet.invitations import actions
    from trygghet.members import actions as members
    from trygghet.members import log, offices

    async def work(chosen: settings.Settings) -> str:
        async with database.opened(chosen.database_url):
            now = await clock_of(chosen).now()
            term = offices.term(first, last, clock.day(now), acting=False)
            wish = offices.Wish(None, office, next(key for key, name in swedish.ROLES.items() if name == role))
            home = await members.across_organisations_known_as(organisation)
            return actions.link(await actions.invite(home, email, wish, term, by=log.OPERATIONS, now=now, wall=clock.wall()), chosen)

    click.echo(terminal.do(work))


@main.command()
def doctor() -> None:
    """Säger vad som är fel med uppsättningen, och hur det rättas.

    Ser på inställningarna, databasen och dess roller och väggar, kön, mejlservern, portarna, disken och klockan,
    om något får gå ut härifrån, om nattens prov kom tillbaka, och följer varje löftes historik händelse för händelse.
    Slutar med 0 när allt är bra, annars 1.
    """
    from trygghet.health.rules import Check

    environ = settings.surroundings()
    try:
        with local.reachable(environ) as complete:
            checks = asyncio.run(_examine(complete))
    except (embedded.EmbeddedError, local.AlreadyRunning) as error:
        checks = [Check("databas och kö", str(error), "Rätta det och kör trygghet doctor igen.")]
    for check in checks:
        about = f": {check.wrong or check.found}" if check.wrong or check.found else ""
        click.echo(f"{check.mark}  {check.name}{about}" + (f"\n     {check.mend}" if check.wrong or check.to_know else ""))
    sys.exit(1 if any(check.wrong for check in checks) else 0)


@main.command()
@click.argument("recipient", metavar="ADRESS")
def bounce(recipient: str) -> None:
    """Tar emot ett mejl på standard in, för en mejlserver som lämnar det vidare. ADRESS är den som det kom till.

    Slutar med 0 när mejlet är omhändertaget eller inte är till oss, och med 75 när det ska lämnas en gång till.

    \b
    Exempel, i Postfix master.cf:
      trygghet  unix  -  n  n  -  4  pipe  flags=RX user=trygghet argv=/opt/trygghet/bin/trygghet bounce ${recipient}
    """
    from trygghet import database, inbound
    from trygghet.app import clock_of

    raw = sys.stdin.buffer.read(inbound.LONGEST)

    async def work(chosen: settings.Settings) -> str:
        async with database.opened(chosen.database_url):
            return await inbound.across_organisations_take(chosen, recipient, raw, now=await clock_of(chosen).now())

    try:
        click.echo(terminal.do(work))
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail must not be lost: the server that holds it tries again
        click.echo(f"Mejlet kunde inte tas emot nu: {error}", err=True)
        sys.exit(os.EX_TEMPFAIL)


async def _examine(environ: Mapping[str, str]) -> list[Check]:
    """The set-up, and then what can be read only where the database is well: whether anything leaves, the night's proof, every promise's log."""
    from trygghet import clock, database
    from trygghet.app import clock_of
    from trygghet.canary import actions as canary
    from trygghet.canary.rules import MEND
    from trygghet.connections import actions as connections
    from trygghet.health import doctor as doctors
    from trygghet.health import rules
    from trygghet.history import actions as history
    from trygghet.stops import actions as stops

    checks = await doctors.examine(environ)
    if not rules.is_readable(checks):
        return checks
    chosen = settings.load(environ)
    async with database.opened(chosen.database_url, environment=chosen.environment):
        found = await canary.across_organisations_standing(chosen, now=await clock_of(chosen).now(), wall=clock.wall())
        night = rules.Check("nattens prov", found.trouble_with_reason, MEND, found.found)
        accounts = await connections.across_organisations_examine()
        stopped = await stops.across_organisations_examine()
        return [*checks, await doctors.across_organisations_outbound(), stopped, night, accounts, await history.across_organisations_examine()]
