"""Where a person stands in the conversation, and how a browser is let in."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BlindIndex, Moment, RowId, Sealed


class Conversation(Base):
    """FSM state, its data and the open menu; it follows the person over all channels."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "updated_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    state: Mapped[str | None] = mapped_column(String(80))
    data_sealed: Mapped[Sealed]  # {"data": FSM data, "menu": {"message": id, "choices": [...]}}
    updated_at: Mapped[Moment]


class EntryToken(Base):
    """A link that lets a browser in as a person, valid once."""

    __tablename__ = "entry_tokens"

    token_index: Mapped[BlindIndex] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class JoinCode(Base):
    """Six digits with which a person goes on talking on another channel."""

    __tablename__ = "join_codes"

    code_index: Mapped[BlindIndex] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class JoinMiss(Base):
    """Six digits that were no code: who guesses is stopped."""

    __tablename__ = "join_misses"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[RowId]
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    at: Mapped[Moment]


class HelpRequest(Base):
    """Somebody asked for a person of the office."""

    __tablename__ = "help_requests"
    __table_args__ = (Index(None, "office_id", "answered_at"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    asked_at: Mapped[Moment]
    words_sealed: Mapped[Sealed | None]
    answered_at: Mapped[Moment | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
