"""The session of every channel's Bot: inside a turn an aiogram method becomes a row to deliver, or is refused."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import Chat, FSInputFile, Message

from bot.menus import choices_of, share_of
from bot.turn import Turn, current


def make_bots(names: Iterable[str]) -> dict[str, Bot]:
    """A Bot for each channel, whose methods become rows; its number makes its bot id, nothing else."""
    return {name: Bot(f"{number}:turn", session=TurnSession()) for number, name in enumerate(names, 1)}


class ForbiddenInTurnError(RuntimeError):
    """This Bot method cannot be part of a turn: it would reach the network before the commit."""


class TurnSession(BaseSession):
    """Turns what handlers send into `Outgoing` records of the current turn."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109
        """Answer as the Bot API would, with message ids of our own."""
        turn = current.get()
        match method:
            case SendMessage():
                markup = method.reply_markup
                out = turn.send(method.text, choices_of(markup), share=share_of(markup))
                return _mounted(bot, turn, out.id, method.text)
            case SendDocument() | SendPhoto():
                return _mounted(bot, turn, _send_file(turn, method), method.caption or "")
            case EditMessageText():
                out = turn.edit(int(method.message_id or 0), method.text or "", choices_of(method.reply_markup))
                return _mounted(bot, turn, out.target or out.id, method.text or "")
            case EditMessageReplyMarkup():
                turn.edit(int(method.message_id or 0), "", choices_of(method.reply_markup))
                return True
            case DeleteMessage():
                turn.delete(method.message_id)
                return True
            case AnswerCallbackQuery():
                if method.text:
                    turn.send(method.text)
                return True
            case SendChatAction():
                return True  # the channel shows that it is busy from arrival to answer
        raise ForbiddenInTurnError(type(method).__name__)

    async def stream_content(self, *_args: Any, **_options: Any) -> AsyncGenerator[bytes, None]:
        """Files are fetched before a turn, never in it."""
        raise ForbiddenInTurnError("getFile")
        yield b""  # makes this a generator, as the base class wants

    async def close(self) -> None:
        """Nothing is open."""


def _send_file(turn: Turn, method: SendDocument | SendPhoto) -> int:
    file = method.document if isinstance(method, SendDocument) else method.photo
    path = str(file.path) if isinstance(file, FSInputFile) else str(file)
    return turn.send(method.caption or "", choices_of(method.reply_markup), file=path).id


def _mounted(bot: Bot, turn: Turn, message_id: int, text: str) -> Message:
    chat = Chat(id=turn.address_id, type="private")
    return Message(message_id=message_id, date=turn.now, chat=chat, text=text).as_(bot)
