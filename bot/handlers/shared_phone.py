"""Story: several people, one phone. First it must be clear who speaks; what was said before waits for it."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, Pressed, Said, SpeakerUnknown
from bot.handlers.common import home_menu, message_of
from bot.inbox import Arrival, store
from bot.menus import menu, numbered
from bot.questions import read_name
from bot.states import Sharing
from bot.storage import open_state
from bot.turn import Turn
from bot.typed import typed_choice
from models.messages import Choice
from services import people, sharing

gate = Router(name="shared_phone.gate")
words = Router(name="shared_phone.words")
router = Router(name="shared_phone")
NEW = "new"


@words.message(Said("switch"))
async def who_is_it(message: Message, turn: Turn) -> None:
    """换人: who speaks now?"""
    await message.answer(turn.say("shared.who"), reply_markup=menu(*await _choices(turn)))


@gate.callback_query(SpeakerUnknown(), Pressed("who"))
@router.callback_query(Pressed("who"))
async def chosen(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The button of one of them."""
    await _speaks(message_of(query), turn, args[0] if args else NEW)


@gate.message(SpeakerUnknown(), Said("stop"))
async def stop_number(message: Message, turn: Turn) -> None:
    """退订 acts at once: while nobody knows who speaks, for the whole number."""
    await sharing.opt_out_number(await turn.writing(), turn.address_id)
    await message.answer(turn.say("shared.stopped"))


@gate.message(SpeakerUnknown())
async def unknown(message: Message, turn: Turn) -> None:
    """The number of one of them, or something (words, or a button of before) that waits until it is clear whose."""
    session = await turn.writing()
    choice = typed_choice(message.text or "", await _choices(turn)) if turn.asked_who else None
    if choice is not None:
        await _speaks(message, turn, choice.data.partition(":")[2])
        return
    await sharing.hold(session, turn.address_id, turn.body)
    await message.answer(turn.say("shared.who"), reply_markup=menu(*await _choices(turn)))


async def _choices(turn: Turn) -> tuple[Choice, ...]:
    users = await sharing.users_of(turn.session, turn.address_id)
    pairs = [
        (turn.say("shared.is", name=user.name or turn.say("shared.nameless")), f"who:{user.person_id}")
        for user in users
    ]
    if len(users) < sharing.MOST_PEOPLE:
        pairs.append((turn.say("shared.new"), f"who:{NEW}"))
    return numbered(*pairs)


async def _speaks(message: Message, turn: Turn, who: str) -> None:
    """From now on this one speaks, and hears the answer to what waited."""
    session = await turn.writing()
    users = {str(user.person_id): user for user in await sharing.users_of(session, turn.address_id)}
    if who == NEW:
        person = await sharing.add_user(session, turn.address_id)
        await open_state(session, person.id, Sharing.name)
        await message.answer(turn.say("shared.ask_name"))
        return
    if who not in users:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    await sharing.switch(session, turn.address_id, int(who))
    held = await sharing.release(session, turn.address_id)
    await _again(turn, held)
    name = users[who].name or turn.say("shared.nameless")
    await message.answer(turn.say("shared.hello", name=name))


async def _again(turn: Turn, held: list[dict[str, Any]]) -> None:
    """What waited arrives once more, now as the one who said it."""
    arrivals = [
        Arrival(turn.channel, f"held:{turn.inbox_id}:{number}", turn.address_id, body)
        for number, body in enumerate(held)
    ]
    await store(await turn.writing(), arrivals)


@router.message(StateFilter(Sharing.name), HasText())
async def named(message: Message, turn: Turn, state: FSMContext) -> None:
    """What to call the new one; then what waited is answered."""
    name = read_name(message.text or "")
    if name is None:
        await message.answer(turn.say("shared.ask_name"))
        return
    session = await turn.writing()
    await people.set_contact(session, turn.speaker.id, name=name)
    await state.set_state(None)
    await _again(turn, await sharing.release(session, turn.address_id))
    await message.answer(turn.say("shared.hello", name=name))
