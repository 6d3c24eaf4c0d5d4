"""Delivery receipts twice, out of order, contradicting each other, and before the send itself was noted."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from benchmarks.faults.rig import Phones, Rig, number_of, phones, receipt, start, stop
from benchmarks.figures import Figure, at_least, at_most, told
from tests.peers.gateway_hmac import HmacGateway

NAME = "receipts"


@dataclass(frozen=True, slots=True)
class Size:
    """How many messages get receipts."""

    messages: int
    seed: int = 1


QUICK = Size(messages=60)
FULL = Size(messages=1000)


@dataclass
class HastyGateway(HmacGateway):
    """Tells what became of a message before it says that it took it, and of some only after it lost its answer."""

    said: Phones | None = None
    hook: str = ""
    first: dict[str, str] = field(default_factory=dict)
    dice: random.Random = field(default_factory=random.Random)

    async def _send(self, request: web.Request) -> web.Response:
        row = str(json.loads(await request.read())["client_id"])
        if row not in self.first:
            self.first[row] = self.dice.choice(("delivered", "undelivered", "later", "lost"))
            if self.first[row] == "lost":  # it is delivered, but we did not hear that it was taken
                self.lose_answers(1)
        response = await super()._send(request)
        if self.said is not None and self.first[row] != "later":
            status = "delivered" if self.first[row] == "lost" else self.first[row]
            await self.said.post(self.hook, [receipt(row, status)])
        return response


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """Every row ends as its first receipt said, whatever comes after."""
    async with HastyGateway(dice=random.Random(size.seed)) as gateway:
        rig = Rig(folder, gateway.url).prepare()
        program, said = rig.program(), phones(tries=3)
        gateway.said, gateway.hook = said, program.url
        await start(program)
        try:
            for person in range(size.messages):
                assert await said.says(program.url, number_of(person), "帮助", f"m{person}")
            await rig.settled()
            for _ in range(2):
                await _flood(said, program.url, gateway, random.Random(size.seed))
            told_states = dict(await rig.rows("SELECT CAST(id AS TEXT), state FROM outbox"))
        finally:
            await said.session.close()
            await stop(program)
    kinds = Counter(gateway.first.values())
    wanted = {"undelivered": "failed"}
    wrong = sum(told_states[row] != wanted.get(kind, "delivered") for row, kind in gateway.first.items())
    times = Counter(one.ours for one in gateway.heard)
    yield told(NAME, "messages", "messages", len(gateway.first))
    yield at_least(NAME, "before_noted", "receipts", kinds["delivered"] + kinds["undelivered"], size.messages // 4)
    yield at_least(NAME, "answers_lost", "messages", kinds["lost"], 1)
    yield at_most(NAME, "wrong_state", "rows", wrong, 0)
    yield at_most(NAME, "sent_again_though_delivered", "messages", sum(count > 1 for count in times.values()), 0)
    yield at_most(NAME, "refused_receipts", "requests", sum(n for code, n in said.statuses.items() if code >= 400), 0)


async def _flood(said: Phones, url: str, gateway: HmacGateway, dice: random.Random) -> None:
    """For each row the receipt that is true, then all there are, in any order, several in one body."""
    rows = list(gateway.first)  # type: ignore[attr-defined]
    first = [receipt(row) for row in rows if gateway.first[row] == "later"]  # type: ignore[attr-defined]
    later = [receipt(row, status) for row in rows for status in ("delivered", "undelivered", "expired", "accepted")]
    dice.shuffle(later)
    await said.post(url, first)
    async with asyncio.TaskGroup() as nursery:
        for at in range(0, len(later), 7):
            nursery.create_task(said.post(url, later[at : at + 7]))
