"""Dispatchers without durability, and aiogram with one ORM transaction an update: what `bench turns` is held against.

The same work on every side: read the person's state and data, change both, answer once. The matcher is not asked.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message, Update

from benchmarks.peers import SilentSession

AT_ONCE = 50  # people who each wait for their answer before the next word
Feed = Callable[[int, str], Awaitable[None]]


class Talking(StatesGroup):
    """Two states, to have one to change."""

    one = State()
    other = State()


async def handle(message: Message, state: FSMContext) -> None:
    """The work, in aiogram's words; async filters and handlers only."""
    data = await state.get_data()
    before = await state.get_state()
    await state.set_state(Talking.one if before == Talking.other.state else Talking.other)
    await state.update_data(said=message.text, count=data.get("count", 0) + 1)
    await message.answer(f"{message.text}: {data.get('count', 0)}")


def router_of(handler: Any = handle) -> Router:
    """A router with that one handler."""
    router = Router()
    router.message.register(handler)
    return router


def update_of(number: int, person: int, text: str, bot: Bot) -> Update:
    """A private message, as the Bot API sends it."""
    sender = {"id": person, "is_bot": False, "first_name": "-"}
    chat = {"id": person, "type": "private"}
    message = {"message_id": number, "date": 0, "chat": chat, "from": sender, "text": text}
    return Update.model_validate({"update_id": number, "message": message}, context={"bot": bot})


async def rate_of(feed: Feed, each: int) -> float:
    """Turns a second while AT_ONCE people each wait for their answer before the next word."""

    async def converse(person: int) -> None:
        for number in range(each):
            await feed(person, f"电焊工 郑州 {5000 + number}")

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as nursery:
        for person in range(1, AT_ONCE + 1):
            nursery.create_task(converse(person))
    return AT_ONCE * each / (time.perf_counter() - begun)


def bare_aiogram() -> Feed:
    """aiogram's dispatcher with its memory storage: nothing is durable."""
    dispatcher, bot = Dispatcher(storage=MemoryStorage()), Bot("1:peer", session=SilentSession())
    dispatcher.include_router(router_of())
    numbers = iter(range(1, 1 << 62))

    async def feed(person: int, text: str) -> None:
        await dispatcher.feed_update(bot, update_of(next(numbers), person, text, bot))

    return feed


async def python_telegram_bot() -> Feed:
    """python-telegram-bot's application with its user_data: nothing is durable. Raises ModuleNotFoundError."""
    import telegram
    from telegram.ext import Application, MessageHandler, filters
    from telegram.request import BaseRequest

    class Silent(BaseRequest):
        """Answers every method as the Bot API would, at once."""

        read_timeout = None

        async def initialize(self) -> None: ...

        async def shutdown(self) -> None: ...

        async def do_request(self, url: str, *_args: Any, **_options: Any) -> tuple[int, bytes]:
            me = {"id": 1, "is_bot": True, "first_name": "-", "username": "peer_bot"}
            sent = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "-"}
            return 200, json.dumps({"ok": True, "result": me if url.endswith("getMe") else sent}).encode()

    async def answer(update: Any, context: Any) -> None:
        data, text = context.user_data, update.message.text
        data["state"] = "one" if data.get("state") == "other" else "other"
        data["said"], data["count"] = text, data.get("count", 0) + 1
        await update.message.reply_text(f"{text}: {data['count']}")

    application = Application.builder().token("1:peer").updater(None).request(Silent()).build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    await application.initialize()
    numbers = iter(range(1, 1 << 62))

    async def feed(person: int, text: str) -> None:
        sender = {"id": person, "is_bot": False, "first_name": "-"}
        number = next(numbers)
        message = {"message_id": number, "date": 0, "chat": {"id": person, "type": "private"}, "from": sender}
        update = telegram.Update.de_json({"update_id": number, "message": {**message, "text": text}}, application.bot)
        await application.process_update(update)

    return feed
