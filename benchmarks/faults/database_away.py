"""PostgreSQL is stopped as in a crash and started again, in the middle of conversations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import CannotBreakError
from benchmarks.faults.rig import Phones, Rig, number_of, phones, start, stop
from benchmarks.faults.server import Server, away, running_server
from benchmarks.figures import Figure, at_least, at_most, told
from benchmarks.postgres import NoPostgresError
from tests.acceptance.program import TROUBLE, Program
from tests.peers.gateway_hmac import HmacGateway

NAME = "database_away"
WORDS = ("帮助", "电焊工 郑州 5000", "1", "洛阳", "找工作")
EACH_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Size:
    """How often, and for how long, the database is away."""

    times: int
    seconds: float


QUICK = Size(times=2, seconds=1.5)
FULL = Size(times=5, seconds=5.0)


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """People write all the time; what the hook acknowledged is handled and answered once the database is back."""
    try:
        with running_server() as server:
            async with HmacGateway() as gateway:
                for figure in await _measure(folder, size, server, gateway):
                    yield figure
    except NoPostgresError as error:
        raise CannotBreakError(str(error)) from error


async def _measure(folder: Path, size: Size, server: Server, gateway: HmacGateway) -> list[Figure]:
    rig = Rig(folder, gateway.url, url=await server.database()).prepare()
    program, said = rig.program(), phones(tries=1)
    await start(program)
    try:
        names: list[str] = []
        async with asyncio.TaskGroup() as nursery:
            talking = nursery.create_task(_talk(said, program, names))
            for _ in range(size.times):
                await asyncio.sleep(3)
                async with away(server):
                    await asyncio.sleep(size.seconds)
            await asyncio.sleep(1)
            talking.cancel()
        back = await rig.settled()
        ended = program._process is not None and program._process.poll() is not None
        return [
            *await _judged(rig, names, said, gateway),
            told(NAME, "settled_after", "s", back),
            at_most(NAME, "program_ended", "times", int(ended), 0),
            at_most(NAME, "logged_errors", "lines", len(TROUBLE.findall(program.log())), 0),
        ]
    finally:
        await said.session.close()
        await stop(program)


async def _talk(said: Phones, program: Program, names: list[str]) -> None:
    """For ever: a new message every twentieth of a second, of somebody else; who is refused does not try again."""
    number = 0
    async with asyncio.TaskGroup() as nursery:
        while True:
            person, step = divmod(number, len(WORDS))
            nursery.create_task(_say(said, program, number_of(person), WORDS[step], f"m{number}", names))
            number += 1
            await asyncio.sleep(EACH_SECONDS)


async def _say(said: Phones, program: Program, number: str, text: str, name: str, names: list[str]) -> None:
    if await said.says(program.url, number, text, name):
        names.append(name)


async def _judged(rig: Rig, names: list[str], said: Phones, gateway: HmacGateway) -> list[Figure]:
    handled = {row[0] for row in await rig.rows("SELECT external_id FROM inbox WHERE state = 'handled'")}
    out = {str(row[0]): row[1] for row in await rig.rows("SELECT id, maybe_twice FROM outbox")}
    left = [one.ours for one in gateway.heard]
    doubled = {name for name in left if left.count(name) > 1}
    other = sum(count for status, count in said.statuses.items() if status not in (200, 202, 503))
    return [
        told(NAME, "acknowledged", "messages", len(names)),
        at_least(NAME, "answered_503", "messages", said.statuses.get(503, 0), 1),
        at_most(NAME, "answered_otherwise", "messages", other, 0),
        at_most(NAME, "lost_in", "messages", len(set(names) - handled), 0),
        at_most(NAME, "lost_out", "replies", len(set(out) - set(left)), 0),
        at_most(NAME, "doubled_unflagged", "replies", sum(not out.get(name) for name in doubled), 0),
        told(NAME, "doubled_and_flagged", "replies", sum(bool(out.get(name)) for name in doubled)),
    ]
