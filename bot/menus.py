"""Menus: the same buttons as an inline keyboard, as numbers, or as words that somebody types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from models.messages import Choice

_NUMBER_WORDS = dict(zip("一二三四五六七八九", "123456789", strict=True)) | {"零": "0", "两": "2"}
_DRESSED_KEY = re.compile(
    r"^(?:选|回|回复|第|按)?\s*([0-9a-z]{1,2}|[一二三四五六七八九零两])\s*(?:个|号|项|条|[.。、,,!!)])?$"
)
WORDS_ONLY = "words"


def menu(*choices: Choice, rows: Iterable[int] = ()) -> InlineKeyboardMarkup:
    """An inline keyboard. `rows` gives how many buttons stand in each row; what is left gets rows of its own."""
    buttons = [InlineKeyboardButton(text=c.label, callback_data=c.data, key=c.key) for c in choices]
    keyboard = []
    for length in rows:
        keyboard.append(buttons[:length])
        buttons = buttons[length:]
    keyboard += [[button] for button in buttons]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in keyboard if row])


def numbered(*labels_and_data: tuple[str, str], start: int = 1) -> tuple[Choice, ...]:
    """Choices with the keys 1, 2, 3, ..."""
    return tuple(Choice(str(n), label, data) for n, (label, data) in enumerate(labels_and_data, start))


def worded(*labels_and_data: tuple[str, str]) -> tuple[Choice, ...]:
    """Choices that are typed as words, where the answer itself may be a number."""
    return tuple(Choice(label, label, data) for label, data in labels_and_data)


def choices_of(markup: object) -> tuple[Choice, ...]:
    """The choices of a keyboard; buttons without a key of ours are numbered."""
    if not isinstance(markup, InlineKeyboardMarkup):
        return ()
    buttons = [button for row in markup.inline_keyboard for button in row if button.callback_data]
    return tuple(
        Choice((b.model_extra or {}).get("key", str(n)), b.text, b.callback_data or "")
        for n, b in enumerate(buttons, 1)
    )


def folded(text: str) -> str:
    """Full width to half, lower case, trimmed: what is compared when somebody types a button."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def typed_choice(text: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that the text names: its key in any dress ("１", "1.", "一", "选1"), or its label."""
    said = folded(text)
    match = _DRESSED_KEY.match(said)
    key = match[1] if match else said
    key = _NUMBER_WORDS.get(key, key)
    for choice in choices:
        if said in (folded(choice.key), folded(choice.label)) or key == folded(choice.key):
            return choice
    return None
