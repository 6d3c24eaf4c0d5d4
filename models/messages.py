"""Messages in and out, and the small record that every room uses to say something to somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Table, UniqueConstraint, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, RowId, Sealed, Word


class InboxState(StrEnum):
    """A stored message is waiting until a turn has handled it; what fails twice is parked.

    A part of a long SMS waits as `part` until the others are there.
    """

    WAITING = "waiting"
    PART = "part"
    HANDLED = "handled"
    PARKED = "parked"


class OutboxState(StrEnum):
    """What became of a reply. What failed for good is parked: staff see it, retry it or drop it."""

    WAITING = "waiting"
    SENDING = "sending"  # handed to the channel; after a kill nobody knows whether it left
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    DROPPED = "dropped"


UNSENT = (OutboxState.WAITING, OutboxState.SENDING)
PARKED = (OutboxState.FAILED, OutboxState.EXPIRED)


class Kind(StrEnum):
    """Why something is said: decides priority, expiry, quiet hours and caps."""

    REPLY = "reply"
    INTERVIEW = "interview"
    NOTICE = "notice"
    DIGEST = "digest"


EXPIRES_AFTER = {
    Kind.REPLY: timedelta(hours=24),
    Kind.INTERVIEW: timedelta(hours=24),
    Kind.NOTICE: timedelta(days=3),
    Kind.DIGEST: timedelta(hours=12),
}


PRIORITY = {Kind.REPLY: 0, Kind.INTERVIEW: 1, Kind.NOTICE: 2, Kind.DIGEST: 3}  # lower leaves first

CONTACT_MARK = "\ue000"  # a private-use character: what people type is cleaned of them


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `key` is what may be typed for it, `label` what it says, `data` what it means to us."""

    key: str
    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something to say to a person.

    No phone number is ever in `text`: where one belongs stands CONTACT_MARK, and `contact_of` says whose; it is
    put in at delivery.
    """

    id: int
    person_id: int
    text: str
    choices: tuple[Choice, ...] = ()
    action: str = "send"  # send | edit | delete
    target: int | None = None  # for edit and delete: the message meant
    kind: Kind = Kind.REPLY
    file: str | None = None
    share: str | None = None  # contact | location: what a button offers to send, where a channel has such buttons
    contact_of: int | None = None
    contact_for: int | None = None  # the application for which both said yes

    def body(self) -> dict[str, Any]:
        """What is sealed into the row."""
        return {
            "text": self.text,
            "choices": [[c.key, c.label, c.data] for c in self.choices],
            "file": self.file,
            "share": self.share,
        }


class InboxRow(Base):
    """A message as it arrived: stored first, then acknowledged, then handled. Its id is the update_id."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index(
            "ix_inbox_waiting",
            "address_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "address_id", "id"),
        Index(
            "ix_inbox_parts",
            "channel",
            "received_at",
            sqlite_where=text("state = 'part'"),
            postgresql_where=text("state = 'part'"),
        ),
    )

    id: Mapped[RowId]
    channel: Mapped[Word]
    external_id: Mapped[str] = mapped_column(String(128))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    body_sealed: Mapped[Sealed | None]
    state: Mapped[Word] = mapped_column(default=InboxState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[Moment]
    handled_at: Mapped[Moment | None]
    error: Mapped[str | None] = mapped_column(String(200))


def _spelt(columns: Any, *states: StrEnum) -> ColumnElement[bool]:
    """Of these states, spelt out as in the partial indexes: for a parameter no planner uses one, and a look for the few
    rows that wait would read all that ever came.
    """
    words: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in states]
    return cast("ColumnElement[bool]", columns.state == words[0] if len(words) == 1 else columns.state.in_(words))


def is_waiting(inbox: Any) -> ColumnElement[bool]:
    """Messages that no turn has handled; `inbox`: InboxRow or columns of its table, as below."""
    return _spelt(inbox, InboxState.WAITING)


def is_part(inbox: Any) -> ColumnElement[bool]:
    """Parts of long messages."""
    return _spelt(inbox, InboxState.PART)


def is_unsent(outbox: Any) -> ColumnElement[bool]:
    """Replies that wait for their channel or are under way."""
    return _spelt(outbox, *UNSENT)


def is_parked(outbox: Any) -> ColumnElement[bool]:
    """Replies that failed for good."""
    return _spelt(outbox, *PARKED)


INBOX = cast(Table, InboxRow.__table__)  # the hot path writes in Core statements


class OutboxRow(Base):
    """A reply or notice for one address. `seq` counts an address's rows: the event id of the web chat."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("address_id", "seq"),
        Index(None, "person_id"),
        Index(
            "ix_outbox_waiting",
            "address_id",
            "seq",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index(
            "ix_outbox_due",
            "channel",
            "priority",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index(
            "ix_outbox_parked",
            "id",
            sqlite_where=text("state IN ('failed', 'expired')"),
            postgresql_where=text("state IN ('failed', 'expired')"),
        ),
    )

    id: Mapped[RowId]
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    channel: Mapped[Word]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seq: Mapped[int]
    action: Mapped[Word]
    target: Mapped[int | None]
    kind: Mapped[Word]
    priority: Mapped[int]
    body_sealed: Mapped[Sealed | None]
    contact_of: Mapped[int | None]  # whose name and number the text tells
    contact_for: Mapped[int | None]  # the application for which they may be told
    state: Mapped[Word] = mapped_column(default=OutboxState.WAITING)
    answers: Mapped[int | None]  # the inbox row that this replies to
    created_at: Mapped[Moment]
    due_at: Mapped[Moment]  # not before: quiet hours, a daily cap, or the next attempt
    expires_at: Mapped[Moment]
    attempts: Mapped[int] = mapped_column(default=0)
    sending_since: Mapped[Moment | None]
    maybe_twice: Mapped[bool] = mapped_column(default=False)  # it was in flight when its sender died
    sent_at: Mapped[Moment | None]
    external_id: Mapped[str | None] = mapped_column(String(80))  # the channel's own id of the message
    segments: Mapped[int | None]
    cost: Mapped[int | None]  # hundredths of a fen: a segment costs about four and a half fen
    receipt_at: Mapped[Moment | None]
    error: Mapped[str | None] = mapped_column(String(80))  # a reason of `services/parked.py`


OUTBOX = cast(Table, OutboxRow.__table__)


class ChannelLease(Base):
    """One process at a time sends (and polls) on a channel: its pace and its pauses are one."""

    __tablename__ = "channel_leases"

    channel: Mapped[Word] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[Moment]
    paused_until: Mapped[Moment | None]  # the channel asked for patience (429)


class OddArrival(Base):
    """Something a channel's proven sender sent that could not be read; kept aside for whoever looks into it."""

    __tablename__ = "odd_arrivals"

    id: Mapped[RowId]
    channel: Mapped[Word]
    reason: Mapped[Word]
    body_sealed: Mapped[Sealed]
    received_at: Mapped[Moment]


class Question(Base):
    """A proactive question that may be answered at any time by its number (81-89)."""

    __tablename__ = "questions"
    __table_args__ = (Index(None, "person_id", "key"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    message_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(2))
    label: Mapped[str] = mapped_column(String(60))
    data: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[Moment]
    answered_at: Mapped[Moment | None]
