"""A PostgreSQL of our own that a test may stop and start: durable, on a socket, never on a port."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import asyncpg

from benchmarks.postgres import LOCALE, as_user, binaries, run_as

SETTINGS = "-c listen_addresses='' -c max_connections=60"


class Server:
    """One cluster; `database` makes a new database in it and tells its URL."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.folder, self._user, self._settings = folder, as_user(), settings
        self._where = binaries()
        self._count = 0

    def make(self) -> None:
        """The cluster's files."""
        if self._user:
            os.chown(self.folder, self._user["user"], self._user["group"])
        words = ("-U", "zhaohuo", "-A", "trust", "-E", "UTF8", f"--locale={LOCALE}")
        run_as(self._user, f"{self._where}/initdb", "-D", f"{self.folder}/data", *words)

    def start(self) -> None:
        """Up, and waited for."""
        self._control("-w", "-l", f"{self.folder}/log", "-o", f"-k {self.folder} {self._settings}", "start")

    def stop(self) -> None:
        """Down as in a crash: nothing is written that a commit did not write."""
        self._control("-w", "-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        run_as(self._user, f"{self._where}/pg_ctl", "-D", f"{self.folder}/data", *words)

    async def database(self) -> str:
        """A new, empty database; SQLAlchemy's URL of it."""
        self._count += 1
        name = f"test_{self._count}"
        connection = await asyncpg.connect(host=str(self.folder), user="zhaohuo", database="postgres")
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        return f"postgresql+asyncpg://zhaohuo@/{name}?host={self.folder}"


@contextmanager
def running_server(settings: str = SETTINGS) -> Iterator[Server]:
    """A started cluster. Raises NoPostgresError."""
    binaries()
    # not the test's own folder: the server's user may not enter it, and a socket's path must be short
    with tempfile.TemporaryDirectory(prefix="zhaohuo-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), settings)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@asynccontextmanager
async def away(server: Server) -> AsyncIterator[None]:
    """The server is stopped meanwhile."""
    await asyncio.to_thread(partial(server.stop))
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)
