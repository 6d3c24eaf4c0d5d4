"""Targets that were handed down: what a region owes of a programme's indicator (`statistics.md` §7)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class ProgrammeTarget(Base):
    """A target as it was set on one day; the latest of a region counts, the earlier ones tell its history."""

    __tablename__ = "programme_targets"
    __table_args__ = (Index(None, "programme", "region"),)

    id: Mapped[RowId]
    programme: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[Word]
    region: Mapped[Adcode]
    target: Mapped[int | None]  # in the indicator's unit, money in fen; None: taken back
    set_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[Moment]
