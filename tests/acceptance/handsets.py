"""People with a phone: an SMS shows a text, and its last lines are the menu; a chat app shows bubbles with buttons."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from people import HEARING_SECONDS, Heard, Person, WebPerson, ask, until
from program import Program, Role

QUIET_SECONDS = 0.35
SIGNATURE = re.compile(r"^【[^】]*】")
NUMBERED = re.compile(r"(?:^| )(?=(?:\d{1,2}|[A-Z])\D)")
WORDS = "可回："
FATED = ("77", "88")  # the network of the tests fails to deliver to the one and throttles the other


def buttons_of(text: str) -> tuple[tuple[str, str], ...]:
    """(what is typed, label) of the menu below an SMS: '1马上 2一周内 可回：跳过、返回'."""
    *lines, menu = SIGNATURE.sub("", text).removesuffix("，退订回T").split("\n")
    word = "apply" if menu.isascii() else "报名"
    listed = [match[0] for line in lines if (match := re.match(r"\d(?=\D)", line))]
    found = [(number, f"{number} {word}") for number in listed]
    numbers, _, words = menu.partition(WORDS)
    for piece in NUMBERED.split(numbers):
        match = re.match(r"(\d{1,2}|[A-Z])(\D.*)", piece)
        if match:
            found.append((match[1], match[2].lstrip(".").strip()))
    found += [(word.strip(), word.strip()) for word in words.split("、") if word.strip()]
    return tuple(found)


def as_read(text: str) -> str:
    """A line of a list as it is written everywhere else: '1. 焊工 …' for '1焊工 …'; the last line is the menu."""
    *lines, menu = SIGNATURE.sub("", text).split("\n")
    return "\n".join([*(re.sub(r"^(\d)(?=[^\d.])", r"\1. ", line) for line in lines), menu])


class Line(Protocol):
    """What connects a phone with the program under test."""

    async def put(self, number: str, text: str) -> None:
        """An SMS from this number."""

    def texts(self, number: str) -> list[str]:
        """Every SMS that this number got, oldest first."""


class FileLine:
    """The folder of a `file_sms` channel."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = 0
        self._texts: dict[str, list[str]] = {}

    async def put(self, number: str, text: str) -> None:
        """Append a line; a line end in it is a blank."""
        line = f"{number}\t{text}".replace("\n", " ") + "\n"
        await asyncio.to_thread(self._append, line)

    def _append(self, line: str) -> None:
        self._folder.mkdir(exist_ok=True)
        with (self._folder / "in.tsv").open("a", encoding="utf-8") as file:
            file.write(line)

    def texts(self, number: str) -> list[str]:
        """What stands in out.tsv for the number."""
        path = self._folder / "out.tsv"
        if path.exists() and path.stat().st_size > self._read:
            with path.open("rb") as file:
                file.seek(self._read)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._read += len(whole)
            for line in whole.decode().splitlines():
                _, to, _, text = line.split("\t")
                self._texts.setdefault(to.removeprefix("+86"), []).append(text.replace("\\n", "\n"))
        return self._texts.get(number, [])


class KannelLine:
    """A real Kannel with a network behind it."""

    def __init__(self, kannel: Any) -> None:
        self._kannel = kannel

    async def put(self, number: str, text: str) -> None:
        """Over the air, through bearerbox and smsbox."""
        phone = self._kannel.phone(number)
        await (phone.says(text) if len(text.encode("utf-16-be")) <= 140 else phone.says_in_parts(text))

    def texts(self, number: str) -> list[str]:
        """What the phone shows, long messages joined."""
        heard: list[str] = self._kannel.phone(f"86{number}").heard
        return heard


class SmsPerson:
    """Somebody with an old phone."""

    def __init__(self, line: Line, number: str) -> None:
        self.number, self._line = number, line
        self._taken = len(line.texts(number))
        self._heard: list[Heard] = []

    @property
    def heard(self) -> list[Heard]:
        """What came, as it is read."""
        texts = self._line.texts(self.number)
        for text in texts[self._taken :]:
            self._heard.append(Heard(as_read(text), buttons_of(text)))
        self._taken = len(texts)
        return self._heard

    async def say(self, what: str | Mapping[str, Any]) -> None:
        """Write an SMS."""
        assert isinstance(what, str), "an SMS has only words"
        await self._line.put(self.number, what)

    async def press(self, key: str, message: str) -> None:
        """A number, or a word, is typed."""
        del message
        await self.say(key)

    async def settle(self) -> None:
        """What belongs together comes together."""
        await settled(lambda: len(self.heard))

    async def close(self) -> None:
        """The phone is put away."""


