"""aiogram with one SQLAlchemy transaction an update, as its tutorials have it: an outer middleware opens the session.

The same durable settings as the program's. The session commits after the handler; on SQLite one connection writes,
since several would only wait for each other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Message, TelegramObject
from sqlalchemy import JSON, ForeignKey, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.dispatchers import Feed, router_of, update_of
from benchmarks.peers import SilentSession
from models.sqlite import PRAGMAS


class Base(DeclarativeBase):
    """The peer's tables."""


class User(Base):
    """Who talks, in which state, with which data."""

    __tablename__ = "peer_users"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    updated_at: Mapped[str | None]


class Line(Base):
    """A message in or out."""

    __tablename__ = "peer_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("peer_users.id"), index=True)
    incoming: Mapped[bool]
    text: Mapped[str]
    at: Mapped[str]


async def handle(message: Message, session: AsyncSession) -> None:
    """Load user and state, change them, note what came and what is answered."""
    person, now = message.chat.id, datetime.now(UTC).isoformat()
    user = await session.get(User, person)
    if user is None:
        user = User(id=person, data={})
        session.add(user)
        await session.flush()
    count = user.data.get("count", 0)
    user.state = "one" if user.state == "other" else "other"
    user.data = {"said": message.text, "count": count + 1}
    user.updated_at = now
    answer = f"{message.text}: {count}"
    session.add(Line(user_id=person, incoming=True, text=message.text or "", at=now))
    session.add(Line(user_id=person, incoming=False, text=answer, at=now))
    await message.answer(answer)


@asynccontextmanager
async def orm_of(url: str) -> AsyncIterator[Feed]:
    """A dispatcher on a database of its own."""
    engine = _engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def in_transaction(
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], what: TelegramObject, data: dict[str, Any]
    ) -> Any:
        async with sessions() as session, session.begin():
            return await handler(what, {**data, "session": session})

    dispatcher, bot = Dispatcher(), Bot("1:peer", session=SilentSession())
    dispatcher.update.outer_middleware(in_transaction)
    dispatcher.include_router(router_of(handle))
    numbers = iter(range(1, 1 << 62))

    async def feed(person: int, text: str) -> None:
        await dispatcher.feed_update(bot, update_of(next(numbers), person, text, bot))

    try:
        yield feed
    finally:
        await engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=10)
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=120)

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
