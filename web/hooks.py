"""What gateways and Telegram post to `/hooks/<channel>`: verified, stored, and only then acknowledged.

Each request has a named outcome in the log (`docs/channels.md`); a body that its proven sender garbled is put aside.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qsl

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Hook, Reading, RefusedRequest, SendingChannel, TryLaterError, Verdict
from bot.inbox import Inbox
from bot.receiving import AddressBook, put_aside, take
from models.database import Database
from web.access import allows

log = logging.getLogger(__name__)
RETRY_SECONDS = "5"


class Hooks:
    """The routes of the channels that call us."""

    def __init__(self, database: Database, inbox: Inbox, channels: Mapping[str, SendingChannel]) -> None:
        self._database, self._inbox, self._channels = database, inbox, channels
        self._book = AddressBook()

    def routes(self) -> list[web.RouteDef]:
        """One address a channel, for messages and receipts; some gateways call with GET."""
        return [
            web.post("/hooks/{channel}", self.post_hook),
            web.get("/hooks/{channel}", self.get_hook, allow_head=False),
        ]

    @allows("channel")
    async def post_hook(self, request: web.Request) -> web.Response:
        """A message or a receipt, proven by the channel's secret."""
        return await self._answer(request)

    @allows("channel")
    async def get_hook(self, request: web.Request) -> web.Response:
        """A receipt, proven by the channel's secret."""
        return await self._answer(request)

    async def _answer(self, request: web.Request) -> web.Response:
        name = request.match_info["channel"]
        channel = self._channels.get(name)
        if channel is None:
            raise web.HTTPNotFound
        try:
            hook = await read_hook(request, self._database.clock().timestamp())
        except RefusedRequest as refusal:
            log.warning("hook.%s", refusal.outcome, extra={"channel": name})
            return web.Response(status=refusal.status)
        try:
            reading = await channel.read(hook)
            await self._store(name, reading)
        except RefusedRequest as refusal:
            return await self._refused(name, refusal, hook)
        except (SQLAlchemyError, OSError, TryLaterError):
            return web.Response(status=503, headers={"Retry-After": RETRY_SECONDS})
        log.info("hook.%s", reading.outcome, extra={"channel": name})
        kind = "application/json" if reading.answer.startswith("{") else "text/plain"
        return web.Response(status=reading.status, text=reading.answer, content_type=kind)

    async def _store(self, name: str, reading: Reading) -> None:
        if reading.heard or reading.receipts or reading.left or reading.odd:
            await self._inbox.submit(partial(take, channel=name, reading=reading, book=self._book))

    async def _refused(self, name: str, refusal: RefusedRequest, hook: Hook) -> web.Response:
        log.warning("hook.%s", refusal.outcome, extra={"channel": name})
        if refusal.keep:
            work = partial(put_aside, channel=name, reason=refusal.outcome, body=hook.body)
            try:
                await self._inbox.submit(work)
            except (SQLAlchemyError, OSError):
                return web.Response(status=503, headers={"Retry-After": RETRY_SECONDS})
        return web.Response(status=refusal.status)


async def read_hook(request: web.Request, now: float) -> Hook:
    """What arrived, as it came. Raises RefusedRequest for a body that is too large or wrongly compressed."""
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise RefusedRequest(Verdict.REFUSED_LARGE, 413) from error
    except web.RequestPayloadError as error:
        raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400) from error
    query = dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True, encoding="latin-1"))
    return Hook(query=query, headers=request.headers, body=body, now=now)
