"""A bench: one channel on one side, its peer on the other; the suite says what must hold between them.

A new kind of channel gets a bench of its own in `benches.py`; what is asked of it is here.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

from aiohttp import web

from bot.channels.base import Hook, Reading, RefusedRequest, SendingChannel
from models.messages import Choice, Kind
from services.sending import Envelope
from tests.peers.serving import LocalServer
from web.hooks import read_hook

HOOK = "/hooks/it"
ROW = 1_795_000_000_000_001


class Trouble(Enum):
    """What a peer may do to a message that is handed to it."""

    SERVER_ERROR = "5xx"
    HANGS = "no answer in time"
    AWAY = "nobody listens"
    THROTTLED = "too fast, wait seven seconds"
    ERROR_INSIDE = "200 with an error inside"
    BABBLES = "200 with a page of HTML"
    UNREACHABLE = "nobody at this address"
    REFUSED = "words that are refused"
    WRONG_LOGIN = "our login is wrong"


@dataclass(frozen=True)
class Said:
    """What an odd peer answers to everything; `seconds` it takes for it."""

    status: int = 200
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


class OddPeer(LocalServer):
    """Answers the same to whatever is asked: for troubles that a real peer cannot be ordered to make."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self.said = said

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        yield web.route("*", "/{anything:.*}", self.answer)

    async def answer(self, _request: web.Request) -> web.Response:
        await asyncio.sleep(self.said.seconds)
        kind = "application/json" if self.said.body.startswith("{") else "text/html"
        return web.Response(
            status=self.said.status, text=self.said.body, headers=dict(self.said.headers), content_type=kind
        )


class Ears(LocalServer):
    """Our own hook, as the program serves it, without a database behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.channel: SendingChannel | None = None
        self.hooks: list[Hook] = []
        self.readings: list[Reading] = []

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        yield web.route("*", HOOK, self.take)

    async def take(self, request: web.Request) -> web.Response:
        assert self.channel is not None
        hook = await read_hook(request, time.time())
        try:
            reading = await self.channel.read(hook)
        except RefusedRequest as refusal:
            return web.Response(status=refusal.status)
        self.hooks.append(hook)
        self.readings.append(reading)
        return web.Response(status=reading.status, text=reading.answer)


@dataclass
class Bench(ABC):
    """One kind of channel in one way of use. `folder` is for what it keeps on disk."""

    folder: Path

    kind: ClassVar[type[Any]]  # its settings, as in `bot.channels.kinds.KINDS`
    real: ClassVar[bool] = False  # its peer is a program of its own: marked `peers`
    calls_us: ClassVar[bool] = True  # it has a hook; otherwise it is asked
    has_receipts: ClassVar[bool] = True
    sends: ClassVar[bool] = True  # False: it sends as another bench of its kind does
    buttons: ClassVar[bool] = False
    is_sms: ClassVar[bool] = True
    cannot: ClassVar[Mapping[Trouble, str]] = {}  # troubles that this kind cannot make, and why
    handle: ClassVar[str] = "+8613800138000"
    nobody: ClassVar[str] = "+8613800138000"

    @abstractmethod
    def make(self, url: str, hook_url: str = "http://127.0.0.1:9/hooks/it", **changes: Any) -> SendingChannel:
        """The channel against a peer at `url`."""

    @abstractmethod
    def started(self) -> AbstractAsyncContextManager[None]:
        """The peer runs and `channel` talks to it."""

    channel: SendingChannel = None  # type: ignore[assignment]  # from `started` on

    async def heard(self) -> list[str]:
        """The messages on the phone of `handle`, oldest first, long SMS joined as a phone shows them."""
        raise NotImplementedError

    async def heard_all(self, number: int) -> list[str]:
        """The same, once there are so many and no more come."""
        before: list[str] = []
        for _ in range(40):
            found = await self.heard()
            if len(found) >= number and (found == before or not self.real):
                return found
            before = found
            await asyncio.sleep(0.4 if self.real else 0.02)
        raise AssertionError(f"{number} messages are wanted, heard: {before}")

    async def says(self, text: str) -> Reading:
        """The phone says something; what the channel read."""
        raise NotImplementedError

    async def repeats(self) -> Reading:
        """The peer brings the same once more."""
        raise NotImplementedError

    async def presses(self, label: str) -> Mapping[str, Any]:
        """A button below the newest message; the body that the channel read."""
        raise NotImplementedError

    async def receipt(self, row: int, *, good: bool) -> Reading:
        """Send a message of this row, and read the receipt that the peer brings for it."""
        raise NotImplementedError

    async def order(self, trouble: Trouble) -> bool:
        """Let the peer itself make the trouble with the next message; False: it cannot be ordered to."""
        return False

    def says_to_all(self, trouble: Trouble) -> Said | None:
        """What a peer of this kind answers in this trouble, where it cannot be ordered."""
        return None

    def proven(self, body: bytes) -> Hook:
        """A request with this body from who knows the secret."""
        raise NotImplementedError

    def forged(self, body: bytes) -> list[Hook]:
        """Requests with this body from somebody who does not: no secret, a wrong one, one of odd bytes."""
        raise NotImplementedError

    def mo(self, sender: str, text: str) -> bytes:
        """The body of an MO, where the kind is an SMS gateway with a hook."""
        raise NotImplementedError

    def proven_mo(self, sender: str, text: str) -> Hook:
        """The request of an MO; the body is not all of it everywhere."""
        return self.proven(self.mo(sender, text))


def envelope(handle: str, text: str = "您好", *choices: str, **changes: Any) -> Envelope:
    """A reply; the choices are numbered from 1."""
    values: dict[str, Any] = {
        "id": ROW,
        "address_id": 1,
        "person_id": 2,
        "handle": handle,
        "action": "send",
        "target": None,
        "text": text,
        "choices": tuple(Choice(str(n), label, f"do:{n}") for n, label in enumerate(choices, 1)),
        "share": None,
        "file": None,
        "kind": Kind.REPLY,
        "language": "zh_CN",
        "attempts": 0,
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return Envelope(**values | changes)


Running = AsyncIterator[None]
