"""A real, migrated database for every test: SQLite always, PostgreSQL (`peers`) where its binaries are."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from house import counting_ids, ring
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from models.database import Database
from models.migrate import upgrade

OpenDatabase = Callable[..., Database]
TEMPLATE = "zhaohuo_template"


def _migrate(url: str) -> None:
    async def run() -> None:
        database = Database(url, ring())
        await upgrade(database)
        await database.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; copied, never used."""
    path = tmp_path_factory.mktemp("template") / "zhaohuo.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def pg_cluster() -> Iterator[str]:
    """The URL of a cluster of this test run, with a migrated template database in it."""
    if given := os.environ.get("APP_TEST_PG_URL"):
        yield from _with_template(given)
        return
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb")
    if not binaries and not found:
        pytest.skip("PostgreSQL IS NOT TESTED HERE: no initdb on this machine (apt-get install postgresql)")
    where = binaries[-1] if binaries else Path(str(found)).parent
    folder = tempfile.mkdtemp(prefix="zhaohuo-pg", dir="/tmp")
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}

    def run(*words: str) -> None:
        env = {**os.environ, "LC_ALL": "C.UTF-8"}
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=env, **as_user)

    data = f"{folder}/data"
    run(f"{where}/initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    options = f"-c listen_addresses='' -k {folder} -c fsync=off -c full_page_writes=off -c deadlock_timeout=200ms"
    run(f"{where}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield from _with_template(f"postgresql+asyncpg://app@/postgres?host={folder}")
    finally:
        run(f"{where}/pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _with_template(url: str) -> Iterator[str]:
    asyncio.run(_admin(url, f"CREATE DATABASE {TEMPLATE}"))
    try:
        _migrate(_named(url, TEMPLATE))
        yield url
    finally:
        asyncio.run(_admin(url, f"DROP DATABASE {TEMPLATE} WITH (FORCE)"))


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def _admin(url: str, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test."""
    path = tmp_path / "zhaohuo.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def pg_url(pg_cluster: str) -> AsyncIterator[str]:
    """A migrated PostgreSQL database of this test."""
    name = f"test_{os.urandom(6).hex()}"
    await _admin(pg_cluster, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield _named(pg_cluster, name)
    await _admin(pg_cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def empty_pg_url(pg_cluster: str) -> AsyncIterator[str]:
    """A PostgreSQL database of this test without any table."""
    name = f"empty_{os.urandom(6).hex()}"
    await _admin(pg_cluster, f"CREATE DATABASE {name}")
    yield _named(pg_cluster, name)
    await _admin(pg_cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, on both."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    return str(request.getfixturevalue("empty_pg_url"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)])
def url(request: pytest.FixtureRequest) -> str:
    """The database of this test: every story runs on both."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url"))


@pytest.fixture
async def open_database(url: str, clock: Callable[[], datetime]) -> AsyncIterator[OpenDatabase]:
    """Opens the test's database again, as another process would: engines, lock and ids of its own."""
    opened: list[Database] = []

    def another() -> Database:
        opened.append(Database(url, ring(), clock, counting_ids(len(opened))))
        return opened[-1]

    yield another
    for database in opened:
        await database.close()


@pytest.fixture
async def database(open_database: OpenDatabase) -> Database:
    """The database of this test; the clock stands still, the ids count up."""
    return open_database()
