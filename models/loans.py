"""Small loans: the application, the grant, and the repayment file."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Fen, Moment, RowId, Sealed, Word
from models.database import ReadSession, Session

USE = "loans.use"


class Loan(Base):
    """A loan 贷款, a borrowing 借款 from the union, or assistance 助贷 with a bank's."""

    __tablename__ = "loans"
    __table_args__ = (Index(None, "person_id"), Index(None, "region", "state"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    kind: Mapped[Word]  # loan | borrowing | assisted
    guaranteed: Mapped[bool]
    amount_fen: Mapped[Fen]
    months: Mapped[int]
    source: Mapped[Word | None]  # the union's own money, which then leaves its fund; None: a bank's
    state: Mapped[Word]
    state_since: Mapped[Moment]
    applied_on: Mapped[date]
    granted_on: Mapped[date | None]
    use_sealed: Mapped[Sealed | None]  # what the money is for, in the person's words

    def use(self, session: ReadSession) -> str:
        """What the money is for."""
        return session.keys.open(self.use_sealed, USE, self.id) if self.use_sealed else ""

    def set_use(self, session: Session, words: str) -> None:
        """Seal what the money is for."""
        self.use_sealed = session.keys.seal(words, USE, self.id) if words else None


class Instalment(Base):
    """One row of the repayment file."""

    __tablename__ = "loan_instalments"
    __table_args__ = (UniqueConstraint("loan_id", "number"), Index(None, "due_on"))

    id: Mapped[RowId]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loans.id"))
    number: Mapped[int]
    due_on: Mapped[date]
    due_fen: Mapped[Fen]
    paid_fen: Mapped[Fen] = mapped_column(default=0)
    paid_on: Mapped[date | None]  # the day on which the last of it came
