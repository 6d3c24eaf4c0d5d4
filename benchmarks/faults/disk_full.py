"""The disk fills up: a small tmpfs under the SQLite file, filled in the middle of conversations and emptied again."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import CannotBreakError
from benchmarks.faults.rig import Phones, Rig, number_of, until, up
from benchmarks.figures import Figure, at_least, at_most, told
from tests.acceptance.program import Program
from tests.peers.gateway_hmac import HmacGateway

NAME = "disk_full"
WORDS = ("帮助", "电焊工 郑州 5000", "1", "洛阳", "找工作")
MEGABYTES = 32


@dataclass(frozen=True, slots=True)
class Size:
    """How often the disk is full, for how long."""

    times: int
    seconds: float


QUICK = Size(times=1, seconds=1.5)
FULL = Size(times=5, seconds=4.0)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own on the folder. Raises CannotBreakError."""
    folder.mkdir(parents=True)
    if os.geteuid() != 0:
        raise CannotBreakError("only root may mount a small tmpfs")
    words = ("mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder))
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        raise CannotBreakError(f"no tmpfs can be mounted: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(("umount", str(folder)), check=True)


async def measure(folder: Path, size: Size) -> AsyncIterator[Figure]:
    """What was acknowledged is handled and answered once there is room again."""
    rig = Rig(folder, "")
    with small_disk(rig.var_dir):
        async with HmacGateway() as gateway:
            rig.gateway = gateway.url
            rig.prepare()
            async with up(rig) as ((program,), said):
                names: list[str] = []
                async with asyncio.TaskGroup() as nursery:
                    talking = nursery.create_task(_talk(said, program, names))
                    for _ in range(size.times):
                        await asyncio.sleep(3)
                        await _fill(rig.var_dir / "ballast", size.seconds, said)
                    await asyncio.sleep(1)
                    talking.cancel()
                await rig.settled()
                handled = {row[0] for row in await rig.rows("SELECT external_id FROM inbox WHERE state = 'handled'")}
                out = dict(await rig.rows("SELECT CAST(id AS TEXT), maybe_twice FROM outbox"))
                intact = await rig.rows("PRAGMA integrity_check")
    left = [one.ours for one in gateway.heard]
    refused = said.statuses.get(503, 0)
    yield told(NAME, "acknowledged", "messages", len(names))
    yield at_least(NAME, "answered_503", "messages", refused, 1)
    yield at_most(NAME, "answered_otherwise", "messages", sum(said.statuses.values()) - refused - len(names), 0)
    yield at_most(NAME, "lost_in", "messages", len(set(names) - handled), 0)
    yield at_most(NAME, "lost_out", "replies", len(set(out) - set(left)), 0)
    yield at_most(NAME, "doubled_unflagged", "replies", sum(left.count(row) > 1 and not out[row] for row in out), 0)
    yield at_most(NAME, "damage_of_the_file", "complaints", sum(row[0] != "ok" for row in intact), 0)


async def _fill(ballast: Path, seconds: float, said: Phones) -> None:
    """Take all the room there is, for so long after the first refusal: until then SQLite's log has room of its own."""
    before = said.statuses.get(503, 0)
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
                file.flush()
        except OSError:
            await until(lambda: said.statuses.get(503, 0) > before, "the full disk was not noticed")
            await asyncio.sleep(seconds)
    ballast.unlink()


async def _talk(said: Phones, program: Program, names: list[str]) -> None:
    """For ever, one message after the other; who is refused does not try again."""
    number = 0
    while True:
        person, step = divmod(number, len(WORDS))
        if await said.says(program.url, number_of(person), WORDS[step], f"m{number}"):
            names.append(f"m{number}")
        number += 1
        await asyncio.sleep(0.02)
