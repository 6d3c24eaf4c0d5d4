"""Two processes and one channel: one sends at a time; the other takes over when it is killed, or hangs."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.rig import Phones, Rig, number_of, phones, start, stop, until
from benchmarks.figures import Figure, at_least, at_most, told
from tests.acceptance.program import Program
from tests.peers.gateway_hmac import HmacGateway

NAME = "one_sender"


@dataclass(frozen=True, slots=True)
class Size:
    """How many take-overs after a kill; `hung`: also after one that is stopped and comes back."""

    kills: int
    hung: bool


QUICK = Size(kills=1, hung=True)
FULL = Size(kills=8, hung=True)


@dataclass
class Side:
    """A process with a gateway of its own, so that it shows who sends."""

    program: Program
    gateway: HmacGateway

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.program._process is not None
        return self.program._process.pid


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """Messages all the time; who sends changes with a kill only."""
    async with HmacGateway() as one, HmacGateway() as other:
        rig = Rig(folder, one.url).prepare()
        sides = [Side(rig.program(), one), Side(rig.program(), other)]
        environment = {**sides[1].program.environment, "ZHAOHUO_CHANNELS__SMS__BASE_URL": other.url}
        sides[1].program.environment = environment
        said, names = phones(tries=1), itertools.count()
        await start(*(side.program for side in sides))
        try:
            async with asyncio.TaskGroup() as nursery:
                talking = nursery.create_task(_talk(said, sides, names))
                await until(lambda: one.heard or other.heard, "nobody sends")
                kills = [await _killed(sides) for _ in range(size.kills)]
                hung, late = await _hung(sides, rig.var_dir / "zhaohuo.db") if size.hung else (0.0, 0)
                talking.cancel()
            await rig.settled()
            out = dict(await rig.rows("SELECT CAST(id AS TEXT), maybe_twice FROM outbox"))
        finally:
            await said.session.close()
            await stop(*(side.program for side in sides))
        for figure in _judged(sides, kills, hung, late, out):
            yield figure


def _judged(sides: list[Side], kills: list[float], hung: float, late: int, out: dict[str, bool]) -> list[Figure]:
    left = sorted((one.at, place, one.ours) for place, side in enumerate(sides) for one in side.gateway.heard)
    changes = sum(a[1] != b[1] for a, b in itertools.pairwise(left))
    allowed = len(kills) + (hung > 0)
    rows = [row for _, _, row in left]
    return [
        told(NAME, "sent", "messages", len(left)),
        at_least(NAME, "take_overs", "times", changes, 1),
        at_most(NAME, "changes_of_the_sender", "times", changes, allowed),
        at_most(NAME, "slowest_take_over_after_kill", "s", max(kills), 5),
        at_most(NAME, "take_over_after_hang", "s", hung, 30),
        at_most(NAME, "sent_by_who_hung", "messages", late, 0),
        at_most(NAME, "lost_out", "replies", len(set(out) - set(rows)), 0),
        at_most(NAME, "doubled_unflagged", "replies", sum(rows.count(row) > 1 and not out[row] for row in out), 0),
    ]


async def _talk(said: Phones, sides: list[Side], names: itertools.count[int]) -> None:
    """For ever, to whichever side lives."""
    while True:
        number = next(names)
        await said.says(sides[number % 2].program.url, number_of(number), "帮助", f"m{number}")
        await asyncio.sleep(0.05)


def _holder(sides: list[Side]) -> tuple[Side, Side]:
    """Who sent last, and the other."""
    return tuple(sorted(sides, key=lambda side: -(side.gateway.heard[-1].at if side.gateway.heard else 0)))  # type: ignore[return-value]


async def _killed(sides: list[Side]) -> float:
    """Seconds from the death of the sender to the first message of the other, whose process was ready."""
    holder, other = _holder(sides)
    before = len(other.gateway.heard)
    holder.program.kill()
    begun = time.monotonic()
    await until(lambda: len(other.gateway.heard) > before, "nobody took over", 60)
    took = time.monotonic() - begun
    await start(holder.program)
    await asyncio.sleep(6)  # its engine is there
    return took


async def _stopped(holder: Side, database: Path) -> None:
    """Stop it between two writes: one that stands still within a write holds SQLite's lock, and nobody can write until
    it is ended (PostgreSQL has no such lock).
    """
    while True:
        os.kill(holder.pid, signal.SIGSTOP)
        if await asyncio.to_thread(_is_free, database):
            return
        os.kill(holder.pid, signal.SIGCONT)
        await asyncio.sleep(0.05)


def _is_free(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection, suppress(sqlite3.Error):
        connection.execute("BEGIN IMMEDIATE")
        return True
    return False


async def _hung(sides: list[Side], database: Path) -> tuple[float, int]:
    """The same for a sender that stands still; and what it sends when it wakes up and is another's successor."""
    holder, other = _holder(sides)
    before = len(other.gateway.heard)
    await _stopped(holder, database)
    begun = time.monotonic()
    try:
        await until(lambda: len(other.gateway.heard) > before, "nobody took over", 60)
        took = time.monotonic() - begun
        already = len(holder.gateway.heard)
    finally:
        os.kill(holder.pid, signal.SIGCONT)
    await asyncio.sleep(2)
    return took, len(holder.gateway.heard) - already
