"""A real aiogram bot on the fake Bot API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from tests.peers.bot_api import FakeBotApi


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as api:
        yield api


async def test_aiogram_reads_all_that_people_do(api: FakeBotApi) -> None:
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
    updates = [Update.model_validate(raw) for raw in api.updates.waiting]
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


def service() -> Dispatcher:
    """A bot that greets, gives files back and edits its buttons away."""
    dispatcher = Dispatcher()

    @dispatcher.message(F.document)
    async def copy(message: Message, bot: Bot) -> None:
        assert message.document is not None
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

    return dispatcher


async def test_a_real_aiogram_bot_holds_a_conversation(api: FakeBotApi) -> None:
    bot = Bot(api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))
    dispatcher = service()
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
    await dispatcher.stop_polling()
    await polling
    await bot.session.close()


async def test_a_real_aiogram_bot_understands_refusals(api: FakeBotApi) -> None:
    await api.user(5).says("/start")
    bot = Bot(api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.url)))
    api.throttle(2)
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.send_message(5, "太快")
    assert told.value.retry_after == 2
    api.faults.throttled_until = 0
    api.block(5)
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(5, "您好")
    await bot.session.close()
