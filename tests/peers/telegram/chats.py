"""What phones show: chats, their messages, the buttons below them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.peers.telegram.files import File

EDITABLE_SECONDS = 48 * 3600.0


@dataclass
class Message:
    """One bubble, of the bot or of a person."""

    id: int
    chat: Chat
    sender: dict[str, Any]
    date: float
    text: str = ""
    markup: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    file: File | None = None
    edited: float = 0.0
    deleted: bool = False

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return bool(self.sender["is_bot"])

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(label, callback data or address) of the inline buttons, row after row."""
        rows = self.markup.get("inline_keyboard", ())
        return [(b["text"], b.get("callback_data") or b.get("url", "")) for row in rows for b in row]

    @property
    def labels(self) -> list[str]:
        """The words on the inline buttons."""
        return [label for label, _ in self.buttons]

    def is_old(self, now: float) -> bool:
        """Whether it may be changed no more."""
        return now - self.date > EDITABLE_SECONDS

    def raw(self) -> dict[str, Any]:
        """As the Bot API tells it."""
        told: dict[str, Any] = {"message_id": self.id, "from": self.sender, "chat": self.chat.raw()}
        told |= {"date": int(self.date)} | ({"edit_date": int(self.edited)} if self.edited else {}) | self.parts
        if self.text:
            told["caption" if self.file else "text"] = self.text
        if "inline_keyboard" in self.markup:
            told["reply_markup"] = {"inline_keyboard": self.markup["inline_keyboard"]}
        return told


@dataclass
class Chat:
    """One conversation; `known` once the person wrote to the bot, before that nothing can be sent to it."""

    id: int
    clock: Callable[[], float] = time.time
    title: str = ""
    known: bool = False
    blocked: bool = False
    history: list[Message] = field(default_factory=list)
    keyboard: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """What is on the screen, oldest first: deleted ones are gone, edited ones show their new words."""
        return [message for message in self.history if not message.deleted]

    @property
    def heard(self) -> list[str]:
        """The texts of the bot that are on the screen."""
        return [message.text for message in self.messages if message.from_bot]

    def find(self, message_id: int) -> Message | None:
        """A message that is still there."""
        return next((message for message in self.messages if message.id == message_id), None)

    def raw(self) -> dict[str, Any]:
        """As the Bot API tells it."""
        if self.id < 0:
            return {"id": self.id, "type": "supergroup", "title": self.title or "样例群"}
        return {"id": self.id, "type": "private", "first_name": f"样例{self.id}"}

    def show(self, sender: dict[str, Any], **what: Any) -> Message:
        """A new bubble at the bottom."""
        message = Message(len(self.history) + 1, self, sender, self.clock(), **what)
        self.history.append(message)
        if "keyboard" in message.markup:
            rows = message.markup["keyboard"]
            self.keyboard = [button if isinstance(button, str) else button["text"] for row in rows for button in row]
        elif message.markup.get("remove_keyboard"):
            self.keyboard = []
        return message

    async def hears(self, words: str, seconds: float = 5.0) -> Message:
        """Wait until the bot's words are on the screen."""
        end = time.monotonic() + seconds
        while True:
            for message in reversed(self.messages):
                if message.from_bot and words in message.text:
                    return message
            assert time.monotonic() < end, f"{words!r} was not heard, but {self.heard}"
            await asyncio.sleep(0.005)
