"""The fake Bot API's updates: the long poll, the webhook, a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.peers.bot_api import TOKEN, FakeBotApi
from tests.peers.serving import LocalServer, start_program, stop_program, until
from tests.peers.telegram.several import SeveralBots

SECRET = "secret_of_nobody"


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as api:
        yield api


class Receiver(LocalServer):
    """A webhook that says no as often as it was told."""

    def __init__(self, refusals: int = 0, reply: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.refusals, self.reply = refusals, reply
        self.taken: list[tuple[str, str]] = []

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        yield web.post("/hook", self.take)

    async def take(self, request: web.Request) -> web.Response:
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        update = await request.json()
        self.taken.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["text"]))
        return web.json_response(self.reply or {})


async def call(api: FakeBotApi, method: str, **given: Any) -> Any:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api.url}/bot{api.token}/{method}", json=given) as answer,
    ):
        body = await answer.json()
        return body["result"] if body["ok"] else (answer.status, body["description"])


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_offsets_confirm_and_forget(api: FakeBotApi) -> None:
    for text in "一二三四":
        await api.user(5).says(text)
    first = await call(api, "getUpdates", limit=2)
    assert texts(first) == ["一", "二"]
    assert texts(await call(api, "getUpdates", limit=0)) == ["一"]
    rest = await call(api, "getUpdates", offset=first[-1]["update_id"] + 1)
    assert texts(rest) == ["三", "四"]
    assert texts(await call(api, "getUpdates")) == ["三", "四"], "what was confirmed does not come back"
    assert texts(await call(api, "getUpdates", offset=2_000_000_000)) == ["三", "四"], "nor is the future confirmed"
    assert texts(await call(api, "getUpdates", offset=-1)) == ["四"]
    assert texts(await call(api, "getUpdates")) == ["四"]


async def test_long_poll_ends_with_the_first_word(api: FakeBotApi) -> None:
    polling = asyncio.get_running_loop().create_task(call(api, "getUpdates", timeout=10))
    await asyncio.sleep(0.05)
    await api.user(5).says("在吗")
    assert texts(await asyncio.wait_for(polling, 1)) == ["在吗"]


async def test_one_poll_at_a_time_and_none_beside_a_webhook(api: FakeBotApi) -> None:
    loop = asyncio.get_running_loop()
    first = loop.create_task(call(api, "getUpdates", timeout=10))
    await asyncio.sleep(0.05)
    second = loop.create_task(call(api, "getUpdates", timeout=10))
    code, said = await asyncio.wait_for(first, 1)
    assert (code, said.partition(";")[0]) == (409, "Conflict: terminated by other getUpdates request")
    await call(api, "setWebhook", url="http://127.0.0.1:1/hook")
    assert await asyncio.wait_for(second, 1) == (409, "Conflict: terminated by setWebhook request")
    code, said = await call(api, "getUpdates")
    assert (code, said.partition(";")[0]) == (409, "Conflict: can't use getUpdates method while webhook is active")
    assert await call(api, "deleteWebhook") is True
    assert await call(api, "getUpdates") == []


async def test_only_kinds_that_were_asked_for(api: FakeBotApi) -> None:
    await call(api, "getUpdates", allowed_updates=["callback_query"])
    await api.user(5).says("x")
    assert await call(api, "getUpdates", allowed_updates=json.dumps([])) == []
    await api.user(5).says("y")
    assert texts(await call(api, "getUpdates")) == ["y"]


async def test_webhook_delivers_in_order_until_it_is_taken(api: FakeBotApi) -> None:
    reply = {"method": "sendMessage", "chat_id": 5, "text": "收到"}
    async with Receiver(refusals=2, reply=reply) as receiver:
        assert (await call(api, "setWebhook", url="ftp://x"))[0] == 400
        assert (await call(api, "setWebhook", url=f"{receiver.url}/hook", secret_token="ü"))[0] == 400
        await call(api, "setWebhook", url=f"{receiver.url}/hook", secret_token=SECRET)
        await api.user(5).says("一")
        await api.user(5).says("二")
        await api.chat(5).hears("收到")
        await until(lambda: not api.updates.waiting, "the webhook did not take everything")
        info = await call(api, "getWebhookInfo")
    assert receiver.taken == [(SECRET, "一"), (SECRET, "二")]
    assert [delivery.status for delivery in api.updates.deliveries] == [503, 503, 200, 200]
    assert (info["pending_update_count"], info["last_error_message"]) == (0, "Wrong response from the webhook: 503")


async def test_alone_in_a_process_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    process = await start_program(sys.executable, "-m", "tests.peers.bot_api", "0", log=log)
    try:
        url = await until(lambda: log.read_text().strip(), "it did not start")
        async with aiohttp.ClientSession() as session:

            async def post(path: str, **body: Any) -> Any:
                async with session.post(f"{url}{path}", json=body) as answer:
                    return await answer.json()

            assert await post("/test/5/says", text="/start") == 1
            await post("/test/faults/fail_next", times=1, code=502)
            for expected in (False, True):
                sent = await post(f"/bot{TOKEN}/sendMessage", chat_id=5, text="您好")
                assert sent["ok"] is expected
            async with session.get(f"{url}/test/chats/5") as shown:
                assert [message["text"] for message in await shown.json()] == ["/start", "您好"]
            async with session.get(f"{url}/test/calls") as calls:
                assert [call["status"] for call in await calls.json()] == [502, 200]
    finally:
        await stop_program(process)


async def test_several_bots_behind_one_address() -> None:
    async with SeveralBots("1:a", "2:b") as telegram, aiohttp.ClientSession() as session:
        first, second = telegram.bots.values()
        await first.user(5).says("一")
        for token, known in (("1:a", 1), ("2:b", 2), ("3:c", 0)):
            async with session.get(f"{telegram.url}/bot{token}/getMe") as answer:
                assert (await answer.json()).get("result", {}).get("id", 0) == known
        assert texts(await call(first, "getUpdates")) == ["一"]
        assert await call(second, "getUpdates") == []
        assert await call(second, "sendMessage", chat_id=5, text="x") == (400, "Bad Request: chat not found")
