"""Messages come twice, late again, mixed with others, several in a body: the state is as if each came once."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.faults.rig import Phones, Rig, mo, number_of, up
from benchmarks.figures import Figure, at_least, at_most, told
from tests.acceptance.program import Program
from tests.peers.gateway_hmac import HmacGateway

NAME = "replay"
STORIES = (
    ("帮助", "电焊工 郑州 5000", "1", "洛阳"),
    ("找工作", "保安 开封 3000", "更多", "停"),
    ("培训", "我的资料", "找工作", "哪里都行"),
)
AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Size:
    """How many mixtures."""

    seeds: int


QUICK = Size(seeds=30)
FULL = Size(seeds=1000)
State = list[tuple[Any, ...]]


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """The clean run is seed 0: every story once, message by message."""
    async with HmacGateway() as gateway:
        rig = Rig(folder, gateway.url).prepare()
        async with up(rig, tries=20) as ((program,), said):
            posted = await _clean(rig, said, program)
            floor = asyncio.Semaphore(AT_ONCE)
            async with asyncio.TaskGroup() as nursery:
                work = [nursery.create_task(_mixed(said, program, seed, floor)) for seed in range(1, size.seeds + 1)]
            await rig.settled()
        posted += sum(task.result() for task in work)
        states = await _states(rig, gateway)
    clean = states.pop(0)
    yield told(NAME, "events_posted", "events", posted)
    yield at_least(NAME, "seeds", "seeds", len(states), size.seeds)
    yield at_least(NAME, "replies_of_a_clean_run", "replies", sum(len(story[3]) for story in clean), len(STORIES) * 3)
    yield at_most(NAME, "other_final_state", "seeds", sum(state != clean for state in states.values()), 0)


async def _clean(rig: Rig, said: Phones, program: Program) -> int:
    for story in range(len(STORIES)):
        for event in _events(0, story):
            assert await said.post(program.url, [event]) == 200
            await rig.settled()
    return sum(len(story) for story in STORIES)


async def _mixed(said: Phones, program: Program, seed: int, floor: asyncio.Semaphore) -> int:
    """Each story's messages in their order, some of them again at once or at any time later."""
    dice, posted = random.Random(seed), 0
    waiting = [_events(seed, story) for story in range(len(STORIES))]
    before: list[dict[str, Any]] = []
    async with floor:
        while any(waiting) or dice.random() < 0.7:
            body = [dice.choice(before) for _ in range(dice.randrange(3)) if before]
            for _ in range(dice.randrange(1, 4)):
                if rest := [events for events in waiting if events]:
                    body.append(dice.choice(rest).pop(0))
                    before.append(body[-1])
            again = [body, body] if dice.random() < 0.4 else [body]  # the same request twice at the same moment
            statuses = await asyncio.gather(*(said.post(program.url, one) for one in again if one))
            assert set(statuses) <= {200}, statuses
            posted += len(body) * len(again)
    return posted


def _events(seed: int, story: int) -> list[dict[str, Any]]:
    number = number_of(seed * len(STORIES) + story)
    return [mo(number, text, f"{seed}-{story}-{step}") for step, text in enumerate(STORIES[story])]


async def _states(rig: Rig, gateway: HmacGateway) -> dict[int, State]:
    """By seed, for each story: the conversation's state, messages, rows, and what the phone heard in which order."""
    heard = defaultdict(list)
    for one in gateway.heard:
        heard[one.to].append(one.text)
    rows = await rig.rows(
        "SELECT min(i.external_id), c.state, count(*), sum(i.attempts), p.opted_out_at IS NOT NULL FROM inbox i "
        "JOIN addresses a ON a.id = i.address_id JOIN people p ON p.id = a.person_id "
        "JOIN conversations c ON c.person_id = p.id GROUP BY i.address_id, c.state, p.opted_out_at"
    )
    states: dict[int, State] = defaultdict(list)
    for name, state, count, attempts, stopped in sorted(rows, key=lambda row: row[0]):
        seed, story, _ = (int(part) for part in name.split("-"))
        number = number_of(seed * len(STORIES) + story)
        texts = [text.replace(number[-4:], "####") for text in heard[number]]  # it is shown masked
        states[seed].append((state, count, (attempts, stopped), texts))
    return states
