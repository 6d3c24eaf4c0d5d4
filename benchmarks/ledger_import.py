"""A file of ledger entries taken in row by row, each checked at the door: a part of `bench statistics`."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.ledger_year import COLUMNS, LedgerYear
from models.database import Database
from models.keys import KeyRing
from models.migrate import upgrade
from services.exchange.importing import import_file
from services.exchange.ledger import IMPORTED

PERSONS_A_HUNDRED = 30


async def import_seconds(folder: Path, rows: int) -> float:
    """How long `import ledger` takes for a file of so many rows, all of them good, into an empty ledger."""
    path = folder / "entries.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(IMPORTED)
        writer.writerows(_good_rows(rows))
    database = Database(f"sqlite+aiosqlite:///{folder / 'imported.db'}", KeyRing({1: b"b" * 32}, b"i" * 32))
    await upgrade(database)
    started = time.perf_counter()
    async with database.write() as session:
        outcome = await import_file(session, "ledger", path)
    seconds = time.perf_counter() - started
    await database.close()
    assert outcome.added == rows, outcome.problems[:3]
    return seconds


def _good_rows(number: int) -> Iterator[list[object]]:
    """Funds are left out: their facts depend on one another, and the year draws each for itself."""
    left_out: set[str] = set()
    written = 0
    for row in LedgerYear().rows(number * 2, number * PERSONS_A_HUNDRED // 100):
        entry = dict(zip(COLUMNS, row, strict=True))
        if entry["kind"].startswith("fund_") or entry["reverses"] in left_out:
            left_out.add(entry["key"])
            continue
        entry["groups"] = "|".join(json.loads(entry["groups"]))
        yield [entry.get(name) for name in IMPORTED]
        written += 1
        if written == number:
            return