class TelegramPerson:
    """Somebody with Telegram, before a Bot API of this machine."""

    def __init__(self, api: Any, chat_id: int) -> None:
        self.chat_id, self._api = chat_id, api
        self._user = api.user(chat_id)

    @property
    def heard(self) -> list[Heard]:
        """The bubbles of the bot, with their buttons and those of the keyboard."""
        chat = self._api.chat(self.chat_id)
        mine = [message for message in chat.history if message.from_bot]
        return [
            Heard(m.text, tuple((data, label) for label, data in m.buttons), str(m.id), number)
            for number, m in enumerate(mine)
        ]

    async def say(self, what: str | Mapping[str, Any]) -> None:
        """Words, or a photo, a voice note, a place."""
        if isinstance(what, str):
            await self._user.says(what)
        elif "location" in what:
            await self._user.shares_location(what["location"]["lat"], what["location"]["lon"])
        elif what["attachment"] == "voice":
            await self._user.sends_voice()
        elif what["attachment"] == "photo":
            await self._user.sends_photo()
        else:
            await self._user.sends_document("sample.pdf", b"%PDF-1.4")

    async def press(self, key: str, message: str) -> None:
        """A button on the screen; one that scrolled away long ago too. A bare number is typed."""
        if ":" not in key:
            await self._user.says(key)
            return
        await self._user.presses(key, int(message), stale=True)

    async def settle(self) -> None:
        """What belongs together comes together."""
        await settled(lambda: len(self.heard))

    async def close(self) -> None:
        """The app is closed."""


class EmulatedPerson:
    """Somebody with Telegram, before the npm emulator; the screen is looked at ten times a second."""

    def __init__(self, emulator: Any, chat_id: int) -> None:
        self.heard: list[Heard] = []
        self._user = emulator.user(chat_id)
        self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while True:
            shown = await self._user.messages()
            self.heard[:] = [
                Heard(m.text, tuple((data, label) for label, data in m.buttons), str(m.id), number)
                for number, m in enumerate(shown)
            ]
            await asyncio.sleep(0.1)

    async def say(self, what: str | Mapping[str, Any]) -> None:
        """Words."""
        assert isinstance(what, str), "the emulator has only words"
        await self._user.says(what)

    async def press(self, key: str, message: str) -> None:
        """A button on the screen; a bare number is typed."""
        if ":" not in key:
            await self._user.says(key)
            return
        await self._user.presses(key)

    async def settle(self) -> None:
        """What belongs together comes together."""
        await settled(lambda: len(self.heard))

    async def close(self) -> None:
        """The app is closed."""
        self._looking.cancel()


class SmsPhones:
    """People who text."""

    def __init__(self, line: Line) -> None:
        self._line = line
        numbers = map(str, itertools.count(13_700_000_001))
        self._numbers = (number for number in numbers if not number.endswith(FATED))

    def newcomer(self) -> SmsPerson:
        """A number that never wrote."""
        return SmsPerson(self._line, next(self._numbers))

    async def regular(self, program: Program, role: Role) -> SmsPerson:
        """The number is on file, so the person is known by it."""
        del program
        return SmsPerson(self._line, role.phone)


class TelegramPhones:
    """People with the app."""

    def __init__(self, api: Any, staff: WebPerson, person: Any = TelegramPerson) -> None:
        self._api, self._staff, self._person = api, staff, person
        self._chats = itertools.count(7_000_001)

    def newcomer(self) -> Person:
        """A chat that never wrote."""
        found: Person = self._person(self._api, next(self._chats))
        return found

    async def regular(self, program: Program, role: Role) -> Person:
        """Goes on here by the six digits that the web chat gives."""
        is_staff = role == program.roles["staff"]
        web = self._staff if is_staff else await WebPerson(program).enter(role.link)
        told = await ask(web, "换手机", "10分钟内有效")
        if not is_staff:
            await web.close()
        code = re.search(r"\d{6}", told)
        assert code is not None, told
        person = self.newcomer()
        await person.say(code[0])
        await until(lambda: any("接上了" in one.text for one in person.heard), lambda: f"not joined: {person.heard}")
        return person


async def settled(count: Any) -> None:
    """Return when nothing new came for a while."""
    last = -1
    while last != (now := count()):
        last = now
        await asyncio.sleep(QUIET_SECONDS)


async def answered(person: SmsPerson | TelegramPerson, before: int) -> None:
    """Wait until something more was heard."""
    await until(lambda: len(person.heard) > before, "no answer", HEARING_SECONDS)
