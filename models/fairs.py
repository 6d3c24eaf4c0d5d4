"""Job fairs: venues, booths, who came, who was talked to at which booth and what became of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class Fair(Base):
    """A fair that an office plans; it may be held at several venues, also in another province."""

    __tablename__ = "fairs"
    __table_args__ = (Index(None, "region", "starts_on"), Index(None, "ends_on"))

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]  # the office's
    title: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    for_graduates: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Word]
    state_since: Mapped[Moment]


class FairVenue(Base):
    """One place of a fair (一场). `code` is the number at its door: five digits, typed or behind the QR picture."""

    __tablename__ = "fair_venues"
    __table_args__ = (Index(None, "fair_id"),)

    id: Mapped[RowId]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fairs.id"))
    code: Mapped[str] = mapped_column(String(5), unique=True)
    region: Mapped[Adcode]
    place: Mapped[str] = mapped_column(String(60))
    held_on: Mapped[date | None]  # the day somebody first came: from then on it is counted as held


class FairBooth(Base):
    """An employer at a venue. `posts`: as planned, until adverts are there."""

    __tablename__ = "fair_booths"
    __table_args__ = (UniqueConstraint("venue_id", "number"), Index(None, "employer_id"))

    id: Mapped[RowId]
    venue_id: Mapped[int] = mapped_column(ForeignKey("fair_venues.id"))
    number: Mapped[int]
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    posts: Mapped[int] = mapped_column(default=0)
    video_link: Mapped[str | None] = mapped_column(String(200))  # where interviews are by video
    asked_at: Mapped[Moment | None]  # what became of the intents was asked last
    asked_times: Mapped[int] = mapped_column(default=0)


class FairVacancy(Base):
    """An advert that hangs at a booth."""

    __tablename__ = "fair_vacancies"

    booth_id: Mapped[int] = mapped_column(ForeignKey("fair_booths.id"), primary_key=True, autoincrement=False)
    vacancy_id: Mapped[int] = mapped_column(
        ForeignKey("vacancies.id"), primary_key=True, autoincrement=False, index=True
    )


class FairVisit(Base):
    """A person came in, once a fair and day."""

    __tablename__ = "fair_visits"
    __table_args__ = (UniqueConstraint("fair_id", "person_id", "day"), Index(None, "person_id", "day"))

    id: Mapped[RowId]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fairs.id"))
    venue_id: Mapped[int] = mapped_column(ForeignKey("fair_venues.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    received_at: Mapped[Moment | None]  # 接待求职: said what they look for, or took a number


class FairTicket(Base):
    """A person at a booth: the call number of the day, and what came of it."""

    __tablename__ = "fair_tickets"
    __table_args__ = (
        UniqueConstraint("booth_id", "number"),
        UniqueConstraint("booth_id", "person_id"),
        Index(None, "fair_id"),
        Index(None, "person_id"),
        Index(None, "application_id"),
    )

    id: Mapped[RowId]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fairs.id"))
    booth_id: Mapped[int] = mapped_column(ForeignKey("fair_booths.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    state: Mapped[Word]
    state_since: Mapped[Moment]
    intent_on: Mapped[date | None]
    hired_on: Mapped[date | None]  # on a day of the fair it is 现场录用
    started_on: Mapped[date | None]
    meets_at: Mapped[Moment | None]  # by video
    answered_on: Mapped[date | None]  # the employer said what became of it
