"""A voucher whose holder leaves the course it was taken for: good again until its last day, or expired."""

from __future__ import annotations

from sqlalchemy import Select, select

from models.database import Session
from models.ledger import LedgerEntry
from models.money import yuan
from models.states import VoucherState, move
from models.training import Enrolment
from models.vouchers import Voucher
from services.ledger import again, append
from services.notices import tell

V = VoucherState


def redemptions(voucher: Voucher) -> Select[LedgerEntry]:
    """The entries of each time the voucher was taken, the newest first; all but the newest are cancelled."""
    return (
        select(LedgerEntry)
        .where(
            LedgerEntry.source == f"vouchers:{voucher.id}",
            LedgerEntry.kind == "voucher_redeemed",
            LedgerEntry.reverses.is_(None),
        )
        .order_by(LedgerEntry.id.desc())
    )


async def give_back(session: Session, enrolment: Enrolment, *, actor: int | None) -> None:
    """The institution has not earned it: its redemption is cancelled. Who has completed the course has used it."""
    taken = select(Voucher).where(Voucher.enrolment_id == enrolment.id, Voucher.state == V.REDEEMED)
    voucher = None
    if enrolment.completed_on is None:
        voucher = (await session.scalars(taken.with_for_update())).first()
    if voucher is None:
        return
    is_good = voucher.expires_on >= session.today
    await move(session, voucher, V.ISSUED if is_good else V.EXPIRED, actor=actor, why="left_course")
    voucher.enrolment_id = voucher.institution_id = voucher.redeemed_by = None
    entry = (await session.scalars(redemptions(voucher).limit(1))).first()
    if entry is not None:
        await append(session, again(entry, f"reversal:{entry.key}", reverses=entry.key))
    await session.flush()
    key = "notice.voucher_again" if is_good else "notice.voucher_expired"
    await tell(session, voucher.person_id, key, amount=yuan(voucher.face_fen), until=voucher.expires_on.isoformat())
