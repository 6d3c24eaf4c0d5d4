"""Who joined the union with our help."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, RowId


class UnionMembership(Base):
    """Somebody asked to join the union, or has joined; once a person.

    `joined_on`: since the office said yes. `noted_by`: who of the office did.
    """

    __tablename__ = "union_memberships"

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    joined_on: Mapped[date | None]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
