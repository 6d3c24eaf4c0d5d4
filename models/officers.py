"""Information officers: their villages, the people they answer for, oral consents, what waits for their daily list."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Sealed, Word


class OfficerVillage(Base):
    """A village, street or workplace for which an information officer is appointed."""

    __tablename__ = "officer_villages"
    __table_args__ = (UniqueConstraint("officer_id", "region", "village"),)

    id: Mapped[RowId]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    region: Mapped[Adcode]
    village: Mapped[str] = mapped_column(String(40))
    since: Mapped[Moment]


class Represented(Base):
    """Somebody without a phone, for whom an information officer speaks."""

    __tablename__ = "represented"
    __table_args__ = (Index(None, "agent_id"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # the information officer
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    since: Mapped[Moment]


class OralConsent(Base):
    """Somebody agreed by word of mouth: who took it, when, and who stood by."""

    __tablename__ = "oral_consents"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[Word]
    subject: Mapped[str] = mapped_column(String(64), default="")
    taken_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    witness_sealed: Mapped[Sealed]
    given_at: Mapped[Moment]


class OfficerAct(Base):
    """What an information officer did for somebody: the monthly tally counts it."""

    __tablename__ = "officer_acts"
    __table_args__ = (Index(None, "agent_id", "day"), Index(None, "office_id", "day"))

    id: Mapped[RowId]
    agent_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    act: Mapped[Word]  # registered | changed | applied | answered
    day: Mapped[date]


class OfficerNote(Base):
    """What would have been sent to a represented person: it waits for the officer's list. `answers`: button data."""

    __tablename__ = "officer_notes"
    __table_args__ = (Index(None, "agent_id", "answered_at"), Index(None, "person_id"))

    id: Mapped[RowId]
    agent_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text_sealed: Mapped[Sealed | None]
    answers: Mapped[list[Any]]  # [[label key, data], ...]
    created_at: Mapped[Moment]
    listed_at: Mapped[Moment | None]
    answered_at: Mapped[Moment | None]
