"""A database to measure on: the sample's province with many more vacancies, people with addresses, sentences.

The vacancies are drawn from the sample's own titles, wages and regions with a fixed seed; they are load, not a
picture of a market.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from app.sample import fill
from app.sample.tables import trades
from matching.places import short_name
from models.database import Database, Session
from models.ids import STEP_BITS
from models.keys import KeyRing
from models.migrate import upgrade
from models.vacancies import VACANCIES, Vacancy
from services.access import ensure_address

SEED = 2026
CHANNEL = "webchat"
WANTED = 10_000
MONTH_MS = 30 * 86_400_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a run speaks to and with."""

    database: Database
    addresses: tuple[int, ...]
    regions: tuple[str, ...]

    def sentences(self, seed: int) -> Iterator[str]:
        """'电焊工 郑州 5000' for ever, in the sample's trades and places."""
        dice = random.Random(f"{SEED}:{seed}")
        titles = [title for trade in trades().values() for title in trade.titles]
        while True:
            wage = dice.randrange(30, 120) * 100
            yield f"{dice.choice(titles)} {short_name(dice.choice(self.regions))} {wage}"


@asynccontextmanager
async def crowd(folder: Path, people: int, vacancies: int = WANTED) -> AsyncIterator[Crowd]:
    """A filled database in the folder, fsync on as in production."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'bench.db'}", KeyRing.generate())
    try:
        await upgrade(database)
        async with database.write() as session:
            await fill(session, seed=SEED)
            regions = await _add_vacancies(session, vacancies)
            addresses = [(await ensure_address(session, CHANNEL, f"bench-{n}")).id for n in range(people)]
        yield Crowd(database, tuple(addresses), regions)
    finally:
        await database.close()


async def _add_vacancies(session: Session, wanted: int) -> tuple[str, ...]:
    """Fill up to the wanted number, posted over the last month; returns the regions there are."""
    rows = (await session.execute(select(VACANCIES).where(Vacancy.state == "open"))).mappings().all()
    dice = random.Random(SEED)
    await session.execute(update(Vacancy).values(change=Vacancy.change - _ago(dice)))
    more = [_drawn(session, dice, rows) for _ in range(wanted - len(rows))]
    if more:
        await session.execute(insert(VACANCIES), more)
    return tuple(sorted({row["region"] for row in rows}))


def _drawn(session: Session, dice: random.Random, rows: Sequence[Any]) -> dict[str, Any]:
    """One advert with the place of another."""
    values = {**dice.choice(rows), "region": dice.choice(rows)["region"]}
    return {**values, "id": session.new_id(), "change": session.new_id() - _ago(dice)}


def _ago(dice: random.Random) -> int:
    """Some time of the last month, as a distance between ids."""
    return dice.randrange(3_600_000, MONTH_MS) << STEP_BITS
