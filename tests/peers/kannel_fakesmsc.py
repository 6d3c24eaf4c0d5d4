"""Kannel's own fakesmsc: one text in, whatever comes out; good for a plain round trip, not for a conversation."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest

from tests.peers.serving import free_port, start_program, stop_program, until
from tests.peers.sms_text import Part, join, read_header

PROGRAM = Path("/usr/lib/kannel/test/fakesmsc")
OUR_NUMBER = "10690"
MESSAGE = re.compile(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>$", re.M)


class FakeSmsc:
    """Runs from the first text on; skips where kannel-extras is not installed."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "fakesmsc.log"
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> FakeSmsc:
        if not PROGRAM.exists():
            pytest.skip("no fakesmsc here: apt-get install kannel-extras")
        self.log.touch()
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._process is not None:
            await stop_program(self._process)

    def phone(self, number: str) -> FakeSmscPhone:
        """A phone in this network."""
        return FakeSmscPhone(self, number)

    async def send(self, message: str) -> None:
        """A program run that brings one message in and stays to hear; the one before it ends."""
        await self.__aexit__()
        where = ("-H", "127.0.0.1", "-r", str(self.port))
        self._process = await start_program(str(PROGRAM), *where, "-i", "1", "-m", "1", message, log=self.log)


@dataclass(frozen=True)
class FakeSmscPhone:
    """Somebody with a phone."""

    smsc: FakeSmsc
    number: str

    async def says(self, text: str) -> None:
        """A text, as UCS-2."""
        content = quote(text.encode("utf-16-be"), safe="")
        await self.smsc.send(f"{self.number} {OUR_NUMBER} ucs2 {content}")

    @property
    def heard(self) -> list[str]:
        """The texts that came out to this phone, long ones joined from their parts."""
        found = MESSAGE.findall(self.smsc.log.read_text("utf-8", "replace"))
        return join(_read(kind, rest) for _, to, kind, rest in found if to == self.number)

    async def hears(self, words: str, seconds: float = 10.0) -> str:
        """Wait until these words came."""
        found = await until(lambda: [text for text in self.heard if words in text], f"not heard: {words}", seconds)
        return found[-1]


def _read(kind: str, rest: str) -> tuple[Part | None, str]:
    """`ucs-2 TEXT`, `text TEXT`, or `udh HEADER data TEXT`, which does not tell its alphabet: long texts are UCS-2."""
    header = b""
    if kind == "udh":
        raw_header, _, rest = rest.partition(" data ")
        header = unquote_to_bytes(raw_header)
    raw = unquote_to_bytes(rest.replace("+", " "))
    text = raw.decode("utf-16-be", "surrogatepass") if header or kind.startswith("ucs") else raw.decode("latin-1")
    return read_header(header), text
