"""Union offices in their regions, and the officers who work for them."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class Role(StrEnum):
    """What a member of staff may do (`promises.md` §4)."""

    INFORMATION_OFFICER = "information_officer"
    STAFF = "staff"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Office(Base):
    """An employment office of a union, in a region of any level."""

    __tablename__ = "offices"
    __table_args__ = (Index(None, "region"),)

    id: Mapped[RowId]
    region: Mapped[Adcode]
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(32))  # the office's public number
    hours: Mapped[str | None] = mapped_column(String(80))


class Officer(Base):
    """A person's role at an office."""

    __tablename__ = "officers"
    __table_args__ = (Index(None, "person_id"), Index(None, "office_id"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    role: Mapped[Word]
    since: Mapped[Moment]
    ended_at: Mapped[Moment | None]
