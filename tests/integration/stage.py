"""The conversation on a real database, one message at a time: what arrives is stored, then handled by a worker."""

from __future__ import annotations

import asyncio
import functools
import itertools
from typing import Any

from aiogram import Dispatcher, Router
from aiogram.fsm.strategy import FSMStrategy
from house import address_of, heard

from bot.batch import has_waiting
from bot.channels.kinds import PULLED
from bot.channels.session import make_bots
from bot.dispatcher import make_dispatcher
from bot.handlers import start
from bot.inbox import Arrival, store
from bot.storage import TurnStorage
from bot.wakeups import Wakeups
from bot.worker import Worker
from models.database import Database
from services.matches import VacancyCache
from services.outbox import Delivery

EXTERNAL = itertools.count(1)
REACHES = {channel.name: channel.reach for channel in PULLED}


def the_dispatcher() -> Dispatcher:
    """The product's dispatcher; aiogram lets its routers be attached once in a process."""
    parent = start.router.parent_router
    return parent if isinstance(parent, Dispatcher) else make_dispatcher()


def dispatcher_of(router: Router) -> Dispatcher:
    """A dispatcher with the product's storage and one router of a test."""
    dispatcher = Dispatcher(storage=TurnStorage(), fsm_strategy=FSMStrategy.GLOBAL_USER)
    dispatcher.include_router(router)
    return dispatcher


@functools.cache
def bots() -> Any:
    """A bot for every channel."""
    return make_bots(REACHES)


def make_worker(database: Database, dispatcher: Dispatcher | None = None) -> Worker:
    """A worker as the program makes it."""
    return Worker(database, dispatcher or the_dispatcher(), bots(), REACHES, VacancyCache(), Wakeups())


class Stage:
    """Somebody says something; what did they hear?"""

    def __init__(self, database: Database, dispatcher: Dispatcher | None = None) -> None:
        self.database, self.worker = database, make_worker(database, dispatcher)
        self._heard: dict[int, int] = {}

    async def arrive(self, person_id: int, text: str | None = None, *, external: str = "", **body: Any) -> None:
        """A message is stored and not handled yet."""
        async with self.database.write() as session:
            address = await address_of(session, person_id)
            arrival = Arrival(
                "webchat",
                external or f"{address}:{next(EXTERNAL)}",
                address,
                body if text is None else {"text": text},
            )
            await store(session, [arrival])

    async def drain(self) -> None:
        """Handle whatever waits."""
        while await self.worker.drain_once():
            pass

    async def say(self, person_id: int, text: str | None = None, **body: Any) -> list[Delivery]:
        """Say it, and return the replies to it."""
        await self.news(person_id)
        await self.arrive(person_id, text, **body)
        await self.drain()
        return await self.news(person_id)

    async def news(self, person_id: int) -> list[Delivery]:
        """What the person heard since the last time."""
        async with self.database.read() as session:
            found = [d for d in await heard(session, person_id) if d.id > self._heard.get(person_id, 0)]
        if found:
            self._heard[person_id] = found[-1].id
        return found


async def run_until_quiet(database: Database, *workers: Worker, seconds: float = 30) -> None:
    """Let the workers run as the program lets them, until nothing waits; a worker that dies fails the test."""

    async def watch() -> None:
        async with asyncio.timeout(seconds):
            while True:
                await asyncio.sleep(0.05)
                async with database.read() as session:
                    if not await has_waiting(session):
                        return

    async with asyncio.TaskGroup() as group:
        running = [group.create_task(worker.run()) for worker in workers]
        await watch()
        for task in running:
            task.cancel()


def spoken(replies: list[Delivery]) -> str:
    """All the words of some replies."""
    return "\n".join(reply.text for reply in replies)
