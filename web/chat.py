"""The web chat over HTTP: a message is stored, then acknowledged; replies arrive as server-sent events.

`POST /chat/messages {"id", "text" | "choice" | "location"}` → 202; `GET /chat/events` resumes behind the event id
that the browser saw last. The cookie is the address; what a button means never leaves the server.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.channels.webchat import NAME, REACH
from bot.inbox import BODY, Arrival, Inbox
from bot.wakeups import Wakeups
from models.database import Database, ReadSession
from models.messages import InboxRow
from models.people import Address
from services import outbox
from services.access import ensure_address, find_address
from services.outbox import Delivery
from web.access import allows
from web.delivered import Delivered

COOKIE = "zhaohuo"
COOKIE_SECONDS = 180 * 24 * 3600
MAX_TEXT = 20_000
HISTORY = 50
REMEMBERED = 10_000
WAIT_SECONDS = 20.0
RETRY_MS = 1500


class Chat:
    """The routes of the web chat."""

    def __init__(
        self, database: Database, inbox: Inbox, wakeups: Wakeups, delivered: Delivered, *, secure: bool
    ) -> None:
        self._database, self._inbox, self._wakeups, self._delivered = database, inbox, wakeups, delivered
        self._secure = secure
        self._addresses: OrderedDict[str, int] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """What is served."""
        return [
            web.post("/chat/messages", self.post_message),
            web.get("/chat/history", self.history),
            web.get("/chat/events", self.events),
        ]

    def set_cookie(self, response: web.StreamResponse, handle: str) -> None:
        """Give the browser its handle."""
        response.set_cookie(COOKIE, handle, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=self._secure)

    def ensure_cookie(self, request: web.Request, response: web.StreamResponse) -> None:
        """A browser that comes for the first time gets a handle."""
        if not _handle(request):
            self.set_cookie(response, secrets.token_urlsafe(24))

    @allows("cookie")
    async def post_message(self, request: web.Request) -> web.Response:
        """Store one message; the same id again is the same message."""
        handle = _handle(request)
        if not handle:
            return _refusal(401, "请用您的链接重新打开,或刷新页面。")
        try:
            message_id, body = read_message(await request.json())
        except (ValueError, RecursionError) as error:  # also json's and the decoder's own
            return _refusal(400, str(error) if type(error) is ValueError else "the body is not JSON")
        try:
            address = await self._address(handle)
            await self._inbox.receive(Arrival(NAME, f"{address}:{message_id}", address, body))
        except (DBAPIError, OSError):
            return _refusal(503, "稍后自动重试。", {"Retry-After": "2"})
        return web.json_response({"id": message_id}, status=202)

    async def _known(self, handle: str) -> int | None:
        """The address of the browser, if it is known."""
        known = self._addresses.get(handle)
        if known is not None:
            self._addresses.move_to_end(handle)
            return known
        async with self._database.read() as session:
            found = await find_address(session, NAME, handle)
        return self._remember(handle, found.id) if found else None

    async def _address(self, handle: str) -> int:
        """The address of the browser; the first time, a new person's."""
        known = await self._known(handle)
        if known is not None:
            return known
        async with self._database.write() as session:
            found = await ensure_address(session, NAME, handle)
        return self._remember(handle, found.id)

    def _remember(self, handle: str, address: int) -> int:
        self._addresses[handle] = address
        if len(self._addresses) > REMEMBERED:
            self._addresses.popitem(last=False)
        return address

    @allows("cookie")
    async def history(self, request: web.Request) -> web.Response:
        """The last messages of both sides, oldest first, and the number to listen behind."""
        handle = _handle(request)
        if not handle:
            return web.json_response({"items": [], "last": 0})
        address = await self._known(handle)
        if address is None:
            return web.json_response({"items": [], "last": 0})
        async with self._database.read() as session:
            replies = await outbox.latest(session, address, domestic=REACH.domestic, limit=HISTORY)
            items = [(d.id, event_of(d)) for d in replies if d.action == "send"]
            items += await _own_messages(session, address)
            owner = await self._owner(session, address)
        edits = {d.target: d for d in replies if d.action != "send"}
        shown = [_edited(item, edits.get(number)) for number, item in sorted(items, key=lambda pair: pair[0])]
        last = max((d.seq for d in replies), default=0)
        shown_items = [item for item in shown if item][-HISTORY:]
        return web.json_response({"items": shown_items, "last": last, "owner": owner})

    async def _owner(self, session: ReadSession, address: int) -> str:
        """Who speaks here, opaquely: a page drops what somebody else left unsent on a shared phone."""
        row = await session.get_one(Address, address)
        return session.keys.index(str(row.person_id), "webchat.owner").hex()

    @allows("cookie")
    async def events(self, request: web.Request) -> web.StreamResponse:
        """Everything behind the last seen event, then what comes, until the browser leaves."""
        handle = _handle(request)
        if not handle:
            return _refusal(401, "请用您的链接重新打开,或刷新页面。")
        address = await self._address(handle)
        seen = _seq(request.headers.get("Last-Event-ID") or request.query.get("after"))
        event = self._wakeups.listen(address)
        response: web.StreamResponse = web.Response()  # of a browser that left before the stream began
        try:
            async with sse_response(request) as stream:
                response = stream
                await self._stream(stream, address, seen, event)
        except ConnectionResetError:
            pass
        finally:
            self._wakeups.leave(address, event)
        return response

    async def _stream(self, response: EventSourceResponse, address: int, seen: int, event: asyncio.Event) -> None:
        response.headers["X-Accel-Buffering"] = "no"
        while response.is_connected():
            event.clear()
            async with self._database.read() as session:
                deliveries = await outbox.after(session, address, seen, domestic=REACH.domestic)
            for delivery in deliveries:
                name = "message" if delivery.action == "send" else delivery.action
                await response.send(
                    json.dumps(event_of(delivery), ensure_ascii=False),
                    id=str(delivery.seq),
                    event=name,
                    retry=RETRY_MS,
                )
                seen = delivery.seq
            self._delivered.add(delivery.id for delivery in deliveries)
            if deliveries:
                continue  # there may be more than one look brings
            with suppress(TimeoutError):
                async with asyncio.timeout(WAIT_SECONDS):  # wait_for of Python 3.11 may swallow a cancellation
                    await event.wait()


