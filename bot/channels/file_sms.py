"""SMS for trials: what leaves is appended to a file, what arrives is read from one. No phone, no cost.

A line of `in.tsv` is `number TAB text`; a line of `out.tsv` is time, number, segments and the text as the phone would
show it. `tail -f var/sms/out.tsv` is the phone.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Literal

from bot.channels import sms
from bot.channels.base import Heard, Hook, Reading, RefusedRequest, Verdict
from bot.channels.gateway import SmsGateway, SmsSettings
from models.clock import Clock, utc_now
from services.sending import Envelope


class FileSmsSettings(SmsSettings):
    """`[channels.NAME]` with kind = "file_sms"."""

    kind: Literal["file_sms"]
    folder: Path = Path("sms")


class FileSms(SmsGateway[FileSmsSettings]):
    """A folder that stands in for a gateway."""

    def __init__(self, name: str, settings: FileSmsSettings, clock: Clock = utc_now) -> None:
        super().__init__(name, settings)
        self._clock, self.folder = clock, settings.folder
        self.polls = True

    async def open(self) -> None:
        """The folder is there from the start."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "in.tsv").touch()

    async def hand_over(self, envelope: Envelope, text: str, number: int) -> None:
        """Append one line, on disk before it counts as sent."""
        moment = self._clock().isoformat(timespec="seconds")
        line = f"{moment}\t{envelope.handle}\t{sms.size_of(text).segments}\t{_escaped(text)}\n"
        await asyncio.to_thread(_append, self.folder / "out.tsv", line)

    async def read(self, hook: Hook) -> Reading:
        """Nobody calls a folder."""
        raise RefusedRequest(Verdict.REFUSED_NO_HOOK, 404)

    async def fetch(self, offset: int) -> tuple[int, Reading]:
        """The complete lines of `in.tsv` behind the byte `offset`, and where they end. The byte makes the id."""
        data = await asyncio.to_thread(_behind, self.folder / "in.tsv", offset)
        heard: list[Heard] = []
        at = offset
        for line in data.split(b"\n")[:-1]:  # what is behind the last end of a line is still being written
            number, _, text = line.decode("utf-8", "replace").strip("\r\ufeff").partition("\t")
            handle, _ = sms.sender_of(number, ())
            if handle:
                heard += sms.heard(handle, f"byte-{at}", text).heard
            at += len(line) + 1
        return at, Reading(heard=tuple(heard))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", " ")


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _behind(path: Path, offset: int) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read()
