"""Story: somebody's life or body is in danger — whom to call now, and the office told at once."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.crisis_words import crisis_of
from bot.filters import Says
from bot.handlers.common import back_choice
from bot.menus import menu
from bot.states import Helping, Seeking
from bot.turn import Turn
from services.offices import NoOfficeError
from services.urgent import ask_urgently

router = Router(name="crisis")
MOST = 500
FREE = (None, Seeking.place.state, Helping.words.state)


@router.message(Says(crisis_of, always=True))
async def help_now(message: Message, turn: Turn, state: FSMContext, heard: str) -> None:
    """The numbers first; the request to the office; an open form stays open, its menu too."""
    lines, before = [turn.say(f"crisis.{heard}")], turn.menu
    request: dict[str, Any] = (await state.get_data()).get("request") or {}
    try:
        office = await ask_urgently(
            await turn.writing(), turn.speaker.id, request.get("region"), (message.text or "")[:MOST]
        )
    except NoOfficeError:
        await message.answer(lines[0])
        turn.menu = before
        return
    lines.append(turn.say("crisis.office", office=office.name))
    lines += [turn.say("crisis.phone", phone=office.phone)] if office.phone else []
    if turn.state in FREE:
        await state.set_state(Helping.words)
        lines.append(turn.say("crisis.words"))
        await message.answer("\n".join(lines), reply_markup=menu(back_choice(turn)))
        return
    await message.answer("\n".join(lines))
    turn.menu = before
