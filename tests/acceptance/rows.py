"""What a program under test has stored, read from its database without the program."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import asyncpg
from program import Program


async def rows(program: Program, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, from SQLite or PostgreSQL."""
    url = program.environment.get("ZHAOHUO_DATABASE__URL", "")
    if url:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()
    return await asyncio.to_thread(_sqlite, program, query)


def _sqlite(program: Program, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{program.var_dir / 'zhaohuo.db'}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query).fetchall()


async def count(program: Program, table: str) -> int:
    """How many rows a table has."""
    return int((await rows(program, f"SELECT count(*) FROM {table}"))[0][0])
