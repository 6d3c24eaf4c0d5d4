"""What the two kinds of HTTP SMS gateways have in common: phones, what was accepted, calling us back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.peers.faults import Faults
from tests.peers.serving import LocalServer, until
from tests.peers.sms_text import segments

CALLBACK_TIMES = 3
CALLBACK_PAUSE = 0.02  # seconds; a real gateway waits minutes
FORBIDDEN_WORDS = ("赌博", "发票代开")


@dataclass(frozen=True)
class Accepted:
    """One MT that the gateway took and that will be billed: `ours` is the id we gave it, `id` the gateway's."""

    id: str
    ours: str
    to: str
    text: str
    segments: int
    at: float
    callback: str = ""


@dataclass(frozen=True)
class Answered:
    """One attempt to call us back, and what we said."""

    status: int
    body: str


@dataclass
class Gateway(LocalServer):
    """The gateway's books. `heard` is in order of acceptance, duplicates and all: a gateway knows none."""

    callback_url: str = ""
    port: int = 0
    count: int = 0  # MTs accepted so far
    faults: Faults = field(default_factory=Faults)
    heard: list[Accepted] = field(default_factory=list)
    attempts: list[Answered] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # (our id, why)
    _errors_inside: deque[Any] = field(default_factory=deque)

    def __post_init__(self) -> None:
        LocalServer.__init__(self, self.port)

    def fail_next(self, times: int, code: int) -> None:
        """Answer the next MTs with this HTTP status."""
        self.faults.fail_next(times, code)

    def throttle(self, seconds: float) -> None:
        """Take no MT for so long, and say so in the gateway's own way."""
        self.faults.throttle(seconds)

    def hang(self, seconds: float) -> None:
        """Let every MT wait so long for its answer; 0 ends it."""
        self.faults.hang(seconds)

    def lose_answers(self, times: int) -> None:
        """Accept the next MTs, and cut the connection instead of an answer."""
        self.faults.lose_answers(times)

    def answer_error_inside(self, error: Any, times: int = 1) -> None:
        """Answer the next MTs 200 with this error inside."""
        self._errors_inside.extend([error] * times)

    @property
    def segments(self) -> int:
        """What would be on the bill."""
        return sum(accepted.segments for accepted in self.heard)

    def phone(self, number: str) -> GatewayPhone:
        """A phone of this operator."""
        return GatewayPhone(self, number)

    def accept(self, ours: str, to: str, text: str, callback: str = "") -> Accepted:
        """Write it into the books."""
        self.count += 1
        number = f"{type(self).__name__[0]}{self.count:08}"
        accepted = Accepted(number, ours, to, text, segments(text), time.time(), callback)
        self.heard.append(accepted)
        return accepted

    async def before(self) -> web.Response | None:
        """Ordered faults that hit a call before it is looked at."""
        await self.faults.wait()
        if code := self.faults.failure():
            return web.Response(status=code, text="ordered by the test")
        return None

    def maybe_lose(self, request: web.Request, response: web.Response) -> web.Response:
        """The answer of an MT that was accepted, or a cut connection."""
        if self.faults.loses_answer():
            assert request.transport is not None
            request.transport.abort()
        return response

    async def call_back(self, post: Callable[[aiohttp.ClientSession], Any], taken: Callable[[Answered], bool]) -> bool:
        """Bring something to us, again until it is taken, three times in all; whether it was."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            for again in range(CALLBACK_TIMES):
                if again:
                    await asyncio.sleep(CALLBACK_PAUSE)
                answered = await _attempt(post(session))
                self.attempts.append(answered)
                if taken(answered):
                    return True
        return False

    async def says(self, number: str, text: str) -> bool:
        """A text from a phone; whether we took it."""
        raise NotImplementedError


async def _attempt(request: Any) -> Answered:
    try:
        async with request as answer:
            return Answered(answer.status, await answer.text(errors="replace"))
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return Answered(0, type(error).__name__)


@dataclass(frozen=True)
class GatewayPhone:
    """Somebody with a phone; numbers are 11 digits."""

    gateway: Gateway
    number: str

    async def says(self, text: str) -> bool:
        """A text to our number; whether we took it."""
        return await self.gateway.says(self.number, text)

    @property
    def heard(self) -> list[str]:
        """The texts that came out to this phone."""
        return [one.text for one in self.gateway.heard if one.to.removeprefix("+86") == self.number]

    async def hears(self, words: str, seconds: float = 10.0) -> str:
        """Wait until these words came."""
        found = await until(lambda: [text for text in self.heard if words in text], f"not heard: {words}", seconds)
        return found[-1]
