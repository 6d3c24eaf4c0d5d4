"""kill -9 between any two steps of the story and in the middle of them: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import Person, WebPerson
from player import REGULARS, Dialogue, Stage, play, read_dialogues, values_of_play
from program import Environment, Program
from rows import count, rows

STORY = next(dialogue for dialogue in read_dialogues() if dialogue.name == "match_hire_and_confirm")
IN_FLIGHT_SECONDS = 0.080
TRIES = 600
WHEN = ("acknowledged", "while", "before", "after")
COUNTED = (
    "applications",
    "placements",
    "ledger_entries",
    "audit_entries",
    "consents",
    "employers",
    "vacancies",
)


@dataclass
class Reaper:
    """Kills the program at some of the moments at which somebody speaks, and starts it again."""

    program: Program
    dice: random.Random
    kills: int
    moments: int
    done: list[str] = field(default_factory=list)
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    def plan(self) -> str:
        """What happens at this moment: nothing, or a kill before, in the middle of or after a message."""
        wanted = self.kills - len(self.done)
        self.moments -= 1
        if wanted <= 0 or self.dice.random() > wanted / max(1, self.moments + 1):
            return ""
        return WHEN[len(self.done) % len(WHEN)]

    async def strike(self, when: str) -> None:
        """kill -9, then the same command on the same data."""
        async with self._busy:
            self.done.append(when)
            self.program.kill()  # at this very moment, not when a thread comes round to it
            await asyncio.to_thread(self.program.start)


class Stubborn(WebPerson):
    """A browser whose server keeps dying: it sends the same message with the same id until it is acknowledged."""

    def __init__(self, program: Program, reaper: Reaper) -> None:
        super().__init__(program)
        self.reaper = reaper
        self.acknowledged: list[str] = []
        self.events: list[int] = []

    async def _deliver(self, body: Mapping[str, Any]) -> None:
        number, plan = self.next_id(), self.reaper.plan()
        if plan == "before":
            await self.reaper.strike(plan)
        if plan == "acknowledged":  # what was acknowledged is safe: it is not sent again
            await self._until_acknowledged(body, number)
            await self.reaper.strike(plan)
            self.acknowledged.append(number)
            return
        async with asyncio.TaskGroup() as both:
            both.create_task(self._until_acknowledged(body, number))
            if plan in ("while", "after"):
                await asyncio.sleep(self.reaper.dice.uniform(0, IN_FLIGHT_SECONDS) * (1 if plan == "while" else 3))
                await self.reaper.strike(plan)
        if plan == "while":  # the acknowledgement was lost on its way
            await self._until_acknowledged(body, number)
        self.acknowledged.append(number)

    async def _until_acknowledged(self, body: Mapping[str, Any], number: str) -> None:
        for _ in range(TRIES):
            try:
                if await self.post(body, number) == 202:
                    return
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            await asyncio.sleep(0.03)
        pytest.fail(f"never acknowledged: {number} {self.refusal}")

    async def history(self) -> dict[str, Any]:
        """Ask again where the server is just dead."""
        for _ in range(TRIES):
            try:
                return await super().history()
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(0.03)
        return pytest.fail("no history")


class StubbornStage(Stage):
    """The web chat with such browsers."""

    def __init__(self, program: Program, reaper: Reaper) -> None:
        super().__init__(program, "web")
        self.reaper = reaper
        self.everybody: list[Stubborn] = []

    async def newcomer(self, link: str = "") -> Person:
        """Somebody who was never here, or of the sample."""
        person = Stubborn(self.program, self.reaper)
        self.everybody.append(person)
        await person.enter(link)
        return person

    async def open_staff(self) -> None:
        """The office."""
        self.welcome("staff", await self.newcomer(self.program.roles["staff"].link))


@dataclass
class Outcome:
    """What a run of the story left behind."""

    counts: dict[str, int]
    audit: list[str]
    ledger: list[str]
    heard: list[list[str]]


async def run(program: Program, dialogue: Dialogue, values: dict[str, str], kills: int, seed: int) -> Outcome:
    """Play the story with so many kills; everything that can be compared with a run without."""
    moments = sum(step.say is not None or step.press is not None or step.choose is not None for step in dialogue.steps)
    reaper = Reaper(program, random.Random(seed), kills, moments)
    before = {table: await count(program, table) for table in COUNTED}
    last = {
        table: (await rows(program, f"SELECT coalesce(max(id), 0) FROM {table}"))[0][0]
        for table in ("audit_entries", "ledger_entries")
    }
    stage = StubbornStage(program, reaper)
    try:
        await stage.open_staff()
        await play(dialogue, stage, values)
        assert len(reaper.done) == kills, reaper.done
        for person in stage.everybody:
            await check_conversation(program, person)
    finally:
        await stage.close()
    audit = await rows(program, f"SELECT action FROM audit_entries WHERE id > {last['audit_entries']} ORDER BY action")
    ledger = await rows(program, f"SELECT kind FROM ledger_entries WHERE id > {last['ledger_entries']} ORDER BY kind")
    return Outcome(
        counts={table: await count(program, table) - before[table] for table in COUNTED},
        audit=[row[0] for row in audit],
        ledger=[row[0] for row in ledger],
        heard=[[plain_text(heard.text) for heard in person.heard] for person in stage.everybody],
    )


def plain_text(text: str) -> str:
    """Without the figures of the day, which may differ by what an office has seen."""
    return re.sub(r"\d+", "n", text)


async def check_conversation(program: Program, person: Stubborn) -> None:
    """Each message handled once, each reply heard once and in order."""
    seqs = [heard.seq for heard in person.heard]
    assert seqs == list(range(1, len(seqs) + 1)), f"replies lost, doubled or out of order: {seqs}"
    await_all = "SELECT external_id, state, attempts FROM inbox"
    stored = {row[0].partition(":")[2]: row[1:] for row in await rows(program, await_all)}
    mine = {number: stored.get(number) for number in person.acknowledged}
    assert set(mine.values()) <= {("handled", 0)}, f"acknowledged, but not handled once: {mine}"
    assert len(mine) == len(person.acknowledged)


@pytest.fixture
def fresh(prepared_sample: Path, tmp_path: Path, program_environment: Environment) -> Callable[[str], Program]:
    """Makes a program on a copy of the sample."""

    def make(name: str) -> Program:
        folder = shutil.copytree(prepared_sample, tmp_path / name)
        return Program(folder, program_environment(folder))

    return make


@pytest.mark.peers
async def test_a_few_kills(fresh: Callable[[str], Program]) -> None:
    """Without a quiet run beside it: exactly one of everything."""
    program = fresh("killed")
    await asyncio.to_thread(program.start)
    try:
        [(sample,)] = await rows(program, "SELECT max(id) FROM audit_entries")
        outcome = await run(program, STORY, values_of_play(), kills=3, seed=7)
        doubled = await rows(
            program,
            f"SELECT action, subject FROM audit_entries WHERE id > {sample} "
            "GROUP BY action, subject, detail HAVING count(*) > 1",
        )
    finally:
        await asyncio.to_thread(program.stop)
    once = ("applications", "placements", "employers", "vacancies")
    assert {name: outcome.counts[name] for name in once} == dict.fromkeys(once, 1)
    assert sorted(outcome.ledger) == sorted(set(outcome.ledger)) and "contract_signed" in outcome.ledger
    assert not doubled, doubled


@pytest.mark.peers
async def test_many_kills(fresh: Callable[[str], Program]) -> None:
    """The story with kills leaves and says what the story without them leaves and says."""
    values = values_of_play()
    outcomes = []
    for name, kills in (("quiet", 0), ("killed", 22)):
        program = fresh(name)
        await asyncio.to_thread(program.start)
        try:
            outcomes.append(await run(program, STORY, values, kills, seed=1))
        finally:
            await asyncio.to_thread(program.stop)
        assert "Traceback" not in program.log(), program.log()
    quiet, killed = outcomes
    assert killed.counts == quiet.counts
    assert quiet.counts["applications"] == quiet.counts["placements"] == 1
    assert killed.audit == quiet.audit
    assert killed.ledger == quiet.ledger
    assert quiet.ledger.count("placement_started") == quiet.ledger.count("contract_signed") == 1
    for index, (some, others) in enumerate(zip(killed.heard, quiet.heard, strict=True)):
        assert sorted(some) == sorted(others), f"person {index} heard something else"


assert set(STORY.regulars) <= {"staff"} <= set(REGULARS)
