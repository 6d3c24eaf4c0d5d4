"""The ledger: every fact that any form, programme or target counts (`statistics.md` §1)."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Fen, Hash, Moment, RowId, Word


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


LEDGER = cast(Table, LedgerEntry.__table__)  # what is appended or read by the thousand


class LedgerBlock(Base):
    """Entries of one office sealed together; each block names the hash of the one before it.

    `chain`: the office, 0 for entries of a region's own union office. A turn writes no block: the job does, afterwards.
    """

    __tablename__ = "ledger_blocks"
    __table_args__ = (UniqueConstraint("chain", "number"),)

    id: Mapped[RowId]
    chain: Mapped[int]
    number: Mapped[int]  # from 1
    entries: Mapped[int]
    entries_hash: Mapped[Hash]  # over the seals of its entries, in the order of their ids
    before_hash: Mapped[Hash]  # 32 zeros for the first
    hash: Mapped[Hash]
    sealed_at: Mapped[Moment]


class LedgerSeal(Base):
    """The fingerprint of one entry: what tells a changed row from a missing one."""

    __tablename__ = "ledger_seals"
    __table_args__ = (Index(None, "block_id"),)

    id: Mapped[RowId]  # the entry's
    block_id: Mapped[int] = mapped_column(ForeignKey("ledger_blocks.id"))
    hash: Mapped[Hash]
