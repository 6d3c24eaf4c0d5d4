"""The fake Bot API's updates: the long poll, the webhook, people's doings; and a real aiogram bot on it."""

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


async def test_aiogram_reads_all_that_people_do(api: FakeBotApi) -> None:
    from aiogram.types import Update

    person = api.user(5)
    await person.opens("fair_12")
    await person.shares_contact("+8613800138000")
    await person.shares_location(34.75, 113.62)
    await person.sends_document("vacancies.xlsx", b"PK")
    await person.sends_photo(caption="营业执照")
    await person.sends_voice()
    await person.edits(1, "改了")
    await person.says("在群里", group=-100)
    api.block(5)
    updates = [Update.model_validate(raw) for raw in await call(api, "getUpdates")]
    contents = [update.message.content_type for update in updates if update.message is not None]
    assert contents == ["text", "contact", "location", "document", "photo", "voice", "text"]
    first, group = updates[0].message, updates[7].message
    assert first is not None
    assert first.text == "/start fair_12"
    assert group is not None
    assert group.chat.type == "supergroup"
    assert updates[6].edited_message is not None
    assert updates[8].my_chat_member is not None
    with pytest.raises(AssertionError):
        await person.opens("no blanks")


async def test_a_real_aiogram_bot_holds_a_conversation(api: FakeBotApi) -> None:
    from aiogram import Bot, Dispatcher, F
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
    from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

    bot = Bot(api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))
    dispatcher = Dispatcher()

    @dispatcher.message(F.document)
    async def copy(message: Message) -> None:
        content = await bot.download(message.document)
        assert content is not None
        await message.answer_document(BufferedInputFile(content.read(), "副本.txt"), caption="副本")

    @dispatcher.message()
    async def greet(message: Message) -> None:
        button = InlineKeyboardButton(text="找工作", callback_data="seek")
        await message.answer(
            "<b>您好</b>", parse_mode="HTML", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
        )

    @dispatcher.callback_query()
    async def pressed(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"选了 {query.data}")
        await query.answer("好")

    polling = asyncio.get_running_loop().create_task(dispatcher.start_polling(bot, handle_signals=False))
    await api.user(5).opens("fair_12")
    greeting = await api.chat(5).hears("您好")
    assert greeting.labels == ["找工作"]
    await api.user(5).presses("找工作", greeting.id)
    assert (await api.chat(5).hears("选了 seek")).id == greeting.id
    await api.user(5).sends_document("a.txt", "内容".encode())
    copied = await api.chat(5).hears("副本")
    assert copied.file is not None
    assert copied.file.content.decode() == "内容"
    api.throttle(2)
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.send_message(5, "太快")
    assert told.value.retry_after == 2
    api.faults.throttled_until = 0
    api.block(5)
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(5, "您好")
    await dispatcher.stop_polling()
    await polling
    await bot.session.close()


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
