"""Every recorded conversation over every channel of one running program."""

from __future__ import annotations

import asyncio

import pytest
from player import CHANNELS, Outcomes, play_all, read_dialogues
from program import Program

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


@pytest.fixture(scope="module")
def outcomes(program: Program, request: pytest.FixtureRequest) -> Outcomes:
    """The dialogues that were asked for, played."""
    chosen = [
        item.callspec.params for item in request.session.items if getattr(item, "originalname", "") == "test_dialogue"
    ]
    wanted = [(DIALOGUES[params["name"]], params["channel"]) for params in chosen]
    return asyncio.run(play_all(program, wanted))


@pytest.mark.parametrize(("name", "channel"), PARTS)
def test_dialogue(name: str, channel: str, outcomes: Outcomes) -> None:
    error = outcomes[name, channel]
    if error is not None:
        raise error
