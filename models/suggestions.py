"""What was suggested to a seeker unasked: never twice the same, and not too often."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, RowId


class Suggestion(Base):
    """One vacancy that was told unasked to one seeker, by the night or after a course, and the day."""

    __tablename__ = "suggestions"
    __table_args__ = (Index(None, "person_id", "told_on"), Index(None, "told_on", "vacancy_id"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"))
    told_on: Mapped[date]
