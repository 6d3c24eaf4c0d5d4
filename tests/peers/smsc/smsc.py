"""An SMSC on npm smpp: phones on one side, whoever binds by SMPP on the other."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.peers.npm import node_environment
from tests.peers.serving import free_port, start_program, stop_program, until
from tests.peers.sms_text import Part, cut, header_of, join, read_header

FOLDER = Path(__file__).resolve().parent
SYSTEM_ID, PASSWORD = "kannel", "secret"
UCS2, BINARY, FLASH_UCS2 = 8, 4, 0x18
HAS_HEADER = 0x40
OUR_NUMBER = "10690"
_references = itertools.count(1)


@dataclass(frozen=True)
class Submitted:
    """One submit_sm: a whole short text, or a part of a long one."""

    to: str
    sender: str
    text: str
    part: Part | None
    accepted: bool
    data_coding: int
    wants_receipt: bool


class Smsc:
    """Numbers ending in 77 get UNDELIV receipts, those ending in 88 are throttled; skips where there is no node."""

    def __init__(self, folder: Path) -> None:
        self.port, self._http = free_port(), free_port()
        self._log, self._output = folder / "smsc.jsonl", folder / "smsc.log"

    async def __aenter__(self) -> Smsc:
        environment = node_environment(FOLDER)
        self._log.touch()
        words = ("node", str(FOLDER / "smsc.js"), str(self.port), str(self._http), str(self._log))
        self._process = await start_program(*words, log=self._output, environment=environment)
        await until(lambda: "up" in self._output.read_text(), "the SMSC did not start")
        # node closes an idle connection after 5 s: a post that meets the closing is lost, so each has its own
        connector = aiohttp.TCPConnector(force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=10))
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._session.close()
        await stop_program(self._process)

    @property
    def submitted(self) -> list[Submitted]:
        """Everything that came, refused ones too, in order."""
        lines = self._log.read_bytes().split(b"\n")[:-1]  # the last one may be half written
        return [_submitted(json.loads(line)) for line in lines]

    def phone(self, number: str) -> SmppPhone:
        """A phone in this network."""
        return SmppPhone(self, number)

    async def deliver(self, order: dict[str, Any]) -> None:
        """One deliver_sm to who is bound; it must be taken."""
        async with self._session.post(f"http://127.0.0.1:{self._http}", json=order) as answer:
            assert answer.status == 200, "nobody is bound"
            assert (await answer.json())["status"] == 0, f"deliver_sm was refused: {order}"


@dataclass(frozen=True)
class SmppPhone:
    """Somebody with a phone: texts, and all that is worse than texts."""

    smsc: Smsc
    number: str
    to: str = OUR_NUMBER

    async def says(self, text: str) -> None:
        """A text of one segment, in the 7-bit alphabet or UCS-2."""
        await self.smsc.deliver({"from": self.number, "to": self.to, "text": text})

    async def says_in_parts(self, text: str, order: tuple[int, ...] = ()) -> None:
        """A long text; `order`: of its parts, one that is not named never comes, one named twice comes twice."""
        pieces, reference = cut(text), next(_references)
        for number in order or range(1, len(pieces) + 1):
            header = header_of(Part(reference, len(pieces), number))
            await self._sends(header + pieces[number - 1], UCS2, HAS_HEADER)

    async def says_in_flash(self, text: str) -> None:
        """A class 0 message, shown at once and kept nowhere."""
        await self._sends(text.encode("utf-16-be"), FLASH_UCS2)

    async def sends_binary(self, content: bytes) -> None:
        """Eight-bit data that is no text."""
        await self._sends(content, BINARY)

    async def _sends(self, content: bytes, data_coding: int, esm_class: int = 0) -> None:
        order = {"from": self.number, "to": self.to, "hex": content.hex()}
        await self.smsc.deliver(order | {"data_coding": data_coding, "esm_class": esm_class})

    @property
    def heard(self) -> list[str]:
        """The texts that came out to this phone, long ones joined from their parts."""
        mine = [one for one in self.smsc.submitted if one.accepted and one.to.lstrip("+") == self.number.lstrip("+")]
        return join((one.part, one.text) for one in mine)

    async def hears(self, words: str, seconds: float = 10.0) -> str:
        """Wait until these words came."""
        found = await until(lambda: [text for text in self.heard if words in text], f"not heard: {words}", seconds)
        return found[-1]


def _submitted(raw: dict[str, Any]) -> Submitted:
    part = read_header(bytes.fromhex(raw["udh"]))
    wants = (raw["accepted"], raw["data_coding"], raw["wants_receipt"])
    return Submitted(raw["to"], raw["from"], raw["text"], part, *wants)
