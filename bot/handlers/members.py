"""Story: joining the union — a seeker says so and confirms it, or staff note who joined."""

from __future__ import annotations

import re

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said, Typed
from bot.handlers.common import back_choice, home_menu, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.errors import NotFoundError
from models.offices import Office
from services import desk, memberships
from services.offices import NoSeekerError, office_of_seeker
from services.phones import PhoneRefusedError, e164

router = Router(name="members")
words = Router(name="members.words")
_NOTED = re.compile(r"(?:入会|joined)\s*(?P<phones>\+?\d[\d\s,、;+-]{6,})")


@words.message(Said("join_union"))
async def ask(message: Message, turn: Turn) -> None:
    """入会: what it means and one button; staff hear how they note it."""
    if turn.speaker.is_staff:
        await message.answer(turn.say("union.how"), reply_markup=menu(back_choice(turn)))
        return
    held = await memberships.membership_of(turn.session, turn.speaker.id)
    if held is not None:
        text = turn.say("union.already", day=held.joined_on.isoformat())
        await message.answer(text, reply_markup=home_menu(turn))
        return
    try:
        office = await office_of_seeker(turn.session, turn.speaker.id)
    except NoSeekerError:
        await message.answer(turn.say("union.find_first"), reply_markup=home_menu(turn))
        return
    choices = numbered((turn.say("button.join_union"), "joinunion"))
    await message.answer(turn.say("union.ask", office=office.name), reply_markup=menu(*choices, back_choice(turn)))


@router.callback_query(Pressed("joinunion"))
async def joined(query: CallbackQuery, turn: Turn) -> None:
    """Confirmed: it is written down, once."""
    message = message_of(query)
    session, me = await turn.writing(), turn.speaker.id
    try:
        office = await office_of_seeker(session, me)
        await memberships.join_union(session, me, office)
    except NoSeekerError:
        await message.answer(turn.say("union.find_first"), reply_markup=home_menu(turn))
        return
    except memberships.AlreadyMemberError:
        held = await memberships.membership_of(session, me)
        day = held.joined_on if held else turn.today
        await message.answer(turn.say("union.already", day=day.isoformat()), reply_markup=home_menu(turn))
        return
    await message.answer(turn.say("union.joined", office=office.name), reply_markup=home_menu(turn))


@router.message(Typed(_NOTED), IsStaff())
async def noted(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """入会 13800138000 13900139000: all of them are known here, or nobody is written down."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    session, me = await turn.writing(), turn.speaker.id
    try:
        phones = [e164(phone) for phone in re.split(r"[\s,、;]+", typed["phones"].strip())]
        people = [(await desk.seeker_by_phone(session, phone, region_of(turn))).id for phone in phones]
    except (NotFoundError, PhoneRefusedError):
        await said(message, turn, "union.unknown")
        return
    office = await session.get_one(Office, turn.speaker.office_id)
    new = 0
    for person_id in people:
        try:
            await memberships.join_union(session, person_id, office, noted_by=me)
            new += 1
        except memberships.AlreadyMemberError:
            continue
    text = turn.say("union.noted", n=new, before=len(people) - new)
    await message.answer(text, reply_markup=menu(back_choice(turn)))
