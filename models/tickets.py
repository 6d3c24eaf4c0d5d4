"""Rights and legal consultations: a ticket with a deadline, an answer and an outcome."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Sealed, Word


class Ticket(Base):
    """Somebody's right is in question; the office answers by `due_on`."""

    __tablename__ = "tickets"
    __table_args__ = (Index(None, "person_id"), Index(None, "region", "state", "due_on"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    topic: Mapped[Word]  # a topic of `services/casework.toml`
    state: Mapped[Word]
    state_since: Mapped[Moment]
    opened_on: Mapped[date]
    due_on: Mapped[date]
    words_sealed: Mapped[Sealed | None]
    answer_sealed: Mapped[Sealed | None]
    outcome: Mapped[Word | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
