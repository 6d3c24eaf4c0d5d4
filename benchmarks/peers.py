"""What a durable turn is held against: the floor of SQLite's own commits and the ceiling of aiogram without them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, Message, Update

from matching.explain import reason, vacancy_line
from matching.index import VacancyIndex
from matching.profiles import SeekerProfile
from matching.rank import rank
from matching.understand import understand
from models.clock import business_date, utc_now
from models.sqlite import PRAGMAS

ROW = b"x" * 600  # about what a sealed message is
SHOWN = 5
Answer = Callable[[str], str]


def raw_commits(folder: Path, count: int) -> list[float]:
    """Seconds that each 'insert, commit' takes with the program's own settings and nothing else."""
    connection = sqlite3.connect(folder / "peer.db", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body BLOB)")
    try:
        return [_commit(connection) for _ in range(count)]
    finally:
        connection.close()


def _commit(connection: sqlite3.Connection) -> float:
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO rows (body) VALUES (?)", (ROW,))
    connection.execute("COMMIT")
    return time.perf_counter() - begun


class SilentSession(BaseSession):
    """Answers every method as the Bot API would, at once."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109
        """A message that was 'sent'."""
        chat = Chat(id=1, type="private")
        return Message(message_id=1, date=utc_now(), chat=chat, text="-").as_(bot)

    async def stream_content(self, *_args: Any, **_options: Any) -> AsyncGenerator[bytes, None]:
        """Nothing is fetched."""
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


def echo(text: str) -> str:
    """The least a handler can do."""
    return text


def matcher(index: VacancyIndex) -> Answer:
    """Understands and ranks as the bot does, and keeps nothing."""
    today: date = business_date(utc_now())

    def answer(text: str) -> str:
        profile = SeekerProfile.from_understanding(1, understand(text))
        found = rank(index, profile, today=today, top=SHOWN)
        return "\n".join(f"{vacancy_line(match.vacancy)} {reason(match)}" for match in found.matches) or "-"

    return answer


async def aiogram_alone(answer: Answer, sentences: Iterator[str], count: int) -> float:
    """Updates a second through aiogram's own dispatcher and memory storage: nothing is durable."""
    router = Router()

    @router.message()
    async def handle(message: Message, state: FSMContext) -> None:
        await state.update_data(said=message.text)
        await message.answer(answer(message.text or ""))

    dispatcher, bot = Dispatcher(storage=MemoryStorage()), Bot("1:peer", session=SilentSession())
    dispatcher.include_router(router)
    begun = time.perf_counter()
    for number, text in enumerate(islice(sentences, count), 1):
        await dispatcher.feed_update(bot, _update(number, text, bot))
    return count / (time.perf_counter() - begun)


def _update(number: int, text: str, bot: Bot) -> Update:
    sender = {"id": number % 50 + 1, "is_bot": False, "first_name": "-"}
    message = {"message_id": number, "date": 0, "chat": {"id": 1, "type": "private"}, "from": sender}
    return Update.model_validate({"update_id": number, "message": {**message, "text": text}}, context={"bot": bot})
