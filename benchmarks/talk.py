"""Turns as people make them: a sentence into the inbox, the reply's commit awaited."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import islice

from app.settings import WeightSettings
from app.wiring import make_worker
from benchmarks.crowd import CHANNEL, SEED, Crowd
from bot.inbox import Arrival, Inbox
from bot.wakeups import Wakeups

GIVE_UP_SECONDS = 60


class Talk:
    """A running receiver and worker on the crowd's database."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.wakeups = crowd, Wakeups()
        self.inbox = Inbox(crowd.database, self.wakeups)
        crowd.database.on_commit(self.wakeups.wake)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Receiver and worker as `zhaohuo run` starts them."""
        worker = make_worker(self.crowd.database, self.wakeups, WeightSettings().model_dump())
        async with asyncio.TaskGroup() as nursery:
            runs = (self.inbox.run(), worker.run(), self.crowd.database.keep_log_short())
            tasks = [nursery.create_task(run) for run in runs]
            yield
            for task in tasks:
                task.cancel()

    async def say(self, address_id: int, text: str) -> None:
        """Stored and acknowledged."""
        await self.inbox.receive(Arrival(CHANNEL, secrets.token_hex(12), address_id, {"text": text}))

    async def turn(self, address_id: int, text: str) -> float:
        """Seconds from the arrival to the commit of the answer."""
        answered = self.wakeups.listen(address_id)
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                await self.say(address_id, text)
                await answered.wait()
            return time.perf_counter() - begun
        finally:
            self.wakeups.leave(address_id, answered)

    async def alone(self, count: int) -> list[float]:
        """One turn after the other, of people in turn."""
        sentences, people = self.crowd.sentences(1), self.crowd.addresses
        return [await self.turn(people[n % len(people)], next(sentences)) for n in range(count)]

    async def at_once(self, people: int, each: int) -> float:
        """Turns a second while so many people each wait for their answer before the next word."""
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as nursery:
            for number, address in enumerate(self.crowd.addresses[:people]):
                nursery.create_task(self._converse(address, self.crowd.sentences(100 + number), each))
        return people * each / (time.perf_counter() - begun)

    async def _converse(self, address: int, sentences: Iterator[str], each: int) -> None:
        for text in islice(sentences, each):
            await self.turn(address, text)

    async def acknowledged(self, rate: float, count: int) -> list[float]:
        """Seconds until stored, counted from the due moment of arrivals that wait for nobody (a Poisson stream)."""
        dice, sentences, people = random.Random(SEED), self.crowd.sentences(2), self.crowd.addresses
        due, taken = time.perf_counter(), []
        async with asyncio.TaskGroup() as nursery:
            for number in range(count):
                due += dice.expovariate(rate)
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                address = people[number % len(people)]
                taken.append(nursery.create_task(self._acknowledge(due, address, next(sentences))))
        return [task.result() for task in taken]

    async def _acknowledge(self, due: float, address: int, text: str) -> float:
        await self.say(address, text)
        return time.perf_counter() - due
