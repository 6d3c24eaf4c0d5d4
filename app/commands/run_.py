"""The service, from config.toml."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import suppress

from app.logs import configure
from app.settings import Settings, load_settings
from app.wiring import Service, open_database, schema_complaints
from models.errors import DatabaseBehindError

ROLES = ("web", "bot", "jobs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--role."""
    parser.add_argument("--role", choices=("all", *ROLES), default="all", help="what this process does")


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = load_settings(options.config)
    configure(settings.log.level)
    roles = frozenset(ROLES) if options.role == "all" else frozenset({options.role})
    asyncio.run(serve(settings, roles))
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
        started = asyncio.Event()
        async with asyncio.TaskGroup() as nursery:
            serving = nursery.create_task(service.run(roles, started))
            stop_on_signal(serving)
            await started.wait()
            if service.url:
                print(f"http: {service.url}", flush=True)
            with suppress(asyncio.CancelledError):
                await serving
    finally:
        await database.close()


def stop_on_signal(task: asyncio.Task[None]) -> None:
    """SIGTERM and Ctrl-C end the service in order: streams closed, marks written."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
