"""The database: who may read, who may write, and when a transaction ends.

Only the edge (a batch of messages, an HTTP request, a job run, a command) opens `read()` or `write()`; everything
below is handed the session and never commits. On SQLite all writes of a process pass one lock and start with
`BEGIN IMMEDIATE`: a read-then-write in a deferred transaction fails under several writers (`promises.md` §1).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from models import sqlite
from models.channels import Channels
from models.clock import Clock, business_date, utc_now
from models.ids import IdMaker
from models.keys import KeyRing
from models.ledger import LEDGER
from models.limits import Limits
from models.quiet import QuietHours

READ_CONNECTIONS = 4
QUIET_SECONDS = 5
CHECKPOINT_SECONDS = 1.0
Listener = Callable[[frozenset[int], frozenset[str]], None]
AnySession = TypeVar("AnySession", bound="ReadSession")


class ReadSession(AsyncSession):
    """A transaction that reads; the database refuses writes in it."""

    now: datetime
    keys: KeyRing
    ids: IdMaker
    channels: Channels
    quiet_hours: QuietHours
    rollups: Path | None  # where reports may keep what they read of the ledger
    limits: Limits

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
        self.due_on: set[str] = set()
        self.outgoing: list[dict[str, Any]] = []
        self._last: list[Callable[[Session], Awaitable[None]]] = []
        self.committed: list[Callable[[], None]] = []

    def new_id(self) -> int:
        """A new row id."""
        return self.ids()

    def at_the_end(self, verb: Callable[[Session], Awaitable[None]]) -> None:
        """Have the verb run once, as the last thing before the commit."""
        if verb not in self._last:
            self._last.append(verb)

    def after_commit(self, verb: Callable[[], None]) -> None:
        """Have the verb run once the transaction is committed; not at all when it is not."""
        self.committed.append(verb)

    async def finish(self) -> None:
        """Run what was left for the end."""
        for verb in self._last:
            await verb(self)

    def touch(self, address_id: int, channel: str) -> None:
        """Say that this address has something to deliver once the transaction is committed."""
        self.touched.add(address_id)
        self.due_on.add(channel)


class Database:
    """Engines for reading and writing one database, and those who want to hear of commits."""

    def __init__(
        self,
        url: str,
        keys: KeyRing,
        clock: Clock = utc_now,
        ids: IdMaker | None = None,
        channels: Channels | None = None,
        quiet_hours: QuietHours | None = None,
        rollups: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.url, self.keys, self.clock, self.ids = url, keys, clock, ids or IdMaker()
        self.channels, self.quiet_hours = channels or Channels(), quiet_hours or QuietHours()
        self.rollups = rollups
        self.limits = limits or Limits()
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writer = _engine(url, writes=True)
        self._reader = (
            _engine(url, writes=False) if self.is_sqlite else self._writer.execution_options(postgresql_readonly=True)
        )
        self._lock = asyncio.Lock()
        self._writers = 0
        self._follows = False  # whether `ids` go on behind the newest of the ledger
        self._listeners: list[Listener] = []

    def on_commit(self, listener: Listener) -> None:
        """Call `listener` with the touched addresses and their channels after every commit of this process."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A read transaction."""
        async with self._equip(ReadSession(self._reader, expire_on_commit=False)) as session, session.begin():
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Session]:
        """A write transaction: committed when the block ends, rolled back when it raises."""
        async with self._turn_to_write():
            session = Session(self._writer, expire_on_commit=False)
            async with self._equip(session), session.begin():
                if self.is_sqlite:
                    await session.connection()  # BEGIN IMMEDIATE may wait for another process
                    session.now = self.clock()
                if not self._follows:
                    await self._follow(session)
                yield session
                await session.finish()
        for verb in session.committed:
            verb()
        if session.touched:
            for listener in self._listeners:
                listener(frozenset(session.touched), frozenset(session.due_on))

    async def _follow(self, session: Session) -> None:
        """Ids say in which order entries were recorded, also where the clock stepped back between two processes."""
        self.ids.follow(await session.scalar(select(func.max(LEDGER.c.id))) or 0)
        self._follows = True

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        self._writers += 1
        try:
            async with self._lock if self.is_sqlite else nullcontext():
                yield
        finally:
            self._writers -= 1

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for the writer of now to end."""
        return self.is_sqlite and self._writers > 1

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

    async def keep_log_short(self) -> None:
        """For ever: SQLite's log is moved into the file in a thread of its own, so that no commit has to."""
        path = make_url(self.url).database
        while self.is_sqlite and path:
            await asyncio.sleep(CHECKPOINT_SECONDS)
            with suppress(sqlite3.Error):  # full, or gone: the writer says so
                await asyncio.to_thread(sqlite.checkpoint, path)

    def _equip(self, session: AnySession) -> AnySession:
        session.now, session.keys, session.ids = self.clock(), self.keys, self.ids
        session.channels, session.quiet_hours = self.channels, self.quiet_hours
        session.rollups = self.rollups
        session.limits = self.limits
        return session

    @property
    def writer(self) -> AsyncEngine:
        """The writing engine, for migrations."""
        return self._writer

    @property
    def reader(self) -> AsyncEngine:
        """The reading engine, for a look at the schema."""
        return self._reader

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
