"""npm telegram-test-api as a process: a Bot API that strangers wrote, kinder than ours.

It takes any chat, any length and any button; what it cannot do (files, faults) is for tests.peers.bot_api.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.peers.npm import node_environment
from tests.peers.serving import free_port, start_program, stop_program, until, until_async

FOLDER = Path(__file__).resolve().parent
TOKEN = "666:AAAA-sample-token-of-nobody"


@dataclass(frozen=True)
class Shown:
    """A message of the bot as it is now; edits change it in its place."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()


class TelegramEmulator:
    """`url` is what the bot calls; skips the test where there is no node."""

    def __init__(self, folder: Path, token: str = TOKEN) -> None:
        self.token = token
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "telegram-emulator.log"
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> TelegramEmulator:
        environment = node_environment(FOLDER)
        words = ("node", str(FOLDER / "shim.js"), str(self.port))
        self._process = await start_program(*words, log=self._log, environment=environment)
        # node closes an idle connection after 5 s: a post that meets the closing is lost, so each has its own
        connector = aiohttp.TCPConnector(force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=10))
        await until(lambda: "up" in self._log.read_text(), "the emulator did not start")
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._session.close()
        await stop_program(self._process)

    def user(self, chat_id: int) -> EmulatedPerson:
        """Somebody with a phone."""
        return EmulatedPerson(self, chat_id)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """One call of the driving side."""
        async with self._session.post(f"{self.url}/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return (await answer.json())["result"]


@dataclass(frozen=True)
class EmulatedPerson:
    """A private chat with the bot."""

    emulator: TelegramEmulator
    chat_id: int

    async def says(self, text: str) -> None:
        """Words, or a command."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.partition(" ")[0])}]
        await self._send(text=text, **({"entities": entities} if text.startswith("/") else {}))

    async def shares_contact(self, phone: str) -> None:
        """One's own number."""
        await self._send(contact={"phone_number": phone, "first_name": "样例", "user_id": self.chat_id})

    async def presses(self, button: str) -> None:
        """A button by its words or its data, on the newest message that has it."""
        for shown in reversed(await self.messages()):
            for label, data in shown.buttons:
                if button in (label, data):
                    message = self._common() | {"message_id": shown.id, "text": shown.text}
                    await self.emulator.post("sendCallback", self._common() | {"message": message, "data": data})
                    return
        raise AssertionError(f"no button {button!r} on the screen")

    async def messages(self) -> list[Shown]:
        """What the bot has in this chat now."""
        history = await self.emulator.post("getUpdatesHistory", {"token": self.emulator.token})
        mine = [one for one in history if str(one.get("message", {}).get("chat_id")) == str(self.chat_id)]
        return [_shown(one["messageId"], one["message"]) for one in mine]

    async def hears(self, words: str, seconds: float = 10.0) -> Shown:
        """Wait until the bot's words are on the screen."""

        async def found() -> list[Shown]:
            return [shown for shown in await self.messages() if words in shown.text]

        return (await until_async(found, f"not heard: {words}", seconds))[-1]

    async def heard(self) -> list[str]:
        """Their texts."""
        return [shown.text for shown in await self.messages()]

    async def _send(self, **what: Any) -> None:
        await self.emulator.post("sendMessage", self._common() | what)

    def _common(self) -> dict[str, Any]:
        sender = {"id": self.chat_id, "is_bot": False, "first_name": f"样例{self.chat_id}"}
        chat = {"id": self.chat_id, "type": "private", "first_name": sender["first_name"]}
        return {"botToken": self.emulator.token, "from": sender, "chat": chat, "date": int(time.time())}


def _shown(number: int, message: dict[str, Any]) -> Shown:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", ())
    return Shown(
        number, message.get("text", ""), tuple((b["text"], b.get("callback_data", "")) for r in rows for b in r)
    )
