"""A gateway that hangs for one number holds up nobody else."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from benchmarks.faults.rig import Rig, number_of, up
from benchmarks.figures import Figure, at_least, at_most, percentile
from tests.peers.gateway_hmac import HmacGateway

NAME = "slow_consumer"
SLOW = number_of(1)
WORDS = ("帮助", "电焊工 郑州 5000", "培训", "1", "我的资料")


@dataclass(frozen=True, slots=True)
class Size:
    """How many others write, one after the other, while the slow number has messages waiting."""

    others: int


QUICK = Size(others=40)
FULL = Size(others=400)


@dataclass
class HangingGateway(HmacGateway):
    """Takes a message for the slow number only when the test says so."""

    free: asyncio.Event = field(default_factory=asyncio.Event)
    hanging: int = 0

    async def _send(self, request: web.Request) -> web.Response:
        if json.loads(await request.read())["to"] == SLOW:
            self.hanging += 1
            await self.free.wait()
        return await super()._send(request)


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """Seconds from the message of one of the others to their reply, with the usual pace of a channel."""
    async with HangingGateway() as gateway:
        rig = Rig(folder, gateway.url, pace={"per_second": 100, "at_once": 4}).prepare()
        async with up(rig, tries=3) as ((program,), said):
            for step, text in enumerate(WORDS):
                await said.says(program.url, SLOW, text, f"slow-{step}")
            async with asyncio.timeout(30):
                while not gateway.hanging:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.01)
            taken = []
            for person in range(2, size.others + 2):
                heard, begun = len(gateway.heard), time.perf_counter()
                assert await said.says(program.url, number_of(person), "帮助", f"m{person}")
                async with asyncio.timeout(30):
                    while len(gateway.heard) <= heard:  # noqa: ASYNC110 - another process
                        await asyncio.sleep(0.002)
                taken.append(time.perf_counter() - begun)
            gateway.free.set()
            await rig.settled()
            out = await rig.rows("SELECT id FROM outbox")
    yield at_least(NAME, "hanging_calls", "calls", gateway.hanging, 1)
    yield at_most(NAME, "others_median", "ms", percentile(taken, 0.5) * 1000, 200)
    yield at_most(NAME, "others_p99", "ms", percentile(taken, 0.99) * 1000, 1000)
    lost = {str(row[0]) for row in out} - {one.ours for one in gateway.heard}
    yield at_most(NAME, "lost_out", "replies", len(lost), 0)
