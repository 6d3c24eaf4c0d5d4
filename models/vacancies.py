"""Vacancies: what an employer offers, as it was posted."""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Fen, Moment, RowId, Sealed, Word
from models.database import ReadSession, Session


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
    for_whom: Mapped[Word] = mapped_column(default="all")  # all | graduates | hardship_graduates
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
    contact_sealed: Mapped[Sealed | None]  # who answers, as the recruiter wrote it
    description_sealed: Mapped[Sealed | None]  # the recruiter's own words: people write numbers and names into them
    posted_on: Mapped[date]
    expires_on: Mapped[date]

    def contact_name(self, session: ReadSession) -> str | None:
        """Who answers for the employer; told to a seeker after both said yes."""
        sealed = self.contact_sealed
        return session.keys.open(sealed, "vacancies.contact", self.id) if sealed else None

    def description(self, session: ReadSession) -> str:
        """The recruiter's own words."""
        sealed = self.description_sealed
        return session.keys.open(sealed, "vacancies.description", self.id) if sealed else ""

    def set_words(self, session: Session, contact_name: str | None, description: str | None) -> None:
        """Seal the contact's name and the recruiter's words into this row."""
        seal = session.keys.seal
        self.contact_sealed = seal(contact_name, "vacancies.contact", self.id) if contact_name else None
        self.description_sealed = seal(description, "vacancies.description", self.id) if description else None


VACANCIES = cast(Table, Vacancy.__table__)
