"""From a stored body to an aiogram Update; a typed number that names a button becomes its press."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from aiogram import Bot
from aiogram.types import Update
from sqlalchemy import ColumnElement, and_, select, update

from bot.states import Asking, Seeking
from bot.turn import Turn
from bot.typed import folded, typed_choice, yes_or_no
from bot.work_words import follow_up_answer
from models.messages import Choice, OutboxRow, Question
from services.outbox import read_body
from services.texts import every_language

MAX_CHARACTERS = 4096
EXPIRED_BUTTON = "expired"
WHO = "who"
_ANSWERS = ("button.agree", "button.decline", "follow_up.here", "follow_up.changed", "follow_up.stopped")
_PROACTIVE_WORDS = frozenset(folded(word) for key in _ANSWERS for word in every_language(key))
_PROACTIVE_KEY = re.compile(r"^(?:[78]\d|9)$")  # 9 is an answer where a follow-up is open, else a command
_EITHER = (Choice("", "", "inv:yes:0"), Choice("", "", "inv:no:0"))  # a look without a query: is it a yes or a no?
_FREE = (None, Seeking.place.state, Asking.answer.state)
_KEPT_CONTROLS = frozenset("\n\t")


def clean(text: str) -> str:
    """Printable text: control, private-use and unpaired surrogate characters out, length bounded."""
    kept = (c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Co", "Cs", "Cn"))
    return "".join(kept).strip()[:MAX_CHARACTERS]


async def to_update(turn: Turn, body: dict[str, Any], bot: Bot) -> Update:
    """Build the Update of this turn, validated with the bot mounted."""
    pressed = await (_who_pressed(turn, body) if turn.asks_who else _pressed(turn, body))
    if pressed is not None:
        payload = {"callback_query": _callback(turn, *pressed)}
    else:
        payload = {"message": _message(turn, turn.inbox_id) | _content(turn, body)}
    return Update.model_validate({"update_id": turn.inbox_id, **payload}, context={"bot": bot})


def _chat(turn: Turn) -> dict[str, Any]:
    return {"id": turn.address_id, "type": "private"}


def _message(turn: Turn, message_id: int) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "date": int(turn.now.timestamp()),
        "chat": _chat(turn),
        "from": {"id": turn.speaker.id, "is_bot": False, "first_name": "-"},
    }


def _callback(turn: Turn, message_id: int, data: str) -> dict[str, Any]:
    return {
        "id": str(turn.inbox_id),
        "from": {"id": turn.speaker.id, "is_bot": False, "first_name": "-"},
        "chat_instance": str(turn.address_id),
        "data": data,
        "message": {**_message(turn, message_id), "text": "-"},
    }


def _content(turn: Turn, body: dict[str, Any]) -> dict[str, Any]:
    if "location" in body:
        place = body["location"]
        return {"location": {"longitude": place["lon"], "latitude": place["lat"]}}
    match body.get("unsupported"):
        case None if "contact" in body:
            owner = {"user_id": turn.speaker.id} if body["own"] else {}
            return {"contact": {"phone_number": str(body["contact"]), "first_name": "-", **owner}}
        case None if "file" in body:
            return {"document": {"file_id": body["file"], "file_unique_id": "-", "file_name": body["name"]}}
        case None:
            return {"text": clean(str(body.get("text", body.get("choice", ""))))}
        case "photo":
            return {"photo": [{"file_id": "-", "file_unique_id": "-", "width": 1, "height": 1}]}
        case "voice":
            return {"voice": {"file_id": "-", "file_unique_id": "-", "duration": 1}}
        case "group":
            return {"text": "-", "chat": {"id": turn.address_id, "type": "group"}}
        case "contact":
            return {"contact": {"phone_number": "-", "first_name": "-"}}
        case _:
            return {"document": {"file_id": "-", "file_unique_id": "-"}}


async def _pressed(turn: Turn, body: dict[str, Any]) -> tuple[int, str] | None:
    """The (message id, callback data) that this body presses, if it does."""
    if "choice" in body:
        return await _clicked(turn, str(body["choice"]), body.get("message"))
    text = body.get("text")
    if not isinstance(text, str) or len(text) > 80:
        return None
    if turn.menu and (choice := typed_choice(text, turn.menu.choices) or yes_or_no(text, turn.menu.choices)):
        return turn.menu.message_id, choice.data
    if _PROACTIVE_KEY.match(folded(text)):
        return await _answered(turn, Question.key == folded(text))
    if folded(text) in _PROACTIVE_WORDS:
        return await _answered(turn, Question.label == text.strip())
    if turn.state not in _FREE:
        return None
    if key := follow_up_answer(folded(text).rstrip("。.!~ ")):
        asked = Question.data.startswith("fu:", autoescape=True)
        return await _answered(turn, and_(Question.key == key, asked))
    return await _yes_or_no(turn, text)


async def _yes_or_no(turn: Turn, text: str) -> tuple[int, str] | None:
    """好的 where the last that the person heard is a proactive yes/no question."""
    if yes_or_no(text, _EITHER) is None:
        return None
    theirs = select(OutboxRow.id).where(OutboxRow.person_id == turn.speaker.id)
    last = await turn.session.scalar(theirs.order_by(OutboxRow.id.desc()).limit(1))
    open_ones = select(Question).where(
        Question.person_id == turn.speaker.id,
        Question.message_id == last,
        Question.answered_at.is_(None),
        Question.expires_at > turn.now,
    )
    questions = await turn.session.scalars(open_ones)
    choice = yes_or_no(text, [Choice(q.key, q.label, q.data) for q in questions])
    return await _answered(turn, Question.data == choice.data) if choice else None


async def _who_pressed(turn: Turn, body: dict[str, Any]) -> tuple[int, str] | None:
    """While nobody knows who speaks only "who are you" is a button; any other press is held as it came."""
    if "choice" not in body:
        return None
    message_id = _row_id(str(body.get("message")))
    choices, key = await _choices(turn, message_id), str(body["choice"])
    if key.startswith("#"):
        place = _row_id(key[1:])
        choice = choices[place] if place < len(choices) else None
    else:
        choice = typed_choice(key, choices)
    return (message_id, choice.data) if choice and choice.data.partition(":")[0] == WHO else None


async def _clicked(turn: Turn, key: str, message: Any) -> tuple[int, str]:
    """A button of any message; one that is not to be found says so."""
    if key.startswith("#"):
        return await _placed(turn, _row_id(key[1:]), _row_id(str(message)))
    if turn.menu and message in (None, "", str(turn.menu.message_id), turn.menu.message_id):
        choice = typed_choice(key, turn.menu.choices)
        if choice and not _PROACTIVE_KEY.match(choice.key):
            return turn.menu.message_id, choice.data
    message_id = _row_id(str(message))
    choice = typed_choice(key, await _choices(turn, message_id))
    if choice and _PROACTIVE_KEY.match(choice.key):
        await _close(turn, message_id)
    return message_id, choice.data if choice else EXPIRED_BUTTON


async def _placed(turn: Turn, place: int, message_id: int) -> tuple[int, str]:
    """A button by its place below the row that the channel delivered; an edit's buttons are its target's."""
    choices = await _choices(turn, message_id)
    choice = choices[place] if place < len(choices) else None
    if choice and _PROACTIVE_KEY.match(choice.key):
        await _close(turn, message_id)
    return message_id, choice.data if choice else EXPIRED_BUTTON


def _row_id(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number < 1 << 63 else 0


async def _choices(turn: Turn, message_id: int) -> tuple[Choice, ...]:
    row = (
        await turn.session.execute(
            select(OutboxRow.id, OutboxRow.body_sealed).where(
                OutboxRow.id == message_id, OutboxRow.person_id == turn.speaker.id
            )
        )
    ).first()
    return tuple(Choice(*c) for c in read_body(turn.session, row.id, row.body_sealed)["choices"]) if row else ()


async def _answered(turn: Turn, named: ColumnElement[bool]) -> tuple[int, str] | None:
    """The open proactive question that is named by its number or its words, the newest of them."""
    question = (
        await turn.session.scalars(
            select(Question)
            .where(Question.person_id == turn.speaker.id, named)
            .where(Question.answered_at.is_(None), Question.expires_at > turn.now)
            .order_by(Question.id.desc())
            .limit(1)
        )
    ).first()
    if question is None:
        return None
    await _close(turn, question.message_id)
    return question.message_id, question.data


async def _close(turn: Turn, message_id: int) -> None:
    """A proactive question was answered: its numbers are free again."""
    session = await turn.writing()
    await session.execute(update(Question).where(Question.message_id == message_id).values(answered_at=session.now))
