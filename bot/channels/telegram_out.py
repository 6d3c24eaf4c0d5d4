"""What leaves by Telegram: an envelope as a Bot API method, and the API's refusals as the family of `base.py`."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    FSInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
)
from aiohttp import ClientConnectorError

from bot.channels.base import RefusedError, SendError, Sent, ThrottledError, TryLaterError, UnreachableError, part
from services.sending import Envelope
from services.texts import LANGUAGES, say

LONGEST = 4096
LONGEST_CAPTION = 1024
SECONDS = 20
MENU = ("jobs", "courses", "me", "human", "help", "stop")
Answer = TypeVar("Answer")
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | None


class TelegramOut:
    """The bot as a sender."""

    def __init__(self, token: str, base_url: str) -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(base_url), timeout=SECONDS)
        self._bot = Bot(token, session=session)

    async def introduce(self, hook_url: str, secret: str, kinds: list[str]) -> str:
        """Webhook or not, and the menu of commands; the bot's name. Raises TryLaterError."""
        me = await _asked(self._bot.me())
        if hook_url:
            await _asked(self._bot.set_webhook(hook_url, secret_token=secret, allowed_updates=kinds))
        else:
            await _asked(self._bot.delete_webhook())
        for language in LANGUAGES:
            commands = [BotCommand(command=name, description=say(language, f"menu.{name}")) for name in MENU]
            code = None if language == LANGUAGES[0] else language[:2]
            await _asked(self._bot.set_my_commands(commands, language_code=code))
        return me.username or ""

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.session.close()

    async def send(self, envelope: Envelope) -> Sent:
        """One message, edit or deletion. Raises a SendError."""
        try:
            return await self._call(envelope)
        except TelegramAPIError as error:
            raise _trouble(error) from error

    async def _call(self, envelope: Envelope) -> Sent:
        chat = int(envelope.handle)
        if envelope.action == "send" or (envelope.target is None and envelope.text):
            return await self._new(chat, envelope)
        if envelope.target is None:
            return Sent()
        message = int(envelope.target)
        try:
            if envelope.action == "delete":
                await self._bot.delete_message(chat, message)
            elif envelope.text:
                await self._bot.edit_message_text(
                    _short(envelope.text, LONGEST), chat_id=chat, message_id=message, reply_markup=_inline(envelope)
                )
            else:
                await self._bot.edit_message_reply_markup(
                    chat_id=chat, message_id=message, reply_markup=_inline(envelope)
                )
        except TelegramBadRequest as error:
            return await self._instead(chat, envelope, error)
        return Sent(external_id=envelope.target)

    async def _instead(self, chat: int, envelope: Envelope, error: TelegramBadRequest) -> Sent:
        """An edit that changes nothing is done; one that comes too late is a new message; buttons alone are let go."""
        if "not modified" in error.message:
            return Sent(external_id=envelope.target)
        return await self._new(chat, envelope) if envelope.text else Sent()

    async def _new(self, chat: int, envelope: Envelope) -> Sent:
        markup = _share(envelope) if envelope.share else _inline(envelope)
        if envelope.file is not None:
            caption = _short(envelope.text, LONGEST_CAPTION)
            file = FSInputFile(envelope.file)
            is_picture = envelope.file.suffix in (".png", ".jpg")
            sending = self._bot.send_photo if is_picture else self._bot.send_document
            sent = await sending(chat, file, caption=caption, reply_markup=markup)
            return Sent(external_id=str(sent.message_id))
        last: Message | None = None
        parts = _parts(envelope.text)
        for number, text in enumerate(parts):
            with part(number):
                last = await self._send(chat, text, markup if number == len(parts) - 1 else None)
        return Sent(external_id=str(last.message_id) if last else None)

    async def _send(self, chat: int, text: str, markup: Markup) -> Message:
        no_preview = LinkPreviewOptions(is_disabled=True) if "http" in text else None
        try:
            return await self._bot.send_message(chat, text, reply_markup=markup, link_preview_options=no_preview)
        except TelegramAPIError as error:
            raise _trouble(error) from error


async def _asked(call: Awaitable[Answer]) -> Answer:
    try:
        return await call
    except TelegramAPIError as error:
        trouble = _trouble(error)
        raise trouble if isinstance(trouble, ThrottledError) else TryLaterError(trouble.reason) from error


def _inline(envelope: Envelope) -> InlineKeyboardMarkup | None:
    """The buttons; each carries our row and its place, which is 25 bytes of the 64 there are."""
    rows: list[list[InlineKeyboardButton]] = []
    for place, choice in enumerate(envelope.choices):
        button = InlineKeyboardButton(text=choice.label[:60], callback_data=f"{envelope.id}:{place}")
        if rows and len(rows[-1]) < 3 and all(len(b.text) + len(button.text) <= 14 for b in rows[-1]):
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _share(envelope: Envelope) -> ReplyKeyboardMarkup:
    """A button that shares the own number or place; the other answers are typed by it."""
    contact = envelope.share == "contact"
    first = KeyboardButton(
        text=say(envelope.language, f"share.{envelope.share}"), request_contact=contact, request_location=not contact
    )
    rest = [KeyboardButton(text=choice.label) for choice in envelope.choices]
    return ReplyKeyboardMarkup(
        keyboard=[[first], *([rest] if rest else [])], one_time_keyboard=True, resize_keyboard=True
    )


def _short(text: str, longest: int) -> str:
    return text if _units(text) <= longest else text[: longest // 2 - 1] + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _parts(text: str) -> list[str]:
    """At most 4,096 UTF-16 units each, cut at line ends where there are any."""
    if _units(text) <= LONGEST:
        return [text]
    cut = text.rfind("\n", 0, LONGEST // 2)
    cut = cut if cut > 0 else LONGEST // 2
    return [text[:cut], *_parts(text[cut:].lstrip("\n"))]


def _trouble(error: TelegramAPIError) -> SendError:
    match error:
        case TelegramRetryAfter():
            return ThrottledError(error.retry_after)
        case TelegramForbiddenError():
            return UnreachableError("blocked")
        case TelegramMigrateToChat():
            return UnreachableError("no_such_chat")
        case TelegramUnauthorizedError():
            return TryLaterError("gateway_login")
        case TelegramNetworkError():  # unless nobody took the call, only the answer may be lost
            return TryLaterError("gateway_error", doubtful=not isinstance(error.__cause__, ClientConnectorError))
        case TelegramServerError():
            return TryLaterError("gateway_error")
        case TelegramNotFound():
            return TryLaterError("gateway_error")
        case TelegramBadRequest() if "chat not found" in error.message or "user is deactivated" in error.message:
            return UnreachableError("no_such_chat")
        case TelegramBadRequest():
            return RefusedError("content_refused")
    return TryLaterError("gateway_error")
