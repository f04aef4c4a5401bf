"""What the surroundings decide. The only reader of the environment; read once, at the start of each process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
"""The source tree: templates, static files and migrations are read from it."""


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EXAMPLE_ENVIRONMENT = "exempel"
"""Whatever its address: the example reaches nobody outside the machine, and may change its port from day to day."""
LONGEST_ENVIRONMENT = 100


class SettingsError(Exception):
    """A setting is missing or wrong; the text says which, and what to write instead, in Swedish."""


@dataclass(frozen=True)
class Settings:
    """Every value checked. Addresses are full URLs; an empty `smtp_url` means that no mail can leave.

    `example_social_url` is where the example's catcher plays the social server; empty outside the example.
    A worker that has been silent for `lease_seconds` is taken for dead. `read_back_url` is where this installation reaches its own
    public pages. `kolada_url` is where Kolada's figures are fetched from; empty fetches nothing. `here` are the hosts that the example may speak to: this machine's own names, and those of its containers.
    Mail that comes back is addressed to `return_domain`, empty for the sender's own address; `inbound_port` 0 takes none in by itself.
    `old_secret_keys` open what was sealed before `secret_key` was changed. An empty `facebook_app_id` leaves Facebook to people.
    `page_memory` is how many bytes of residents' pages each web process keeps; 0 keeps none, and the example, whose clock jumps, never does.
    `environment` is the installation's name; where the database bears another, nothing is sent. `canary_mail` is where the night's letter goes.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    smtp_url: str = field(repr=False)
    public_url: str
    mail_from: str
    secret_key: str = field(repr=False)
    example: bool
    var: Path
    host: str
    port: int
    https: bool
    log_level: str
    example_social_url: str = ""
    lease_seconds: int = 120
    read_back_url: str = ""
    kolada_url: str = ""
    here: frozenset[str] = LOOPBACK
    return_domain: str = ""
    inbound_host: str = "127.0.0.1"
    inbound_port: int = 0
    dkim_selector: str = ""
    dkim_domain: str = ""
    dkim_key: str = field(default="", repr=False)
    environment: str = ""
    canary_mail: str = ""
    old_secret_keys: tuple[str, ...] = field(default=(), repr=False)
    facebook_app_id: str = ""
    facebook_app_secret: str = field(default="", repr=False)
    page_memory: int = 0

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """What secrets of connections are sealed with, and after it what older ones still open with."""
        return (self.secret_key, *self.old_secret_keys)


def surroundings() -> dict[str, str]:
    """The environment as this process was given it, for those who start others in a changed one."""
    return dict(os.environ)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises `SettingsError` with a sentence that says what to set."""
    env = os.environ if environ is None else environ
    public_url = _url(env, "PUBLIC_URL", ("http", "https"), "http://127.0.0.1:8000").rstrip("/")
    example = _flag(env, "EXAMPLE")
    settings = Settings(
        database_url=_url(env, "DATABASE_URL", ("postgres", "postgresql")),
        redis_url=_url(env, "REDIS_URL", ("redis", "rediss", "unix", "redis+socket")),
        smtp_url=_url(env, "SMTP_URL", ("smtp", "smtps"), ""),
        public_url=public_url,
        mail_from=_value(env, "MAIL_FROM") or "Trygghet <paminnelser@trygghet.example.org>",
        secret_key=_secret_key(env),
        old_secret_keys=tuple(_value(env, "OLD_SECRET_KEYS").replace(",", " ").split()),
        example=example,
        var=Path(_value(env, "VAR_DIR") or ROOT / "var"),
        host=_value(env, "HOST") or "127.0.0.1",
        port=_number(env, "PORT", 8000),
        https=public_url.startswith("https://"),
        log_level=(_value(env, "LOG_LEVEL") or "info").lower(),
        lease_seconds=_number(env, "LEASE_SECONDS", 120),
        read_back_url=_url(env, "READ_BACK_URL", ("http", "https"), public_url).rstrip("/"),
        here=_here(env) if example else LOOPBACK,
        environment=EXAMPLE_ENVIRONMENT if example else _environment(env, public_url),
        canary_mail=_canary_mail(env),
        inbound_host=_value(env, "INBOUND_HOST") or "127.0.0.1",
        inbound_port=_number(env, "INBOUND_PORT", 0),
        dkim_selector=_value(env, "DKIM_SELECTOR"),
        dkim_domain=_value(env, "DKIM_DOMAIN").lower(),
        dkim_key=_value(env, "DKIM_KEY"),
        example_social_url=_url(env, "EXAMPLE_SOCIAL_URL", ("http",), "http://127.0.0.1:8026").rstrip("/") if example else "",
    )
    settings = _with_more(settings, env)
    if example:
        _only_this_machine(settings)
    return settings


def _with_more(settings: Settings, env: Mapping[str, str]) -> Settings:
    """What follows from the others where it is not given, and an app of the installation's own at Meta."""
    return replace(
        settings,
        kolada_url=_url(env, "KOLADA_URL", ("http", "https"), _kolada(settings)).rstrip("/"),
        return_domain=_value(env, "RETURN_DOMAIN").lower() or _return_domain(settings),
        facebook_app_id=_value(env, "FACEBOOK_APP_ID"),
        facebook_app_secret=_value(env, "FACEBOOK_APP_SECRET"),
        page_memory=0 if settings.example else _number(env, "PAGE_MEMORY_MB", 64) * 1_000_000,
    )


