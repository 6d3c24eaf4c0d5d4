"""The database: who may read, who may write, and when a transaction ends.

Only the edge (a batch of messages, an HTTP request, a job run, a command) opens `read()` or `write()`; everything
below is handed the session and never commits. On SQLite all writes of a process pass one lock and start with
`BEGIN IMMEDIATE`: a read-then-write in a deferred transaction fails under several writers (`promises.md` §1).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from models import sqlite
from models.clock import Clock, business_date, utc_now
from models.ids import IdMaker
from models.keys import KeyRing

READ_CONNECTIONS = 4
QUIET_SECONDS = 5
Listener = Callable[[frozenset[int]], None]
AnySession = TypeVar("AnySession", bound="ReadSession")


class ReadSession(AsyncSession):
    """A transaction that reads; the database refuses writes in it."""

    now: datetime
    keys: KeyRing
    ids: IdMaker

    @property
    def is_sqlite(self) -> bool:
        """Whether SQL must be SQLite's; otherwise it is PostgreSQL's."""
        return self.get_bind().dialect.name == "sqlite"

    @property
    def today(self) -> date:
        """The business date of this transaction."""
        return business_date(self.now)


class Session(ReadSession):
    """A transaction that may write. Times inside it are `now`, ids come from `new_id`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.touched: set[int] = set()
        self.outgoing: list[dict[str, Any]] = []
        self._last: list[Callable[[Session], Awaitable[None]]] = []

    def new_id(self) -> int:
        """A new row id."""
        return self.ids()

    def at_the_end(self, verb: Callable[[Session], Awaitable[None]]) -> None:
        """Have the verb run once, as the last thing before the commit."""
        if verb not in self._last:
            self._last.append(verb)

    async def finish(self) -> None:
        """Run what was left for the end."""
        for verb in self._last:
            await verb(self)

    def touch(self, address_id: int) -> None:
        """Say that this address has something to deliver once the transaction is committed."""
        self.touched.add(address_id)


class Database:
    """Engines for reading and writing one database, and those who want to hear of commits."""

    def __init__(self, url: str, keys: KeyRing, clock: Clock = utc_now, ids: IdMaker | None = None) -> None:
        self.url, self.keys, self.clock, self.ids = url, keys, clock, ids or IdMaker()
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writer = _engine(url, writes=True)
        self._reader = (
            _engine(url, writes=False) if self.is_sqlite else self._writer.execution_options(postgresql_readonly=True)
        )
        self._lock = asyncio.Lock()
        self._listeners: list[Listener] = []

    def on_commit(self, listener: Listener) -> None:
        """Call `listener` with the touched address ids after every commit of this process."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A read transaction."""
        async with self._equip(ReadSession(self._reader, expire_on_commit=False)) as session, session.begin():
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Session]:
        """A write transaction: committed when the block ends, rolled back when it raises."""
        async with self._lock if self.is_sqlite else nullcontext():
            session = Session(self._writer, expire_on_commit=False)
            async with self._equip(session), session.begin():
                yield session
                await session.finish()
        if session.touched:
            touched = frozenset(session.touched)
            for listener in self._listeners:
                listener(touched)

    @asynccontextmanager
    async def quiet(self) -> AsyncIterator[None]:
        """While this holds, no write of this process is under way: the moment to stop it in order."""
        held = False
        with suppress(TimeoutError):
            held = await asyncio.wait_for(self._lock.acquire(), QUIET_SECONDS)
        try:
            yield
        finally:
            if held:
                self._lock.release()

    def _equip(self, session: AnySession) -> AnySession:
        session.now, session.keys, session.ids = self.clock(), self.keys, self.ids
        return session

    @property
    def writer(self) -> AsyncEngine:
        """The writing engine, for migrations."""
        return self._writer

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()


def _engine(url: str, *, writes: bool) -> AsyncEngine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=10, pool_pre_ping=True, hide_parameters=True)
    path = make_url(url).database or ""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url,
        pool_size=1 if writes else READ_CONNECTIONS,
        max_overflow=0,
        hide_parameters=True,
        **({"async_creator": sqlite.writing_connection(path)} if writes else {}),
    )
    sqlite.prepare(engine, writes=writes)
    return engine
