"""Funds: what an office has of a programme's money from one source, and every movement of it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Fen, RowId, Word


class Fund(Base):
    """The balance; the sum of its moves, changed only together with one, never below zero."""

    __tablename__ = "funds"
    __table_args__ = (
        UniqueConstraint("office_id", "programme", "source"),
        CheckConstraint("balance_fen >= 0", name="not_below_zero"),
    )

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    programme: Mapped[Word]
    source: Mapped[Word]
    balance_fen: Mapped[Fen]


class FundMove(Base):
    """Money in or out: raised, received and returned add; allocated (handed down) and used take away."""

    __tablename__ = "fund_moves"
    __table_args__ = (Index(None, "fund_id", "moved_on"),)

    id: Mapped[RowId]
    fund_id: Mapped[int] = mapped_column(ForeignKey("funds.id"))
    kind: Mapped[Word]  # raised | received | returned | allocated | used
    amount_fen: Mapped[Fen]
    purpose: Mapped[Word | None]  # of what was used: training | introduction | other
    moved_on: Mapped[date]
    moved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
