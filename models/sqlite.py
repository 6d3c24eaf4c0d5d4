"""SQLite connections: how they are set up, and a writer that does not hop between threads.

SQLite answers from its cache in microseconds, and aiosqlite sends each call to a thread and back, which costs ten
times that: almost forty hops a turn were most of its time. The writing connection therefore works in place. What can
wait for the disk or for another process (BEGIN, COMMIT, ROLLBACK, pragmas) still goes to its thread, so the loop
never stands still for it. Reading connections keep their threads: a long query may not hold up the conversations.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # every commit is on disk before it is acknowledged
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # INSERT OR REPLACE may not go round a delete trigger
    "PRAGMA busy_timeout=30000",
    "PRAGMA wal_autocheckpoint=20000",  # 80 MB: `checkpoint` comes long before, and holds no commit up
)
WAITS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
FETCHED_AT_ONCE = 64


class WritingConnection(aiosqlite.Connection):
    """Runs statements in place; only what may wait goes to the thread."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **options: Any) -> Any:
        connection = self._conn
        waits = fn in (connection.commit, connection.rollback, connection.close)
        if waits or (args and isinstance(args[0], str) and args[0].startswith(WAITS)):
            return await super()._execute(fn, *args, **options)  # type: ignore[no-untyped-call]
        return fn(*args, **options)


def writing_connection(path: str) -> Callable[[], Awaitable[WritingConnection]]:
    """What makes the connection that writes to the file at `path`."""

    async def connect() -> WritingConnection:
        open_file = partial(sqlite3.connect, path, check_same_thread=False)
        connection = WritingConnection(open_file, iter_chunk_size=FETCHED_AT_ONCE)
        connection._thread.daemon = True  # as SQLAlchemy does: an exit never waits for it
        await connection
        return connection

    return connect


def checkpoint(path: str) -> None:
    """Move what is in the log into the file, beside readers and writers; a commit that did it took up to .3 s."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def prepare(engine: AsyncEngine, *, writes: bool) -> None:
    """Set every new connection up; a transaction that writes takes its lock at once, a reader may not write."""

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        if not writes:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
