"""Story: joining the union — a seeker asks for it and the office says yes, or staff note who joined."""

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
from models.memberships import UnionMembership
from models.messages import Kind
from models.offices import Office
from services import desk, memberships
from services.casework import OwnCaseError, is_own
from services.notices import tell
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
        await message.answer(_stands(turn, held), reply_markup=home_menu(turn))
        return
    try:
        office = await office_of_seeker(turn.session, turn.speaker.id)
    except NoSeekerError:
        await message.answer(turn.say("union.find_first"), reply_markup=home_menu(turn))
        return
    choices = numbered((turn.say("button.join_union"), "joinunion"))
    await message.answer(turn.say("union.ask", office=office.name), reply_markup=menu(*choices, back_choice(turn)))


@router.callback_query(Pressed("joinunion"))
async def asked(query: CallbackQuery, turn: Turn) -> None:
    """Confirmed: the office has it, once."""
    message = message_of(query)
    session, me = await turn.writing(), turn.speaker.id
    try:
        office = await office_of_seeker(session, me)
        await memberships.ask_to_join(session, me, office)
    except NoSeekerError:
        await message.answer(turn.say("union.find_first"), reply_markup=home_menu(turn))
        return
    except memberships.AlreadyMemberError:
        held = await memberships.membership_of(session, me)
        await message.answer(_stands(turn, held), reply_markup=home_menu(turn))
        return
    await message.answer(turn.say("union.asked", office=office.name), reply_markup=home_menu(turn))


def _stands(turn: Turn, held: UnionMembership | None) -> str:
    """A member since when, or that the office has not answered yet."""
    joined = held.joined_on if held else None
    return turn.say("union.already", day=joined.isoformat()) if joined else turn.say("union.waits")


@router.callback_query(Pressed("member"), IsStaff())
async def answered(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Who asked to join: look, then yes or no."""
    message = message_of(query)
    try:
        held = await memberships.waiting_one(turn.session, int(args[0]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if len(args) == 1:
        text = turn.say("union.card", name=await desk.person_label(turn.session, held.person_id))
        pairs = (
            (turn.say("union.admit"), f"member:{held.id}:yes"),
            (turn.say("union.decline"), f"member:{held.id}:no"),
        )
        await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn, "desk"), rows=(2,)))
        return
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    session = await turn.writing()
    try:
        if args[1] == "yes":
            await memberships.admit(session, held, officer_id=turn.speaker.id)
            office = await session.get_one(Office, held.office_id)
            await tell(session, held.person_id, "notice.member_admitted", kind=Kind.REPLY, office=office.name)
        else:
            await memberships.decline(session, held, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except memberships.AlreadyMemberError:
        await said(message, turn)
        return
    await said(message, turn, "desk.done")


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
    if await is_own(session, me, people):
        await said(message, turn, "desk.own_case")
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
