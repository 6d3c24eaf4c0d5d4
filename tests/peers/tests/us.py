"""What we are to a gateway."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from tests.peers.serving import LocalServer


class Us(LocalServer):
    """Takes bodies as they came; the first ones may be refused."""

    def __init__(self, refusals: int = 0) -> None:
        super().__init__()
        self.refusals = refusals
        self.bodies: list[Any] = []
        self.headers: list[Any] = []

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        yield web.post("/{kind}", self.take)

    async def take(self, request: web.Request) -> web.Response:
        form = request.match_info["kind"] == "form"
        self.bodies.append(dict(await request.post()) | dict(request.query) if form else await request.json())
        self.headers.append(request.headers.copy())
        if self.refusals:
            self.refusals -= 1
            return web.Response(text="later", status=200 if form else 503)
        return web.Response(text="ok")
