"""Own businesses: the project library, the business, its follow-up and the jobs it made."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Fen, Moment, RowId, Sealed, Word


class Project(Base):
    """A business idea of the library (项目库) that people can choose."""

    __tablename__ = "projects"
    __table_args__ = (Index(None, "region"),)

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    title: Mapped[str] = mapped_column(String(60))
    trade: Mapped[str] = mapped_column(String(40))
    capital_fen: Mapped[Fen]  # what one needs to begin
    summary: Mapped[str] = mapped_column(String(500))
    withdrawn_on: Mapped[date | None]


class Startup(Base):
    """Somebody's business, from the first advice to its end."""

    __tablename__ = "startups"
    __table_args__ = (Index(None, "person_id"), Index(None, "region", "state"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    title_sealed: Mapped[Sealed | None]  # small businesses carry their owner's name
    state: Mapped[Word]
    state_since: Mapped[Moment]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]


class StartupCheck(Base):
    """A follow-up that is due some months after the opening; unanswered is unknown, neither open nor closed."""

    __tablename__ = "startup_checks"
    __table_args__ = (UniqueConstraint("startup_id", "months"), Index(None, "due_on"))

    id: Mapped[RowId]
    startup_id: Mapped[int] = mapped_column(ForeignKey("startups.id"))
    months: Mapped[int]
    due_on: Mapped[date]
    asked_on: Mapped[date | None]  # the owner; staff call whom a question does not reach
    answered_on: Mapped[date | None]
    operating: Mapped[bool | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class CreatedJobs(Base):
    """Jobs that a loan or a business made, the owner's own not among them."""

    __tablename__ = "created_jobs"
    __table_args__ = (Index(None, "loan_id"), Index(None, "startup_id"))

    id: Mapped[RowId]
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"))
    startup_id: Mapped[int | None] = mapped_column(ForeignKey("startups.id"))
    quantity: Mapped[int]
    noted_on: Mapped[date]
    noted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
