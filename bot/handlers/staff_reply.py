"""Story: somebody asked for a person of the office, and gets the office's words."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsOrder, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.handlers.staff_numbers import number_choice
from bot.menus import menu, worded
from bot.states import Desk
from bot.turn import Turn
from models.errors import NotFoundError
from services import desk

router = Router(name="staff_reply")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())


@router.callback_query(Pressed("helpme"))
async def help_request(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Somebody asked for a person: what they said, and room for an answer."""
    message = message_of(query)
    try:
        request = await desk.help_request_for(turn.session, int(args[0]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    await state.set_state(Desk.reply)
    await state.update_data(help=request.id)
    label = await desk.person_label(turn.session, request.person_id)
    words = desk.words_of(turn.session, request) or turn.say("desk.no_words")
    calls = worded(number_choice(turn, request.person_id, "help"))
    text = turn.say("desk.help", name=label, words=words)
    await message.answer(text, reply_markup=menu(*calls, back_choice(turn)))


@router.message(StateFilter(Desk.reply), HasText(), ~IsOrder())
async def reply(message: Message, turn: Turn, state: FSMContext) -> None:
    """The office's words go to the person."""
    data = await state.get_data()
    await state.set_state(None)
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    try:
        request = await desk.help_request_for(turn.session, data.get("help", 0), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    words = (message.text or "")[:500]
    reached = await desk.answer_help(await turn.writing(), request, officer_id=turn.speaker.id, words=words)
    await said(message, turn, "desk.answered" if reached else "desk.not_reached")
