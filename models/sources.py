"""Vacancies that others told us of: the labour department, another office."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, RowId


class VacancySource(Base):
    """A vacancy as a source calls it. Several sources may mean one vacancy; then it is shown once.

    `brought`: the vacancy came from here; otherwise we had it already.
    """

    __tablename__ = "vacancy_sources"
    __table_args__ = (UniqueConstraint("source", "external_id"), Index(None, "vacancy_id"))

    id: Mapped[RowId]
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(120))
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancies.id"))
    brought: Mapped[bool]
    valid_through: Mapped[date | None]
    seen_at: Mapped[Moment]
