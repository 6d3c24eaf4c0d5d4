"""What was filed: figures frozen with the moment up to which the ledger was read (`statistics.md` §8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Hash, Moment, RowId, Word


class Filing(Base):
    """One report of a region, as submitted; a later correction of it is the next revision."""

    __tablename__ = "filings"
    __table_args__ = (UniqueConstraint("form", "region", "period", "revision"), Index(None, "region"))

    id: Mapped[RowId]
    form: Mapped[Word]
    region: Mapped[Adcode]
    period: Mapped[Word]
    revision: Mapped[int]  # from 1
    state: Mapped[Word]
    by_hand: Mapped[bool]  # an office without the system: signed totals, no names
    figures: Mapped[dict[str, Any]]  # item code: integer or null
    confirmed: Mapped[dict[str, Any]]  # item code of a null: "zero" | "no_such_work"
    checks: Mapped[list[Any]]
    explained: Mapped[dict[str, Any]]  # warning: a word of explanation
    narrative: Mapped[str] = mapped_column(Text)
    scan: Mapped[str | None] = mapped_column(String(200))  # of the signed paper, by hand only
    recorded_until: Mapped[Moment]  # entries recorded later are not in it
    entries: Mapped[int]  # of its kinds, region and period at that moment: what came later is told by their number
    before_hash: Mapped[Hash]  # of the revision before; 32 zeros for the first
    hash: Mapped[Hash]
    submitted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    submitted_at: Mapped[Moment]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str | None] = mapped_column(String(200))  # why it was returned
    state_since: Mapped[Moment]


class ClaimRelease(Base):
    """A suspected double claim that staff looked at and let stand, with the reason."""

    __tablename__ = "claim_releases"

    id: Mapped[RowId]
    claim: Mapped[str] = mapped_column(String(64), unique=True)  # guard and a hash of its entries' keys
    reason: Mapped[str] = mapped_column(String(200))
    released_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[Moment]
