"""How peers listen: on 127.0.0.1 only, on a port that was free; programs started by us are stopped by their id."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

STOP_SECONDS = 5.0
T = TypeVar("T")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LocalServer:
    """An aiohttp application as an async context manager; `url` once it is entered."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.url = ""
        self._runner: web.AppRunner | None = None

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """What is served."""
        raise NotImplementedError

    async def started(self) -> None:
        """Open what else is needed, after the port is open."""

    async def stopping(self) -> None:
        """Close it again, before the port is closed."""

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=64 << 20)
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        await self.started()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self.stopping()
        await self._runner.cleanup()


async def until(condition: Callable[[], T], why: str, seconds: float = 10.0) -> T:
    """Wait for something that comes by itself."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, why
        await asyncio.sleep(0.01)
    return found


async def until_async(condition: Callable[[], Awaitable[T]], why: str, seconds: float = 10.0) -> T:
    """The same, where looking takes a while itself."""
    end = time.monotonic() + seconds
    while not (found := await condition()):
        assert time.monotonic() < end, why
        await asyncio.sleep(0.02)
    return found


async def start_program(
    *words: str, log: Path, environment: Mapping[str, str] | None = None
) -> asyncio.subprocess.Process:
    """A child whose whole output goes into a file."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *words, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )


async def stop_program(process: asyncio.subprocess.Process, patience: float = STOP_SECONDS) -> None:
    """SIGTERM, and kill -9 for one that does not listen in so many seconds."""
    if process.returncode is not None:
        return
    process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), patience)
    if process.returncode is None:
        process.kill()
        await process.wait()
