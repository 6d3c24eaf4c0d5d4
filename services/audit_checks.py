"""What the calls of a random audit found; the office is heard before anything is reversed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from models.audits import AuditCheck
from models.database import ReadSession, Session
from models.errors import NotFoundError
from models.ledger import LedgerEntry
from models.offices import Office, Officer
from models.people import Person
from models.placements import Placement
from models.states import CheckState, PlacementState, move
from services.audit_draws import AuditRefusedError
from services.evidence import reverse_placement
from services.ledger import again, append
from services.merged import go_on
from services.notices import tell
from services.staff import STAFF, office_of

NOTE, REPLY = "audit_checks.note", "audit_checks.reply"
REPLY_WITHIN = timedelta(days=15)
OUTCOMES = (CheckState.CONFIRMED, CheckState.NOT_REACHED, CheckState.DENIED, CheckState.WRONG_PERSON)
DOUBTED = (CheckState.DENIED, CheckState.WRONG_PERSON)
WITH_IT = ("placement_started", "contract_signed", "placement_retained")  # of one source: they stand and fall together


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
