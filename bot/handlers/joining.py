"""Story: 入会 in any words — a seeker's office is known; anybody else is asked where, and goes on."""

from __future__ import annotations

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, Pressed, Said
from bot.handlers import members
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.states import Joining
from bot.turn import Turn
from matching.understand import understand
from services import memberships
from services.offices import NoOfficeError, NoSeekerError, office_for, office_of_seeker

router = Router(name="joining")
words = Router(name="joining.words")
LONG = 200


@words.message(Said("join_union"))
async def join(message: Message, turn: Turn, state: FSMContext) -> None:
    """入会: as `members.py` tells it where the office is known, or nothing is to be asked; else which place?"""
    held = await memberships.membership_of(turn.session, turn.speaker.id)
    region = ((await state.get_data()).get("request") or {}).get("region")
    try:
        known = turn.speaker.is_staff or held or await office_of_seeker(turn.session, turn.speaker.id)
    except NoSeekerError:
        known = None
    if known:
        await members.ask(message, turn)
    elif region:
        await _offer(message, turn, state, region)
    else:
        await state.set_state(Joining.place)
        await message.answer(turn.say("union.where"), reply_markup=menu(back_choice(turn)))


@router.message(StateFilter(Joining.place), Said("back"))
async def rather_not(message: Message, turn: Turn, state: FSMContext) -> None:
    """返回."""
    await state.set_state(None)
    await message.answer(turn.say("home"), reply_markup=home_menu(turn))


@router.message(StateFilter(Joining.place), HasText())
async def place_said(message: Message, turn: Turn, state: FSMContext) -> None:
    """A place; a wish for work is taken as one."""
    understood = understand((message.text or "")[:LONG])
    if understood.occupations or understood.hiring:
        await state.set_state(None)
        raise SkipHandler
    place = understood.region or understood.home_region or next(iter(understood.region_candidates), None)
    if place is None:
        await message.answer(turn.say("place.unknown"), reply_markup=menu(back_choice(turn)))
        return
    await _offer(message, turn, state, place.adcode)


async def _offer(message: Message, turn: Turn, state: FSMContext, region: str) -> None:
    await state.set_state(None)
    try:
        office = await office_for(turn.session, region)
    except NoOfficeError:
        await message.answer(turn.say("human.no_office"), reply_markup=home_menu(turn))
        return
    choices = numbered((turn.say("button.join_union"), f"unionat:{region}"))
    await message.answer(turn.say("union.ask", office=office.name), reply_markup=menu(*choices, back_choice(turn)))


@router.callback_query(Pressed("unionat"))
async def asked(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Confirmed: the office of the place has it, once."""
    message, session = message_of(query), await turn.writing()
    try:
        office = await office_for(session, args[0])
        await memberships.ask_to_join(session, turn.speaker.id, office)
    except memberships.AlreadyMemberError:
        await members.ask(message, turn)
        return
    await message.answer(turn.say("union.asked", office=office.name), reply_markup=home_menu(turn))
