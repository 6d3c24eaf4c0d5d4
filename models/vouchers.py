"""Vouchers: a face value that pays one course, once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, BlindIndex, Fen, Moment, RowId, Sealed, Word
from models.database import ReadSession

CODE = "vouchers.code"


class Voucher(Base):
    """A training voucher. Who knows the code can redeem it, so it is sealed and found by its index."""

    __tablename__ = "vouchers"
    __table_args__ = (Index(None, "person_id"), Index(None, "state", "expires_on"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    state: Mapped[Word]
    state_since: Mapped[Moment]
    code_sealed: Mapped[Sealed | None]
    code_index: Mapped[BlindIndex | None] = mapped_column(unique=True)
    face_fen: Mapped[Fen]
    course_type: Mapped[Word | None]  # None: good for any course
    source: Mapped[Word]  # whose money, as in the ledger
    issued_on: Mapped[date]
    expires_on: Mapped[date]  # its last day
    issued_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), unique=True)  # what it paid
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), index=True)
    redeemed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_fen: Mapped[Fen | None]

    def code(self, session: ReadSession) -> str | None:
        """The eight digits in clear, for the holder only."""
        return session.keys.open(self.code_sealed, CODE, self.id) if self.code_sealed else None
