"""A throwaway PostgreSQL cluster for one peer, where the machine has the binaries."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

# pg_trgm sees no letters in Chinese text where the cluster's locale is plain C
LOCALE = "C.UTF-8"


class NoPostgresError(Exception):
    """There is none on this machine, or it cannot be started."""


class Postgres:
    """One connection, used as if it did not wait."""

    def __init__(self, folder: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._connection = self._wait(asyncpg.connect(host=folder, user="bench", database="postgres"))

    def _wait(self, work: Any) -> Any:
        return self._loop.run_until_complete(work)

    def run(self, statement: str) -> None:
        """A statement without rows."""
        self._wait(self._connection.execute(statement))

    def copy(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows into a table."""
        self._wait(self._connection.copy_records_to_table(table, records=rows))

    def copy_csv(self, table: str, file: Path) -> None:
        """Rows from a CSV file into a table; empty is NULL."""
        self._wait(self._connection.copy_to_table(table, source=str(file), format="csv"))

    def fetch(self, query: str, *values: Any) -> list[Any]:
        """The rows of a query; it is prepared once."""
        return self._wait(self._connection.fetch(query, *values))

    def close(self) -> None:
        """The connection ends."""
        self._wait(self._connection.close())
        self._loop.close()


@contextmanager
def cluster() -> Iterator[Postgres]:
    """A cluster in a temporary folder, without fsync; raises NoPostgresError."""
    where = binaries()
    user = as_user()
    # not the bench's own folder: the server's user may not enter it, and a socket's path must be short
    with tempfile.TemporaryDirectory(prefix="zhaohuo-bench-pg-", ignore_cleanup_errors=True) as folder:
        if user:
            os.chown(folder, user["user"], user["group"])
        data = f"{folder}/data"
        run_as(
            user,
            f"{where}/initdb",
            "-D",
            data,
            "-U",
            "bench",
            "-A",
            "trust",
            "-E",
            "UTF8",
            f"--locale={LOCALE}",
            "-N",
        )
        settings = (
            f"-c listen_addresses='' -k {folder} -c fsync=off -c shared_buffers=512MB -c maintenance_work_mem=512MB"
        )
        run_as(user, f"{where}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", settings, "start")
        try:
            postgres = Postgres(folder)
            yield postgres
            postgres.close()
        finally:
            run_as(user, f"{where}/pg_ctl", "-D", data, "-m", "immediate", "stop")


def binaries() -> Path:
    """Where PostgreSQL's programs are. Raises NoPostgresError."""
    found, known = shutil.which("initdb"), sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and not known:
        raise NoPostgresError("no PostgreSQL on this machine (apt-get install postgresql)")
    return known[-1].parent if known else Path(str(found)).resolve().parent


def as_user() -> dict[str, Any]:
    """PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise NoPostgresError("root cannot run PostgreSQL and there is no user postgres") from None
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}


def run_as(user: dict[str, Any], *words: str) -> None:
    """One of PostgreSQL's programs, to its end. Raises NoPostgresError with what it said."""
    env = {**os.environ, "LC_ALL": LOCALE}
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, check=False, **user)
    if done.returncode:
        raise NoPostgresError(f"{Path(words[0]).name} failed: {done.stdout.decode(errors='replace')[-300:].strip()}")
