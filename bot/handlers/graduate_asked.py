"""Story: what is done for a graduate is asked for by a button: also for who has no phone of their own here."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsCommand, IsStaff, Pressed
from bot.graduate_words import HELPED, PAID, STUDIED, TOPICS, read_internship
from bot.handlers.common import back_choice, message_of
from bot.handlers.graduate_services import LONGEST_PLAN, note_help, note_internship, note_plan
from bot.handlers.person_cases import is_own_case
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.handlers.staff_graduates import DONE, enter, show
from bot.handlers.subsidies import read_back
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from bot.typed import folded
from models.errors import NotFoundError
from models.families import FamilyFile
from models.graduates import Graduate
from models.people import Person
from services import desk, families, graduates
from services.casework import visible_row
from services.known_people import known_person

SHOWN = 7
router = Router(name="graduate_asked")
for one in (router.message, router.callback_query):
    one.filter(IsStaff())


@router.callback_query(Pressed("onfiles"))
async def files(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """从档案里加: the families on file, a page of them."""
    skip = int(args[0])
    found = (await turn.session.scalars(families.on_file_in(region_of(turn)).offset(skip).limit(SHOWN + 1))).all()
    pairs = [
        (await desk.person_label(turn.session, family.applicant_id), f"famgrads:{family.id}")
        for family in found[:SHOWN]
    ]
    pairs += [(turn.say("button.more"), f"onfiles:{skip + SHOWN}")] if found[SHOWN:] else []
    text = turn.say("grad.which_family" if pairs else "grad.no_file")
    await message_of(query).answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("famgrads"))
async def members(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Whose family is on file: which of them has graduated? On the list, the card; else month and place are asked."""
    message, (row_id, *chosen) = message_of(query), args
    try:
        family = await visible_row(turn.session, FamilyFile, int(row_id), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    people = [member.person_id for member in await families.members_of(turn.session, family.id)]
    if not chosen or int(chosen[0]) not in people:
        pairs = [(await desk.person_label(turn.session, one), f"famgrads:{family.id}:{one}") for one in people]
        await message.answer(turn.say("grad.which_member"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))
        return
    person_id = int(chosen[0])
    graduate = await graduates.graduate_of(turn.session, person_id)
    if graduate is not None:
        await show(message, turn, graduate)
    else:
        await _ask(message, turn, state, person_id, "listing")


@router.callback_query(Pressed("graddo"))
async def asked(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """办事 on a card: a plan, an internship, help with a policy, the subsidy; the words are typed next."""
    message, (row_id, what) = message_of(query), args
    try:
        graduate = await visible_row(turn.session, Graduate, int(row_id), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if what in DONE:
        await _ask(message, turn, state, graduate.person_id, what)


async def _ask(message: Message, turn: Turn, state: FSMContext, person_id: int, what: str) -> None:
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif not await is_own_case(message, turn, person_id):
        await state.set_state(Desk.graduate)
        await state.update_data(graduate={"person": person_id, "what": what})
        await message.answer(turn.say(f"grad.ask_{what}"), reply_markup=menu(back_choice(turn)))


@router.message(StateFilter(Desk.graduate), HasText(), ~IsCommand())
async def answered(message: Message, turn: Turn, state: FSMContext) -> None:
    """The words for what was asked last; what cannot be read is asked again."""
    at: dict[str, Any] = (await state.get_data()).get("graduate") or {}
    try:
        person = await known_person(turn.session, at.get("person", 0), region_of(turn))
    except NotFoundError:
        await state.set_state(None)
        await said(message, turn)
        return
    if not may_decide(turn):
        await state.set_state(None)
        await said(message, turn, "desk.not_allowed")
        return
    if await is_own_case(message, turn, person.id):
        return
    if await _did(message, turn, person, at["what"]):
        await state.set_state(None)
    else:
        await message.answer(turn.say(f"grad.ask_{at['what']}"), reply_markup=menu(back_choice(turn)))


async def _did(message: Message, turn: Turn, person: Person, what: str) -> bool:
    """Whether the words could be read; what they ask for is then done or refused aloud."""
    text = (message.text or "").strip()
    if what == "listing":
        studied = STUDIED.fullmatch(folded(text))
        if studied is not None:
            await enter(message, turn, person, studied)
        return studied is not None
    graduate = await graduates.graduate_of(turn.session, person.id)
    if graduate is None:
        await said(message, turn, "grad.not_listed")
        return True
    if what == "plan":
        if len(text) <= LONGEST_PLAN:
            await note_plan(message, turn, graduate, text)
        return len(text) <= LONGEST_PLAN
    if what == "internship":
        internship = read_internship(text, turn.today)
        if internship is not None:
            await note_internship(message, turn, graduate, internship)
        return internship is not None
    found = (HELPED if what == "policy" else PAID).fullmatch(folded(text))
    topic = TOPICS.get(found["topic"]) if found and what == "policy" else None
    if found is None or (what == "policy" and topic is None):
        return False
    if topic is not None:
        await note_help(message, turn, person.id, topic, found["words"] or "")
    else:
        await read_back(message, turn, person.id, "job_search", found)
    return True
