"""What leaves by Telegram: an envelope as a Bot API method, and the API's refusals as the family of `base.py`."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
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


class DoneButUnreadError(Exception):
    """The server did what was asked; only what it told of it was not as expected."""


class WarySession(AiohttpSession):
    """aiogram falls over an error without a description, as a proxy in front of a local server sends them."""

    def check_response(self, bot: Bot, method: TelegramMethod[Answer], status_code: int, content: str) -> Any:
        """Raises ClientDecodeError for whatever is no answer of a Bot API."""
        try:
            return super().check_response(bot, method, status_code, content)
        except (TypeError, AttributeError) as error:
            raise ClientDecodeError("no answer of a Bot API", error, content) from error
        except ClientDecodeError as error:
            said = error.data if isinstance(error.data, dict) else {}
            if 200 <= status_code < 300 and said.get("ok") is True:
                raise DoneButUnreadError from error
            raise


class TelegramOut:
    """The bot as a sender."""

    def __init__(self, token: str, base_url: str) -> None:
        session = WarySession(api=TelegramAPIServer.from_base(base_url), timeout=SECONDS)
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
        except ClientDecodeError as error:
            raise TryLaterError("gateway_babbles") from error
        except DoneButUnreadError:
            return Sent()  # sent again it would come twice
        except FileNotFoundError as error:
            raise RefusedError("file_gone") from error

    async def _call(self, envelope: Envelope) -> Sent:
        chat = int(envelope.handle)
        if not (envelope.text or envelope.file or envelope.target):
            return Sent()  # nothing to say, or retention took the words
        if envelope.action == "send" or envelope.target is None or _units(envelope.text) > LONGEST:
            return await self._new(chat, envelope)
        message = int(envelope.target)
        try:
            if envelope.action == "delete":
                await self._bot.delete_message(chat, message)
            elif envelope.text:
                await self._bot.edit_message_text(
                    envelope.text, chat_id=chat, message_id=message, reply_markup=_inline(envelope)
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
        if "not modified" in str(error.message):
            return Sent(external_id=envelope.target)
        return await self._new(chat, envelope) if envelope.text else Sent()

    async def _new(self, chat: int, envelope: Envelope) -> Sent:
        markup = _share(envelope) if envelope.share else _inline(envelope)
        file = FSInputFile(envelope.file) if envelope.file else None
        if file is not None and not Path(file.path).exists():
            raise FileNotFoundError
        last: Message | None = None
        fits = file is not None and _units(envelope.text) <= LONGEST_CAPTION
        texts = [] if fits else _parts(envelope.text)
        for number, text in enumerate(texts):
            with part(number):
                is_last = file is None and number == len(texts) - 1
                last = await self._send(chat, text, markup if is_last else None)
        if file is not None:
            with part(len(texts)):
                last = await self._send_file(chat, file, envelope.text if fits else None, markup)
        return Sent(external_id=str(last.message_id) if last else None)

    async def _send(self, chat: int, text: str, markup: Markup) -> Message:
        no_preview = LinkPreviewOptions(is_disabled=True) if "http" in text else None
        try:
            return await self._bot.send_message(chat, text, reply_markup=markup, link_preview_options=no_preview)
        except TelegramAPIError as error:
            raise _trouble(error) from error

    async def _send_file(self, chat: int, file: FSInputFile, caption: str | None, markup: Markup) -> Message:
        is_picture = Path(file.path).suffix in (".png", ".jpg")
        sending = self._bot.send_photo if is_picture else self._bot.send_document
        try:
            return await sending(chat, file, caption=caption, reply_markup=markup)
        except TelegramAPIError as error:
            raise _trouble(error) from error


async def _asked(call: Awaitable[Answer]) -> Answer:
    try:
        return await call
    except ClientDecodeError as error:
        raise TryLaterError("gateway_babbles") from error
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
        case TelegramEntityTooLarge():  # aiogram counts it to the network's errors; it never becomes smaller
            return RefusedError("content_refused")
        case TelegramNetworkError():  # unless nobody took the call, only the answer may be lost
            return TryLaterError("gateway_error", doubtful=not isinstance(error.__cause__, ClientConnectorError))
        case TelegramServerError() | TelegramNotFound():
            return TryLaterError("gateway_error")
        case TelegramBadRequest() if "chat not found" in str(error.message) or "user is deactivated" in str(
            error.message
        ):
            return UnreachableError("no_such_chat")
        case TelegramBadRequest():
            return RefusedError("content_refused")
    return TryLaterError("gateway_error")
