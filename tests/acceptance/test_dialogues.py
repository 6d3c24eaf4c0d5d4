"""Every recorded conversation over every channel of one running program."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from people import WebPerson, ask, tap
from player import CHANNELS, REGULARS, Dialogue, Stage, play, read_dialogues
from program import Program

AT_ONCE = 12
AT_ONCE_WITH_STAFF = 4
DIALOGUES = {dialogue.name: dialogue for dialogue in read_dialogues()}
PARTS = [
    pytest.param(
        name,
        channel,
        id=f"{name}-{channel}",
        marks=[pytest.mark.xfail(strict=True, reason=dialogue.defect)] if dialogue.defect else [],
    )
    for channel in CHANNELS
    for name, dialogue in DIALOGUES.items()
    if channel in dialogue.channels
]
Outcomes = dict[tuple[str, str], BaseException | None]


async def clear_desk(staff: WebPerson) -> None:
    """The office sends back what the sample left on its desk: the digest shows only five of a kind."""
    while True:
        await ask(staff, "早报", "早报")
        todo = [label for _, label in staff.heard[-1].buttons if label.startswith("核对")]
        if not todo:
            break
        await tap(staff, todo[0], "退回")
        await tap(staff, "退回", "退回了")


async def play_all(program: Program, wanted: list[tuple[str, str]]) -> Outcomes:
    """All of them, several at once as people do; the outcome of each."""
    outcomes: Outcomes = {}
    async with AsyncExitStack() as stack:
        staff = await WebPerson(program).enter(program.roles["staff"].link)
        stack.push_async_callback(staff.close)
        async with asyncio.timeout(60):
            await clear_desk(staff)
        for channel in CHANNELS:
            dialogues = [DIALOGUES[name] for name, on in wanted if on == channel]
            if dialogues:
                stage = Stage(program, channel)
                stack.push_async_callback(stage.close)
                if channel == "web":
                    stage.welcome("staff", staff)
                await stage.open([name for name in REGULARS if any(name in d.regulars for d in dialogues)])
                outcomes |= await play_on(stage, dialogues)
    return outcomes


async def play_on(stage: Stage, dialogues: list[Dialogue]) -> Outcomes:
    """The dialogues of one channel, the long ones first; few of those that need the office wait at its desk."""
    outcomes: Outcomes = {}
    floor, desk = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE_WITH_STAFF)

    async def one(dialogue: Dialogue) -> None:
        async with desk if dialogue.regulars else floor:
            try:
                await play(dialogue, stage)
                outcomes[dialogue.name, stage.channel] = None
            except Exception as error:
                outcomes[dialogue.name, stage.channel] = error

    async with asyncio.TaskGroup() as group:
        for dialogue in sorted(dialogues, key=lambda d: (not d.regulars, -len(d.steps))):
            group.create_task(one(dialogue))
    return outcomes


@pytest.fixture(scope="module")
def outcomes(program: Program, request: pytest.FixtureRequest) -> Outcomes:
    """The dialogues that were asked for, played."""
    chosen = [item.callspec.params for item in request.session.items if getattr(item, "originalname", "") == "test_dialogue"]
    wanted = [(params["name"], params["channel"]) for params in chosen]
    return asyncio.run(play_all(program, wanted))


@pytest.mark.parametrize(("name", "channel"), PARTS)
def test_dialogue(name: str, channel: str, outcomes: Outcomes) -> None:
    error = outcomes[name, channel]
    if error is not None:
        raise error
