"""Graduates of families on file (阳光就业): the list, the named helper, internships and statuses."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, RowId, Word


class Graduate(Base):
    """A graduate on the list; `contacted_on` is what nobody may let grow old."""

    __tablename__ = "graduates"
    __table_args__ = (Index(None, "region", "status", "contacted_on"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    listed_from: Mapped[Word]  # family_file | school | labour | community | self
    graduated_on: Mapped[date]
    home_region: Mapped[Adcode]
    study_region: Mapped[Adcode]
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # 结对帮扶
    status: Mapped[Word]
    registered_on: Mapped[date]
    contacted_on: Mapped[date | None]


class GraduateStatus(Base):
    """A status as it was on one day; the ledger's words."""

    __tablename__ = "graduate_statuses"
    __table_args__ = (Index(None, "graduate_id"),)

    id: Mapped[RowId]
    graduate_id: Mapped[int] = mapped_column(ForeignKey("graduates.id"))
    status: Mapped[Word]
    since: Mapped[date]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Internship(Base):
    """An internship (见习) that the union found for a graduate."""

    __tablename__ = "internships"
    __table_args__ = (Index(None, "graduate_id"),)

    id: Mapped[RowId]
    graduate_id: Mapped[int] = mapped_column(ForeignKey("graduates.id"))
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employers.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
