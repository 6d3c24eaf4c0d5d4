"""People in front of a channel: they send, they hear, they press what they see."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import time
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from commands import commands
from program import Program

HEARING_SECONDS = 30.0
QUIET_SECONDS = 0.03
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Heard:
    """One reply: its text, and the buttons below it as (key, label)."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    message: str = ""
    seq: int = 0

    def __str__(self) -> str:
        """As somebody would write it down."""
        return self.text + "".join(f"\n[{label}]" for _, label in self.buttons)


def plain(text: str) -> str:
    """Half-width, without outer blanks: 1 and １, : and ： are the same to somebody who reads."""
    return unicodedata.normalize("NFKC", text).strip()


def matches(expected: str, text: str) -> bool:
    """A substring, or a regular expression between slashes."""
    if len(expected) > 2 and expected.startswith("/") and expected.endswith("/"):
        return re.search(expected[1:-1], text, re.S) is not None
    return plain(expected) in plain(text)


def button_key(heard: list[Heard], label: str, below: str = "") -> tuple[str, str] | None:
    """(key, message) of the button on the newest message; `below`: of the oldest message with these words."""
    messages = [h for h in heard if plain(below) in plain(h.text)] if below else list(reversed(heard))
    for message in messages:
        for key, shown in message.buttons:
            names = (plain(shown), plain(key), plain(shown).split(" ")[0])  # "1 报名" is button 1
            if plain(label) in names or (label[:1] == "/" and matches(label, shown)):
                return key, message.message
        if message.buttons and not below:
            return None
    return None


def line_number(heard: list[Heard], words: str) -> str | None:
    """The number of the line of the newest list that has these words in it: "1. 电焊工 …", in an SMS "1电焊工 …"."""
    for message in reversed(heard):
        for line in message.text.splitlines():
            found = re.match(r"(?:【.*?】)?(\d{1,2})(?:\. |(?=\D))(.*)", line)
            if found and plain(words) in plain(found[2]):
                return found[1]
    return None


class Person(Protocol):
    """What a dialogue needs of somebody, on any channel."""

    heard: list[Heard]

    async def say(self, what: str | Mapping[str, Any]) -> None:
        """Send words, or {"attachment"} / {"location"}."""

    async def press(self, key: str, message: str) -> None:
        """Press a button that is on the screen."""

    async def settle(self) -> None:
        """Wait until everything that belongs to what was heard is there too."""

    async def close(self) -> None:
        """Leave."""


async def until(condition: Any, why: Any, seconds: float = HEARING_SECONDS) -> Any:
    """Wait for something that comes by itself; `why` tells what was missing."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(why() if callable(why) else why)
        await asyncio.sleep(0.005)
    return found


class WebPerson:
    """A browser on the web chat: a cookie, an open event stream, messages posted with ids of its own."""

    def __init__(self, program: Program, name: str = "") -> None:
        self.program, self.name = program, name or f"web{next(_numbers)}"
        self.heard: list[Heard] = []
        self.last = 0
        self.refusal = ""
        self.refusals = 0
        self.connected = asyncio.Event()
        self._sent = 0
        self._jar = aiohttp.CookieJar(unsafe=True)
        self._session = aiohttp.ClientSession(
            cookie_jar=self._jar,
            timeout=aiohttp.ClientTimeout(total=20),
            connector=aiohttp.TCPConnector(force_close=True),  # the server closes what was idle for long
        )
        self._listening: asyncio.Task[None] | None = None

    async def enter(self, link: str = "") -> WebPerson:
        """Open the page (or a role's link) and listen."""
        async with self._session.get(link or f"{self.program.url}/chat") as page:
            status = page.status
        if status != 200:
            await self._session.close()
            raise AssertionError(f"{link or 'the page'}: {status}")
        self.listen()
        await self.connected.wait()
        return self

    def listen(self) -> None:
        """Keep the event stream open, resuming behind the last event seen."""
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    async def deafen(self) -> None:
        """Lose the event stream, as a phone in a tunnel."""
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None
            self.connected.clear()

    async def _listen(self) -> None:
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                await self._stream()
            self.connected.clear()
            await asyncio.sleep(0.02)

    async def _stream(self) -> None:
        headers = {"Last-Event-ID": str(self.last)} if self.last else {}
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.get(f"{self.program.url}/chat/events", headers=headers, timeout=timeout) as stream:
            assert stream.status == 200, stream.status
            self.connected.set()
            event: dict[str, str] = {}
            async for raw in stream.content:
                line = raw.decode().rstrip("\r\n")
                if line:
                    name, _, value = line.partition(":")
                    event[name] = value.strip()
                elif "data" in event:
                    self._take(event)
                    event = {}

    def _take(self, event: dict[str, str]) -> None:
        body = json.loads(event["data"])
        buttons = tuple((choice["key"], choice["label"]) for choice in body["choices"])
        self.heard.append(Heard(body["text"], buttons, body["message"], body["seq"]))
        assert int(event["id"]) == body["seq"]
        self.last = int(event["id"])

    async def post(self, body: Mapping[str, Any], number: str = "") -> int:
        """One attempt to deliver a message; the status."""
        message = {"id": number or self.next_id(), **body}
        async with self._session.post(f"{self.program.url}/chat/messages", json=message) as answer:
            self.refusal = await answer.text()
            return answer.status

    def next_id(self) -> str:
        """An id for a new message."""
        self._sent += 1
        return f"{self.name}-{self._sent}"

    async def say(self, what: str | Mapping[str, Any]) -> None:
        """Post words or an attachment."""
        await self._deliver({"text": what} if isinstance(what, str) else what)

    async def press(self, key: str, message: str) -> None:
        """Post a choice of the message it stands under."""
        await self._deliver({"choice": key, "message": message})

    async def _deliver(self, body: Mapping[str, Any]) -> None:
        """As the page does: the same message again where the server asks for patience."""
        number = self.next_id()
        for _ in range(20):
            status = await self.post(body, number)
            if status != 503:
                break
            self.refusals += 1
            await asyncio.sleep(0.05)
        assert status == 202, f"{status} {self.refusal}"

    async def history(self) -> dict[str, Any]:
        """What a reloaded page shows."""
        async with self._session.get(f"{self.program.url}/chat/history") as answer:
            assert answer.status == 200
            found: dict[str, Any] = await answer.json()
            return found

    async def settle(self) -> None:
        """A turn commits as a whole: the server knows how far the events must come."""
        last = (await self.history())["last"]
        await until(lambda: self.last >= last, lambda: f"events stopped at {self.last} of {last}")

    async def close(self) -> None:
        """Close the page."""
        await self.deafen()
        await self._session.close()


async def _reader(descriptor: int) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    reader = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb")
    )
    return reader, transport


