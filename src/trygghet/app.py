"""Puts the application together; start reading here."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig

from trygghet import database, document, drawing, logs, spoken, swedish, web
from trygghet.accounts import pages as accounts
from trygghet.bounces import pages as bounces
from trygghet.calendars import pages as calendars
from trygghet.canary import pages as canary
from trygghet.clock import Clock, RealClock
from trygghet.comments import pages as comments
from trygghet.copies import pages as copies
from trygghet.dashboard import pages as dashboard
from trygghet.dashboard import turning
from trygghet.deliveries import pages as deliveries
from trygghet.dossiers import pages as dossiers
from trygghet.edge.door import Door
from trygghet.edge.listening import listen
from trygghet.edge.rules import Memory
from trygghet.followups import download as follow_up_files
from trygghet.followups import joining, trend
from trygghet.followups import pages as followups
from trygghet.followups.rules import VERDICTS
from trygghet.handovers import pages as handovers
from trygghet.health import pages as health
from trygghet.health.requests import Requests
from trygghet.history import pages as history
from trygghet.inbox import pages as inbox
from trygghet.indicators import chart
from trygghet.indicators import pages as indicators
from trygghet.invitations import pages as invitations
from trygghet.members import pages as members
from trygghet.obligations import pages as obligations
from trygghet.opendata import api, files, wider
from trygghet.opendata import pages as opendata
from trygghet.opendata.rules import Meter
from trygghet.opendata.tally import Tally
from trygghet.organisations import pages as organisations
from trygghet.outcomes import pages as outcomes
from trygghet.preferences import pages as preferences
from trygghet.profiles import pages as profiles
from trygghet.promises import pages as promises
from trygghet.reminders import editing as ladders
from trygghet.reminders import pages as reminders
from trygghet.reports import pages as reports
from trygghet.retellings import pages as retellings
from trygghet.settings import ROOT, Settings, load
from trygghet.signatures import pages as signatures
from trygghet.site import comparing, embedding, following, front, identity, languages, moved, offering, past, prints, retelling, social, statement
from trygghet.site import pages as site
from trygghet.statute import pages as statute
from trygghet.stops import pages as stops
from trygghet.tongue import ENGLISH, SWEDISH
from trygghet.updates import pages as updates
from trygghet.webhooks import pages as webhooks
from trygghet.wordings import pages as wordings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar.types import ControllerRouterHandler


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Litestar:
    """The web application. Tests hand in settings and a clock that they hold in their hand."""
    if settings is None:
        settings = _of_this_process()
    url, memory = settings.database_url, Memory(settings.page_memory, first_names())

    @asynccontextmanager
    async def pool(running: Litestar) -> AsyncIterator[None]:
        opened = database.DB.pool is None
        if opened:
            await database.open_pool(url, environment=settings.environment)
        listener = asyncio.create_task(listen(running.state.settings.database_url, memory)) if memory.most else None
        try:
            yield
        finally:
            if listener is not None:
                await _ended(listener)
            if opened:
                await database.close_pool()

    app = Litestar(
        route_handlers=[*_handlers(), *_example(settings), *_static()],
        lifespan=[pool, _counting],
        middleware=[languages.Translated(), web.Surroundings(), canary.Alarms(), stops.Banners(), *_strip(settings)],
        csrf_config=_csrf(settings),
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_templates())),
        exception_handlers={**web.ERRORS, moved.Moved: moved.on_moved},
        after_exception=[web.after_exception],
        openapi_config=None,
        logging_config=None,  # logs.py has it
        request_max_body_size=8_000_000,
    )
    app.state.measures = [bounces.across_organisations_measure, canary.across_organisations_measure]
    app.state.requests = Requests(languages.Languages(app.asgi_handler))
    app.state.memory = memory
    app.asgi_handler = Door(web.Edge(app.state.requests, https=settings.https), app.state, memory, app.state.requests.registry)
    app.state.settings, app.state.meter = settings, Meter()
    app.state.clock, app.state.spoken = clock or clock_of(settings), _spoken()
    return app


def _of_this_process() -> Settings:
    settings = load()
    logs.configure(settings.log_level)
    gc.set_threshold(50_000)  # a page makes twenty thousand things and lets them go: to look for rings among them thirty times is a tenth of its cost
    return settings


@asynccontextmanager
async def _counting(running: Litestar) -> AsyncIterator[None]:
    settings = running.state.settings
    running.state.tally = Tally(settings.redis_url, settings.secret_key)
    try:
        yield
    finally:
        await running.state.tally.close()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _csrf(settings: Settings) -> CSRFConfig:
    return CSRFConfig(
        secret=settings.secret_key,
        cookie_name=("__Host-" if settings.https else "") + "trygghet_csrf",
        cookie_httponly=True,
        cookie_secure=settings.https,
        cookie_samesite="lax",
        exclude_from_csrf_key="exclude_from_csrf",
    )


def clock_of(settings: Settings) -> Clock:
    """The clock that every process of this installation reads the product's time from."""
    if settings.example:
        from trygghet.example.clock import ExampleClock

        return ExampleClock()
    return RealClock()


