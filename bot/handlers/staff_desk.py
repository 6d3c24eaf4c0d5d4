"""Story: the office's morning — what waits, and each thing done by a button."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.digest import digest_of
from bot.filters import IsStaff, Pressed, Said
from bot.handlers.common import back_choice, message_of
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.places import full_name
from models.employers import Employer
from models.errors import MoveRefusedError, NotFoundError
from models.offices import Role
from models.states import EmployerState, VacancyState, move
from services import desk, employers, vacancies
from services.adverts import check_advert
from services.notices import tell

router = Router(name="staff_desk")
words = Router(name="staff_desk.words")
router.message.filter(IsStaff())
words.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
MAY_DECIDE = frozenset({Role.STAFF, Role.SUPERVISOR, Role.ADMINISTRATOR})


@words.message(Said("desk"))
@words.message(Said("wages_owed"))  # from staff it asks for the tickets that wait
@router.callback_query(Pressed("desk"))
async def digest(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """早报: on demand, the same as in the morning."""
    await state.set_state(None)
    speaker = turn.speaker
    lines, pairs = await digest_of(turn.session, region_of(turn), speaker.role, speaker.language)
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


def region_of(turn: Turn) -> str:
    """The region that the officer's office is responsible for."""
    if turn.speaker.office_region is None:
        raise NotFoundError
    return turn.speaker.office_region


def may_decide(turn: Turn) -> bool:
    """An auditor or information officer only looks."""
    return turn.speaker.role in MAY_DECIDE


async def said(message: Message, turn: Turn, key: str = "desk.gone") -> None:
    """Say how it ended, and offer the desk again."""
    choices = numbered((turn.say("button.desk"), "desk"))
    await message.answer(turn.say(key), reply_markup=menu(*choices, back_choice(turn), rows=(2,)))


@router.callback_query(Pressed("emp"))
async def employer(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A new employer: what is known, and the decision."""
    message = message_of(query)
    try:
        found = await desk.employer_for(turn.session, int(args[-1]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if len(args) == 1:
        await _show_employer(message, turn, found)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    else:
        await _decide_employer(message, turn, found, args[0])


async def _show_employer(message: Message, turn: Turn, found: Employer) -> None:
    drafts = await desk.drafts_of(turn.session, found.id, region_of(turn))
    twins = await desk.same_name(turn.session, found)
    lines = [
        turn.say("desk.employer", name=found.name),
        turn.say("desk.code", value=found.credit_code or turn.say("desk.no_code")),
        turn.say("desk.place", value=full_name(found.region)),
        *([turn.say("desk.same_name", n=twins)] if twins else []),
        *(turn.say("desk.draft", title=v.title, headcount=v.headcount) for v in drafts),
    ]
    pairs = numbered(
        (turn.say("button.approve"), f"emp:yes:{found.id}"),
        (turn.say("button.refuse"), f"emp:no:{found.id}"),
        (turn.say("button.desk"), "desk"),
    )
    await message.answer("\n".join(lines), reply_markup=menu(*pairs, rows=(2, 1)))


async def _decide_employer(message: Message, turn: Turn, found: Employer, answer: str) -> None:
    session = await turn.writing()
    try:
        if answer == "yes":
            await employers.verify_employer(session, found, officer_id=turn.speaker.id)
        else:
            await employers.refuse_employer(session, found, officer_id=turn.speaker.id, why="not_verified")
            await vacancies.close_all(session, found.id, actor=turn.speaker.id, why="employer_refused")
    except MoveRefusedError:
        await said(message, turn)
        return
    opened = await _open_drafts(turn, found) if found.state == EmployerState.VERIFIED else 0
    for recruiter in await employers.recruiters_of(session, found.id):
        await tell(session, recruiter, f"notice.employer_{found.state}", name=found.name, opened=opened)
    key = "desk.approved" if found.state == EmployerState.VERIFIED else "desk.refused"
    await said(message, turn, key)


async def _open_drafts(turn: Turn, found: Employer) -> int:
    """The drafts of an employer that has just been verified open with it, unless the rules want a look."""
    session = await turn.writing()
    opened = 0
    for draft in await desk.drafts_of(session, found.id, region_of(turn)):
        if not check_advert(vacancies.words_of(session, draft)):
            await vacancies.open_vacancy(session, draft, actor=turn.speaker.id)
            opened += 1
    return opened


@router.callback_query(Pressed("vac"))
async def vacancy(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A draft that wants a look: the advert, what the rules noticed, and the decision."""
    message = message_of(query)
    try:
        found = await desk.vacancy_for(turn.session, int(args[-1]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if len(args) == 1:
        noticed = check_advert(vacancies.words_of(turn.session, found))
        lines = [
            turn.say("desk.vacancy", title=found.title, headcount=found.headcount, wage=found.wage_text or "—"),
            turn.say("desk.place", value=full_name(found.region)),
            found.description(turn.session),
            *(turn.say(f"advert.{offence.code}", words=offence.words) for offence in noticed),
        ]
        pairs = numbered(
            (turn.say("button.approve"), f"vac:yes:{found.id}"),
            (turn.say("button.refuse"), f"vac:no:{found.id}"),
            (turn.say("button.desk"), "desk"),
        )
        await message.answer("\n".join(line for line in lines if line), reply_markup=menu(*pairs, rows=(2, 1)))
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    else:
        await _decide_vacancy(message, turn, found, args[0])


async def _decide_vacancy(message: Message, turn: Turn, found: Any, answer: str) -> None:
    session = await turn.writing()
    owner = await session.get_one(Employer, found.employer_id)
    if found.state != VacancyState.DRAFT or (answer == "yes" and owner.state != EmployerState.VERIFIED):
        await said(message, turn, "desk.employer_first" if found.state == VacancyState.DRAFT else "desk.gone")
        return
    if answer == "yes":
        await vacancies.open_vacancy(session, found, actor=turn.speaker.id)
    else:
        await move(session, found, VacancyState.CLOSED, actor=turn.speaker.id, why="refused_by_staff")
    for recruiter in await employers.recruiters_of(session, found.employer_id):
        await tell(session, recruiter, f"notice.vacancy_{found.state}", title=found.title)
    await said(message, turn, "desk.approved" if answer == "yes" else "desk.refused")
