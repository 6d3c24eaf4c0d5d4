"""Family files (困难职工档案): who belongs to a family, what proves its need, and what was posted about it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Sealed, Word
from models.database import ReadSession, Session

DETAILS = "family_files.details"
BORN = "family_members.born"


class FamilyFile(Base):
    """One family in need; all aid hangs on a file that is on file and not past `expires_on`."""

    __tablename__ = "family_files"
    __table_args__ = (Index(None, "applicant_id"), Index(None, "region", "state"), Index(None, "publicity_id"))

    id: Mapped[RowId]
    applicant_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    groups: Mapped[list[str]]  # what the family is to the form; a student's aid is counted under these
    state: Mapped[Word]
    state_since: Mapped[Moment]
    applied_on: Mapped[date]
    details_sealed: Mapped[Sealed | None]  # why the family is in need
    publicity_id: Mapped[int | None] = mapped_column(ForeignKey("publicities.id"))
    on_file_since: Mapped[date | None]
    expires_on: Mapped[date | None]  # its last valid day: a year after the check, or when a proof ends
    reminded_for: Mapped[date | None]  # the last valid day that the family has been reminded of
    closed_for: Mapped[Word | None]

    def details(self, session: ReadSession) -> str:
        """Why the family is in need, in its own words."""
        return session.keys.open(self.details_sealed, DETAILS, self.id) if self.details_sealed else ""

    def set_details(self, session: Session, details: str | None) -> None:
        """Seal why the family is in need."""
        self.details_sealed = session.keys.seal(details, DETAILS, self.id) if details else None


class FamilyMember(Base):
    """Somebody of a family, with the groups that a valid file gives to them."""

    __tablename__ = "family_members"
    __table_args__ = (Index(None, "family_id"), Index(None, "person_id"))

    id: Mapped[RowId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family_files.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    relation: Mapped[Word]  # self | spouse | child | parent | other
    groups: Mapped[list[str]]
    born_sealed: Mapped[Sealed | None]

    def born(self, session: ReadSession) -> date | None:
        """The day of birth, where it is known; it decides whose name is written 王某."""
        return date.fromisoformat(session.keys.open(self.born_sealed, BORN, self.id)) if self.born_sealed else None

    def set_born(self, session: Session, born: date | None) -> None:
        """Seal the day of birth."""
        self.born_sealed = session.keys.seal(born.isoformat(), BORN, self.id) if born else None


class FamilyProof(Base):
    """What an officer has seen that proves the need; the newest of a kind and person counts."""

    __tablename__ = "family_proofs"
    __table_args__ = (Index(None, "family_id"),)

    id: Mapped[RowId]
    family_id: Mapped[int] = mapped_column(ForeignKey("family_files.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[Word]  # a kind of `services/casework.toml`
    seen_on: Mapped[date]
    expires_on: Mapped[date | None]  # None: holds for good
    dropped_on: Mapped[date | None]  # not needed any more
    seen_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Publicity(Base):
    """A list posted at a workplace, village or school (公示): content and standard of the aid, names masked."""

    __tablename__ = "publicities"
    __table_args__ = (Index(None, "region", "state"),)

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    place: Mapped[Word]  # workplace | village | school
    place_name: Mapped[str] = mapped_column(String(80))
    content: Mapped[str] = mapped_column(String(200))
    standard: Mapped[str] = mapped_column(String(200))
    posted_on: Mapped[date]
    until: Mapped[date]  # the last day on which somebody can object
    state: Mapped[Word]
    state_since: Mapped[Moment]
    posted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Objection(Base):
    """Somebody objects to one row of a posted list; open until an officer has settled it."""

    __tablename__ = "objections"
    __table_args__ = (Index(None, "publicity_id"), Index(None, "about"))

    id: Mapped[RowId]
    publicity_id: Mapped[int] = mapped_column(ForeignKey("publicities.id"))
    about: Mapped[str] = mapped_column(String(64))  # family_files:17 or aid_grants:17
    raised_on: Mapped[date]
    words_sealed: Mapped[Sealed]
    state: Mapped[Word]
    state_since: Mapped[Moment]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
