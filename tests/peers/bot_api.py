"""A strict Telegram Bot API on this machine: the real limits, the real words of refusal, faults on demand.

    async with FakeBotApi() as api:
        bot = Bot(api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))
        await api.user(5).says("/start")
        reply = await api.chat(5).hears("您好")
        await api.user(5).presses("找工作", reply.id)

`python -m tests.peers.bot_api PORT` serves it alone, driven over /test/... (tests.peers.telegram.remote).
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.peers.faults import Faults
from tests.peers.serving import LocalServer
from tests.peers.telegram.chats import Chat
from tests.peers.telegram.limits import Limits
from tests.peers.telegram.methods import Methods
from tests.peers.telegram.parameters import Parameters, read_parameters
from tests.peers.telegram.persons import Person
from tests.peers.telegram.refused import RefusedError, too_many

TOKEN = "666:AAAA-sample-token-of-nobody"
LIMITED = frozenset({"sendmessage", "senddocument", "sendphoto", "editmessagetext", "editmessagereplymarkup"})
REASONS = {
    400: "Bad Request: ordered by the test",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True)
class Call:
    """One call as it came: when (monotonic), for which chat (0: none), how it was answered."""

    at: float
    method: str
    chat_id: int
    status: int
    early: bool = False  # came before a pause was over that the bot had been told of


class FakeBotApi(LocalServer):
    """One bot's Telegram. `limits=False` switches the speed limits off; faults hit what shows on a phone."""

    def __init__(self, port: int = 0, *, token: str = TOKEN, limits: bool = True) -> None:
        super().__init__(port)
        self.token = token
        self.limits = Limits(limits)
        self.faults = Faults()
        self.methods = Methods(int(token.partition(":")[0]))
        self.updates = self.methods.updates
        self.calls: list[Call] = []
        self.clock_offset = 0.0
        self._pauses: dict[int, float] = {}
        self._delivering: asyncio.Task[None] | None = None
        self.updates.replied = self._reply_of_webhook

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Methods and files, as the real server has them."""
        yield web.route("*", "/bot{token}/{method}", self.answer)
        yield web.get("/file/bot{token}/{path:.+}", self.download)

    async def started(self) -> None:
        """Begin to deliver to a webhook, once there is one."""
        self._delivering = asyncio.get_running_loop().create_task(self.updates.deliver())

    async def stopping(self) -> None:
        """Deliver no more."""
        assert self._delivering is not None
        self._delivering.cancel()
        with suppress(asyncio.CancelledError):
            await self._delivering

    def user(self, chat_id: int, name: str = "样例") -> Person:
        """Somebody with a phone; unknown to the bot until the first word."""
        return Person(self.methods, self.chat(chat_id), name)

    def chat(self, chat_id: int) -> Chat:
        """What the phone shows now."""
        return self.methods.chats.setdefault(chat_id, Chat(chat_id, self.now))

    def now(self) -> float:
        """Telegram's time; `clock_offset` lets it be two days later."""
        return time.time() + self.clock_offset

    def block(self, chat_id: int, blocked: bool = True) -> None:
        """The person blocks the bot, or lets it in again."""
        self.user(chat_id).blocks(blocked)

    def fail_next(self, times: int, code: int, method: str = "") -> None:
        """Refuse the next calls that show something on a phone, or those of one method."""
        self.faults.fail_next(times, code, method.lower())

    def throttle(self, seconds: float) -> None:
        """Answer 429 to all that would show something on a phone, for so long."""
        self.faults.throttle(seconds)

    def hang(self, seconds: float) -> None:
        """Let them wait."""
        self.faults.hang(seconds)

    def lose_answers(self, times: int) -> None:
        """Show it on the phone, and cut the connection instead of an answer."""
        self.faults.lose_answers(times)

    def calls_of(self, method: str, status: int = 200) -> list[Call]:
        """Those of one method that were answered so."""
        return [call for call in self.calls if call.method == method.lower() and call.status == status]

    async def answer(self, request: web.Request) -> web.Response:
        """A call of a method, from the token in its address to the answer."""
        method, chat_id, status, body = request.match_info["method"].lower(), 0, 200, {}
        early = False
        try:
            self._check_token(request.match_info["token"])
            given = await read_parameters(request)
            chat_id = _number(given.values.get("chat_id"))
            early = method in LIMITED and time.monotonic() < max(self._pauses.get(one, 0) for one in (0, chat_id))
            body = {"ok": True, "result": await self.perform(method, given, chat_id)}
        except RefusedError as refused:
            status, body = refused.code, refused.body()
            self._remember_pause(refused, chat_id)
        self.calls.append(Call(time.monotonic(), method, chat_id, status, early))
        if status == 200 and method in LIMITED and self.faults.loses_answer():
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(body, status=status)

    def _remember_pause(self, refused: RefusedError, chat_id: int) -> None:
        if refused.code == 429:
            told = 0 if self.faults.pause() else chat_id
            self._pauses[told] = time.monotonic() + refused.parameters["retry_after"] - 0.01

    async def perform(self, name: str, given: Parameters, chat_id: int = 0) -> Any:
        """Carry a call out, or refuse it: ordered faults first, then the speed, then what it says."""
        method = self.methods.method(name)
        if method is None:
            raise RefusedError(404, "Not Found: method not found")
        if name in LIMITED:
            await self.faults.wait()
            if pause := self.faults.pause():
                raise too_many(pause)
        if code := self.faults.failure(name, only=name not in LIMITED):
            raise (too_many(1) if code == 429 else RefusedError(code, REASONS.get(code, REASONS[400])))
        if name in LIMITED and chat_id in self.methods.chats:
            self.limits.check(chat_id)
        return await method(given)

    def _check_token(self, token: str) -> None:
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise RefusedError(401, "Unauthorized")

    async def _reply_of_webhook(self, reply: dict[str, Any]) -> None:
        name, chat_id, status = str(reply["method"]).lower(), _number(reply.get("chat_id")), 200
        try:
            await self.perform(name, Parameters(reply), chat_id)
        except RefusedError as refused:
            status = refused.code
        self.calls.append(Call(time.monotonic(), name, chat_id, status))

    async def download(self, request: web.Request) -> web.Response:
        """A file that getFile told the path of."""
        wanted = request.match_info["path"]
        file = next((file for file in self.methods.files.kept.values() if file.path == wanted), None)
        if request.match_info["token"] != self.token or file is None:
            return web.json_response(RefusedError(404, "Not Found").body(), status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")


def _number(raw: Any) -> int:
    return int(raw) if str(raw).lstrip("-").isdigit() else 0


if __name__ == "__main__":
    from tests.peers.telegram.remote import main

    main()
