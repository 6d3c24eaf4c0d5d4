"""Placements: somebody started work, with the evidence for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class Placement(Base):
    """The first day at work and what shows it. Words of `how`, `evidence`, `contract`: the ledger's."""

    __tablename__ = "placements"
    __table_args__ = (Index(None, "person_id"), Index(None, "region"))

    id: Mapped[RowId]
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    state: Mapped[Word]
    state_since: Mapped[Moment]
    started_on: Mapped[date]
    how: Mapped[Word]
    evidence: Mapped[Word]
    contract: Mapped[Word | None]
    months: Mapped[int | None]
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
