"""What waits for the bot: the queue of updates, fetched by getUpdates or delivered to a webhook."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.peers.telegram.parameters import Parameters
from tests.peers.telegram.refused import RefusedError, bad

LONGEST_POLL, MOST_AT_ONCE = 50, 100
ASKED_FOR_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_RETRY, LAST_RETRY = 0.05, 1.0  # the real server begins with 1 s; tests have less time
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
BY_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "terminated by setWebhook request"
HAS_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass
class Delivery:
    """One attempt to bring an update to the webhook."""

    update_id: int
    status: int
    at: float


@dataclass
class Updates:
    """Numbered, in order, kept until they are confirmed."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    next_id: int = 700_000_001
    allowed: list[str] = field(default_factory=list)
    url: str = ""
    secret: str = ""
    last_error: str = ""
    last_error_date: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    replied: Callable[[dict[str, Any]], Awaitable[None]] | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[str] | None = None

    def add(self, kind: str, body: dict[str, Any]) -> int:
        """Something happened; its number (0: the bot did not ask to hear of such)."""
        if kind not in self.allowed if self.allowed else kind in ASKED_FOR_ONLY:
            return 0
        self.waiting.append({"update_id": self.next_id, kind: body})
        self.next_id += 1
        self._news.set()
        return self.next_id - 1

    async def poll(self, given: Parameters) -> list[dict[str, Any]]:
        """getUpdates: an offset confirms and forgets all before it; a later poll ends an earlier one with 409."""
        if self.url:
            raise RefusedError(409, f"Conflict: {HAS_WEBHOOK}")
        limit = min(max(given.integer("limit", MOST_AT_ONCE), 1), MOST_AT_ONCE)
        seconds = min(max(given.integer("timeout"), 0), LONGEST_POLL)
        self.allow(given)
        self._confirm(given.integer("offset"))
        self.end_poll(BY_POLL)
        if not self.waiting and seconds:
            await self._wait(seconds)
        return self.waiting[:limit]

    def allow(self, given: Parameters) -> None:
        """Remember which kinds the bot asks for; an empty list means the usual ones."""
        if (kinds := given.structure("allowed_updates", list)) is not None:
            self.allowed = [str(kind) for kind in kinds]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            del self.waiting[:offset]
        elif offset <= self.next_id:  # one in the future confirms nothing
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]

    async def _wait(self, seconds: float) -> None:
        self._poll = mine = asyncio.get_running_loop().create_future()
        end = time.monotonic() + seconds
        try:
            while not self.waiting and not mine.done() and (left := end - time.monotonic()) > 0:
                self._news.clear()
                news = asyncio.get_running_loop().create_task(self._news.wait())
                await asyncio.wait({news, mine}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
        finally:
            self._poll = None if self._poll is mine else self._poll
        if mine.done():
            raise RefusedError(409, f"Conflict: {mine.result()}")

    def end_poll(self, why: str) -> None:
        """Whoever waits in getUpdates is told that it is in conflict."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(why)

    def set_webhook(self, given: Parameters) -> bool:
        """setWebhook and deleteWebhook; http is good enough for a peer on this machine."""
        url, secret = given.text("url"), given.text("secret_token")
        if url and not re.match(r"https?://\S+\Z", url):
            raise bad("invalid webhook URL specified")
        if not SECRET.fullmatch(secret):
            raise bad(f"secret token {'is too long' if len(secret) > 256 else 'contains unallowed characters'}")
        if given.flag("drop_pending_updates"):
            self.waiting.clear()
        self.allow(given)
        self.url, self.secret, self.last_error, self.last_error_date = url, secret, "", 0
        if url:
            self.end_poll(BY_WEBHOOK)
        self._news.set()
        return True

    def webhook_info(self) -> dict[str, Any]:
        """getWebhookInfo."""
        info: dict[str, Any] = {"url": self.url, "has_custom_certificate": False}
        info["pending_update_count"] = len(self.waiting)
        if self.last_error:
            info |= {"last_error_date": self.last_error_date, "last_error_message": self.last_error}
        return info | ({"max_connections": 40} if self.url else {})

    async def deliver(self) -> None:
        """Bring every update to the webhook, in order, the same one again until it is taken."""
        delay = FIRST_RETRY
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                if not self.url or not self.waiting:
                    self._news.clear()
                    await self._news.wait()
                elif await self._bring(session, self.waiting[0]):
                    delay = FIRST_RETRY
                else:
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, LAST_RETRY)

    async def _bring(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        status, reply = 0, None
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with session.post(self.url, json=update, headers=headers) as answer:
                status = answer.status
                with suppress(ValueError, aiohttp.ClientError):
                    reply = await answer.json(content_type=None)
        self.deliveries.append(Delivery(update["update_id"], status, time.monotonic()))
        if not 200 <= status < 300:
            self.last_error = f"Wrong response from the webhook: {status}" if status else "Connection refused"
            self.last_error_date = int(time.time())
            return False
        if self.waiting and self.waiting[0] is update:
            del self.waiting[0]
        if self.replied is not None and isinstance(reply, dict) and "method" in reply:
            await self.replied(reply)
        return True
