"""Employers and the recruiters who write for them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class Employer(Base):
    """A company or household that hires; `kind` is the ledger's `employer_kind`."""

    __tablename__ = "employers"
    __table_args__ = (Index(None, "region"), Index(None, "state"))

    id: Mapped[RowId]
    name: Mapped[str] = mapped_column(String(80))
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)  # 统一社会信用代码
    region: Mapped[Adcode]
    kind: Mapped[Word] = mapped_column(default="other")
    state: Mapped[Word]
    state_since: Mapped[Moment]
    verified_until: Mapped[Moment | None]


class Recruiter(Base):
    """A person who may post and answer for an employer."""

    __tablename__ = "recruiters"
    __table_args__ = (Index(None, "person_id"), Index(None, "employer_id"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    since: Mapped[Moment]
    ended_at: Mapped[Moment | None]
