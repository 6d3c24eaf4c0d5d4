"""Rosters (花名册) of offices: which file told of whom, so that a figure opens onto the line it came from."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, BlindIndex, Hash, Moment, RowId, Sealed, Word

CERTIFICATE = "roster_rows.certificate"  # what the index of a number is made for


class Roster(Base):
    """One file as it was read for an office; `kind`: training | employment | tuition."""

    __tablename__ = "rosters"
    __table_args__ = (Index(None, "office_id"),)

    id: Mapped[RowId]
    kind: Mapped[Word]
    file_name: Mapped[str] = mapped_column(String(120))
    file_hash: Mapped[Hash]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    imported_at: Mapped[Moment]


class RosterRow(Base):
    """One line that brought something new, and the person it is about.

    `identity` finds whoever has no ID number again: name and phone. `certificate`: of its number, which one person has.
    """

    __tablename__ = "roster_rows"
    __table_args__ = (Index(None, "person_id"), Index(None, "roster_id"), Index(None, "identity"))

    id: Mapped[RowId]
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    line: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    identity: Mapped[BlindIndex | None]
    certificate: Mapped[BlindIndex | None] = mapped_column(unique=True)
    cells_sealed: Mapped[Sealed | None]  # the line as it was understood
