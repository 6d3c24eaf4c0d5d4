"""Random audit: placements drawn by lot, to be called back.

The lot is the order of SHA-256 over seed and ledger key, over what the ledger held at the moment of the draw: anybody
who has seed, moment and ledger draws the same placements again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from models.audit import record
from models.audits import AuditCheck, AuditDraw
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.ledger import LedgerEntry
from models.regions import in_subtree, visible_to
from models.states import CheckState
from services.rosters.writing import EVIDENCED
from services.staff import office_of


class AuditRefusedError(ZhaohuoError):
    """This cannot be done with the audit now."""


class EarlierDrawError(AuditRefusedError):
    """An earlier draw of these days has placements that nobody called yet; call them first, then draw again."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the calls of a draw found; `drawn` is the denominator of every rate, silence included."""

    drawn: int
    confirmed: int
    not_reached: int
    denied: int
    wrong_person: int
    not_called: int
    reversed: int

    @property
    def rate(self) -> str:
        """Confirmed of drawn, with both: 12/15 = 80.0%."""
        share = f"{self.confirmed / self.drawn:.1%}" if self.drawn else "—"
        return f"{self.confirmed}/{self.drawn} = {share}"


def size(population: int, percent_hundredths: int, minimum: int, maximum: int) -> int:
    """How many are drawn: the percentage rounded up, between minimum and maximum, and no more than there are."""
    share = -(-population * percent_hundredths // 10_000)
    return min(population, maximum, max(minimum, share))


def lot(keys: Sequence[str], seed: str) -> list[str]:
    """The keys in the order of the lot."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}\n{key}".encode()).digest())


def population_hash(keys: Sequence[str]) -> bytes:
    """Of all keys that could be drawn."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).digest()


async def draw(
    session: Session,
    region: str,
    start: date,
    cutoff: date,
    *,
    percent_hundredths: int,
    minimum: int,
    maximum: int,
    seed: str,
    officer_id: int,
) -> AuditDraw:
    """Draw evidenced placements of the region and days, each to be called back. 500 hundredths are 5 %.

    Raises NotStaffError, AuditRefusedError, EarlierDrawError.
    """
    await office_of(session, officer_id, region)
    if not (0 < percent_hundredths <= 10_000 and 0 <= minimum <= maximum and maximum > 0 and cutoff >= start):
        raise AuditRefusedError("give a percentage above 0 and up to 100, and a minimum that is not above the maximum")
    if not seed.strip() or len(seed) > 64:
        raise AuditRefusedError("the seed has 1 to 64 characters; note it before you draw")
    await _ensure_called(session, region, start, cutoff)
    found = await population(session, region, start, cutoff, session.now)
    if not found:
        raise AuditRefusedError("no evidenced placement lies in this region and period; there is nothing to draw")
    row = AuditDraw(
        id=session.new_id(),
        region=region,
        start=start,
        cutoff=cutoff,
        percent_hundredths=percent_hundredths,
        minimum=minimum,
        maximum=maximum,
        seed=seed,
        population=len(found),
        population_hash=population_hash([entry.key for entry in found]),
        drawn_at=session.now,
        drawn_by=officer_id,
    )
    session.add(row)
    await session.flush()
    entries = {entry.key: entry for entry in found}
    count = size(len(found), percent_hundredths, minimum, maximum)
    for number, key in enumerate(lot(list(entries), seed)[:count], 1):
        session.add(_check(session, row, number, entries[key]))
    detail = {"region": region, "population": len(found), "drawn": count, "seed": seed}
    record(session, actor=officer_id, action="audits.drawn", subject=f"audit_draws:{row.id}", detail=detail)
    await session.flush()
    return row


async def _ensure_called(session: ReadSession, region: str, start: date, cutoff: date) -> None:
    """A lot that does not please is not drawn again."""
    query = (
        select(AuditCheck.id)
        .join(AuditDraw, AuditDraw.id == AuditCheck.draw_id)
        .where(AuditDraw.region == region, AuditDraw.start <= cutoff, AuditDraw.cutoff >= start)
        .where(AuditCheck.state == CheckState.DRAWN)
    )
    if await session.scalar(query.limit(1)) is not None:
        raise EarlierDrawError


def _check(session: Session, row: AuditDraw, number: int, entry: LedgerEntry) -> AuditCheck:
    return AuditCheck(
        id=session.new_id(),
        draw_id=row.id,
        number=number,
        entry_key=entry.key,
        region=entry.region,
        office_id=entry.office_id,
        state=CheckState.DRAWN,
        state_since=session.now,
    )


async def population(
    session: ReadSession, region: str, start: date, cutoff: date, until: datetime
) -> list[LedgerEntry]:
    """The evidenced placements that stood in the ledger at that moment."""
    reversal = aliased(LedgerEntry)
    undone = exists().where(reversal.reverses == LedgerEntry.key, reversal.recorded_at <= until)
    query = select(LedgerEntry).where(
        LedgerEntry.kind == "placement_started",
        LedgerEntry.occurred_on.between(start, cutoff),
        in_subtree(LedgerEntry.region, region),
        LedgerEntry.recorded_at <= until,
        LedgerEntry.reverses.is_(None),
        ~undone,
    )
    rows = await session.scalars(query.order_by(LedgerEntry.id))
    return [entry for entry in rows if entry.facts.get("evidence") in EVIDENCED]


async def redraw(session: ReadSession, row: AuditDraw) -> bool:
    """Whether seed and ledger give the placements that were drawn then."""
    keys = [entry.key for entry in await population(session, row.region, row.start, row.cutoff, row.drawn_at)]
    if population_hash(keys) != row.population_hash:
        return False
    drawn = await session.scalars(
        select(AuditCheck.entry_key).where(AuditCheck.draw_id == row.id).order_by(AuditCheck.number)
    )
    count = size(len(keys), row.percent_hundredths, row.minimum, row.maximum)
    return list(drawn) == lot(keys, row.seed)[:count]


async def draws_of(session: ReadSession, region: str) -> list[AuditDraw]:
    """The draws of the region's subtree, newest first."""
    query = visible_to(select(AuditDraw), AuditDraw.region, region)
    return list(await session.scalars(query.order_by(AuditDraw.id.desc())))


async def checks_of(session: ReadSession, draw_id: int, region: str) -> list[AuditCheck]:
    """The placements of a draw that lie in the region, in the order of the lot."""
    query = visible_to(select(AuditCheck).where(AuditCheck.draw_id == draw_id), AuditCheck.region, region)
    return list(await session.scalars(query.order_by(AuditCheck.number)))


def tally(checks: Sequence[AuditCheck]) -> Tally:
    """The figures of these checks."""

    def count(outcome: CheckState | None) -> int:
        return sum(check.outcome == outcome for check in checks)

    return Tally(
        drawn=len(checks),
        confirmed=count(CheckState.CONFIRMED),
        not_reached=count(CheckState.NOT_REACHED),
        denied=count(CheckState.DENIED),
        wrong_person=count(CheckState.WRONG_PERSON),
        not_called=count(None),
        reversed=sum(check.state == CheckState.REVERSED for check in checks),
    )
