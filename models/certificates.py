"""Certificates: what a course led to, with issuer, level and number."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BlindIndex, RowId, Sealed, Word
from models.database import ReadSession

NUMBER = "certificates.number"


class Certificate(Base):
    """A certificate somebody got. Its number leads to the person, so it is sealed and found by its index."""

    __tablename__ = "certificates"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[RowId]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    title: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[Word]  # labour | other
    level: Mapped[Word]  # none | junior | intermediate | senior | technician | senior_technician
    number_sealed: Mapped[Sealed]
    number_index: Mapped[BlindIndex] = mapped_column(unique=True)
    issued_on: Mapped[date]
    entered_by: Mapped[int] = mapped_column(ForeignKey("people.id"))

    def number(self, session: ReadSession) -> str:
        """The number in clear, for its holder and the office."""
        return session.keys.open(self.number_sealed, NUMBER, self.id)