def _canary_mail(env: Mapping[str, str]) -> str:
    """Where the night's letter goes instead of to our own domain."""
    value = _value(env, "CANARY_MAIL")
    if value and not all(value.partition("@")[::2]):
        raise SettingsError(f"CANARY_MAIL måste vara en adress, till exempel kanarie@kommunen.example, inte ”{value}”.")
    return value


def _environment(env: Mapping[str, str], public_url: str) -> str:
    """The name given, or the host and port that residents use: a copy that is tried out elsewhere has another, whatever its scheme."""
    name = _value(env, "ENVIRONMENT_ID") or urlsplit(public_url).netloc.rpartition("@")[2].lower()
    if len(name) > LONGEST_ENVIRONMENT or not name.isprintable() or " " in name:
        raise SettingsError(
            f"ENVIRONMENT_ID får vara högst {LONGEST_ENVIRONMENT} tecken utan mellanslag, till exempel trygghet-drift, inte ”{name}”."
        )
    return name


def _return_domain(settings: Settings) -> str:
    """Who takes mail in by itself takes it in for the sender's domain."""
    return parseaddr(settings.mail_from)[1].rpartition("@")[2].lower() if settings.inbound_port else ""


def _kolada(settings: Settings) -> str:
    """Kolada itself, or the one that the example plays on its own pages."""
    if not settings.example:
        return "https://api.kolada.se/v3"
    here = near(settings.host)
    return f"http://{here}:{settings.port}/exempel/kolada" if here in settings.here else ""


def _here(env: Mapping[str, str]) -> frozenset[str]:
    """Loopback, and the containers that EXAMPLE_HOSTS names. A container's name has no dot; what has one may be anywhere."""
    names = _value(env, "EXAMPLE_HOSTS").split()
    for name in names:
        if "." in name or ":" in name:
            raise SettingsError(f"EXAMPLE_HOSTS tar bara namn på containrar, utan punkt, inte ”{name}”.")
    return LOOPBACK | frozenset(names)


def is_given(env: Mapping[str, str], name: str) -> bool:
    """Whether NAME or NAME_FILE says something."""
    return bool(env.get(name, "").strip() or env.get(f"{name}_FILE"))


def _value(env: Mapping[str, str], name: str) -> str:
    """A value given directly, or the content of the file that NAME_FILE points to (for secrets)."""
    if path := env.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{name}_FILE pekar på {path}, som inte går att läsa: {error.strerror}.") from error
    return env.get(name, "").strip()


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
    value = _value(env, name)
    if not value:
        if default is None:
            raise SettingsError(f"{name} är inte satt. Ange en hel adress, till exempel {schemes[-1]}://namn:lösenord@värd/namn.")
        return default
    if urlsplit(value).scheme not in schemes:
        raise SettingsError(f"{name} måste börja med {' eller '.join(s + '://' for s in schemes)}.")
    return value


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = _value(env, name)
    if value and not value.isdecimal():
        raise SettingsError(f"{name} måste vara ett heltal, inte ”{value}”.")
    return int(value or default)


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = _value(env, name).lower()
    if value not in {"", "0", "1", "no", "yes", "false", "true"}:
        raise SettingsError(f"{name} måste vara 1 eller 0, inte ”{value}”.")
    return value in {"1", "yes", "true"}


SHORTEST_KEY = 32


def _secret_key(env: Mapping[str, str]) -> str:
    value = _value(env, "SECRET_KEY")
    if len(value) < SHORTEST_KEY:
        raise SettingsError("SECRET_KEY måste vara minst 32 slumpade tecken, till exempel från: openssl rand -hex 32")
    return value


def near(host: str) -> str:
    """Where a server that listens on `host` is reached from this machine."""
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound


def _only_this_machine(settings: Settings) -> None:
    """The example can never send outside the machine, whatever it is given."""
    for name, url in (("SMTP_URL", settings.smtp_url), ("EXAMPLE_SOCIAL_URL", settings.example_social_url), ("KOLADA_URL", settings.kolada_url)):
        host = urlsplit(url).hostname
        if url and host not in settings.here:
            raise SettingsError(
                f"Exemplet (EXAMPLE=1) skickar bara till den här maskinen, men {name} pekar på {host}. Ange 127.0.0.1, eller EXAMPLE=0."
            )
