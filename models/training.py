"""Training institutions and their courses."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class Institution(Base):
    """A designated training institution; `titles` as in the ledger, with the day they were given."""

    __tablename__ = "institutions"

    id: Mapped[RowId]
    name: Mapped[str] = mapped_column(String(80))
    region: Mapped[Adcode]
    titles: Mapped[list[str]] = mapped_column(default=list)


class Course(Base):
    """One class that people can join."""

    __tablename__ = "courses"
    __table_args__ = (Index(None, "region"),)

    id: Mapped[RowId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    title: Mapped[str] = mapped_column(String(60))
    course_type: Mapped[Word]  # skill | safety | basic | home_service | entrepreneurship
    region: Mapped[Adcode]
    occupations: Mapped[list[str]] = mapped_column(default=list)
    gives_certificate: Mapped[str | None] = mapped_column(String(32))
    starts_on: Mapped[date]
    days: Mapped[int]
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    free: Mapped[bool] = mapped_column(default=True)


class Enrolment(Base):
    """A person in a course."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("course_id", "person_id"), Index(None, "person_id"))

    id: Mapped[RowId]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[Word]
    state_since: Mapped[Moment]
