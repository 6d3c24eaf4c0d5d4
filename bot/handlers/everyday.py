"""Story: what people say besides: work found, no more looking, thanks, call me."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.everyday_words import small_talk
from bot.filters import Says
from bot.handlers.common import back_choice, home_menu
from bot.handlers.start import human
from bot.menus import menu
from bot.states import Helping
from bot.turn import Turn
from bot.work_words import found_work
from services.desk import ask_for_help
from services.offices import NoOfficeError

router = Router(name="everyday")
MOST = 500


@router.message(Says(small_talk))
async def talk(message: Message, turn: Turn, state: FSMContext, heard: str) -> None:
    """打电话给我: as 人工. 谢谢: a short word; what could be answered before still can."""
    if heard == "call":
        await human(message, turn, state)
        return
    before = turn.menu
    await message.answer(turn.say("everyday.welcome"))
    turn.menu = before


@router.message(Says(found_work))
async def found(message: Message, turn: Turn, state: FSMContext) -> None:
    """我找到活了: well done; where it is goes to the office, which may count it."""
    request = (await state.get_data()).get("request") or {}
    session = await turn.writing()
    try:
        await ask_for_help(session, turn.speaker.id, request.get("region"), (message.text or "")[:MOST])
    except NoOfficeError:
        await state.set_state(None)
        await message.answer(turn.say("found.well_done"), reply_markup=home_menu(turn))
        return
    await state.set_state(Helping.words)
    text = f"{turn.say('found.well_done')}\n{turn.say('found.where')}"
    await message.answer(text, reply_markup=menu(back_choice(turn)))
