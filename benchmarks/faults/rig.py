"""The real program with an SMS channel, started as a user starts it, and the telephones that write to it.

A gateway of `tests/peers` takes what leaves; the phones post signed MOs to the program's hook as that gateway would.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from tests.acceptance.program import Program
from tests.peers.gateway_hmac import HmacGateway, signed_headers
from tests.peers.serving import free_port

CHANNEL = "sms"
PATIENCE_SECONDS = 90.0
FAST = {"per_second": 2000, "at_once": 32}  # the gateway is not what is measured


@dataclass
class Rig:
    """A folder with a configuration; as many processes on it as a test wants."""

    folder: Path
    gateway: str  # its address
    url: str = ""  # of the database; empty: SQLite in the folder
    pace: Mapping[str, Any] = field(default_factory=lambda: FAST)
    channels: str = ""  # more TOML
    var_dir: Path = Path()
    more_environment: Mapping[str, str] = field(default_factory=dict)
    _programs: int = 0

    def __post_init__(self) -> None:
        self.var_dir = self.folder / "var"

    def prepare(self) -> Rig:
        """Configuration and a migrated database."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._configuration().write_text(self._toml(), encoding="utf-8")
        if self.url:
            Program(self.folder / "upgrade", self.environment()).call("db", "upgrade")
        else:
            shutil.copytree(_template(), self.var_dir, dirs_exist_ok=True)
        return self

    def program(self, *words: str, port: int | None = None) -> Program:
        """Another process of this installation: `run`, or `run --role bot`."""
        self._programs += 1
        port = free_port() if port is None else port
        environment = {**self.environment(), "ZHAOHUO_WEB__PORT": str(port)}
        program = Program(self.folder / f"program{self._programs}", environment, ("run", *words))
        program.url = f"http://127.0.0.1:{port}"
        return program

    def environment(self) -> Mapping[str, str]:
        """No settings of whoever runs the tests."""
        return bare_environment() | {"ZHAOHUO_CONFIG": str(self._configuration()), **self.more_environment}

    def _configuration(self) -> Path:
        return self.folder / "config.toml"

    def _toml(self) -> str:
        sms = {
            "kind": "hmac_sms",
            "base_url": self.gateway,
            "app_id": HmacGateway.app_id,
            "secret": HmacGateway.secret,
            "number": HmacGateway.number,
            "hook_url": "http://127.0.0.1:1/hooks/sms",
            **self.pace,
        }
        lines = [f"var_dir = {json.dumps(str(self.var_dir))}"]
        lines += ["[log]", 'level = "WARNING"', "[database]", f"url = {json.dumps(self.url)}", f"[channels.{CHANNEL}]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in sms.items()]
        return "\n".join(lines) + "\n" + self.channels

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What is stored, read without the program."""
        if not self.url:
            return await asyncio.to_thread(self._sqlite, query)
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    def _sqlite(self, query: str) -> list[tuple[Any, ...]]:
        path = self.var_dir / "zhaohuo.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query).fetchall()

    async def count(self, table: str, where: str = "1 = 1") -> int:
        """How many rows there are."""
        return int((await self.rows(f"SELECT count(*) FROM {table} WHERE {where}"))[0][0])

    async def settled(self, seconds: float = PATIENCE_SECONDS) -> float:
        """Wait until nothing waits, in or out; how long that took."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            with suppress(sqlite3.Error, OSError, asyncpg.PostgresError):
                if not await self.count("inbox", "state = 'waiting'") and not await self.count(
                    "outbox", "state IN ('waiting', 'sending')"
                ):
                    return time.monotonic() - begun
            await asyncio.sleep(0.1)
        raise AssertionError(f"not settled in {seconds:.0f} s: {await self.standing()}")

    async def standing(self) -> str:
        """What is in which state."""
        told = [await self.rows(f"SELECT state, count(*) FROM {table} GROUP BY state") for table in ("inbox", "outbox")]
        return f"inbox {told[0]}, outbox {told[1]}"


def bare_environment() -> dict[str, str]:
    """What a shell has, without this program's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHAOHUO_")}
    return {**kept, "PYTHONUTF8": "1"}


@functools.cache
def _template() -> Path:
    """A migrated, empty SQLite installation, made once a process; copied, never used."""
    folder = Path(tempfile.mkdtemp(prefix="zhaohuo-template-"))
    environment = {**bare_environment(), "ZHAOHUO_CONFIG": os.devnull, "ZHAOHUO_VAR_DIR": str(folder / "var")}
    Program(folder / "upgrade", environment).call("db", "upgrade")
    return folder / "var"


async def start(*programs: Program) -> None:
    """Start them together, and wait until they listen."""
    await asyncio.gather(*(asyncio.to_thread(program.start) for program in programs))


async def stop(*programs: Program) -> None:
    """Stop them in order; one that was killed stays so."""
    for program in programs:
        if program._process is not None and program._process.poll() is None:
            await asyncio.to_thread(program.stop)


@dataclass
class Phones:
    """Telephones whose operator posts to the hook of one of the programs."""

    session: aiohttp.ClientSession
    tries: int = 1
    pause: float = 0.05
    statuses: dict[int, int] = field(default_factory=dict)

    async def says(self, url: str, number: str, text: str, name: str) -> bool:
        """One MO, tried until it is acknowledged or `tries` are used up."""
        for _ in range(self.tries):
            if 200 <= await self.post(url, [mo(number, text, name)]) < 300:
                return True
            await asyncio.sleep(self.pause)
        return False

    async def post(self, url: str, events: list[dict[str, Any]]) -> int:
        """One signed request; its status, 0 when nobody answered."""
        body = json.dumps({"events": events}, ensure_ascii=False).encode()
        headers = signed_headers(HmacGateway.app_id, HmacGateway.secret, body)
        status = 0
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with self.session.post(f"{url}/hooks/{CHANNEL}", data=body, headers=headers) as answer:
                status = answer.status
        self.statuses[status] = self.statuses.get(status, 0) + 1
        return status


def mo(number: str, text: str, name: str) -> dict[str, Any]:
    """The event of a text that a phone sent."""
    return {"type": "mo", "id": name, "from": number, "to": HmacGateway.number, "text": text}


def receipt(row_id: int | str, status: str = "delivered") -> dict[str, Any]:
    """The event that tells what became of a row."""
    return {"type": "receipt", "id": f"H{row_id}", "client_id": str(row_id), "status": status}


def number_of(person: int) -> str:
    """A number of nobody."""
    return f"+861380{person:07}"


def phones(tries: int = 1, seconds: float = 15.0) -> Phones:
    """Phones with a session of their own; close `session`."""
    connector = aiohttp.TCPConnector(limit=0)
    return Phones(aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=seconds)), tries)


@asynccontextmanager
async def up(rig: Rig, processes: int = 1, tries: int = 1) -> AsyncIterator[tuple[list[Program], Phones]]:
    """So many processes of an installation, and phones; stopped at the end, however it ends."""
    programs, said = [rig.program() for _ in range(processes)], phones(tries)
    try:
        await start(*programs)
        gc.collect()
        gc.freeze()  # a pause of the phones would count as the program's
        yield programs, said
    finally:
        await said.session.close()
        await stop(*programs)


async def until(condition: Callable[[], Any], why: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something that comes by itself."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, why
        await asyncio.sleep(0.01)
