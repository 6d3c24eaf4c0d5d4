"""What several stories need: the message behind an event, the home menu, the usual buttons."""

from __future__ import annotations

from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.menus import menu, numbered
from bot.turn import Turn
from models.messages import Choice


def message_of(event: Message | CallbackQuery) -> Message:
    """The message to answer to: the one received, or the one whose button was pressed."""
    if isinstance(event, Message):
        return event
    if not isinstance(event.message, Message):
        msg = "our own channels always mount the message of a button"
        raise TypeError(msg)
    return event.message


async def settle(query: CallbackQuery, turn: Turn, text: str = "") -> None:
    """A question was answered: where messages can be changed its buttons go, and it shows the answer."""
    if not turn.reach.edits:
        return
    message = message_of(query)
    if text:
        await message.edit_text(text)
    else:
        await message.edit_reply_markup(reply_markup=None)


def home_menu(turn: Turn) -> InlineKeyboardMarkup:
    """The first choices of the speaker's role."""
    if turn.speaker.is_staff:
        pairs = [("button.desk", "desk"), ("button.find", "find"), ("button.help", "help")]
    elif turn.speaker.employer_id:
        pairs = [
            ("button.candidates", "cand"),
            ("button.post", "post"),
            ("button.full", "full"),
            ("button.help", "help"),
        ]
    else:
        pairs = [("button.find", "find"), ("button.courses", "courses"), ("button.post", "post")]
    choices = numbered(*((turn.say(key), data) for key, data in pairs))
    return menu(*choices, human_choice(turn), rows=(2, 2))


def human_choice(turn: Turn) -> Choice:
    """0 is always a person of the office."""
    return Choice("0", turn.say("button.human"), "human")


def back_choice(turn: Turn, to: str = "home") -> Choice:
    """返回, to the first choices or to the step before."""
    return Choice(turn.say("button.back"), turn.say("button.back"), to)
