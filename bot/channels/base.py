"""What a channel is: a file beside this one that reads what arrives and sends what leaves, and decides nothing.

The edge stores what was read (`web/hooks.py`, `bot/polling.py`) and sends what waits (`bot/sender.py`). Failures are
of the closed family below: each says whether it is worth another try and, by its reason, what staff read.
`docs/howto/add-a-channel.md` adds one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from bot.reach import Reach
from models.channels import ChannelFacts
from models.messages import OutboxState
from services.sending import Envelope

WEB = r"^https?://[^/]+"  # an address is told whole


class ChannelSettings(BaseModel):
    """The table `[channels.NAME]` of a channel; a misspelt key in it is an error."""

    model_config = ConfigDict(extra="forbid")
    per_second: float = 20.0
    at_once: int = 8


class Verdict(StrEnum):
    """What something that arrived came to: its name in the log and in the table of `docs/channels.md`."""

    STORED = "stored"
    STORED_PARTLY = "stored_partly"
    PUT_ASIDE = "put_aside"
    RECEIPT = "receipt"
    LEFT = "left"
    IGNORED = "ignored"
    IGNORED_GROUP = "ignored_group"
    IGNORED_OWN_NUMBER = "ignored_own_number"
    IGNORED_SHORT_CODE = "ignored_short_code"
    IGNORED_NAME = "ignored_name"
    IGNORED_BINARY = "ignored_binary"
    REFUSED_SECRET = "refused_secret"  # noqa: S105 - a name
    REFUSED_SIGNATURE = "refused_signature"
    REFUSED_REPLAY = "refused_replay"
    REFUSED_UNREADABLE = "refused_unreadable"
    REFUSED_LARGE = "refused_large"
    REFUSED_NO_ID = "refused_no_id"
    REFUSED_NO_HOOK = "refused_no_hook"
    PART_JOINED = "part_joined"
    PART_MISSING = "part_missing"
    PART_TWICE = "part_twice"


@dataclass(frozen=True, slots=True)
class Heard:
    """Something a person sent. `body` is what `bot/updates.py` reads: {"text"}, {"choice", "message"}, ...

    `part`: (reference, how many, which) where it is one part of a long SMS.
    """

    external_id: str
    handle: str
    body: Mapping[str, Any]
    part: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an outbox row, as the channel tells it later."""

    row_id: int
    state: OutboxState  # DELIVERED | FAILED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a request said, and what its sender wants to hear once it is stored.

    `odd`: what of it nobody could read; it is put aside and costs the rest nothing.
    """

    outcome: Verdict = Verdict.STORED
    heard: tuple[Heard, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    left: tuple[str, ...] = ()  # handles that can be reached no more (the bot was blocked)
    odd: tuple[bytes, ...] = ()
    status: int = 200
    answer: str = ""


class RefusedRequest(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The request is answered with an error and nothing of it is stored; `keep`: its body is put aside."""

    def __init__(self, outcome: Verdict, status: int, *, keep: bool = False) -> None:
        super().__init__(outcome)
        self.outcome, self.status, self.keep = outcome, status, keep


@dataclass(frozen=True, slots=True)
class Hook:
    """A request to a channel's own address. The query's values are bytes read as Latin-1: some are no text."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    now: float  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The channel took the message. `cost`: hundredths of a fen."""

    external_id: str | None = None
    segments: int | None = None
    cost: int | None = None


class SendError(Exception):
    """The message did not leave. `reason` is a code; its text for staff is `parked.<reason>`.

    `doubtful`: it may have left all the same, in whole or in part; sent again it may come twice.
    """

    def __init__(self, reason: str, *, doubtful: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.doubtful = reason, doubtful


class TryLaterError(SendError):
    """The channel is away or busy: once more, later."""


class ThrottledError(SendError):
    """The channel wants nothing at all for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("throttled")
        self.seconds = seconds


class RefusedError(SendError):
    """The channel will never take this message."""


class UnreachableError(SendError):
    """Nobody can be reached at this address any more."""


@contextmanager
def part(number: int) -> Iterator[None]:
    """The sending of one part of a message, counted from 0: when a later one fails, those before it have left."""
    try:
        yield
    except SendError as error:
        error.doubtful = error.doubtful or number > 0
        raise


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel may be used: messages a second in all and to one address, and how many at once."""

    per_second: float
    at_once: int
    per_address: float | None = None
    burst: int = 1


class Channel(Protocol):
    """One way to reach a person."""

    name: str
    reach: Reach
    facts: ChannelFacts


class SendingChannel(Channel, Protocol):
    """A channel that we call; the web chat and the terminal fetch their rows themselves."""

    pace: Pace

    async def send(self, envelope: Envelope) -> Sent:
        """Hand one message over. Raises a SendError."""

    async def read(self, hook: Hook) -> Reading:
        """What a request to `/hooks/<name>` says. Raises RefusedRequest."""

    async def open(self) -> None:
        """Before the first message: sessions, web hooks, menus."""

    async def close(self) -> None:
        """After the last."""


@dataclass(frozen=True, slots=True)
class PulledChannel:
    """A channel whose readers come for their rows."""

    name: str
    reach: Reach
    facts: ChannelFacts = field(default_factory=lambda: ChannelFacts(domestic=True, rings=False))
