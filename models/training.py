"""Training institutions, their titles, courses, and who is in them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Fen, Moment, RowId, Word


class Institution(Base):
    """A designated training institution; `titles` are those held now, `InstitutionTitle` has their days."""

    __tablename__ = "institutions"

    id: Mapped[RowId]
    name: Mapped[str] = mapped_column(String(80))
    region: Mapped[Adcode]
    titles: Mapped[list[str]] = mapped_column(default=list)


class InstitutionTitle(Base):
    """A title (称号) with the day it was given and, where that happened, the day it was withdrawn."""

    __tablename__ = "institution_titles"
    __table_args__ = (Index(None, "institution_id"),)

    id: Mapped[RowId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    title: Mapped[Word]
    given_on: Mapped[date]
    withdrawn_on: Mapped[date | None]  # the first day without it


class InstitutionPlan(Base):
    """How many persons an institution is to train in a year (培训计划)."""

    __tablename__ = "institution_plans"
    __table_args__ = (UniqueConstraint("institution_id", "year"),)

    id: Mapped[RowId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    year: Mapped[int]
    persons: Mapped[int]


class Trainer(Base):
    """A person who answers for an institution: takes its vouchers."""

    __tablename__ = "trainers"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    since: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class Course(Base):
    """One class that people can join. `number` is what staff call it; `taken` counts seats held and seats offered."""

    __tablename__ = "courses"
    __table_args__ = (
        Index(None, "region"),
        Index(None, "institution_id"),
        Index(None, "starts_on"),
        Index(None, "number", unique=True),
    )

    id: Mapped[RowId]
    number: Mapped[int | None]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    title: Mapped[str] = mapped_column(String(60))
    course_type: Mapped[Word]  # skill | safety | basic | home_service | entrepreneurship
    mode: Mapped[Word] = mapped_column(default="open")  # open | order 订单式 | directed 定向
    held: Mapped[Word] = mapped_column(default="day")  # day | night | remote
    region: Mapped[Adcode]
    occupations: Mapped[list[str]] = mapped_column(default=list)
    gives_certificate: Mapped[str | None] = mapped_column(String(32))
    starts_on: Mapped[date]
    days: Mapped[int]
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    free: Mapped[bool] = mapped_column(default=True)
    price_fen: Mapped[Fen | None]  # what it costs a person, or the fund that pays for a voucher; None: not said
    held_on: Mapped[date | None]  # its last day, once the class is over and counted


class CourseVacancy(Base):
    """A vacancy for which an order-based or directed course trains."""

    __tablename__ = "course_vacancies"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True, autoincrement=False)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"), primary_key=True, autoincrement=False)


class Enrolment(Base):
    """A person in a course, or waiting for a seat. `number` is the person's place on the list of the class."""

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("course_id", "person_id"),
        Index(None, "person_id"),
        Index(None, "offered_until"),
    )

    id: Mapped[RowId]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int | None]  # since the person first had a seat
    state: Mapped[Word]
    state_since: Mapped[Moment]
    offered_until: Mapped[Moment | None]  # a seat is kept for who waits, until then
    enrolled_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    passed_on: Mapped[date | None]
    waived: Mapped[list[str]] = mapped_column(default=list)  # 四免: tuition | materials | exam | board


class Attendance(Base):
    """A day on which the person was there."""

    __tablename__ = "attendances"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)


class TrainingSubsidy(Base):
    """What was paid for a result of one person in one course: the whole of it at most, in parts where more came."""

    __tablename__ = "training_subsidies"
    __table_args__ = (UniqueConstraint("enrolment_id", "result", "part"), Index(None, "course_id"))

    id: Mapped[RowId]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))  # None: the person left
    result: Mapped[Word]  # passed | certified | employed
    part: Mapped[int] = mapped_column(default=1)  # 2, 3: differences, once more of the class had reached the result
    amount_fen: Mapped[Fen]
    source: Mapped[Word]  # whose money, as in the ledger
    paid_on: Mapped[date]
    paid_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
