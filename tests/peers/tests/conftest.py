"""A fake Bot API with one person who wrote to it, and a plain client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.peers.bot_api import FakeBotApi

KNOWN = 5


class Client:
    """Calls the Bot API with JSON."""

    def __init__(self, api: FakeBotApi, session: aiohttp.ClientSession) -> None:
        self.api, self.session = api, session

    async def call(self, method: str, token: str = "", **given: Any) -> tuple[int, Any]:
        """(status, result or description)."""
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        async with self.session.post(url, json=given) as answer:
            body = await answer.json()
        assert body["ok"] is (answer.status == 200)
        assert body["ok"] or body["error_code"] == answer.status
        return answer.status, body["result"] if body["ok"] else body["description"]

    async def sent(self, text: str = "您好", **given: Any) -> int:
        """The number of a message that was taken."""
        status, message = await self.call("sendMessage", chat_id=KNOWN, text=text, **given)
        assert status == 200, message
        return int(message["message_id"])


@pytest.fixture
async def known_api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(limits=False) as api:
        await api.user(KNOWN).says("/start")
        yield api


@pytest.fixture
async def client(known_api: FakeBotApi) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(known_api, session)
