"""A burst through the web hook: how fast it is acknowledged, when all is answered, and in how much memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.rig import Phones, Rig, mo, number_of, up
from benchmarks.figures import Figure, at_most, percentile, told
from benchmarks.memory import peak_megabytes
from tests.acceptance.program import Program
from tests.peers.gateway_hmac import HmacGateway

NAME = "burst"
CALLERS = 32  # connections of the gateway
WORDS = ("帮助", "电焊工 郑州 5000", "培训")


@dataclass(frozen=True, slots=True)
class Size:
    """How many messages, and in how many seconds all is to be answered."""

    messages: int
    drained: float


QUICK = Size(messages=600, drained=20)
FULL = Size(messages=10_000, drained=60)


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """As fast as they are acknowledged; the generator is a process of its own, this one."""
    async with HmacGateway() as gateway:
        rig = Rig(folder, gateway.url).prepare()
        async with up(rig) as ((program,), said):
            await said.says(program.url, number_of(0), "帮助", "first")  # the engine is there before the burst
            await rig.settled()
            begun = time.monotonic()
            taken = await _burst(said, program, size.messages)
            acknowledged = time.monotonic() - begun
            await rig.settled()
            drained = time.monotonic() - begun
            assert program._process is not None
            memory = peak_megabytes(program._process.pid)
            unanswered = await rig.count("inbox", "state != 'handled'")
            out = await rig.rows("SELECT id FROM outbox")
    lost = {str(row[0]) for row in out} - {one.ours for one in gateway.heard}
    yield told(NAME, "messages", "messages", size.messages)
    yield told(NAME, "acknowledged_rate", "messages/s", size.messages / acknowledged)
    yield told(NAME, "ack_median", "ms", percentile(taken, 0.5) * 1000)
    yield at_most(NAME, "ack_p99", "ms", percentile(taken, 0.99) * 1000, 200)
    yield at_most(NAME, "drained", "s", drained, size.drained)
    yield at_most(NAME, "peak_rss", "MB", memory, 400)
    yield at_most(NAME, "not_acknowledged", "messages", size.messages - len(taken), 0)
    yield at_most(NAME, "not_handled", "messages", unanswered, 0)
    yield at_most(NAME, "lost_out", "replies", len(lost), 0)


async def _burst(said: Phones, program: Program, count: int) -> list[float]:
    """Seconds until each was acknowledged."""
    waiting, taken = iter(range(count)), []

    async def call() -> None:
        for number in waiting:
            begun = time.perf_counter()
            event = mo(number_of(1 + number // len(WORDS)), WORDS[number % len(WORDS)], f"b{number}")
            if await said.post(program.url, [event]) == 200:
                taken.append(time.perf_counter() - begun)

    async with asyncio.TaskGroup() as nursery:
        for _ in range(CALLERS):
            nursery.create_task(call())
    return taken