def _handle(request: web.Request) -> str | None:
    handle = request.cookies.get(COOKIE, "")
    return handle if 16 <= len(handle) <= 64 else None


def _seq(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0


def _refusal(status: int, words: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": words}, status=status, headers=headers)


def read_message(raw: Any) -> tuple[str, dict[str, Any]]:
    """The client's id and the body to store. Raises ValueError with what is wrong."""
    if not isinstance(raw, dict):
        raise ValueError("a JSON object is needed")  # noqa: TRY004 - the client's mistake, not a type of ours
    message_id = raw.get("id")
    if not isinstance(message_id, str) or not 1 <= len(message_id) <= 64:
        raise ValueError("id: a string of 1 to 64 characters is needed")
    if isinstance(raw.get("text"), str):
        return message_id, {"text": raw["text"][:MAX_TEXT].encode("utf-8", "ignore").decode()}
    if isinstance(raw.get("choice"), str | int):
        return message_id, {"choice": str(raw["choice"])[:80], "message": str(raw.get("message") or "")[:24]}
    place = raw.get("location")
    if isinstance(place, dict) and all(isinstance(place.get(k), int | float) for k in ("lon", "lat")):
        if not (-180 <= place["lon"] <= 180 and -90 <= place["lat"] <= 90):
            raise ValueError("location: lon and lat are degrees")
        return message_id, {"location": {"lon": place["lon"], "lat": place["lat"]}}
    if isinstance(raw.get("attachment"), str):
        return message_id, {"unsupported": raw["attachment"][:20]}
    raise ValueError("one of text, choice, location is needed")


def event_of(delivery: Delivery) -> dict[str, Any]:
    """One reply as the page gets it."""
    return {
        "seq": delivery.seq,
        "message": str(delivery.target or delivery.id),
        "from": "bot",
        "text": delivery.text or (None if delivery.action == "edit" else ""),
        "choices": [{"key": choice.key, "label": choice.label} for choice in delivery.choices],
        "at": _iso(delivery.created_at),
    }


def _edited(item: dict[str, Any], edit: Delivery | None) -> dict[str, Any] | None:
    if edit is None:
        return item
    if edit.action == "delete":
        return None
    changed = event_of(edit)
    return {**item, **changed, "text": changed["text"] or item["text"], "seq": item["seq"]}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def _own_messages(session: ReadSession, address: int) -> list[tuple[int, dict[str, Any]]]:
    rows = await session.execute(
        select(InboxRow.id, InboxRow.external_id, InboxRow.body_sealed, InboxRow.received_at)
        .where(InboxRow.address_id == address, InboxRow.body_sealed.is_not(None))
        .order_by(InboxRow.id.desc())
        .limit(HISTORY)
    )
    found = []
    for row in rows:
        body = json.loads(session.keys.open(row.body_sealed, BODY, row.id))
        item = {
            "seq": 0,
            "message": str(row.id),
            "from": "me",
            "text": _own_text(body),
            "choices": [],
            "at": _iso(row.received_at),
            "client_id": row.external_id.partition(":")[2],
        }
        found.append((row.id, item))
    return found


def _own_text(body: dict[str, Any]) -> str:
    if "location" in body:
        return "📍"
    text = str(body.get("text") or body.get("choice") or "…")
    return "📷" if text.startswith("/start ") else text
