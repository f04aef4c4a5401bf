"""`trygghet doctor`: looks at everything that the product stands on, and says of each what is wrong and how it is mended."""

from __future__ import annotations

import asyncio
import shutil
import zoneinfo
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trygghet import clock, database, embedded, local, settings
from trygghet.channels import signing
from trygghet.channels.mail import Mail
from trygghet.channels.messages import NotSent
from trygghet.health import rules, store, valkey
from trygghet.health.rules import Check
from trygghet.installation import actions as installation
from trygghet.installation.rules import SILENT
from trygghet.letters import host

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from trygghet.settings import Settings

LEAST_DISK = 500_000_000
"""Bytes: less, and PostgreSQL soon has nowhere to write."""


async def examine(environ: Mapping[str, str]) -> list[Check]:
    """Everything, in the order in which it is mended. A wrong setting ends it: nothing else can be looked at."""
    try:
        chosen = settings.load(environ)
    except settings.SettingsError as error:
        return [Check("inställningar", str(error), "Rätta miljövariabeln. trygghet --help visar alla.")]
    return [
        _settings(chosen),
        *await _database(chosen),
        await _queue(chosen),
        await _mail(chosen),
        signature(chosen),
        await asyncio.to_thread(_port, chosen),
        _disk(chosen.var),
        _clock(),
    ]


def _settings(chosen: Settings) -> Check:
    host = urlsplit(chosen.public_url).hostname
    if not chosen.example and not chosen.https and host not in settings.LOOPBACK:
        return Check(
            "inställningar", f"PUBLIC_URL är {chosen.public_url}, så inloggningar går okrypterade.", "Ange en adress som börjar med https://."
        )
    return Check("inställningar", found=f"{'exemplet' if chosen.example else 'skarp drift'}, {chosen.public_url}")


async def _database(chosen: Settings) -> list[Check]:
    try:
        return rules.judge(await store.across_organisations_walls(chosen.database_url, clock.wall))
    except database.UNUSABLE as error:
        return [
            Check(
                "databasen",
                database.trouble(chosen.database_url, error),
                "Kontrollera att PostgreSQL är igång och att namn, lösenord och databas i DATABASE_URL stämmer.",
            )
        ]


async def _queue(chosen: Settings) -> Check:
    try:
        await valkey.ping(chosen.redis_url)
    except valkey.ValkeyError as error:
        parts = urlsplit(chosen.redis_url)
        return Check(
            "kön",
            f"{parts.hostname or parts.path}:{parts.port or 6379}: {error}.",
            "Kontrollera att Valkey eller Redis är igång och att lösenordet i REDIS_URL stämmer.",
        )
    return Check("kön")


async def _mail(chosen: Settings) -> Check:
    if not chosen.smtp_url and chosen.example:
        return Check("mejl", found="mejlfångaren startas av trygghet run")
    if not chosen.smtp_url:
        return Check(
            "mejl", "SMTP_URL är inte satt, så inga påminnelser kan gå ut.", "Ange mejlservern, till exempel smtp://mejl.kommunen.example:587."
        )
    mail = Mail(chosen.smtp_url, chosen.mail_from)
    try:
        await mail.greet()
    except NotSent as error:
        parts = urlsplit(chosen.smtp_url)
        return Check("mejl", f"{parts.hostname}:{parts.port or 25}: {error.reason}", "Kontrollera SMTP_URL och att brandväggen släpper fram.")
    finally:
        await mail.close()
    return Check("mejl")


def signature(chosen: Settings) -> Check:
    """Whether letters are signed, and by a domain that receivers hold together with the sender's (RFC 7489 section 3.1.1)."""
    wrong, sender = signing.lacking(chosen), host(chosen)
    if wrong == "":
        return Check("mejlens signatur", found="ingen, för ingen DKIM-nyckel är angiven")
    if wrong is None and sender != chosen.dkim_domain and not sender.endswith(f".{chosen.dkim_domain}"):
        wrong = f"DKIM_DOMAIN är {chosen.dkim_domain}, men avsändaren är på {sender}, så mottagare bortser från signaturen."
    mend = "Ange DKIM_SELECTOR, DKIM_DOMAIN och DKIM_KEY_FILE, alla tre, eller ingen av dem. Domänen ska vara avsändarens."
    return Check("mejlens signatur", wrong or "", mend, found=f"{chosen.dkim_selector}._domainkey.{chosen.dkim_domain}")


async def across_organisations_outbound() -> Check:
    """Whether anything leaves. A copy is meant to be silent, so this is no fault; it is for whoever wonders why."""
    voice = await installation.across_organisations_voice()
    if voice.may_speak:
        return Check("utskick", found=f"går ut; databasen hör till den här installationen, ”{voice.ours}”")
    return Check("utskick", found=f"{SILENT}. {voice.why}", mend=voice.mend, to_know=True)


def _port(chosen: Settings) -> Check:
    """Free, or ours already."""
    if embedded.is_free(chosen.port, chosen.host):
        return Check("webbens port", found=f"{chosen.port} är ledig")
    ours = local.status(f"http://{settings.near(chosen.host)}:{chosen.port}/health/live") == HTTPStatus.OK
    if ours:
        return Check("webbens port", found=f"Trygghet svarar på {chosen.port}")
    return Check("webbens port", f"Något annat än Trygghet lyssnar på {chosen.port}.", "Stoppa det, eller ange en annan port i PORT.")


def _disk(var: Path) -> Check:
    there = next(part for part in (var, *var.parents) if part.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_DISK:
        return Check("disk", f"{there} har {free // 1_000_000} MB kvar.", "Gör plats, eller ange en annan mapp i VAR_DIR.")
    return Check("disk", found=f"{free // 1_000_000_000} GB kvar")


def _clock() -> Check:
    try:
        here = clock.wall().astimezone(zoneinfo.ZoneInfo("Europe/Stockholm"))
    except zoneinfo.ZoneInfoNotFoundError:
        return Check("klocka", "Tidszonen Europe/Stockholm saknas.", "Installera paketet tzdata, eller kör make setup igen.")
    return Check("klocka", found=f"{here:%Y-%m-%d %H.%M} svensk tid")
