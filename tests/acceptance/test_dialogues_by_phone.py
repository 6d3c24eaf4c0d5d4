"""Every recorded conversation by SMS and by Telegram, over the channels themselves and a Bot API that is as strict."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from people import WebPerson
from phones import FileLine, SmsPhones, TelegramPhones
from player import PHONES, REGULARS, Dialogue, Outcomes, Phones, Stage, clear_desk, play_on, read_dialogues
from program import Program, running

from tests.peers.bot_api import FakeBotApi

pytestmark = pytest.mark.peers
NO_QUIET = {
    "ZHAOHUO_QUIET__NIGHT": "23:59-00:00",
    "ZHAOHUO_QUIET__LUNCH": "12:00-12:00",
    "ZHAOHUO_QUIET__A_DAY": "1000",
}
PARTS = [(d, channel) for channel in PHONES for d in read_dialogues() if channel in d.channels and not d.defect]


async def play_channel(program: Program, channel: str, phones: Phones, dialogues: list[Dialogue]) -> Outcomes:
    """The dialogues of one channel; the office clears its desk by web chat before."""
    stage = Stage(program, channel, phones=phones)
    await stage.open([name for name in REGULARS if any(name in d.regulars for d in dialogues)])
    return await play_on(stage, dialogues)


async def play_by_phone(
    var_dir: Path, environment: Callable[..., Mapping[str, str]], wanted: list[tuple[Dialogue, str]]
) -> Outcomes:
    """One program with both channels, and everything that was asked for on it."""
    outcomes: Outcomes = {}
    async with FakeBotApi(limits=False) as api:
        settings = {
            "ZHAOHUO_CHANNELS__SMS__KIND": "file_sms",
            "ZHAOHUO_CHANNELS__SMS__PER_SECOND": "1000",
            "ZHAOHUO_CHANNELS__TELEGRAM__KIND": "telegram",
            "ZHAOHUO_CHANNELS__TELEGRAM__TOKEN": api.token,
            "ZHAOHUO_CHANNELS__TELEGRAM__BASE_URL": api.url,
            "ZHAOHUO_CHANNELS__TELEGRAM__PER_SECOND": "1000",
            "ZHAOHUO_CHANNELS__TELEGRAM__PER_CHAT_SECOND": "1000",
        }
        program = Program(var_dir, environment(var_dir, **settings, **NO_QUIET))
        starting = running(program)
        await asyncio.to_thread(starting.__enter__)
        try:
            staff = await WebPerson(program).enter(program.roles["staff"].link)
            await clear_desk(staff)
            phones: dict[str, Phones] = {
                "sms": SmsPhones(FileLine(var_dir / "sms")),
                "telegram": TelegramPhones(api, staff),
            }
            for channel in PHONES:
                dialogues = [dialogue for dialogue, on in wanted if on == channel]
                outcomes |= await play_channel(program, channel, phones[channel], dialogues)
            await staff.close()
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)
    return outcomes


@pytest.fixture(scope="module")
def outcomes(
    prepared_sample: Path,
    tmp_path_factory: pytest.TempPathFactory,
    program_environment: Callable[..., Mapping[str, str]],
    request: pytest.FixtureRequest,
) -> Outcomes:
    """The dialogues that were asked for, played."""
    var_dir = shutil.copytree(prepared_sample, tmp_path_factory.mktemp("phones") / "var")
    chosen = {
        (item.callspec.params["dialogue"].name, item.callspec.params["channel"])
        for item in request.session.items
        if getattr(item, "originalname", "") == "test_dialogue_by_phone"
    }
    wanted = [(dialogue, channel) for dialogue, channel in PARTS if (dialogue.name, channel) in chosen]
    return asyncio.run(play_by_phone(var_dir, program_environment, wanted))


@pytest.mark.parametrize(("dialogue", "channel"), PARTS, ids=[f"{d.name}-{channel}" for d, channel in PARTS])
def test_dialogue_by_phone(dialogue: Dialogue, channel: str, outcomes: Outcomes) -> None:
    error = outcomes[dialogue.name, channel]
    if error is not None:
        raise error