def _handlers() -> list[ControllerRouterHandler]:
    """Every feature's pages. A feature that is not here is not reachable."""
    return [
        *_residents(),
        *_arranging(),
        *calendars.handlers,
        *canary.handlers,
        *bounces.handlers,
        *comments.handlers,
        *dashboard.handlers,
        *turning.handlers,
        *deliveries.handlers,
        *dossiers.handlers,
        *follow_up_files.handlers,
        *followups.handlers,
        *joining.handlers,
        *handovers.handlers,
        *health.handlers,
        *history.handlers,
        *inbox.handlers,
        *indicators.handlers,
        *obligations.handlers,
        *opendata.handlers,
        *outcomes.handlers,
        *promises.handlers,
        *ladders.handlers,
        *reminders.handlers,
        *reports.handlers,
        *retellings.handlers,
        *signatures.handlers,
        *offering.handlers,
        *statute.handlers,
        *updates.handlers,
        *copies.handlers,
        *wordings.handlers,
    ]


def _arranging() -> list[ControllerRouterHandler]:
    """Where an organisation is arranged: who is there, what it is connected to, how it shows itself."""
    return [
        *accounts.handlers,
        *invitations.handlers,
        *members.handlers,
        *organisations.handlers,
        *preferences.handlers,
        *profiles.handlers,
        *stops.handlers,
        *webhooks.handlers,
    ]


def _residents() -> list[ControllerRouterHandler]:
    """What anybody may read, without signing in."""
    return [
        *api.handlers,
        *files.handlers,
        *wider.handlers,
        *embedding.handlers,
        *retelling.handlers,
        *prints.handlers,
        *following.handlers,
        *comparing.handlers,
        *front.handlers,
        *site.handlers,
        *identity.handlers,
        *past.handlers,
        *statement.handlers,
    ]


def first_names() -> set[str]:
    """The names that our own addresses begin with; no organisation can have one of them as its own."""
    return {"static", "exempel", ENGLISH.root.removeprefix("/")} | {path.split("/")[1] for handler in _handlers() for path in handler.paths}  # type: ignore[union-attr]


def _example(settings: Settings) -> list[ControllerRouterHandler]:
    """The example's pages; nothing of the example is imported anywhere else."""
    if not settings.example:
        return []
    from trygghet.example import kolada, pages

    return [*pages.handlers, *kolada.handlers]


def _strip(settings: Settings) -> list[Any]:
    if not settings.example:
        return []
    from trygghet.example.pages import Strip

    return [Strip()]


def _static() -> list[ControllerRouterHandler]:
    """Our own files, and the one file we take from the htmx package."""
    package = importlib.util.find_spec("django_htmx")
    assert package is not None, "django-htmx is in the lock file"
    assert package.origin is not None, "django-htmx is a package with files"
    directories: list[Any] = [ROOT / "static", Path(package.origin).parent / "static" / "django_htmx"]
    return [
        create_static_files_router(
            path="/static", directories=directories, opt=web.public(bare=True), send_as_attachment=False, cache_control=None, include_in_schema=False
        )
    ]


@cache
def _spoken() -> dict[str, spoken.Templates]:
    return spoken.in_each(_templates())


@cache
def _templates() -> spoken.Templates:
    environment = spoken.Templates(
        loader=FileSystemLoader(web.TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(default=True, default_for_string=True),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in (
        "long_date",
        "short_date",
        "short_day",
        "day_month",
        "short_month",
        "weekday",
        "clock_time",
        "long_moment",
        "short_moment",
        "number",
        "measured",
        "word",
        "first_up",
        "first_down",
        "days",
        "genitive",
        "local",
        "role_name",
    ):
        environment.filters[name] = getattr(swedish, name)
    environment.globals["t"] = SWEDISH  # pieces that residents' pages share with the pages inside
    environment.globals["as_html"] = document.as_html
    environment.globals["counted"] = swedish.counted
    environment.globals["draw"] = drawing
    environment.globals["chart"] = chart
    environment.globals["social"] = social
    environment.globals["trend"] = trend
    environment.globals["verdicts"] = VERDICTS
    return environment
