"""Random audit (抽查): placements drawn by lot and called back, with the office's right to reply."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Hash, Moment, RowId, Sealed, Word


class AuditDraw(Base):
    """One draw. Seed, moment and the hash of the population let anybody draw the same again.

    `percent_hundredths`: 500 is 5 %.
    """

    __tablename__ = "audit_draws"
    __table_args__ = (Index(None, "region"),)

    id: Mapped[RowId]
    region: Mapped[Adcode]
    start: Mapped[date]
    cutoff: Mapped[date]
    percent_hundredths: Mapped[int]
    minimum: Mapped[int]
    maximum: Mapped[int]
    seed: Mapped[str] = mapped_column(String(64))
    population: Mapped[int]
    population_hash: Mapped[Hash]
    drawn_at: Mapped[Moment]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class AuditCheck(Base):
    """One placement of a draw, known by its ledger key; `outcome` stays what the call found, whatever is decided."""

    __tablename__ = "audit_checks"
    __table_args__ = (UniqueConstraint("draw_id", "entry_key"), Index(None, "entry_key"), Index(None, "state"))

    id: Mapped[RowId]
    draw_id: Mapped[int] = mapped_column(ForeignKey("audit_draws.id"))
    number: Mapped[int]  # in the order of the lot, from 1
    entry_key: Mapped[str] = mapped_column(String(80))
    region: Mapped[Adcode]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    state: Mapped[Word]
    state_since: Mapped[Moment]
    outcome: Mapped[Word | None]
    note_sealed: Mapped[Sealed | None]
    called_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    called_at: Mapped[Moment | None]
    reply_until: Mapped[date | None]
    reply_sealed: Mapped[Sealed | None]
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
