"""Vacancies: what an employer offers, as it was posted."""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Fen, Moment, RowId, Word


class Vacancy(Base):
    """An advert. Wages are fen a month; the wording that was posted stays in `wage_text`.

    `change` is a new id at every change, the watermark that the matcher's index reads behind.
    """

    __tablename__ = "vacancies"
    __table_args__ = (Index(None, "employer_id"), Index(None, "state", "region"), Index(None, "change"))

    id: Mapped[RowId]
    change: Mapped[int]
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[Word]
    state_since: Mapped[Moment]
    title: Mapped[str] = mapped_column(String(60))
    occupation: Mapped[str | None] = mapped_column(String(10))  # level-4 code of the 2022 classification
    region: Mapped[Adcode]
    headcount: Mapped[int]
    hired: Mapped[int] = mapped_column(default=0)
    applications: Mapped[int] = mapped_column(default=0)
    wage_min: Mapped[Fen | None]
    wage_max: Mapped[Fen | None]
    wage_text: Mapped[str] = mapped_column(String(40), default="")
    experience_years: Mapped[float | None]
    education: Mapped[Word | None]
    certificates: Mapped[list[str]] = mapped_column(default=list)
    board: Mapped[bool | None]
    lodging: Mapped[bool | None]
    hire_kind: Mapped[Word | None]  # direct | dispatch | agency
    pay_day: Mapped[str | None] = mapped_column(String(40))
    social_insurance: Mapped[bool | None]
    hours: Mapped[str | None] = mapped_column(String(40))
    contact_name: Mapped[str | None] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(String(1000), default="")
    posted_on: Mapped[date]
    expires_on: Mapped[date]


VACANCIES = cast(Table, Vacancy.__table__)
