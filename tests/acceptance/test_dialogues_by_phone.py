"""Every recorded conversation by SMS through a real Kannel and by Telegram; some before the npm emulator too."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from handsets import EmulatedPerson, FileLine, KannelLine, Line, SmsPhones, TelegramPhones
from people import WebPerson
from player import REGULARS, Dialogue, Outcomes, Phones, Stage, clear_desk, play_on, read_dialogues
from program import Program, running

from tests.peers.bot_api import FakeBotApi
from tests.peers.kannel import Kannel
from tests.peers.npm import node_environment
from tests.peers.serving import free_port
from tests.peers.telegram_emulator.emulator import FOLDER, TelegramEmulator

pytestmark = pytest.mark.peers
NO_QUIET = {
    "ZHAOHUO_QUIET__NIGHT": "23:59-00:00",
    "ZHAOHUO_QUIET__LUNCH": "12:00-12:00",
    "ZHAOHUO_QUIET__A_DAY": "1000",
}
FAST = {"PER_SECOND": "1000", "AT_ONCE": "16"}
DIALOGUES = [dialogue for dialogue in read_dialogues() if not dialogue.defect]
ON_EMULATOR = ("seeker_first_sentence", "seeker_more", "seeker_other_place", "match_decline", "recruiter_new_firm")
TOKEN = "a-token-of-a-test-hook"
PARTS = {
    "sms": [dialogue for dialogue in DIALOGUES if "sms" in dialogue.channels],
    "telegram": [dialogue for dialogue in DIALOGUES if "telegram" in dialogue.channels],
    "emulator": [dialogue for dialogue in DIALOGUES if dialogue.name in ON_EMULATOR],
    "file": [dialogue for dialogue in DIALOGUES if dialogue.name == "match_hire_and_confirm"],
}
Settings = dict[str, str]


def channel_settings(name: str, **values: str) -> Settings:
    """As the environment names them."""
    return {f"ZHAOHUO_CHANNELS__{name}__{key}": value for key, value in (FAST | values).items()}


def telegram_settings(token: str, url: str) -> Settings:
    """A bot of the Bot API at this address."""
    return channel_settings("TELEGRAM", KIND="telegram", TOKEN=token, BASE_URL=url, PER_CHAT_SECOND="1000")


@asynccontextmanager
async def world(kind: str, var_dir: Path, port: int) -> AsyncIterator[tuple[Settings, Callable[[WebPerson], Phones]]]:
    """The network of a kind of phones: what the program must know of it, and where its people come from."""
    async with AsyncExitStack() as stack:
        if kind in ("telegram", "emulator"):
            if kind == "emulator":
                node_environment(FOLDER)  # skips aloud where there is no node
            peer: Any = FakeBotApi(limits=False) if kind == "telegram" else TelegramEmulator(var_dir.parent)
            api = await stack.enter_async_context(peer)
            person = {"person": EmulatedPerson} if kind == "emulator" else {}
            yield telegram_settings(api.token, api.url), lambda staff: TelegramPhones(api, staff, **person)
            return
        line: Line = FileLine(var_dir / "sms")
        settings = channel_settings("SMS", KIND="file_sms")
        if kind == "sms":
            hook = f"http://127.0.0.1:{port}/hooks/sms"
            query = f"token={TOKEN}&from=%p&id=%I&udh=%u"
            kannel = await stack.enter_async_context(Kannel(f"{hook}?{query}", var_dir.parent))
            line = KannelLine(kannel)
            settings = channel_settings(
                "SMS",
                KIND="kannel",
                SEND_URL=kannel.sendsms_url,
                USERNAME=kannel.username,
                PASSWORD=kannel.password,
                NUMBER="10690",
                HOOK_URL=hook,
                TOKEN=TOKEN,
            )
        yield settings, lambda _staff: SmsPhones(line)


async def play_kind(
    kind: str, var_dir: Path, environment: Callable[..., Mapping[str, str]], dialogues: list[Dialogue]
) -> Outcomes:
    """A program with this channel, and its dialogues on it."""
    port = free_port()
    async with world(kind, var_dir, port) as (settings, phones_of):
        command = ("demo", "--port", str(port))
        program = Program(var_dir, environment(var_dir, **settings, **NO_QUIET), command)
        starting = running(program)
        await asyncio.to_thread(starting.__enter__)
        try:
            staff = await WebPerson(program).enter(program.roles["staff"].link)
            await clear_desk(staff)
            channel = "telegram" if kind in ("telegram", "emulator") else "sms"
            stage = Stage(program, channel, phones=phones_of(staff))
            await stage.open([name for name in REGULARS if any(name in d.regulars for d in dialogues)])
            outcomes = await play_on(stage, dialogues)
            await stage.close()
            await staff.close()
        finally:
            await asyncio.to_thread(starting.__exit__, None, None, None)
    return outcomes


@pytest.mark.parametrize("kind", PARTS)
def test_dialogues_by_phone(
    kind: str, prepared_sample: Path, tmp_path: Path, program_environment: Callable[..., Mapping[str, str]]
) -> None:
    var_dir = shutil.copytree(prepared_sample, tmp_path / "var")
    outcomes = asyncio.run(play_kind(kind, var_dir, program_environment, PARTS[kind]))
    assert len(outcomes) == len(PARTS[kind]) > 0
    wrong = [f"{name}: {error}" for (name, _), error in outcomes.items() if error is not None]
    assert not wrong, "\n\n".join(wrong)
