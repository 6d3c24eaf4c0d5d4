"""The ledger: every fact that any form, programme or target counts (`statistics.md` §1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Fen, Moment, RowId, Word


class LedgerEntry(Base):
    """One fact, appended when it happens, never edited and never deleted (triggers refuse it)."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index(None, "kind", "occurred_on", "region"),
        Index(None, "person"),
        Index(None, "reverses"),
    )

    id: Mapped[RowId]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[Word]
    occurred_on: Mapped[date]
    recorded_at: Mapped[Moment]
    region: Mapped[Adcode]
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    person: Mapped[str | None] = mapped_column(String(32))
    groups: Mapped[list[str]]
    facts: Mapped[dict[str, Any]]
    quantity: Mapped[int | None]
    amount_fen: Mapped[Fen | None]
    source: Mapped[str] = mapped_column(String(80))
    reverses: Mapped[str | None] = mapped_column(String(80))
