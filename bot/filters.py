"""Filters of this bot: all asynchronous, because aiogram runs synchronous ones in a thread."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.states import Applying, Asking, Desk, Filing, Posting, Seeking
from bot.turn import Turn
from bot.typed import folded
from bot.words import COMMANDS

CLOSING = "。.!~"
_SEVERAL = re.compile(r"\s*(?:和|跟|与|及|[,、;/&+]|\s)\s*")
_ORDER = re.compile(
    r"(?:任命信息员|课程|培训班|班级|发券|经办|输出|入会|开业|指导|带动|项目|毕业生|帮扶计划|实习|政策帮助|求职补贴|鉴定补贴|优惠证|勤工俭学"
    r"|资金|拨款|招聘会|调查|基地)\s*(?=\S*\d|\S+\s)"
)
ALL_WORDS = frozenset[str]().union(*COMMANDS.values())
NUMBER_STATES = frozenset(
    s.state
    for s in (
        *(Applying.answer, Asking.answer, Posting.missing, Posting.field, Filing.code),
        *(Desk.months, Desk.started, Desk.batch, Desk.arrived, Desk.amount, Desk.repaid),
    )
)


def _answers_with_number(turn: Turn) -> bool:
    """Whether a number is asked for: then the open menu has words only (`design.md` §1)."""
    keys = [choice.key for choice in turn.menu.choices] if turn.menu else []
    return turn.state in NUMBER_STATES and not any(key.isdigit() for key in keys)


def said_in(message: Message, turn: Turn) -> str:
    """What was typed, folded, without closing punctuation; worked out once a turn."""
    if turn.said is None:
        turn.said = folded(message.text or "").rstrip(CLOSING)
    return turn.said


class Said(Filter):
    """The whole message is one of the words of a command."""

    def __init__(self, command: str) -> None:
        self.words = COMMANDS[command]

    async def __call__(self, message: Message, turn: Turn) -> bool:
        """Compare folded, without closing punctuation; a bare 0 or 9 may be the answer to "how many?"."""
        said = said_in(message, turn)
        return said in self.words and not (said.isdigit() and _answers_with_number(turn))


class Says(Filter):
    """A sentence in which `shape` hears something; what it hears is passed on as `heard`.

    Only where nothing is asked for: the answer of a form is taken as one. The optional questions after an application
    are left by it. `always`: whatever is going on, but for staff who write an answer and may quote others.
    """

    def __init__(self, shape: Callable[[str], str], *, always: bool = False) -> None:
        self.shape, self.always = shape, always

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, str]:
        """Folded, without closing punctuation."""
        optional = turn.state == Asking.answer.state and (turn.data.get("asking") or {}).get("what") == "seeker"
        writes = self.always and not turn.speaker.is_staff
        if not (optional or writes) and turn.state not in (None, Seeking.place.state):
            return False
        heard = self.shape(said_in(message, turn))
        return {"heard": heard} if heard else False


class IsCommand(Filter):
    """The whole message is a command word: one look, so that a sentence is not compared with each of them."""

    async def __call__(self, message: Message, turn: Turn) -> bool:
        """Compare folded."""
        return said_in(message, turn) in ALL_WORDS


class Pressed(Filter):
    """A button whose data is `name` or starts with `name:`; the rest is passed on as `args`."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        """Split 'job:apply:12' into its parts."""
        head, _, rest = (query.data or "").partition(":")
        return {"args": rest.split(":") if rest else []} if head == self.name else False


class SpeakerUnknown(Filter):
    """On a shared phone nobody knows who speaks now."""

    async def __call__(self, _event: Message | CallbackQuery, turn: Turn) -> bool:
        """As the batch found it."""
        return turn.asks_who


class IsCode(Filter):
    """Six digits and nothing else, where no number is asked for; passed on as `code`."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, str]:
        """Digits of any width."""
        said = said_in(message, turn).replace(" ", "")
        is_code = len(said) == 6 and said.isascii() and said.isdecimal() and turn.state not in NUMBER_STATES
        return {"code": said} if is_code else False


class StartPayload(Filter):
    """What stands behind /start in a deep link: 'code_123456' for StartPayload("code"), passed on as `code`."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def __call__(self, message: Message) -> bool | dict[str, str]:
        """'/start code_123456' → {"code": "123456"}."""
        command, _, payload = (message.text or "").partition(" ")
        kind, _, value = payload.strip().partition("_")
        return {self.kind: value} if command == "/start" and kind == self.kind and value else False


@dataclass(frozen=True)
class Typed(Filter):
    """A sentence of this shape, folded; the match is passed on as `typed`."""

    shape: re.Pattern[str]

    async def __call__(self, message: Message) -> bool | dict[str, re.Match[str]]:
        """The whole message."""
        found = self.shape.fullmatch(folded(message.text or ""))
        return {"typed": found} if found else False


class SeveralChoices(Filter):
    """'1和3', '1 3', '1、3': several buttons of the open menu, all of them `name`; their arguments as `chosen`."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """Only keys of the menu, two at least."""
        keys = _SEVERAL.split(said_in(message, turn))
        if turn.menu is None or len(keys) < 2 or not all(len(key) <= 2 for key in keys):
            return False
        by_key = {choice.key: choice.data.split(":") for choice in turn.menu.choices}
        found = [by_key.get(key, [""]) for key in dict.fromkeys(keys)]
        return {"chosen": [args for _, *args in found]} if all(name == self.name for name, *_ in found) else False


class IsOrder(Filter):
    """Staff type what is to be done: 课程 12 …, 发券 13800138000 …; such a line is no answer to somebody else."""

    async def __call__(self, message: Message, turn: Turn) -> bool:
        """By its first word and a number or a name behind it."""
        return turn.speaker.is_staff and bool(_ORDER.match(folded(message.text or "")))


class InGroup(Filter):
    """The message came from a group."""

    async def __call__(self, message: Message) -> bool:
        """As the channel said."""
        return message.chat.type != "private"


class HasContact(Filter):
    """Somebody shared a phone number by a button."""

    async def __call__(self, message: Message) -> bool:
        """Whether there is one."""
        return message.contact is not None


class HasTable(Filter):
    """A table was sent; `path` is where it lies, `name` how its owner calls it."""

    async def __call__(self, message: Message) -> bool | dict[str, str]:
        """A file that a channel has fetched."""
        document = message.document
        if document is None or document.file_id == "-":
            return False
        return {"path": document.file_id, "name": document.file_name or ""}


class HasText(Filter):
    """There are words in the message."""

    async def __call__(self, message: Message) -> bool:
        """Text that is more than blanks."""
        return bool(message.text and message.text.strip())


class HasLocation(Filter):
    """A place on the map was sent."""

    async def __call__(self, message: Message) -> bool:
        """Whether there is one."""
        return message.location is not None


class IsStaff(Filter):
    """The speaker works at an office."""

    async def __call__(self, _event: Message | CallbackQuery, turn: Turn) -> bool:
        """By the role that the batch loaded."""
        return turn.speaker.is_staff
