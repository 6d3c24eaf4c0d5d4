"""Menus: the same buttons as an inline keyboard, as numbers, or as words; `bot/typed.py` reads what is typed."""

from __future__ import annotations

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from models.messages import Choice


def menu(*choices: Choice, rows: Iterable[int] = (), share: str | None = None) -> InlineKeyboardMarkup:
    """An inline keyboard. `rows` gives how many buttons stand in each row; what is left gets rows of its own.

    `share`: where a channel has a button that sends the own "contact" or "location", it shows that too.
    """
    buttons = [InlineKeyboardButton(text=c.label, callback_data=c.data, key=c.key) for c in choices]
    keyboard = []
    for length in rows:
        keyboard.append(buttons[:length])
        buttons = buttons[length:]
    keyboard += [[button] for button in buttons]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in keyboard if row], share=share)


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


def share_of(markup: object) -> str | None:
    """What a keyboard of ours offers to share."""
    return (markup.model_extra or {}).get("share") if isinstance(markup, InlineKeyboardMarkup) else None
