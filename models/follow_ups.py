"""Follow-ups: what is asked after a start, when, and what was answered; calls that staff make instead."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, RowId, Word

SEEKER, EMPLOYER = "seeker", "employer"
"""The parties that are asked."""


class FollowUp(Base):
    """One question at one mark (`days` after the start); silence is unknown, neither kept nor lost."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("placement_id", "party", "days"),
        UniqueConstraint("application_id", "party"),
        Index(
            "ix_follow_ups_due",
            "due_on",
            "id",
            sqlite_where=text("state IN ('waiting', 'asked')"),
            postgresql_where=text("state IN ('waiting', 'asked')"),
        ),
        Index(None, "person_id"),
    )

    id: Mapped[RowId]
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placements.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))  # hired: did they start?
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # whom it is about
    party: Mapped[Word]  # who is asked: SEEKER | EMPLOYER
    days: Mapped[int]
    due_on: Mapped[date]  # the day of the next try, or of giving up
    state: Mapped[Word]
    state_since: Mapped[Moment]
    tries: Mapped[int] = mapped_column(default=0)
    answer: Mapped[Word | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class FollowUpPause(Base):
    """Home for the festival: nothing is asked before a day, and nobody is taken for out of work."""

    __tablename__ = "follow_up_pauses"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    until: Mapped[date]
    reason: Mapped[Word]
    noted_at: Mapped[Moment]


class CallTask(Base):
    """Somebody whom the office is to call about a placement."""

    __tablename__ = "call_tasks"
    __table_args__ = (Index(None, "office_id", "done_at"), Index(None, "placement_id"), Index(None, "person_id"))

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_ups.id"))
    reason: Mapped[Word]  # silent | not_reached | asked
    made_at: Mapped[Moment]
    tries: Mapped[int] = mapped_column(default=0)  # calls that nobody answered
    done_at: Mapped[Moment | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[Word | None]
