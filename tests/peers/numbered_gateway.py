"""The HMAC gateway as a process of its own: it outlives a kill -9 of the program and its log tells what really left.

`python tests/peers/numbered_gateway.py PORT LOGFILE`: every accepted MT is one JSON line {n, time, to, client_id,
text}, on the disk before it is answered. Port 0 is a free one; the address is printed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.peers.gateway_base import Accepted  # noqa: E402 - as a script it finds its neighbours only now
from tests.peers.gateway_hmac import HmacGateway  # noqa: E402
from tests.peers.serving import start_program, stop_program, until  # noqa: E402


@dataclass
class LoggingGateway(HmacGateway):
    """Writes down before it answers."""

    log: TextIO | None = None

    def accept(self, ours: str, to: str, text: str, callback: str = "") -> Accepted:
        """One line, synced."""
        accepted = super().accept(ours, to, text, callback)
        assert self.log is not None
        line = {"n": self.count, "time": accepted.at, "to": to, "client_id": ours, "text": text}
        self.log.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())
        self.heard.clear()  # the log is the memory
        return accepted


@dataclass(frozen=True)
class Left:
    """One MT that left, as an oracle reads it."""

    n: int
    time: float
    to: str
    client_id: str
    text: str


class NumberedGateway:
    """Starts the process; `left` may be read at any time, also after it was stopped."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.log, self._output = folder / "left.jsonl", folder / "numbered-gateway.log"
        self._port = port
        self.url = ""
        self.app_id, self.secret = HmacGateway.app_id, HmacGateway.secret

    async def __aenter__(self) -> NumberedGateway:
        self._output.write_text("")
        words = (sys.executable, str(Path(__file__)), str(self._port), str(self.log))
        self._process = await start_program(*words, log=self._output)
        self.url = await until(lambda: self._output.read_text().strip(), "the gateway did not start")
        return self

    async def __aexit__(self, *error: object) -> None:
        await stop_program(self._process)

    @property
    def left(self) -> list[Left]:
        """Every MT that was accepted, in order."""
        text = self.log.read_text("utf-8") if self.log.exists() else ""
        return [Left(**json.loads(line)) for line in text.split("\n")[:-1]]


async def serve(port: int, log: Path) -> None:
    """Until it is stopped from outside; an old log is continued."""
    with log.open("a+", encoding="utf-8") as lines:
        lines.seek(0)
        count = sum(1 for _ in lines)
        async with LoggingGateway(port=port, log=lines, count=count) as gateway:
            print(gateway.url, flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
