"""A whole durable turn, beside SQLite's own commits and dispatchers with and without durability: `zhaohuo bench turns`.

First the conversation with the matcher (`benchmarks/talk.py`), then turns alone (`benchmarks/durable.py`).
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from benchmarks import durable
from benchmarks.crowd import Crowd, crowd
from benchmarks.figures import Figure, Note, at_least, at_most, percentile, told
from benchmarks.talk import Talk
from models.messages import InboxRow
from services.matches import VacancyCache

NAME = "turns"
AT_ONCE = 50
RATE = 300
PEOPLE = 400


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured in each round."""

    rounds: int
    alone: int
    each: int
    arrivals: int
    commits: int
    updates: int


FULL = Size(rounds=5, alone=200, each=20, arrivals=1500, commits=1000, updates=1500)
QUICK = Size(rounds=2, alone=60, each=6, arrivals=450, commits=300, updates=400)


@dataclass(slots=True)
class Measured:
    """What the rounds gave: seconds, and rates a second."""

    alone: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    at_once: list[float] = field(default_factory=list)
    aiogram: list[float] = field(default_factory=list)
    aiogram_matching: list[float] = field(default_factory=list)
    failed: int = 0


def measure(folder: Path, *, quick: bool) -> Iterator[Figure | Note]:
    """All figures, measured in the folder (its disk is what the commits wait for)."""
    logging.getLogger("bot").setLevel(logging.CRITICAL)  # failures are counted below
    with tempfile.TemporaryDirectory(dir=folder, prefix="bench-") as scratch:
        measured = asyncio.run(_measure(Path(scratch), QUICK if quick else FULL))
        yield from _figures(measured)
        yield from durable.figures(asyncio.run(durable.measure(Path(scratch), quick=quick)))


async def _measure(folder: Path, size: Size) -> Measured:
    """The peers take turns with the program, so that a slow minute of the machine meets them all."""
    measured = Measured()
    async with crowd(folder, PEOPLE) as people:
        talk = Talk(people)
        async with talk.running():
            await talk.alone(20)
            for _ in range(size.rounds):
                measured.alone += await talk.alone(size.alone)
                measured.at_once.append(await talk.at_once(AT_ONCE, size.each))
                measured.acknowledged += await talk.acknowledged(RATE, size.arrivals)
                await talk.alone(1)  # the rest of the stream is answered before the peers have the machine
                await _measure_peers(folder, people, size, measured)
        measured.failed = await _failed(people)
    return measured


async def _failed(people: Crowd) -> int:
    """Turns that raised: their polite line is no answer, and the figures beside it would be worth nothing."""
    async with people.database.read() as session:
        query = select(func.count()).select_from(InboxRow).where(InboxRow.attempts > 0)
        return await session.scalar(query) or 0


async def _measure_peers(folder: Path, people: Crowd, size: Size, measured: Measured) -> None:
    from benchmarks.peers import aiogram_alone, echo, matcher, raw_commits

    async with people.database.read() as session:
        index = await VacancyCache().fresh(session)
    measured.commits += raw_commits(folder, size.commits)
    measured.aiogram.append(await aiogram_alone(echo, people.sentences(3), size.updates))
    matching = matcher(index)
    measured.aiogram_matching.append(await aiogram_alone(matching, people.sentences(4), size.updates))


def _figures(measured: Measured) -> Iterator[Figure]:
    rate, commits = median(measured.at_once), 1 / median(measured.commits)
    ceiling = median(measured.aiogram_matching)
    yield at_most(NAME, "failed_turns", "turns", measured.failed, 0)
    yield at_most(NAME, "alone_median", "ms", median(measured.alone) * 1000, 6)
    yield told(NAME, "alone_p99", "ms", percentile(measured.alone, 0.99) * 1000)
    yield at_least(NAME, "at_once_50", "turns/s", rate, 400)
    yield told(NAME, "at_once_50_slowest_round", "turns/s", min(measured.at_once))
    yield told(NAME, "ack_300_per_s_median", "ms", median(measured.acknowledged) * 1000)
    yield at_most(NAME, "ack_300_per_s_p99", "ms", percentile(measured.acknowledged, 0.99) * 1000, 30)
    yield told(NAME, "peer_sqlite_insert_commit", "commits/s", commits)
    yield told(NAME, "peer_sqlite_insert_commit_p99", "ms", percentile(measured.commits, 0.99) * 1000)
    yield told(NAME, "peer_aiogram_memory_echo", "updates/s", median(measured.aiogram))
    yield told(NAME, "peer_aiogram_memory_matching", "updates/s", ceiling)
    yield told(NAME, "at_once_to_sqlite_commits", "ratio", rate / commits)
    yield told(NAME, "at_once_to_aiogram_matching", "ratio", rate / ceiling)
