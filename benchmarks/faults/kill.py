"""kill -9 in the middle of conversations; a numbered gateway that outlives it all tells what really left."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from benchmarks.faults.rig import PATIENCE_SECONDS, Phones, Rig, number_of, phones, start, stop
from benchmarks.figures import Figure, at_most, told
from tests.acceptance.program import Program
from tests.peers.numbered_gateway import Left, NumberedGateway

NAME = "kill"
WORDS = ("帮助", "电焊工 郑州 5000", "1", "洛阳", "找工作")  # each has one reply
AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class Size:
    """How many people talk, and how often the program dies meanwhile."""

    conversations: int
    kills: int
    seed: int = 1


QUICK = Size(conversations=36, kills=3)
FULL = Size(conversations=2000, kills=50)


@dataclass
class Oracle:
    """Follows the gateway's log."""

    path: Path
    left: list[Left] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    _at: int = 0

    async def follow(self, gateway: NumberedGateway) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(0.02)
            if self.path.exists() and self.path.stat().st_size > self._at:
                self._at = self.path.stat().st_size
                new = gateway.left[len(self.left) :]
                self.left += new
                self.heard.update(one.to for one in new)


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """Talk, kill, start again; then look whether everything is there once."""
    async with NumberedGateway(folder) as gateway:
        rig = Rig(folder, gateway.url).prepare()
        program, oracle, said = rig.program(), Oracle(gateway.log), phones(tries=2000)
        await start(program)
        try:
            async with asyncio.TaskGroup() as nursery:
                following = nursery.create_task(oracle.follow(gateway))
                reaping = nursery.create_task(_reap(program, oracle, size))
                names = await _talk(said, program, oracle, size)
                await reaping
                await rig.settled()
                await asyncio.sleep(0.1)
                following.cancel()
        finally:
            await said.session.close()
            await stop(program)
        for figure in await _judged(rig, names, gateway.left, size):
            yield figure


async def _reap(program: Program, oracle: Oracle, size: Size) -> None:
    """Kill whenever another share of the conversations was heard, at a random moment of what is under way."""
    dice, total = random.Random(size.seed), size.conversations * len(WORDS)
    for number in range(size.kills):
        while len(oracle.left) < total * (number + 0.5) / (size.kills + 1):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await asyncio.sleep(dice.uniform(0, 0.08))
        program.kill()
        await start(program)


async def _talk(said: Phones, program: Program, oracle: Oracle, size: Size) -> list[str]:
    """Everybody says all the words, each after the reply to the one before; the names of what was acknowledged."""
    floor, names = asyncio.Semaphore(AT_ONCE), []

    async def converse(person: int) -> None:
        number = number_of(person)
        async with floor:
            for step, text in enumerate(WORDS):
                name = f"{person}-{step}"
                assert await said.says(program.url, number, text, name), f"never acknowledged: {said.statuses}"
                names.append(name)
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while oracle.heard[number] <= step:  # noqa: ASYNC110 - the log of another process
                        await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as nursery:
        for person in range(size.conversations):
            nursery.create_task(converse(person))
    return names


async def _judged(rig: Rig, names: list[str], left: list[Left], size: Size) -> list[Figure]:
    handled = {row[0] for row in await rig.rows("SELECT external_id FROM inbox WHERE state = 'handled'")}
    replies = await rig.rows(
        "SELECT i.external_id, count(o.id) FROM inbox i LEFT JOIN outbox o ON o.answers = i.id GROUP BY i.external_id"
    )
    out = await rig.rows("SELECT id, maybe_twice, address_id, seq FROM outbox ORDER BY address_id, seq")
    times = Counter(one.client_id for one in left)
    flagged = {str(row[0]) for row in out if row[1]}
    doubled = {name for name, count in times.items() if count > 1}
    return [
        told(NAME, "kills", "kills", size.kills),
        told(NAME, "acknowledged", "messages", len(names)),
        at_most(NAME, "lost_in", "messages", len(set(names) - handled), 0),
        at_most(NAME, "lost_out", "replies", sum(str(row[0]) not in times for row in out), 0),
        at_most(NAME, "unanswered", "messages", sum(count < 1 for _, count in replies), 0),
        at_most(NAME, "applied_twice", "messages", sum(count > 1 for _, count in replies), 0),
        at_most(NAME, "doubled_unflagged", "replies", len(doubled - flagged), 0),
        at_most(NAME, "out_of_order", "replies", inversions(out, left), 0),
        told(NAME, "doubled_and_flagged", "replies", len(doubled & flagged)),
        at_most(NAME, "flagged", "replies", len(flagged), size.kills * AT_ONCE),
    ]


def inversions(out: list[tuple[int, ...]], left: list[Left]) -> int:
    """How often a reply first left before one that was written earlier for the same address."""
    first: dict[str, int] = {}
    for one in left:
        first.setdefault(one.client_id, one.n)
    of_address = defaultdict(list)
    for row in out:
        of_address[row[2]].append(first.get(str(row[0]), 0))
    return sum(later < earlier for places in of_address.values() for earlier, later in pairwise(places))
