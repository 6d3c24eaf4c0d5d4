"""Durable turns a second of the program, of its peers, and the web hook's acknowledgements, in the same rounds."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from aiogram import Dispatcher
from aiogram.fsm.strategy import FSMStrategy

from benchmarks.dispatchers import AT_ONCE, Feed, bare_aiogram, python_telegram_bot, rate_of, router_of
from benchmarks.faults.rig import Rig, mo, number_of, up
from benchmarks.faults.server import running_server
from benchmarks.figures import Figure, Note, at_least, at_most, percentile, told
from benchmarks.orm import orm_of
from benchmarks.postgres import NoPostgresError
from bot.channels.kinds import PULLED
from bot.channels.session import make_bots
from bot.inbox import Arrival, Inbox
from bot.storage import TurnStorage
from bot.wakeups import Wakeups
from bot.worker import Worker
from models.database import Database
from models.keys import KeyRing
from models.migrate import upgrade
from services.access import ensure_address
from services.matches import VacancyCache
from tests.peers.gateway_hmac import HmacGateway

NAME = "turns"
CHANNEL = "webchat"
HOOK_RATE = 500


@dataclass(frozen=True, slots=True)
class Size:
    """Rounds, turns of each person in each round, arrivals at the web hook in each round."""

    rounds: int
    each: int
    arrivals: int


FULL = Size(rounds=5, each=30, arrivals=2500)
QUICK = Size(rounds=2, each=8, arrivals=600)


@dataclass
class Rounds:
    """What the rounds gave: turns a second by side, seconds until acknowledged, and what was left out."""

    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: list[float] = field(default_factory=list)
    refused: int = 0
    notes: list[str] = field(default_factory=list)


@asynccontextmanager
async def program_on(url: str) -> AsyncIterator[Feed]:
    """Receiver and worker as `zhaohuo run` starts them, with the peers' handler instead of the conversation."""
    database, wakeups = Database(url, KeyRing.generate()), Wakeups()
    try:
        await upgrade(database)
        async with database.write() as session:
            people = [(await ensure_address(session, CHANNEL, f"peer-{n}")).id for n in range(AT_ONCE + 1)]
        database.on_commit(wakeups.wake)
        inbox, reaches = Inbox(database, wakeups), {channel.name: channel.reach for channel in PULLED}
        dispatcher = Dispatcher(storage=TurnStorage(), fsm_strategy=FSMStrategy.GLOBAL_USER)
        dispatcher.include_router(router_of())
        worker = Worker(database, dispatcher, make_bots(reaches), reaches, VacancyCache(), wakeups)

        async def feed(person: int, text: str) -> None:
            answered = wakeups.listen(people[person])
            try:
                await inbox.receive(Arrival(CHANNEL, secrets.token_hex(12), people[person], {"text": text}))
                await answered.wait()
            finally:
                wakeups.leave(people[person], answered)

        async with asyncio.TaskGroup() as nursery:
            tasks = [nursery.create_task(run) for run in (inbox.run(), worker.run(), database.keep_log_short())]
            yield feed
            for task in tasks:
                task.cancel()
    finally:
        await database.close()


async def measure(folder: Path, *, quick: bool) -> Rounds:
    """Every side once in each round, so that a slow minute of the machine meets them all."""
    size, rounds = QUICK if quick else FULL, Rounds()
    async with AsyncExitStack() as stack:
        sides: dict[str, Feed] = {"bare_aiogram": bare_aiogram()}
        try:
            sides["python_telegram_bot"] = await python_telegram_bot()
        except ModuleNotFoundError:
            rounds.notes.append("python-telegram-bot IS NOT MEASURED HERE: requirements-bench.txt is not installed")
        for name, url in await _databases(folder, stack, rounds):
            sides[f"durable_{name}"] = await stack.enter_async_context(program_on(url))
            sides[f"orm_{name}"] = await stack.enter_async_context(orm_of(url.replace("bench.db", "orm.db")))
        for feed in sides.values():
            await rate_of(feed, 2)  # warm
        names = list(sides)
        for number in range(size.rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                each = size.each * (10 if name in ("bare_aiogram", "python_telegram_bot") else 1)
                rounds.rates[name].append(await rate_of(sides[name], each))
    await _hook(folder, size, rounds)
    return rounds


async def _databases(folder: Path, stack: AsyncExitStack, rounds: Rounds) -> list[tuple[str, str]]:
    (folder / "durable").mkdir()
    found = [("sqlite", f"sqlite+aiosqlite:///{folder}/durable/bench.db")]
    try:
        server = stack.enter_context(running_server())
        found.append(("postgresql", await server.database()))
    except NoPostgresError as error:
        rounds.notes.append(f"PostgreSQL IS NOT MEASURED HERE: {error}")
    return found


async def _hook(folder: Path, size: Size, rounds: Rounds) -> None:
    """The real program in a process of its own, on loopback; this process makes the load."""
    async with HmacGateway() as gateway:
        rig = Rig(folder / "hook", gateway.url, pace={"per_second": 50}).prepare()
        async with up(rig) as ((program,), said):
            for person in range(100):
                await said.says(program.url, number_of(person), "帮助", f"first-{person}")
            await rig.settled()
            dice, due = random.Random(1), time.perf_counter()

            async def call(number: int, due: float) -> None:
                event = mo(number_of(number % 100), f"电焊工 郑州 {3000 + number}", f"m{number}")
                rounds.refused += await said.post(program.url, [event]) != 200
                rounds.acknowledged.append(time.perf_counter() - due)

            async with asyncio.TaskGroup() as nursery:
                for number in range(size.arrivals * size.rounds):
                    due += dice.expovariate(HOOK_RATE)
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                    nursery.create_task(call(number, due))


def figures(rounds: Rounds) -> Iterator[Figure | Note]:
    """Medians with their spread; ratios are taken within a round."""
    for name, rates in rounds.rates.items():
        yield told(NAME, name, "turns/s", median(rates), (min(rates), max(rates)))
    for name in ("sqlite", "postgresql"):
        if ours := rounds.rates.get(f"durable_{name}"):
            to_orm = [a / b for a, b in zip(ours, rounds.rates[f"orm_{name}"], strict=True)]
            to_bare = [a / b for a, b in zip(ours, rounds.rates["bare_aiogram"], strict=True)]
            yield at_least(NAME, f"{name}_to_orm", "ratio", median(to_orm), 2, (min(to_orm), max(to_orm)))
            yield at_least(NAME, f"{name}_to_bare", "ratio", median(to_bare), 0.1, (min(to_bare), max(to_bare)))
    taken = [seconds * 1000 for seconds in rounds.acknowledged]
    yield told(NAME, f"hook_ack_{HOOK_RATE}_per_s_median", "ms", percentile(taken, 0.5))
    yield at_most(NAME, f"hook_ack_{HOOK_RATE}_per_s_p99", "ms", percentile(taken, 0.99), 50)
    yield at_most(NAME, "hook_not_acknowledged", "messages", rounds.refused, 0)
    yield from (Note(NAME, note) for note in rounds.notes)
