"""What the messages cost: by day and channel, and for each person who came into work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select

from models.clock import business_date
from models.database import ReadSession
from models.messages import OutboxRow
from models.placements import Placement

HUNDREDTHS_A_YUAN = 10_000  # costs are kept in hundredths of a fen
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class DayCosts:
    """The paid messages of one business day on one channel."""

    day: date
    channel: str
    messages: int
    segments: int
    hundredths: int

    @property
    def yuan(self) -> Decimal:
        """Rounded half up, once."""
        return _yuan(self.hundredths)


@dataclass(frozen=True, slots=True)
class PlacedCosts:
    """All paid messages against all persons placed."""

    persons: int
    hundredths: int

    @property
    def yuan_each(self) -> Decimal:
        """Of one placed person."""
        return (Decimal(self.hundredths) / HUNDREDTHS_A_YUAN / self.persons).quantize(CENT, ROUND_HALF_UP)


def _yuan(hundredths: int) -> Decimal:
    return (Decimal(hundredths) / HUNDREDTHS_A_YUAN).quantize(CENT, ROUND_HALF_UP)


async def by_day(session: ReadSession, *, days: int = 31) -> list[DayCosts]:
    """The days of the last month on which something was paid, oldest first."""
    rows = await session.execute(
        select(OutboxRow.sent_at, OutboxRow.channel, OutboxRow.segments, OutboxRow.cost).where(
            OutboxRow.cost.is_not(None), OutboxRow.sent_at > session.now - timedelta(days=days)
        )
    )
    found: dict[tuple[date, str], list[int]] = {}
    for sent_at, channel, segments, cost in rows:
        if sent_at is None or cost is None:
            continue
        total = found.setdefault((business_date(sent_at), channel), [0, 0, 0])
        for place, more in enumerate((1, segments or 0, cost)):
            total[place] += more
    return [DayCosts(day, channel, *found[day, channel]) for day, channel in sorted(found)]


async def for_each_placed(session: ReadSession) -> PlacedCosts:
    """Since the beginning."""
    cost = await session.scalar(select(func.sum(OutboxRow.cost)))
    persons = await session.scalar(select(func.count(func.distinct(Placement.person_id))))
    return PlacedCosts(persons or 0, int(cost or 0))
