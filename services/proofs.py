"""Proofs of a family's need: seen by an officer, until a day; the file lasts as long as the first of them."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.families import FamilyFile, FamilyMember, FamilyProof
from models.states import FamilyState
from services.casework import ensure_known, ensure_not_own, family_of, rules
from services.file_groups import end_groups


class ProofMissingError(ZhaohuoError):
    """No valid proof is noted; note what was seen first."""


class ProofExpiredError(ZhaohuoError):
    """A proof has expired; note the renewed one, or drop it if it is not needed any more."""


async def note_proof(
    session: Session, family: FamilyFile, person_id: int, kind: str, *, expires_on: date | None, officer_id: int
) -> FamilyProof:
    """An officer has seen a proof today; a file that is on file lasts no longer than it.

    Raises OwnCaseError, ProofExpiredError (has ended), UnknownWordError.
    """
    await ensure_not_own(session, officer_id, await family_of(session, family.id))
    ensure_known("proof", kind, rules()["families"]["proofs"])
    if expires_on is not None and expires_on < session.today:
        raise ProofExpiredError
    proof = FamilyProof(
        id=session.new_id(),
        family_id=family.id,
        person_id=person_id,
        kind=kind,
        seen_on=session.today,
        expires_on=expires_on,
        seen_by=officer_id,
    )
    session.add(proof)
    record(
        session,
        actor=officer_id,
        action="family_proofs.seen",
        subject=f"family_files:{family.id}",
        detail={"kind": kind},
    )
    await session.flush()
    await _shorten(session, family, expires_on)
    return proof


async def _shorten(session: Session, family: FamilyFile, until: date | None) -> None:
    """What is given until the file's last day is given until the proof's, where that comes first."""
    before = family.expires_on
    if family.state != FamilyState.ON_FILE or before is None or until is None or not session.today <= until < before:
        return
    family.expires_on = until
    members = await session.scalars(select(FamilyMember).where(FamilyMember.family_id == family.id))
    await end_groups(session, members.all(), before, until)


async def drop_proofs(session: Session, family: FamilyFile, kind: str, *, officer_id: int) -> None:
    """A kind of proof is not needed any more: a person is well again, a child has left school."""
    for proof in await newest_proofs(session, family.id):
        if proof.kind == kind:
            proof.dropped_on = session.today
    record(
        session,
        actor=officer_id,
        action="family_proofs.dropped",
        subject=f"family_files:{family.id}",
        detail={"kind": kind},
    )
    await session.flush()


async def newest_proofs(session: ReadSession, family_id: int) -> list[FamilyProof]:
    """The newest proof of each kind and person, without those that are not needed any more."""
    rows = await session.scalars(select(FamilyProof).where(FamilyProof.family_id == family_id).order_by(FamilyProof.id))
    newest = {(proof.kind, proof.person_id): proof for proof in rows}
    return [proof for proof in newest.values() if proof.dropped_on is None]


async def expired_proofs(session: ReadSession, family_id: int) -> str:
    """The kinds that have ended, in words: '收入证明 (income)'; empty when none has."""
    names = rules()["families"]["proofs"]
    over = {
        f"{names[proof.kind]} ({proof.kind})"
        for proof in await newest_proofs(session, family_id)
        if proof.expires_on is not None and proof.expires_on < session.today
    }
    return "、".join(sorted(over))


async def last_valid_day(session: ReadSession, family_id: int) -> date:
    """Of a file that is checked today: a year on, or when its first proof ends.

    Raises ProofMissingError, ProofExpiredError.
    """
    proofs = await newest_proofs(session, family_id)
    if not proofs:
        raise ProofMissingError
    if over := await expired_proofs(session, family_id):
        raise ProofExpiredError(f"expired: {over}; note the renewed proof, or drop it if it is not needed any more")
    return min([_a_year_on(session.today), *(proof.expires_on for proof in proofs if proof.expires_on)])


def _a_year_on(day: date) -> date:
    year = day.year + int(rules()["families"]["years_valid"])
    leap = day.month == 2 and day.day == 29
    return (date(year, 3, 1) if leap else day.replace(year=year)) - timedelta(days=1)
