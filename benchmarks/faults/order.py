"""Two processes on one database, a contact that writes to both in turn: in and out in the order of arrival."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.faults.rig import Phones, Rig, number_of, up
from benchmarks.faults.server import running_server
from benchmarks.figures import Figure, Note, at_least, at_most, told
from benchmarks.postgres import NoPostgresError
from tests.acceptance.program import Program
from tests.peers.gateway_hmac import HmacGateway

NAME = "order"
WAGE = re.compile("工资：(\\d+)")


@dataclass(frozen=True, slots=True)
class Size:
    """How many messages one contact writes."""

    messages: int


QUICK = Size(messages=60)
FULL = Size(messages=1000)


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure | Note]:
    """On SQLite, then on PostgreSQL."""
    async with HmacGateway() as gateway:
        for figure in await _measured("sqlite", Rig(folder / "sqlite", gateway.url), gateway, size):
            yield figure
    try:
        with running_server() as server:
            async with HmacGateway() as gateway:
                rig = Rig(folder / "postgresql", gateway.url, url=await server.database())
                for figure in await _measured("postgresql", rig, gateway, size):
                    yield figure
    except NoPostgresError as error:
        yield Note(NAME, f"order on PostgreSQL IS NOT MEASURED HERE: {error}")


async def _measured(database: str, rig: Rig, gateway: HmacGateway, size: Size) -> list[Figure]:
    rig.prepare()
    async with up(rig, processes=2, tries=100) as (programs, said):
        await _write(said, programs, size.messages)
        await rig.settled()
    handled = await rig.count("inbox", "state = 'handled'")
    answered = await rig.rows(
        "SELECT i.external_id FROM outbox o JOIN inbox i ON i.id = o.answers ORDER BY o.address_id, o.seq"
    )
    asked = [int(row[0]) for row in answered]
    wages = [int(found[1]) for one in gateway.heard if (found := WAGE.search(one.text))]
    out = [str(row[0]) for row in await rig.rows("SELECT id FROM outbox ORDER BY address_id, seq")]
    places = {row: place for place, row in enumerate(out)}
    left = [places[one.ours] for one in gateway.heard]
    return [
        told(NAME, f"{database}_messages", "messages", handled),
        at_least(NAME, f"{database}_replies_that_tell", "replies", len(wages), size.messages // 2),
        at_most(NAME, f"{database}_lost", "messages", size.messages - handled, 0),
        at_most(NAME, f"{database}_inversions_in", "pairs", sum(b < a for a, b in pairwise(asked)), 0),
        at_most(NAME, f"{database}_wrong_state", "replies", sum(b <= a for a, b in pairwise(wages)), 0),
        at_most(NAME, f"{database}_inversions_out", "pairs", sum(b <= a for a, b in pairwise(left)), 0),
        at_most(NAME, f"{database}_replies_lost", "replies", len(set(out) - {one.ours for one in gateway.heard}), 0),
    ]


async def _write(said: Phones, programs: list[Program], count: int) -> None:
    """Each message after the acknowledgement of the one before; the handling is far behind."""
    for number in range(count):
        program = programs[number % len(programs)]
        assert await said.says(program.url, number_of(1), _text(number), str(number))


def _text(number: int) -> str:
    """A wage of its own, and then the question what was said: the answer tells whether it was the one before."""
    return "我的资料" if number % 2 else f"电焊工 郑州 {5000 + number}"
