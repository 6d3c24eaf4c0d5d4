"""The ledger is sealed within a minute of whatever is appended."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from models.database import Database
from services.sealing import Heads, first_look, has_unsealed, heads, lost, seal

EVERY_SECONDS = 20.0
log = logging.getLogger(__name__)


async def keep_sealed(database: Database, heads_file: Path) -> None:
    """For ever, the first time looking at the whole ledger. Of two processes that seal the same entries one loses, and
    finds nothing left to do. The heads of the chains are kept outside of the database.
    """
    everything = True
    while True:
        try:
            await seal_all(database, everything=everything)
            everything = False
            await keep_heads(database, heads_file)
        except (SQLAlchemyError, OSError, ValueError) as error:
            log.warning("ledger.not_sealed", extra={"error": type(error).__name__})
        await asyncio.sleep(EVERY_SECONDS)


async def seal_all(database: Database, *, everything: bool = False) -> None:
    """Seal what is not, some thousand entries in each transaction; where nothing is left nobody is held up."""
    async with database.read() as reading:
        after: int | None = 0 if everything else await first_look(reading)
        if not await has_unsealed(reading, after or 0):
            return
    while after is not None:
        async with database.write() as session:
            after = await seal(session, after)


async def keep_heads(database: Database, file: Path) -> None:
    """Write the newest block of every chain into the file, where it is not there yet.

    A block that was kept and is gone, or another, leaves the file as it is: it is the only witness.
    """
    async with database.read() as session:
        text = json.dumps(await heads(session))
        if text == (file.read_text("utf-8") if file.exists() else "{}"):
            return
        if await lost(session, read_heads(file)):
            log.error("ledger.heads_differ")
            return
    fresh = file.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def read_heads(file: Path) -> Heads:
    """What was kept; nothing where there is no file. Raises ValueError where it is none of ours."""
    return json.loads(file.read_text("utf-8")) if file.exists() else {}
