"""Random audit: placements drawn by lot are called back; the office is heard before anything is reversed.

The lot is the order of SHA-256 over seed and ledger key, over what the ledger held at the moment of the draw: anybody
who has seed, moment and ledger draws the same placements again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from models.audit import record
from models.audits import AuditCheck, AuditDraw
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.ledger import LedgerEntry
from models.offices import Office, Officer
from models.people import Person
from models.placements import Placement
from models.regions import in_subtree, visible_to
from models.states import CheckState, PlacementState, move
from services.evidence import reverse_placement
from services.ledger import again, append
from services.merged import go_on
from services.notices import tell
from services.rosters.writing import EVIDENCED
from services.staff import STAFF, office_of

NOTE, REPLY = "audit_checks.note", "audit_checks.reply"
REPLY_WITHIN = timedelta(days=15)
OUTCOMES = (CheckState.CONFIRMED, CheckState.NOT_REACHED, CheckState.DENIED, CheckState.WRONG_PERSON)
DOUBTED = (CheckState.DENIED, CheckState.WRONG_PERSON)
WITH_IT = ("placement_started", "contract_signed", "placement_retained")  # of one source: they stand and fall together


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


async def entry_of(session: ReadSession, check: AuditCheck) -> LedgerEntry:
    """The placement that was drawn."""
    return (await session.scalars(select(LedgerEntry).where(LedgerEntry.key == check.entry_key))).one()


async def person_of(session: ReadSession, check: AuditCheck) -> Person | None:
    """Whom to call; None for somebody who had everything deleted."""
    key = (await entry_of(session, check)).person
    found = (await session.scalars(select(Person).where(Person.ledger_key == key))).first()
    found = await go_on(session, found)
    return None if found is None or found.deleted_at else found


async def note_outcome(
    session: Session, check_id: int, outcome: CheckState, *, officer_id: int, note: str = ""
) -> AuditCheck:
    """What the call found. A denial is told to the office, which may reply within 15 days.

    Raises NotFoundError, NotStaffError, AuditRefusedError, MoveRefusedError.
    """
    check = await _locked(session, check_id)
    await office_of(session, officer_id, check.region)
    if outcome not in OUTCOMES:
        raise AuditRefusedError(f"the call found one of: {', '.join(OUTCOMES)}")
    if outcome in DOUBTED and not note.strip():
        raise AuditRefusedError("say what the person said: --note; the office replies to it")
    if await _has_confirmed(session, await entry_of(session, check), officer_id):
        raise AuditRefusedError("who confirmed a placement does not audit it; let somebody else call")
    await move(session, check, outcome, actor=officer_id)
    check.outcome, check.called_by, check.called_at = outcome.value, officer_id, session.now
    check.note_sealed = session.keys.seal(note[:1000], NOTE, check.id) if note.strip() else None
    if outcome in DOUBTED:
        check.reply_until = session.today + REPLY_WITHIN
        await _ask_office(session, check)
    return check


async def _locked(session: Session, check_id: int) -> AuditCheck:
    check = await session.get(AuditCheck, check_id, with_for_update=True, populate_existing=True)
    if check is None:
        raise NotFoundError
    return check


async def _has_confirmed(session: ReadSession, entry: LedgerEntry, officer_id: int) -> bool:
    table, _, number = entry.source.partition(":")
    if table != "placements" or not number.isdecimal():
        return False
    placement = await session.get(Placement, int(number))
    return placement is not None and placement.confirmed_by == officer_id


async def _ask_office(session: Session, check: AuditCheck) -> None:
    entry = await entry_of(session, check)
    offices = select(Office.id).where(or_(Office.id == check.office_id, Office.region == check.region))
    officers = select(Officer.person_id).where(Officer.office_id.in_(offices), Officer.role.in_(STAFF))
    for officer in set(await session.scalars(officers.where(Officer.ended_at.is_(None)))):
        await tell(
            session,
            officer,
            "notice.audit_doubt",
            number=check.number,
            day=entry.occurred_on.isoformat(),
            until=(check.reply_until or session.today).isoformat(),
        )


def words_of(session: ReadSession, check: AuditCheck) -> tuple[str, str]:
    """What the caller noted and what the office replied."""
    note, answer = check.note_sealed, check.reply_sealed
    return (
        session.keys.open(note, NOTE, check.id) if note else "",
        session.keys.open(answer, REPLY, check.id) if answer else "",
    )


async def reply(session: Session, check_id: int, words: str, *, officer_id: int) -> AuditCheck:
    """The office whose placement it is answers a denial, once. Raises NotFoundError, NotStaffError, AuditRefusedError,
    MoveRefusedError.
    """
    check = await _locked(session, check_id)
    if not words.strip():
        raise AuditRefusedError("say what the office knows of it: --words")
    own = await office_of(session, officer_id, check.region)
    if (own.id != check.office_id) if check.office_id else (own.region != check.region):
        raise AuditRefusedError("only the office that reported the placement replies")
    await move(session, check, CheckState.REPLIED, actor=officer_id)
    check.reply_sealed = session.keys.seal(words.strip()[:2000], REPLY, check.id)
    check.replied_by = officer_id
    return check


async def decide(session: Session, check_id: int, *, reverse: bool, officer_id: int, why: str) -> AuditCheck:
    """After the reply, or when its time has passed: the placement stands, or it is reversed in the ledger.

    Raises NotFoundError, NotStaffError, AuditRefusedError, MoveRefusedError.
    """
    check = await _locked(session, check_id)
    await office_of(session, officer_id, check.region)
    if not why.strip():
        raise AuditRefusedError("say why: --reason")
    if check.state in DOUBTED and check.reply_until is not None and session.today <= check.reply_until:
        raise AuditRefusedError(f"the office may reply until {check.reply_until}; decide after that")
    if officer_id == check.replied_by:
        raise AuditRefusedError("who replied for the office does not decide")
    await move(session, check, CheckState.REVERSED if reverse else CheckState.STANDS, actor=officer_id, why=why[:200])
    if reverse:
        await _reverse(session, check, officer_id)
    return check


async def _reverse(session: Session, check: AuditCheck, officer_id: int) -> None:
    """Cancel the placement: by its own verb where it is one of ours, else entry by entry."""
    start = await entry_of(session, check)
    table, _, row_id = start.source.partition(":")
    is_ours = table == "placements" and row_id.isdecimal()
    placement = await session.get(Placement, int(row_id), with_for_update=True) if is_ours else None
    if placement is None:
        await _cancel(session, check, start)
    elif placement.state != PlacementState.REVERSED:
        await reverse_placement(session, placement, officer_id=officer_id, reason=f"audit_checks:{check.id}")


async def _cancel(session: Session, check: AuditCheck, start: LedgerEntry) -> None:
    """What a roster or another record told of this start, its contract and its lasting; not of another start."""
    reversal = aliased(LedgerEntry)
    query = select(LedgerEntry).where(
        LedgerEntry.source == start.source,
        LedgerEntry.person == start.person,
        LedgerEntry.kind.in_(WITH_IT),
        LedgerEntry.reverses.is_(None),
        ~exists().where(reversal.reverses == LedgerEntry.key),
    )
    told = (await session.scalars(query.order_by(LedgerEntry.id))).all()
    for number, entry in enumerate(_of_this_start(start, told), 1):
        fact = again(entry, f"reversal:audit_check:{check.id}:{number}", reverses=entry.key)
        await append(session, replace(fact, source=f"audit_checks:{check.id}"))


def _of_this_start(start: LedgerEntry, told: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The start itself, and what came after it until the same source tells of the next."""
    later = [entry.occurred_on for entry in told if entry.kind == start.kind and entry.key != start.key]
    until = min((day for day in later if day > start.occurred_on), default=date.max)
    lasting = [entry for entry in told if entry.kind != start.kind and start.occurred_on <= entry.occurred_on < until]
    return [entry for entry in told if entry.key == start.key] + lasting
