"""Interview appointments: when and where, or by which video link, and what became of them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, RowId, Word


class Appointment(Base):
    """The appointment of an application; another time is the same row, proposed again."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index(
            "ix_appointments_live",
            "at",
            sqlite_where=text("state IN ('proposed', 'agreed')"),
            postgresql_where=text("state IN ('proposed', 'agreed')"),
        ),
    )

    id: Mapped[RowId]
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    at: Mapped[Moment]
    place: Mapped[str] = mapped_column(String(80), default="")
    link: Mapped[str | None] = mapped_column(String(200))  # a video interview
    state: Mapped[Word]
    state_since: Mapped[Moment]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[Word | None]  # why it was cancelled
    reminded_at: Mapped[Moment | None]
