"""The machine's clock jumps (libfaketime), forwards and back, while people talk by Telegram."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import CannotBreakError
from benchmarks.faults.rig import Rig, start, stop, until
from benchmarks.figures import Figure, at_most, told
from tests.peers.bot_api import FakeBotApi
from tests.peers.gateway_hmac import HmacGateway

NAME = "clock"
LIBRARY = Path("faketime/libfaketimeMT.so.1")
WORDS = ("/help", "电焊工 郑州 5000", "洛阳", "培训")


@dataclass(frozen=True, slots=True)
class Size:
    """Seconds by which the clock is off in turn, and how many people talk in between; a restart in the middle."""

    offsets: tuple[int, ...]
    people: int


QUICK = Size(offsets=(0, 3600, -1800), people=6)
FULL = Size(offsets=(0, 3600, -3600, 82_000, 10, -82_000, 0), people=20)


def library() -> Path:
    """Where it is. Raises CannotBreakError."""
    found = [*Path("/usr/lib").glob(f"*/{LIBRARY}"), *Path("/usr/lib").glob(str(LIBRARY))]
    if not found:
        raise CannotBreakError("no libfaketime (apt-get install faketime)")
    return found[0]


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """Everybody is answered at every time of day, and once."""
    fake = folder / "clock"
    folder.mkdir(exist_ok=True)
    fake.write_text("+0")
    environment = {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(fake),
        "FAKETIME_CACHE_DURATION": "1",  # seconds; without it every look at the clock reads the file
        "NO_FAKE_STAT": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    async with HmacGateway() as gateway, FakeBotApi(limits=False) as api:
        telegram = f'[channels.telegram]\nkind = "telegram"\ntoken = "{api.token}"\nbase_url = "{api.url}"\n'
        rig = Rig(folder, gateway.url, channels=telegram).prepare()
        rig.more_environment = environment
        program, slowest = rig.program(), 0.0
        await start(program)
        try:
            await _everybody(api, 1, "/start")  # its engine is there, which takes long under libfaketime
            for place, offset in enumerate(size.offsets):
                fake.write_text(f"{offset:+}")
                if place == 3:  # in the full size only: a start under libfaketime takes half a minute
                    program.kill()
                    await start(program)
                slowest = max(slowest, await _everybody(api, size.people, WORDS[place % len(WORDS)]))
            await rig.settled()
            odd = await rig.count("inbox", "state != 'handled' OR attempts > 0")
            unsent = await rig.count("outbox", "state NOT IN ('sent', 'delivered')")
            messages, answers = await rig.count("inbox"), await rig.count("outbox", "answers IS NOT NULL")
        finally:
            await stop(program)
    yield told(NAME, "messages", "messages", messages)
    yield at_most(NAME, "lost_in", "messages", size.people * len(size.offsets) + 1 - messages, 0)
    yield at_most(NAME, "not_handled_once", "messages", odd, 0)
    yield at_most(NAME, "lost_out", "replies", unsent, 0)
    yield at_most(NAME, "unanswered", "messages", messages - answers, 0)
    yield at_most(NAME, "slowest_reply", "s", slowest, 90 if len(size.offsets) > 3 else 30)


async def _everybody(api: FakeBotApi, people: int, text: str) -> float:
    """Seconds until the last of them has another message on the phone."""
    begun = time.monotonic()
    before = {person: len(api.chat(person).heard) for person in range(1, people + 1)}
    for person in before:
        await api.user(person).says(text)
    await until(
        lambda: all(len(api.chat(person).heard) > count for person, count in before.items()),
        f"somebody was not answered: {api.calls[-5:]}",
        120,
    )
    return time.monotonic() - begun
