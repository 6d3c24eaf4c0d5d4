"""Telegram: updates are read as plain JSON (one odd field never costs a batch), messages leave through aiogram's Bot.

Telegram's servers are abroad: by default no phone or ID number is asked for or shown here (`promises.md` §5), and a
contact that somebody shares all the same is not kept.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.channels import wary
from bot.channels.base import (
    WEB,
    ChannelSettings,
    Heard,
    Hook,
    Pace,
    Reading,
    RefusedRequest,
    SendError,
    Sent,
    ThrottledError,
    TryLaterError,
    Verdict,
)
from bot.channels.http import Answer, Http, seconds
from bot.channels.telegram_files import TelegramFiles
from bot.reach import Reach
from models.channels import ChannelFacts
from services.sending import Envelope

if TYPE_CHECKING:
    from bot.channels.telegram_out import TelegramOut

log = logging.getLogger(__name__)
POLL_SECONDS = 25
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
UNHEARD = ("voice", "photo", "video", "sticker", "audio", "animation", "video_note")


class TelegramSettings(ChannelSettings):
    """`[channels.NAME]` with kind = "telegram"."""

    kind: Literal["telegram"]
    token: SecretStr
    mode: Literal["polling", "webhook"] = "polling"
    hook_url: str = Field(default="", description="webhook: https://HOST/hooks/NAME, as Telegram reaches it")
    secret: SecretStr = Field(default=SecretStr(""), description="webhook: 16 characters at least of A-Z a-z 0-9 _ -")
    base_url: str = Field(default="https://api.telegram.org", pattern=WEB)
    domestic: bool = Field(default=False, description="ask for and show phone numbers here: only for servers at home")
    per_second: float = 30.0
    per_chat_second: float = 1.0
    files: Path = Field(default=Path("files"), description="where documents that people send are kept, in var_dir")

    @field_validator("token")
    @classmethod
    def _of_botfather(cls, value: SecretStr) -> SecretStr:
        number, _, rest = value.get_secret_value().partition(":")
        if not (number.isascii() and number.isdigit() and rest and " " not in rest):
            raise ValueError("a token of @BotFather looks like 123456:ABC-def")
        return value

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
        self._files = TelegramFiles(self._call, self._download, settings.files)

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
        """One message, edit or deletion. Abroad no button asks for a number or a place."""
        return await self._sender().send(envelope if self._settings.domestic else replace(envelope, share=None))

    async def read(self, hook: Hook) -> Reading:
        """One update by webhook; the secret is compared as bytes."""
        shown = hook.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if self.polls or not wary.is_secret(shown, self._settings.secret.get_secret_value()):
            raise RefusedRequest(Verdict.REFUSED_SECRET, 403)
        try:
            return await self._read(json.loads(hook.body))
        except UNREADABLE:  # refused, it would come again and again, and with it all that is behind it
            return Reading(Verdict.PUT_ASIDE, odd=(hook.body,))

    async def fetch(self, offset: int) -> tuple[int, Reading]:
        """The updates behind `offset`; the next call tells Telegram that these are safe.

        Raises TryLaterError. An update that cannot be read is passed over: it would come for ever.
        """
        for pressed in self._pressed_before:  # they are stored, or this would not be the next call
            await self._call("answerCallbackQuery", pressed)
        offset, readings = await self._read_all(offset, await self._updates(offset))
        self._pressed_before = [json.loads(reading.answer) for reading in readings if reading.answer]
        return offset, Reading(
            heard=tuple(one for reading in readings for one in reading.heard),
            left=tuple(one for reading in readings for one in reading.left),
            odd=tuple(one for reading in readings for one in reading.odd),
        )

    async def _updates(self, offset: int) -> list[Any]:
        wanted = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": KINDS}
        said = (await self._call("getUpdates", wanted)).json()
        if not said.get("ok"):
            raise _trouble(said)
        updates = said.get("result")
        if not isinstance(updates, list):
            raise TryLaterError("gateway_babbles")
        return updates

    async def _read_all(self, offset: int, updates: list[Any]) -> tuple[int, list[Reading]]:
        """What could be read, and the offset behind it; a file that is not to be had now holds up what is behind it.

        Raises TryLaterError when nothing is before it.
        """
        readings: list[Reading] = []
        for update in updates:
            try:
                readings.append(await self._read(update))
            except TryLaterError:
                if readings:
                    break
                raise
            except UNREADABLE:
                log.warning("hook.%s", Verdict.PUT_ASIDE, extra={"channel": self.name})
                readings.append(Reading(Verdict.PUT_ASIDE, odd=(json.dumps(update).encode(),)))
            offset = max(offset, _number_of(update) + 1)
        return offset, readings

    async def _call(self, method: str, query: Mapping[str, Any]) -> Answer:
        url = f"{self._settings.base_url}/bot{self._settings.token.get_secret_value()}/{method}"
        return await self._http.post(url, json.dumps(query).encode(), {"Content-Type": "application/json"})

    async def _download(self, path: str) -> Answer:
        token = self._settings.token.get_secret_value()
        return await self._http.get(f"{self._settings.base_url}/file/bot{token}/{path}")

    async def _read(self, update: Mapping[str, Any]) -> Reading:
        number = str(_number_of(update))
        if number == "-1":
            raise ValueError("an update has a number")
        if "callback_query" in update:
            return self._pressed(number, update["callback_query"])
        if "my_chat_member" in update:
            member = update["my_chat_member"]
            gone = member["new_chat_member"]["status"] in ("kicked", "left")
            private = member["chat"]["type"] == "private"
            verdict = Verdict.LEFT if gone else Verdict.IGNORED
            return Reading(verdict, left=(str(member["chat"]["id"]),) if gone and private else ())
        message = update.get("message") or update.get("edited_message")
        if not isinstance(message, dict):
            return Reading(Verdict.IGNORED)
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
        return Reading(Verdict.IGNORED_GROUP)

    async def _body(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if "text" in message:
            return {"text": self._without_name(str(message["text"]))}
        if "location" in message:
            return _place(message["location"])
        if "contact" in message:
            return _contact(message) if self._settings.domestic else {"unsupported": "contact"}
        if "document" in message:
            return await self._files.take(message["document"])
        return {"unsupported": next((kind for kind in UNHEARD if kind in message), "other")}

    def _without_name(self, text: str) -> str:
        """'/jobs@our_bot' is '/jobs'."""
        command, blank, rest = text.partition(" ")
        if command.startswith("/") and self._username and command.endswith(f"@{self._username}"):
            return command.removesuffix(f"@{self._username}") + blank + rest
        return text


def _number_of(update: Any) -> int:
    """The update's number; -1 where it has none that can be stored."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and 0 <= number < wary.LARGEST_ROW_ID else -1


def _trouble(said: Mapping[str, Any]) -> SendError:
    """Why the Bot API refused a call that asks for something."""
    if said.get("error_code") == 429:
        asked = said.get("parameters")
        return ThrottledError(seconds(asked.get("retry_after") if isinstance(asked, dict) else None))
    return TryLaterError("gateway_login" if said.get("error_code") == 401 else "gateway_error")


def _place(place: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValueError for what is not on the globe."""
    lon, lat = float(place["longitude"]), float(place["latitude"])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("not on the globe")
    return {"location": {"lon": lon, "lat": lat}}


def _heard(number: str, handle: int, body: dict[str, Any]) -> Reading:
    return Reading(heard=(Heard(number, str(int(handle)), body),))


def _contact(message: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody's card; `own`: Telegram vouches that it is the sender's own number."""
    contact = message["contact"]
    own = contact.get("user_id") == message["from"]["id"]
    return {"contact": str(contact["phone_number"])[:24], "own": own}
