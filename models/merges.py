"""Two records that are one person: what was moved, so that it can be undone, and pairs that were told apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, RowId


class PersonMerge(Base):
    """`gone_id` goes on as `kept_id`. `moved`: column of a table → the keys of its rows; ids only."""

    __tablename__ = "person_merges"
    __table_args__ = (Index(None, "kept_id"), Index(None, "gone_id"))

    id: Mapped[RowId]
    kept_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    gone_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    moved: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(200))
    merged_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    merged_at: Mapped[Moment]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    undone_at: Mapped[Moment | None]


class PersonApart(Base):
    """Somebody looked: these two are two. `one_id` is the smaller."""

    __tablename__ = "people_apart"
    __table_args__ = (UniqueConstraint("one_id", "other_id"),)

    id: Mapped[RowId]
    one_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Moment]
