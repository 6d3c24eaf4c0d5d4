"""The service, from config.toml."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from app.database import open_database, schema_complaints
from app.logs import configure
from app.settings import Settings, load_settings
from app.wiring import Service, end_without_engine
from models.database import Database
from models.errors import DatabaseBehindError

ROLES = ("web", "bot", "jobs")
STOP_SECONDS = 0.05
Announce = Callable[[], Awaitable[None]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--role."""
    parser.add_argument("--role", choices=("all", *ROLES), default="all", help="what this process does")


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = load_settings(options.config)
    configure(settings.log.level)
    roles = frozenset(ROLES) if options.role == "all" else frozenset({options.role})
    asyncio.run(serve(settings, roles))
    end_without_engine()
    return 0


async def serve(settings: Settings, roles: frozenset[str]) -> None:
    """Check the schema, then run. Raises DatabaseBehindError."""
    database = open_database(settings)
    try:
        if await schema_complaints(database):
            raise DatabaseBehindError
        service = Service(settings, database)
        if "web" in roles:
            service.listen()
        await serve_until_signal(service, roles, lambda: _announce(service))
    finally:
        await database.close()


async def _announce(service: Service) -> None:
    if service.url:
        print(f"http: {service.url}", flush=True)


async def serve_until_signal(service: Service, roles: frozenset[str], announce: Announce | None = None) -> None:
    """Run until SIGTERM or Ctrl-C, then stop in order: between two transactions, streams closed, marks written."""
    stop, started = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as nursery:
        serving = nursery.create_task(service.run(roles, started))
        stopping = nursery.create_task(_stop(stop, serving, service.database))
        if announce is not None:
            await started.wait()
            await announce()
        with suppress(asyncio.CancelledError):
            await serving
        stopping.cancel()


async def _stop(stop: asyncio.Event, serving: asyncio.Task[None], database: Database) -> None:
    """A transaction that is cancelled in the middle may keep its connection."""
    await stop.wait()
    async with database.quiet():
        serving.cancel()
        await asyncio.sleep(STOP_SECONDS)  # until everybody who waits for the writer has heard of it
