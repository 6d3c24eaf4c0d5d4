"""People: seekers, recruiters and officers alike, their addresses, groups and consents."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, BlindIndex, Moment, RowId, Sealed, Word
from models.database import ReadSession, Session


class Group(StrEnum):
    """The groups of the official forms (`statistics.md` §1); their Chinese names stay on the forms."""

    LAID_OFF = "laid_off"
    MIGRANT = "migrant"
    HARDSHIP_GRADUATE = "hardship_graduate"
    ON_THE_JOB = "on_the_job"
    HARDSHIP_WORKER = "hardship_worker"
    HARDSHIP_MIGRANT = "hardship_migrant"
    SINGLE_PARENT_MOTHER = "single_parent_mother"


GROUP_NAMES = {
    Group.LAID_OFF: "下岗失业人员",
    Group.MIGRANT: "农民工",
    Group.HARDSHIP_GRADUATE: "困难职工家庭高校毕业生",
    Group.ON_THE_JOB: "在职职工",
    Group.HARDSHIP_WORKER: "困难职工",
    Group.HARDSHIP_MIGRANT: "困难农民工",
    Group.SINGLE_PARENT_MOTHER: "困难单亲女职工",
}
"""As the forms and rosters of offices word them; nobody is ever called so to their face."""

NEEDS_PROOF = frozenset(
    {Group.HARDSHIP_GRADUATE, Group.HARDSHIP_WORKER, Group.HARDSHIP_MIGRANT, Group.SINGLE_PARENT_MOTHER}
)


class Person(Base):
    """Somebody who talks to us. `ledger_key` is the random name under which the ledger knows the person."""

    __tablename__ = "people"
    __table_args__ = (Index(None, "merged_into"),)

    id: Mapped[RowId]
    created_at: Mapped[Moment]
    ledger_key: Mapped[str] = mapped_column(String(32), unique=True)
    language: Mapped[Word] = mapped_column(default="zh_CN")
    name_sealed: Mapped[Sealed | None]
    phone_sealed: Mapped[Sealed | None]
    phone_index: Mapped[BlindIndex | None] = mapped_column(unique=True)
    id_number_sealed: Mapped[Sealed | None]
    id_number_index: Mapped[BlindIndex | None] = mapped_column(unique=True)
    opted_out_at: Mapped[Moment | None]
    deleted_at: Mapped[Moment | None]
    merged_into: Mapped[int | None]  # the person this record goes on as

    def name(self, session: ReadSession) -> str | None:
        """The name in clear. Show it only to the person, or through `masked_name`."""
        return session.keys.open(self.name_sealed, "people.name", self.id) if self.name_sealed else None

    def phone(self, session: ReadSession) -> str | None:
        """The E.164 number in clear; only the delivery and a consented exchange may ask."""
        return session.keys.open(self.phone_sealed, "people.phone", self.id) if self.phone_sealed else None

    def id_number(self, session: ReadSession) -> str | None:
        """The ID number in clear; for comparing, never for showing."""
        sealed = self.id_number_sealed
        return session.keys.open(sealed, "people.id_number", self.id) if sealed else None

    def set_id_number(self, session: Session, number: str | None) -> None:
        """Seal and index a number that `services.id_numbers` has checked."""
        self.id_number_sealed = session.keys.seal(number, "people.id_number", self.id) if number else None
        self.id_number_index = session.keys.index(number, "people.id_number") if number else None

    def set_name(self, session: Session, name: str | None) -> None:
        """Seal the name into this row."""
        self.name_sealed = session.keys.seal(name, "people.name", self.id) if name else None

    def set_phone(self, session: Session, phone: str | None, *, proven: bool = True) -> None:
        """Seal the E.164 number; only a proven one is indexed: a number that somebody typed is no identity."""
        self.phone_sealed = session.keys.seal(phone, "people.phone", self.id) if phone else None
        self.phone_index = session.keys.index(phone, "people.phone") if phone and proven else None


class Address(Base):
    """One way to reach somebody: a phone on SMS, a browser's cookie, a Telegram chat, a terminal."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("channel", "handle_index"), Index(None, "person_id"))

    id: Mapped[RowId]
    channel: Mapped[Word]
    handle_sealed: Mapped[Sealed]
    handle_index: Mapped[BlindIndex]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # who speaks; on a shared phone who spoke last
    created_at: Mapped[Moment]
    blocked_at: Mapped[Moment | None]  # the channel said that it reaches nobody any more
    opted_out_at: Mapped[Moment | None]  # nothing unasked to this number, whoever it is for
    shared: Mapped[bool] = mapped_column(default=False)  # several people: `address_people` says who
    known_until: Mapped[Moment | None]  # on a shared phone: until then it is clear who speaks
    held_sealed: Mapped[Sealed | None]  # what was said before it was clear who speaks


class AddressPerson(Base):
    """Somebody who uses a shared phone."""

    __tablename__ = "address_people"
    __table_args__ = (Index(None, "person_id"),)

    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    since: Mapped[Moment]


class GroupMembership(Base):
    """A group a person belongs to, with its proof and the days between which it holds."""

    __tablename__ = "group_memberships"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    group: Mapped[Word]
    proof: Mapped[Word]  # 'declared' by the person, or 'checked' by an officer
    since: Mapped[date]
    until: Mapped[date | None]


class Consent(Base):
    """What a person agreed to, to which wording, when; withdrawn is a date, not a deletion."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "person_id", "purpose"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[Word]  # keep_profile | keep_employer | pass_contact | sensitive_group
    subject: Mapped[str] = mapped_column(String(64), default="")  # for pass_contact: the application
    version: Mapped[Word]
    given_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]


class Seeker(Base):
    """What a person looks for, kept after consent. Sealed, because people write anything into it."""

    __tablename__ = "seekers"
    __table_args__ = (Index(None, "office_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    registered_at: Mapped[Moment]
    active: Mapped[bool] = mapped_column(default=True)
    region: Mapped[Adcode | None]
    profile_sealed: Mapped[Sealed]
    occupations: Mapped[list[Any]]  # [[code, score], ...]: no personal data, needed to search candidates
