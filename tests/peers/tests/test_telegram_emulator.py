"""A real aiogram bot on the npm emulator: what people do arrives, what the bot does is on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiohttp import web

from tests.peers.serving import LocalServer, until
from tests.peers.telegram_emulator.emulator import TOKEN, TelegramEmulator

pytestmark = pytest.mark.peers


def bot_on(url: str) -> Bot:
    return Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))


def service() -> Dispatcher:
    """A bot that greets, takes contacts and edits its buttons away."""
    dispatcher = Dispatcher()

    @dispatcher.message(F.contact)
    async def call(message: Message) -> None:
        assert message.contact is not None
        await message.answer(f"电话 {message.contact.phone_number}")

    @dispatcher.message()
    async def greet(message: Message) -> None:
        rows = [[InlineKeyboardButton(text="找工作", callback_data="seek")]]
        await message.answer(f"您好 {message.text}", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))

    @dispatcher.callback_query()
    async def pressed(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"选了 {query.data}")
        await query.answer()

    return dispatcher


async def test_conversation(tmp_path: Path) -> None:
    dispatcher = service()
    async with TelegramEmulator(tmp_path) as emulator:
        bot = bot_on(emulator.url)
        polling = asyncio.get_running_loop().create_task(dispatcher.start_polling(bot, handle_signals=False))
        person = emulator.user(5)
        await person.says("/start fair_12")
        await person.hears("您好 /start fair_12")
        await person.presses("找工作")
        await person.hears("选了 seek")
        await person.shares_contact("+8613800138000")
        await person.hears("电话 +8613800138000")
        assert await person.heard() == ["选了 seek", "电话 +8613800138000"]
        assert await emulator.user(6).heard() == []
        await dispatcher.stop_polling()
        await polling
        await bot.session.close()


async def test_updates_stay_until_they_are_confirmed(tmp_path: Path) -> None:
    async with TelegramEmulator(tmp_path) as emulator:
        bot = bot_on(emulator.url)
        await emulator.user(5).says("一")
        await emulator.user(5).says("二")
        first = await bot.get_updates(limit=1)
        assert [update.message.text for update in first] == ["一"]
        again = await bot.get_updates()
        assert [update.message.text for update in again] == ["一", "二"]
        assert await bot.get_updates(offset=again[-1].update_id + 1) == []
        await bot.session.close()


class Hook(LocalServer):
    """Remembers which secret came with which text."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, str]] = []

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        yield web.post("/hook", self.take)

    async def take(self, request: web.Request) -> web.Response:
        text = (await request.json())["message"]["text"]
        self.taken.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), text))
        return web.Response()


async def test_webhook_with_its_secret(tmp_path: Path) -> None:
    async with Hook() as hook, TelegramEmulator(tmp_path) as emulator:
        bot = bot_on(emulator.url)
        await bot.set_webhook(f"{hook.url}/hook", secret_token="secret_of_nobody")
        await emulator.user(5).says("在吗")
        await until(lambda: hook.taken, "the webhook was not called")
        await bot.session.close()
    assert hook.taken == [("secret_of_nobody", "在吗")]
