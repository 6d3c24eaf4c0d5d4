"""Everything on one machine with nothing configured: sample people, vacancies, web chat.

Prints the addresses and, per role, a link that lets a browser in once. The data stays in var/ until --reset.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from sqlalchemy import func, select

from app.commands.run_ import ROLES, serve_until_signal
from app.database import ready_database
from app.logs import configure
from app.presence import is_running
from app.sample import SampleCast, fill, find_cast
from app.settings import Settings, load_settings
from app.wiring import Service, end_without_engine
from jobs.sealing import keep_heads, seal_all
from models.database import Database
from models.errors import ZhaohuoError
from models.offices import Office
from services.access import make_link_token


class NotSampleError(ZhaohuoError):
    """--reset deletes sample data only; this database was not made by the demo."""


class RealDataError(ZhaohuoError):
    """This database holds data that the demo did not make; start it with `zhaohuo run`, or set ZHAOHUO_VAR_DIR."""


class DemoRunningError(ZhaohuoError):
    """A demo or service of this folder is running; stop it first (Ctrl-C in its window)."""


def port(text: str) -> int:
    """A TCP port, or 0 for any free one."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --prepare, --reset."""
    parser.add_argument("--port", type=port, metavar="N", help="of the web chat (default 8010; 0: any free one)")
    parser.add_argument("--prepare", action="store_true", help="make the sample data and stop")
    parser.add_argument("--reset", action="store_true", help="start over: delete the sample data first")


def run(options: argparse.Namespace) -> int:
    """Prepare and serve."""
    settings = load_settings(options.config)
    if options.port is not None:
        settings.web.port = options.port
    configure("WARNING")
    if options.reset:
        _reset(settings)
    if not options.prepare and is_running(settings.var_dir):
        raise DemoRunningError
    asyncio.run(_demo(settings, serve=not options.prepare))
    end_without_engine()
    return 0


def _reset(settings: Settings) -> None:
    """Delete the sample database and its keys; real data is never touched."""
    if is_running(settings.var_dir):
        raise DemoRunningError
    database = settings.var_dir / "zhaohuo.db"
    if settings.database.url or (database.exists() and not _marker(settings).exists()):
        raise NotSampleError
    sides = (Path(f"{database}-wal"), Path(f"{database}-shm"))
    for path in (database, *sides, settings.keys_file, settings.heads_file):
        path.unlink(missing_ok=True)


def _marker(settings: Settings) -> Path:
    """The file that says that this folder's database was filled by the demo."""
    return settings.var_dir / "sample"


async def _demo(settings: Settings, *, serve: bool) -> None:
    async with ready_database(settings) as database:
        cast = await _ensure_sample(database, settings)
        if not serve:
            print(f"sample data is ready in {settings.var_dir}")
            return
        service = Service(settings, database)
        service.listen()
        await serve_until_signal(service, frozenset(ROLES), lambda: _announce(service, cast))


async def _ensure_sample(database: Database, settings: Settings) -> SampleCast:
    marker = _marker(settings)
    async with database.write() as session:
        if await session.scalar(select(func.count()).select_from(Office)):
            if not marker.exists():
                raise RealDataError
            return await find_cast(session)
        cast = await fill(session)
    marker.touch()
    await seal_all(database, everything=True)  # a year of entries is not of the last minute
    await keep_heads(database, settings.heads_file)
    return cast


async def _announce(service: Service, cast: SampleCast) -> None:
    lines = [f"找活 Zhaohuo is running: {service.url}  (Ctrl-C stops it)", ""]
    async with service.database.write() as session:
        for member in cast.roles:
            token = await make_link_token(session, member.person_id)
            lines.append(f"{member.role_zh} {member.role_en} · {member.name}")
            lines.append(f"  {service.url}/enter/{token}")
            lines.append(f"  ./zhaohuo chat --as {member.phone.removeprefix('+86')}    {member.hint_zh}")
    lines += ["", "Each link works once, in one browser (use a private window for a second person)."]
    print("\n".join(lines), flush=True)
