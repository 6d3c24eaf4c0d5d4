"""Several bots behind one address, as at Telegram; each has its own chats, updates, limits and faults."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from tests.peers.bot_api import FakeBotApi
from tests.peers.serving import LocalServer


class SeveralBots(LocalServer):
    """`bots[token]` is one of them, with all that FakeBotApi has; its own port is never opened."""

    def __init__(self, *tokens: str, limits: bool = True) -> None:
        super().__init__()
        self.bots = {token: FakeBotApi(token=token, limits=limits) for token in tokens}

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The Bot API's."""
        yield web.route("*", "/bot{token}/{method}", self._answer)
        yield web.get("/file/bot{token}/{path:.+}", self._download)

    async def started(self) -> None:
        """Every bot may have a webhook."""
        for bot in self.bots.values():
            bot.url = self.url
            await bot.started()

    async def stopping(self) -> None:
        """None is delivered to any more."""
        for bot in self.bots.values():
            await bot.stopping()

    def _bot(self, request: web.Request) -> FakeBotApi:
        """Whom a call is for; a stranger's token is refused by any of them."""
        return self.bots.get(request.match_info["token"]) or next(iter(self.bots.values()))

    async def _answer(self, request: web.Request) -> web.Response:
        return await self._bot(request).answer(request)

    async def _download(self, request: web.Request) -> web.Response:
        return await self._bot(request).download(request)
