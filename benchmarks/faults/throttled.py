"""A storm of 429: nothing is sent before the pause is over, not even by a process that was started meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from benchmarks.faults.rig import Rig, number_of, phones, start, stop
from benchmarks.figures import Figure, at_least, at_most, told
from tests.peers.gateway_hmac import HmacGateway

NAME = "throttled"
ON_THE_WIRE_SECONDS = 0.1  # a call that was sent before the refusal of another was heard
PACE = {"per_second": 40, "at_once": 8}


@dataclass(frozen=True, slots=True)
class Size:
    """How many storms, how long each pause, how many messages meanwhile; the program is killed in the last but one."""

    storms: int
    seconds: float
    messages: int


QUICK = Size(storms=3, seconds=2.0, messages=100)
FULL = Size(storms=20, seconds=3.0, messages=1200)


@dataclass
class StrictGateway(HmacGateway):
    """Counts the calls that come while a pause holds of which the caller was told."""

    calls: int = 0
    early: int = 0
    refusals: int = 0
    _until: float = 0.0
    _told_at: float = 0.0

    async def _send(self, request: web.Request) -> web.Response:
        now = time.monotonic()
        self.calls += 1
        self.early += self._told_at + ON_THE_WIRE_SECONDS < now < self._until - 0.01
        response = await super()._send(request)
        if response.status == 429:
            self.refusals += 1
            self._told_at = self._told_at if now < self._until else time.monotonic()
            self._until = max(self._until, time.monotonic() + int(response.headers["Retry-After"]))
        return response


@dataclass
class Storms:
    """What happened."""

    killed: int = 0
    pauses: list[float] = field(default_factory=list)


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """Storm after storm while many wait for their reply."""
    async with StrictGateway() as gateway:
        rig = Rig(folder, gateway.url, pace=PACE).prepare()
        program, said = rig.program(), phones(tries=200)
        await start(program)
        try:
            async with asyncio.TaskGroup() as nursery:
                for person in range(size.messages):
                    nursery.create_task(said.says(program.url, number_of(person), "帮助", f"m{person}"))
            for storm in range(size.storms):
                heard, refusals = len(gateway.heard), gateway.refusals
                await _until(lambda heard=heard: len(gateway.heard) > heard)
                gateway.throttle(size.seconds)
                await _until(lambda refusals=refusals: gateway.refusals > refusals)
                await asyncio.sleep(0.3)
                if storm == size.storms - 2:
                    program.kill()
                    await start(program)
                await asyncio.sleep(max(0.0, gateway._until - time.monotonic()))
            await rig.settled()
            out = [str(row[0]) for row in await rig.rows("SELECT id FROM outbox")]
        finally:
            await said.session.close()
            await stop(program)
    yield told(NAME, "calls", "calls", gateway.calls)
    yield at_least(NAME, "refused_429", "calls", gateway.refusals, size.storms)
    yield at_most(NAME, "calls_before_pause_ends", "calls", gateway.early, 0)
    yield at_most(NAME, "lost_out", "replies", len(set(out) - {one.ours for one in gateway.heard}), 0)


async def _until(condition: object) -> None:
    async with asyncio.timeout(60):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - the gateway is here
            await asyncio.sleep(0.01)