class TerminalPerson:
    """`zhaohuo chat --json --as PHONE`: lines in, JSON lines out."""

    def __init__(self, program: Program, phone: str) -> None:
        self.program, self.phone = program, phone
        self.heard: list[Heard] = []

    async def enter(self) -> TerminalPerson:
        """Start the command."""
        words = ("chat", "--json", "--as", self.phone)
        stdin, stdout, stderr, ended = commands().start(words, self.program.environment)
        self._stdin = os.fdopen(stdin, "wb", buffering=0)
        self._outputs = [await _reader(descriptor) for descriptor in (stdout, stderr, ended)]
        self._reading = asyncio.get_running_loop().create_task(self._read(self._outputs[0][0]))
        return self

    async def _read(self, output: asyncio.StreamReader) -> None:
        async for line in output:
            body = json.loads(line)  # with --json nothing else is on stdout
            assert set(body) == {"in", "text", "choices"}
            self.heard.append(Heard(body["text"], tuple((c["key"], c["label"]) for c in body["choices"])))

    async def say(self, what: str | Mapping[str, Any]) -> None:
        """Write a line."""
        assert isinstance(what, str), "a terminal has only words"
        line = what.replace("\n", " ").encode() + b"\n"
        await asyncio.to_thread(self._stdin.write, line)

    async def press(self, key: str, message: str) -> None:
        """A button is typed."""
        del message
        await self.say(key)

    async def settle(self) -> None:
        """What belongs together is printed together."""
        count = -1
        while count != len(self.heard):
            count = len(self.heard)
            await asyncio.sleep(QUIET_SECONDS)

    async def close(self) -> None:
        """End of input: everything is printed, then the command ends well."""
        self._stdin.close()
        try:
            async with asyncio.timeout(HEARING_SECONDS):
                await self._reading
                complaints = (await self._outputs[1][0].read()).decode()
                code = (await self._outputs[2][0].read()).decode()
        finally:
            self._reading.cancel()
            for _, transport in self._outputs:
                transport.close()
        assert (code, complaints) == ("0", ""), f"exit {code}: {complaints}"


async def ask(person: WebPerson, words: str | Mapping[str, Any], *expected: str) -> str:
    """Say something and wait for an answer with all of `expected`; the answer."""
    before = len(person.heard)
    await person.say(words)
    return await hears(person, *expected, since=before)


async def tap(person: WebPerson, label: str, *expected: str, below: str = "") -> str:
    """Press a button and wait for an answer with all of `expected`; the answer."""
    found = button_key(person.heard, label, below)
    assert found is not None, f"no button {label}: {person.heard[-1:]}"
    before = len(person.heard)
    await person.press(*found)
    return await hears(person, *expected, since=before)


async def hears(person: WebPerson, *expected: str, since: int = 0) -> str:
    """Wait until all of `expected` was heard since then."""

    def text() -> str:
        return "\n".join(str(one) for one in person.heard[since:])

    def missing() -> list[str]:
        return [words for words in expected if not matches(words, text())]

    await until(
        lambda: len(person.heard) > since and not missing(),
        lambda: f"not heard: {missing()}\nheard: {text()}",
    )
    await person.settle()
    return text()
