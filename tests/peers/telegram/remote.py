"""The fake Bot API as a process of its own, so that a kill -9 of the program does not touch it.

GET /test/chats/5 tells what the phone shows, GET /test/calls all calls; POST /test/5/says {"text": "..."} (or any
other verb of a person) lets somebody act; POST /test/faults/throttle {"seconds": 3} orders a fault.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.peers.bot_api import FakeBotApi

VERBS = frozenset(
    {"says", "opens", "presses", "edits", "shares_contact", "shares_location", "sends_photo", "sends_voice"}
)
ORDERS = frozenset({"fail_next", "throttle", "hang", "lose_answers", "block"})


class RemoteBotApi(FakeBotApi):
    """The same, driven over HTTP."""

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The Bot API's, and those of the test."""
        yield from super().routes()
        yield web.get("/test/calls", self._calls)
        yield web.get("/test/chats/{chat}", self._chat)
        yield web.post("/test/faults/{order}", self._order)
        yield web.post("/test/{chat}/{verb}", self._act)

    async def _calls(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(call) for call in self.calls])

    async def _chat(self, request: web.Request) -> web.Response:
        shown = self.chat(int(request.match_info["chat"])).messages
        return web.json_response([_told(message) for message in shown])

    async def _order(self, request: web.Request) -> web.Response:
        if (order := request.match_info["order"]) not in ORDERS:
            raise web.HTTPNotFound
        getattr(self, order)(**await request.json())
        return web.json_response(True)

    async def _act(self, request: web.Request) -> web.Response:
        if (verb := request.match_info["verb"]) not in VERBS:
            raise web.HTTPNotFound
        person = self.user(int(request.match_info["chat"]))
        try:
            return web.json_response(await getattr(person, verb)(**await request.json()))
        except AssertionError as error:
            return web.json_response(str(error), status=409)


def _told(message: Any) -> dict[str, Any]:
    return {"id": message.id, "from_bot": message.from_bot, "text": message.text, "buttons": message.buttons}


async def serve(port: int, *, limits: bool) -> None:
    """Until it is stopped from outside."""
    async with RemoteBotApi(port, limits=limits) as api:
        print(api.url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """PORT [--no-limits]; port 0 is a free one, the address is printed."""
    asyncio.run(serve(int(sys.argv[1]), limits="--no-limits" not in sys.argv))
