"""Applications: a seeker and a vacancy."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, RowId, Word


class Application(Base):
    """One seeker for one vacancy; `invited_at` is the employer's yes, the INTERVIEW state the seeker's."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("vacancy_id", "seeker_id"),
        Index(None, "seeker_id"),
        Index(None, "state"),
    )

    id: Mapped[RowId]
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"))
    seeker_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[Word]
    state_since: Mapped[Moment]
    created_at: Mapped[Moment]
    reason: Mapped[Word | None]  # why it was declined, rejected or withdrawn
    invited_at: Mapped[Moment | None]
