"""Story: somebody's life or body is in danger — whom to call now, and the office told at once."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.crisis_words import crisis_of
from bot.filters import said_in
from bot.handlers.common import back_choice
from bot.menus import menu
from bot.states import Helping, Seeking
from bot.turn import Turn
from services.offices import NoOfficeError
from services.urgent import ask_urgently

router = Router(name="crisis")
MOST = 500
FREE = (None, Seeking.place.state, Helping.words.state)


class InDanger(Filter):
    """A sentence tells of it, whatever is going on; staff who write an answer quote others. Passed on as `danger`."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, str]:
        """As `crisis_words.py` hears it."""
        if turn.speaker.is_staff and turn.state is not None:
            return False
        danger = crisis_of(said_in(message, turn))
        return {"danger": danger} if danger else False


@router.message(InDanger())
async def help_now(message: Message, turn: Turn, state: FSMContext, danger: str) -> None:
    """The numbers first; the request to the office; an open form stays open, its menu too."""
    lines, before = [turn.say(f"crisis.{danger}")], turn.menu
    request: dict[str, Any] = (await state.get_data()).get("request") or {}
    try:
        office = await ask_urgently(
            await turn.writing(), turn.speaker.id, request.get("region"), (message.text or "")[:MOST]
        )
    except NoOfficeError:
        await message.answer(lines[0])
        turn.menu = before
        return
    lines.append(turn.say("crisis.office", office=office.name, phone=office.phone or "—"))
    if turn.state in FREE:
        await state.set_state(Helping.words)
        lines.append(turn.say("crisis.words"))
        await message.answer("\n".join(lines), reply_markup=menu(back_choice(turn)))
        return
    await message.answer("\n".join(lines))
    turn.menu = before
