"""A small honest server of the web chat's protocol, for trying the page alone: real HTTP, real event streams,
and faults on demand (answers lost, streams cut in mid-event, refusals, silence)."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

STATIC = Path(__file__).resolve().parents[3] / "web" / "static"
CSP = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"
FIRST_SEQ = 2**52  # the page must live with large sequence numbers

Choices = list[tuple[str, str]]
Reply = tuple[str, Choices]
Event = tuple[int | None, str, dict[str, Any]]  # sequence, name, data


@dataclass
class Answer:
    """What the next POST gets instead of the usual 202."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class FakeChat:
    """One person's conversation. Use as a context manager: it runs in a thread, on a free local port."""

    def __init__(self, answer: Callable[[str], list[Reply]] = lambda heard: [("收到:" + heard, [])]) -> None:
        self.answer = answer
        self.answers_after = 0.05  # seconds
        self.signed_in = True
        self.owner: str | None = None
        self.posts: list[dict[str, Any]] = []  # every POST as it came, repeated ones too
        self.streams_opened: list[int] = []  # where each stream began
        self.next_answers: deque[Answer] = deque()
        self.lose_answers = 0  # this many POSTs are taken in, but their 202 never arrives
        self.cut_in: int | None = None  # events until every stream is cut in the middle of one
        self.hold_events = False  # as a buffering proxy does
        self.items: dict[str, dict[str, Any]] = {}
        self.log: list[Event] = []
        self.seq = FIRST_SEQ
        self.taken: set[str] = set()
        self.streams: set[asyncio.Queue[Event | None]] = set()

    # -- the conversation ------------------------------------------------------------------------------

    def append(
        self, text: str, choices: Choices | None = None, *, client_id: str = "", at: datetime | None = None
    ) -> str:
        self.seq += 1
        message = f"m{self.seq}"
        item: dict[str, Any] = {
            "seq": self.seq,
            "message": message,
            "from": "me" if client_id else "bot",
            "text": text,
            "choices": [{"key": key, "label": label} for key, label in choices or []],
            "at": (at or datetime.now(UTC)).isoformat(),
        }
        if client_id:
            item["client_id"] = client_id
        self.items[message] = item
        self._publish((self.seq, "message", item))
        return message

    def change(self, message: str, text: str | None, choices: Choices) -> None:
        self.seq += 1
        new = [{"key": key, "label": label} for key, label in choices]
        self.items[message].update({"choices": new} if text is None else {"text": text, "choices": new})
        data = {"seq": self.seq, "message": message, "text": text, "choices": new}
        self._publish((self.seq, "edit", data))

    def erase(self, message: str) -> None:
        self.seq += 1
        del self.items[message]
        self._publish((self.seq, "delete", {"seq": self.seq, "message": message}))

    def type(self) -> None:
        self._publish((None, "typing", {}))

    def _publish(self, event: Event) -> None:
        if event[0] is not None:
            self.log.append(event)
        for stream in self.streams:
            stream.put_nowait(event)

    def _heard(self, body: dict[str, Any]) -> str:
        if "choice" in body:
            offered = self.items[body["message"]]["choices"]
            return next(choice["label"] for choice in offered if choice["key"] == body["choice"])
        if "location" in body:
            return "📍 {lat},{lon}".format(**body["location"])
        return str(body["text"])

    def _take(self, body: dict[str, Any]) -> None:
        if body["id"] in self.taken:
            return
        self.taken.add(body["id"])
        heard = self._heard(body)
        self.append(heard, client_id=body["id"])
        loop = asyncio.get_running_loop()
        for number, (text, choices) in enumerate(self.answer(heard), 1):
            loop.call_later(self.answers_after * number, self.append, text, choices)

    # -- HTTP --------------------------------------------------------------------------------------------

    async def _page(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "chat.html")

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.posts.append(body)
        if not self.signed_in:
            return web.json_response({"error": "unknown"}, status=401)
        if self.next_answers:
            given = self.next_answers.popleft()
            return web.json_response(given.body, status=given.status, headers=given.headers)
        self._take(body)
        if self.lose_answers:
            self.lose_answers -= 1
            assert request.transport
            request.transport.abort()
        return web.json_response({"id": body["id"]}, status=202)

    async def _history(self, request: web.Request) -> web.Response:
        if not self.signed_in:
            return web.json_response({"error": "unknown"}, status=401)
        body: dict[str, Any] = {"items": list(self.items.values())[-50:], "last": self.seq}
        if self.owner:
            body["owner"] = self.owner
        return web.json_response(body)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        if not self.signed_in:
            return web.json_response({"error": "unknown"}, status=401)
        after = int(request.headers.get("Last-Event-ID") or request.query["after"])
        self.streams_opened.append(after)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"retry: 200\n\n")
        stream: asyncio.Queue[Event | None] = asyncio.Queue()
        for event in self.log:
            if event[0] is not None and event[0] > after:
                stream.put_nowait(event)
        self.streams.add(stream)
        try:
            while (event := await stream.get()) is not None:
                await self._write(request, response, event)
        except ConnectionError:
            pass  # the browser went away, or we cut it off
        finally:
            self.streams.discard(stream)
        return response

    async def _write(self, request: web.Request, response: web.StreamResponse, event: Event) -> None:
        if self.hold_events:
            return
        seq, name, data = event
        lines = [f"event: {name}", f"data: {json.dumps(data, ensure_ascii=False)}"]
        if seq is not None:
            lines.insert(0, f"id: {seq}")
        raw = ("\n".join(lines) + "\n\n").encode()
        if self.cut_in == 0:
            self.cut_in = None
            await response.write(raw[: len(raw) // 2])
            assert request.transport
            request.transport.close()
            raise ConnectionResetError
        if self.cut_in is not None and seq is not None:
            self.cut_in -= 1
        await response.write(raw)

    async def _headers(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Content-Security-Policy"] = CSP

    # -- running -----------------------------------------------------------------------------------------

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/chat", self._page)
        app.router.add_post("/chat/messages", self._post)
        app.router.add_get("/chat/history", self._history)
        app.router.add_get("/chat/events", self._events)
        app.router.add_static("/static", STATIC)
        app.on_response_prepare.append(self._headers)
        return app

    def __enter__(self) -> FakeChat:
        self._loop = asyncio.new_event_loop()
        self._runner = web.AppRunner(self.application(), shutdown_timeout=0.2)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._runner.setup(), self._loop).result(10)
        self.port = 0
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.do(self._close_streams)
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _close_streams(self) -> None:
        for stream in self.streams:
            stream.put_nowait(None)

    def listen(self) -> None:
        """Also after go_away(): on the same port again."""

        async def start() -> None:
            site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
            await site.start()
            self.port = self._runner.addresses[0][1]

        asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)

    def go_away(self) -> None:
        """The server is gone: nothing listens, and what was open is cut."""

        async def stop() -> None:
            for site in list(self._runner.sites):
                await site.stop()
            assert self._runner.server
            for connection in list(self._runner.server.connections):
                if connection.transport:
                    connection.transport.abort()

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(10)

    def do(self, what: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Calls something of the conversation in the server's own thread."""

        async def inside() -> Any:
            return what(*args, **named)

        return asyncio.run_coroutine_threadsafe(inside(), self._loop).result(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chat"
