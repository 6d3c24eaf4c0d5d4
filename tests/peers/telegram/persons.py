"""People with Telegram on their phone: what they do becomes updates for the bot."""

from __future__ import annotations

import itertools
import struct
import zlib
from dataclasses import dataclass
from typing import Any

from tests.peers.telegram import rules
from tests.peers.telegram.chats import Chat, Message
from tests.peers.telegram.files import File
from tests.peers.telegram.methods import Methods
from tests.peers.telegram.parameters import Upload

_queries = itertools.count(4_000_000_000)


def picture() -> bytes:
    """The smallest PNG."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@dataclass
class Person:
    """Somebody who may write to the bot; in private, or in a group whose id is given."""

    methods: Methods
    chat: Chat
    name: str = "样例"
    language: str = "zh-hans"

    async def says(self, text: str, group: int = 0) -> int:
        """Words; the number of the message."""
        parts: dict[str, Any] = {}
        if text.startswith("/") and (command := text.split(maxsplit=1)[0]) != "/":
            parts["entities"] = [{"type": "bot_command", "offset": 0, "length": rules.length(command)}]
        return self._send(parts, text=text, group=group)

    async def opens(self, payload: str = "") -> int:
        """The deep link t.me/bot?start=payload, and START."""
        assert rules.PAYLOAD.fullmatch(payload), f"Telegram opens no link with {payload!r}"
        return await self.says(f"/start {payload}".strip())

    async def edits(self, message_id: int, text: str) -> None:
        """Corrects what was said."""
        message = self.chat.find(message_id)
        assert message is not None and not message.from_bot, f"{message_id} is none of this person's messages"
        message.text, message.edited = text, self.chat.clock()
        self.methods.updates.add("edited_message", message.raw())

    async def presses(self, button: str, message_id: int = 0, *, stale: bool = False) -> str:
        """A button by its words or its data, on the newest message that has it; the number of the question.

        `stale`: a phone that does not know yet that the button is gone.
        """
        message, data = self._button(button, message_id, stale)
        number = str(next(_queries))
        self.methods.questions[number] = self.chat
        query = {"id": number, "from": self._sender(), "message": message.raw(), "data": data}
        self.methods.updates.add("callback_query", query | {"chat_instance": str(self.chat.id)})
        return number

    def _button(self, wanted: str, message_id: int, stale: bool) -> tuple[Message, str]:
        if stale:
            return next(m for m in self.chat.history if m.id == message_id), wanted
        for message in reversed(self.chat.messages):
            if message_id in (0, message.id):
                for label, data in message.buttons:
                    if wanted in (label, data):
                        return message, data
        shown = [message.labels for message in self.chat.messages if message.buttons]
        raise AssertionError(f"no button {wanted!r} on the screen, but {shown}")

    async def shares_contact(self, phone: str, *, own: bool = True) -> int:
        """A telephone number; `own` is what the button of the bot shares."""
        owner = {"user_id": self.chat.id} if own else {}
        return self._send({"contact": {"phone_number": phone, "first_name": self.name} | owner})

    async def shares_location(self, latitude: float, longitude: float) -> int:
        """Where this person is."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    async def sends_document(self, name: str, content: bytes, kind: str = "application/octet-stream") -> int:
        """A file."""
        file = self.methods.files.keep(Upload(name, content, kind))
        return self._send({"document": file.described() | {"file_name": name, "mime_type": kind}}, file)

    async def sends_photo(self, content: bytes = b"", caption: str = "") -> int:
        """A picture."""
        file = self.methods.files.keep(Upload("photo.png", content or picture(), "image/png"))
        return self._send({"photo": [file.described() | {"width": 1, "height": 1}]}, file, caption)

    async def sends_voice(self, seconds: int = 3) -> int:
        """Spoken words."""
        file = self.methods.files.keep(Upload("voice.ogg", b"OggS" + bytes(60), "audio/ogg"))
        return self._send({"voice": file.described() | {"duration": seconds, "mime_type": file.kind}}, file)

    def blocks(self, blocked: bool = True) -> None:
        """Blocks the bot, or lets it in again; the bot is told so."""
        before, after = ("kicked", "member") if not blocked else ("member", "kicked")
        self.chat.blocked, self.chat.known = blocked, True
        change = {"chat": self.chat.raw(), "from": self._sender(), "date": int(self.chat.clock())}
        self.methods.updates.add(
            "my_chat_member", change | {"old_chat_member": self._member(before), "new_chat_member": self._member(after)}
        )

    def _send(self, parts: dict[str, Any], file: File | None = None, text: str = "", group: int = 0) -> int:
        assert group <= 0, "the number of a group is negative"
        chat = self.methods.chats.setdefault(group, Chat(group, self.chat.clock)) if group else self.chat
        if chat.blocked and not group:
            self.blocks(False)
        chat.known = True
        message = chat.show(self._sender(), text=text, parts=parts, file=file)
        self.methods.updates.add("message", message.raw())
        return message.id

    def _member(self, status: str) -> dict[str, Any]:
        return {"user": self.methods.me, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    def _sender(self) -> dict[str, Any]:
        return {"id": self.chat.id, "is_bot": False, "first_name": self.name, "language_code": self.language}
