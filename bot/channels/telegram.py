"""Telegram: updates are read as plain JSON (one odd field never costs a batch), messages leave through aiogram's Bot.

Telegram's servers are abroad: by default no phone or ID number is asked for or shown here (`promises.md` §5), and a
contact that somebody shares all the same is not kept.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr, model_validator

from bot.channels.base import (
    ChannelSettings,
    Heard,
    Hook,
    Pace,
    Reading,
    RefusedRequest,
    Sent,
    TryLaterError,
)
from bot.channels.http import Answer, Http
from bot.reach import Reach
from models.channels import ChannelFacts
from services.sending import Envelope

if TYPE_CHECKING:
    from bot.channels.telegram_out import TelegramOut

POLL_SECONDS = 25
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
LARGEST_FILE = 1024 * 1024
FILE_KINDS = (".xlsx", ".csv")
UNHEARD = ("voice", "photo", "video", "sticker", "audio", "animation", "video_note")


class TelegramSettings(ChannelSettings):
    """`[channels.NAME]` with kind = "telegram"."""

    kind: Literal["telegram"]
    token: SecretStr
    mode: Literal["polling", "webhook"] = "polling"
    hook_url: str = Field(default="", description="webhook: https://HOST/hooks/NAME, as Telegram reaches it")
    secret: SecretStr = Field(default=SecretStr(""), description="webhook: 16 characters at least of A-Z a-z 0-9 _ -")
    base_url: str = "https://api.telegram.org"
    domestic: bool = Field(default=False, description="ask for and show phone numbers here: only for servers at home")
    per_second: float = 30.0
    per_chat_second: float = 1.0
    files: Path = Field(default=Path("files"), description="where documents that people send are kept, in var_dir")

    @model_validator(mode="after")
    def _webhook_is_secret(self) -> TelegramSettings:
        secret = self.secret.get_secret_value()
        allowed = all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)
        if self.mode == "webhook" and (len(secret) < 16 or not allowed or not self.hook_url):
            raise ValueError("a webhook needs hook_url and a secret of 16 or more of A-Z a-z 0-9 _ -")
        return self


class Telegram:
    """One bot."""

    def __init__(self, name: str, settings: TelegramSettings) -> None:
        self.name, self._settings = name, settings
        self.reach = Reach(buttons=True, characters=None, files=True, domestic=settings.domestic, edits=True)
        self.facts = ChannelFacts(domestic=settings.domestic, rings=True)
        self.pace = Pace(settings.per_second, settings.at_once, per_address=settings.per_chat_second, burst=3)
        self.polls = settings.mode == "polling"
        self._http = Http(limit=POLL_SECONDS + 10)
        self._out: TelegramOut | None = None
        self._username = ""
        self._pressed_before: list[dict[str, Any]] = []

    async def open(self) -> None:
        """Say who we are, whether Telegram calls us or we it, and which words the menu shows."""
        self._username = await self._sender().introduce(
            hook_url="" if self.polls else self._settings.hook_url,
            secret=self._settings.secret.get_secret_value(),
            kinds=KINDS,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
        if self._out is not None:
            await self._out.close()

    def _sender(self) -> TelegramOut:
        """aiogram costs 3 s: only who sends imports it."""
        if self._out is None:
            from bot.channels.telegram_out import TelegramOut

            self._out = TelegramOut(self._settings.token.get_secret_value(), self._settings.base_url)
        return self._out

    async def send(self, envelope: Envelope) -> Sent:
        """One message, edit or deletion."""
        return await self._sender().send(envelope)

    async def read(self, hook: Hook) -> Reading:
        """One update by webhook; the secret is compared as bytes."""
        secret = self._settings.secret.get_secret_value().encode()
        shown = hook.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode("utf-8", "surrogateescape")
        if self.polls or not hmac.compare_digest(shown, secret):
            raise RefusedRequest("refused_secret", 403)
        try:
            update = json.loads(hook.body)
            reading = await self._read(update)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RefusedRequest("refused_unreadable", 400, keep=True) from error
        return reading

    async def fetch(self, offset: int) -> tuple[int, Reading]:
        """The updates behind `offset`; the next call tells Telegram that these are safe.

        Raises TryLaterError. An update that cannot be read is passed over: it would come for ever.
        """
        for pressed in self._pressed_before:  # they are stored, or this would not be the next call
            await self._call("answerCallbackQuery", pressed)
        said = (
            await self._call("getUpdates", {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": KINDS})
        ).json()
        if not said.get("ok"):
            raise TryLaterError("gateway_error")
        readings = []
        for update in said["result"]:
            offset = max(offset, int(update["update_id"]) + 1)
            try:
                readings.append(await self._read(update))
            except (ValueError, KeyError, TypeError, AttributeError):
                readings.append(Reading("refused_unreadable"))
        self._pressed_before = [json.loads(reading.answer) for reading in readings if reading.answer]
        return offset, Reading(
            heard=tuple(one for reading in readings for one in reading.heard),
            left=tuple(one for reading in readings for one in reading.left),
        )

    async def _call(self, method: str, query: Mapping[str, Any]) -> Answer:
        url = f"{self._settings.base_url}/bot{self._settings.token.get_secret_value()}/{method}"
        return await self._http.post(url, json.dumps(query).encode(), {"Content-Type": "application/json"})

    async def _read(self, update: Mapping[str, Any]) -> Reading:
        number = str(int(update["update_id"]))
        if "callback_query" in update:
            return self._pressed(number, update["callback_query"])
        if "my_chat_member" in update:
            member = update["my_chat_member"]
            gone = member["new_chat_member"]["status"] in ("kicked", "left")
            private = member["chat"]["type"] == "private"
            return Reading("left" if gone else "ignored", left=(str(member["chat"]["id"]),) if gone and private else ())
        message = update.get("message") or update.get("edited_message")
        if not isinstance(message, dict):
            return Reading("ignored")
        chat = message["chat"]
        if chat["type"] != "private":
            return self._in_group(number, message)
        return _heard(number, chat["id"], await self._body(message))

    def _pressed(self, number: str, query: Mapping[str, Any]) -> Reading:
        """A button. Its little clock stops when the press is stored: by the answer to a webhook, or by a call."""
        row, _, place = str(query.get("data", "")).partition(":")
        clock = {"method": "answerCallbackQuery", "callback_query_id": str(query["id"])}
        reading = _heard(number, query["from"]["id"], {"choice": f"#{place}", "message": row})
        return replace(reading, answer=json.dumps(clock))

    def _in_group(self, number: str, message: Mapping[str, Any]) -> Reading:
        """In a group one line says where to talk; only who speaks to us gets it."""
        text = str(message.get("text", ""))
        if text.startswith("/") or (self._username and f"@{self._username}" in text):
            return _heard(number, message["chat"]["id"], {"unsupported": "group"})
        return Reading("ignored_group")

    async def _body(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if "text" in message:
            return {"text": self._without_name(str(message["text"]))}
        if "location" in message:
            place = message["location"]
            return {"location": {"lon": float(place["longitude"]), "lat": float(place["latitude"])}}
        if "contact" in message:
            return _contact(message) if self._settings.domestic else {"unsupported": "contact"}
        if "document" in message:
            return await self._document(message["document"])
        return {"unsupported": next((kind for kind in UNHEARD if kind in message), "other")}

    def _without_name(self, text: str) -> str:
        """'/jobs@our_bot' is '/jobs'."""
        command, blank, rest = text.partition(" ")
        if command.startswith("/") and self._username and command.endswith(f"@{self._username}"):
            return command.removesuffix(f"@{self._username}") + blank + rest
        return text

    async def _document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A table is fetched now, to disk, before the message is stored; anything else is only named."""
        name = str(document.get("file_name", ""))[:80]
        ending = Path(name).suffix.lower()
        if ending not in FILE_KINDS or int(document.get("file_size", 0)) > LARGEST_FILE:
            return {"unsupported": "document"}
        data = await self._fetch_file(str(document["file_id"]))
        if not data or len(data) > LARGEST_FILE:
            return {"unsupported": "document"}
        path = await asyncio.to_thread(keep_file, self._settings.files, ending, data)
        return {"file": str(path), "name": name}

    async def _fetch_file(self, file_id: str) -> bytes:
        """Raises TryLaterError: the update comes again."""
        said = (await self._call("getFile", {"file_id": file_id})).json()
        if not said.get("ok"):
            return b""
        token, path = self._settings.token.get_secret_value(), str(said["result"]["file_path"])
        answer = await self._http.get(f"{self._settings.base_url}/file/bot{token}/{path}")
        answer.raise_for_trouble()
        return answer.body


def _heard(number: str, handle: int, body: dict[str, Any]) -> Reading:
    return Reading(heard=(Heard(number, str(int(handle)), body),))


def keep_file(folder: Path, ending: str, data: bytes) -> Path:
    """Write the data to a file of its own, safe from a crash."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(12)}{ending}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path


def _contact(message: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody's card; `own`: Telegram vouches that it is the sender's own number."""
    contact = message["contact"]
    own = contact.get("user_id") == message["from"]["id"]
    return {"contact": str(contact["phone_number"])[:24], "own": own}
