"""Story: the office's morning — what waits, and each thing done by a button."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsStaff, Pressed, Said
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from matching.places import full_name, short_name
from models.employers import Employer
from models.errors import MoveRefusedError, NotFoundError
from models.messages import Choice
from models.offices import Role
from models.states import ApplicationState, EmployerState, VacancyState, move
from services import desk, employers, placements, vacancies
from services.adverts import check_advert
from services.digest import digest_lines
from services.notices import tell

router = Router(name="staff_desk")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
MAY_DECIDE = frozenset({Role.STAFF, Role.SUPERVISOR, Role.ADMINISTRATOR})
EVIDENCE = ("contract", "both", "employer", "staff_call", "seeker")
CONTRACTS = ("fixed", "open_ended", "task", "service", "none")


@router.message(Said("desk"))
@router.callback_query(Pressed("desk"))
async def digest(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """早报: on demand, the same as in the morning."""
    await state.set_state(None)
    waiting = await desk.desk_of(turn.session, _region(turn))
    lines, pairs = await digest_lines(turn.session, waiting, turn.speaker.language, _region(turn))
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


def _region(turn: Turn) -> str:
    if turn.speaker.office_region is None:
        raise NotFoundError
    return turn.speaker.office_region


def _may_decide(turn: Turn) -> bool:
    return turn.speaker.role in MAY_DECIDE


async def _refuse(message: Message, turn: Turn, key: str = "desk.gone") -> None:
    choices = numbered((turn.say("button.desk"), "desk"))
    await message.answer(turn.say(key), reply_markup=menu(*choices, back_choice(turn), rows=(2,)))


@router.callback_query(Pressed("emp"))
async def employer(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A new employer: what is known, and the decision."""
    message = message_of(query)
    try:
        found = await desk.employer_for(turn.session, int(args[-1]), _region(turn))
    except NotFoundError:
        await _refuse(message, turn)
        return
    if len(args) == 1:
        await _show_employer(message, turn, found)
    elif not _may_decide(turn):
        await _refuse(message, turn, "desk.not_allowed")
    else:
        await _decide_employer(message, turn, found, args[0])


async def _show_employer(message: Message, turn: Turn, found: Employer) -> None:
    drafts = await vacancies.vacancies_of(turn.session, found.id, VacancyState.DRAFT)
    lines = [
        turn.say("desk.employer", name=found.name),
        turn.say("desk.code", value=found.credit_code or turn.say("desk.no_code")),
        turn.say("desk.place", value=full_name(found.region)),
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
    except MoveRefusedError:
        await _refuse(message, turn)
        return
    opened = await _open_drafts(turn, found) if found.state == EmployerState.VERIFIED else 0
    for recruiter in await employers.recruiters_of(session, found.id):
        await tell(session, recruiter, f"notice.employer_{found.state}", name=found.name, opened=opened)
    key = "desk.approved" if found.state == EmployerState.VERIFIED else "desk.refused"
    await _refuse(message, turn, key)


async def _open_drafts(turn: Turn, found: Employer) -> int:
    """The drafts of an employer that has just been verified open with it, unless the rules want a look."""
    session = await turn.writing()
    opened = 0
    for draft in await vacancies.vacancies_of(session, found.id, VacancyState.DRAFT):
        if not check_advert(f"{draft.title} {draft.description}"):
            await vacancies.open_vacancy(session, draft, actor=turn.speaker.id)
            opened += 1
    return opened


@router.callback_query(Pressed("vac"))
async def vacancy(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A draft that wants a look: the advert, what the rules noticed, and the decision."""
    message = message_of(query)
    try:
        found = await desk.vacancy_for(turn.session, int(args[-1]), _region(turn))
    except NotFoundError:
        await _refuse(message, turn)
        return
    if len(args) == 1:
        noticed = check_advert(f"{found.title} {found.description}")
        lines = [
            turn.say("desk.vacancy", title=found.title, headcount=found.headcount, wage=found.wage_text or "—"),
            turn.say("desk.place", value=full_name(found.region)),
            found.description,
            *(turn.say(f"advert.{offence.code}", words=offence.words) for offence in noticed),
        ]
        pairs = numbered(
            (turn.say("button.approve"), f"vac:yes:{found.id}"),
            (turn.say("button.refuse"), f"vac:no:{found.id}"),
            (turn.say("button.desk"), "desk"),
        )
        await message.answer("\n".join(line for line in lines if line), reply_markup=menu(*pairs, rows=(2, 1)))
    elif not _may_decide(turn):
        await _refuse(message, turn, "desk.not_allowed")
    else:
        await _decide_vacancy(message, turn, found, args[0])


async def _decide_vacancy(message: Message, turn: Turn, found: Any, answer: str) -> None:
    session = await turn.writing()
    owner = await session.get_one(Employer, found.employer_id)
    if found.state != VacancyState.DRAFT or (answer == "yes" and owner.state != EmployerState.VERIFIED):
        await _refuse(message, turn, "desk.employer_first" if found.state == VacancyState.DRAFT else "desk.gone")
        return
    if answer == "yes":
        await vacancies.open_vacancy(session, found, actor=turn.speaker.id)
    else:
        await move(session, found, VacancyState.CLOSED, actor=turn.speaker.id, why="refused_by_staff")
    for recruiter in await employers.recruiters_of(session, found.employer_id):
        await tell(session, recruiter, f"notice.vacancy_{found.state}", title=found.title)
    await _refuse(message, turn, "desk.approved" if answer == "yes" else "desk.refused")


@router.callback_query(Pressed("start"))
async def confirm_start(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Confirm a first day: the day, the evidence, the contract; then the ledger is written."""
    message = message_of(query)
    try:
        application, vacancy = await desk.application_for(turn.session, int(args[0]), _region(turn))
    except NotFoundError:
        await _refuse(message, turn)
        return
    if application.state != ApplicationState.HIRED or not _may_decide(turn):
        await _refuse(message, turn, "desk.gone" if _may_decide(turn) else "desk.not_allowed")
        return
    await state.set_state(Desk.started)
    await state.update_data(placing={"application": application.id})
    label = await desk.person_label(turn.session, application.seeker_id)
    pairs = numbered(
        (turn.say("desk.today"), f"day:{turn.today}"),
        (turn.say("desk.yesterday"), f"day:{turn.today - timedelta(days=1)}"),
        (turn.say("desk.not_started"), f"nostart:{application.id}"),
    )
    text = turn.say("desk.started_when", name=label, title=vacancy.title, place=short_name(vacancy.region))
    await message.answer(text, reply_markup=menu(*pairs, back_choice(turn), rows=(2, 1)))


@router.callback_query(Pressed("nostart"))
async def not_started(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Hired, but never came: withdrawn, the opening is free again."""
    message = message_of(query)
    try:
        application, vacancy = await desk.application_for(turn.session, int(args[0]), _region(turn))
        session = await turn.writing()
        await move(session, application, ApplicationState.WITHDRAWN, actor=turn.speaker.id, why="never_started")
    except (NotFoundError, MoveRefusedError):
        await _refuse(message, turn)
        return
    await vacancies.free_opening(session, vacancy)
    await state.set_state(None)
    await _refuse(message, turn, "desk.noted")


@router.message(StateFilter(Desk.started), HasText())
async def day_typed(message: Message, turn: Turn, state: FSMContext) -> None:
    """A date in figures: 11-20 or 2026-11-20."""
    day = read_day(message.text or "", turn.today)
    if day is None:
        await message.answer(turn.say("desk.day_again"), reply_markup=menu(back_choice(turn)))
        return
    await _day(message, turn, state, day)


def read_day(text: str, today: date) -> date | None:
    """'2026-11-20', '11-20', '11月20日', '20261120': a day not after today, not a year old."""
    parts = "".join(c if c.isdigit() else " " for c in text).split()
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) == 2:
        parts = [str(today.year), *parts]
    try:
        day = date(*(int(part) for part in parts))
    except (TypeError, ValueError, OverflowError):
        return None
    return day if today - timedelta(days=365) <= day <= today else None


@router.callback_query(Pressed("day"))
async def day_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Today or yesterday."""
    await _day(message_of(query), turn, state, date.fromisoformat(args[0]))


async def _day(message: Message, turn: Turn, state: FSMContext, day: date) -> None:
    placing = (await state.get_data()).get("placing")
    if not placing:
        await _refuse(message, turn)
        return
    await state.set_state(None)
    await state.update_data(placing={**placing, "day": day.isoformat()})
    pairs = [(turn.say(f"evidence.{name}"), f"evid:{name}") for name in EVIDENCE]
    await message.answer(turn.say("desk.evidence"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("evid"))
async def evidence_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """What shows that the person works there; then the contract."""
    placing = (await state.get_data()).get("placing")
    message = message_of(query)
    if not placing or args[0] not in EVIDENCE:
        await _refuse(message, turn)
        return
    await state.update_data(placing={**placing, "evidence": args[0]})
    pairs = [(turn.say(f"contract.{name}"), f"contract:{name}") for name in CONTRACTS]
    await message.answer(turn.say("desk.contract"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("contract"))
async def contract_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Its kind; a fixed one also has months."""
    placing = (await state.get_data()).get("placing")
    message = message_of(query)
    if not placing or args[0] not in CONTRACTS:
        await _refuse(message, turn)
        return
    await state.update_data(placing={**placing, "contract": args[0]})
    if args[0] != "fixed":
        await _place(message, turn, state, None)
        return
    await state.set_state(Desk.months)
    words = [Choice(text, text, f"months:{n}") for n, text in ((12, "一年"), (24, "两年"), (36, "三年"), (6, "半年"))]
    await message.answer(turn.say("desk.months"), reply_markup=menu(*words, back_choice(turn), rows=(4,)))


@router.callback_query(Pressed("months"))
async def months_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A usual length."""
    await _place(message_of(query), turn, state, int(args[0]))


@router.message(StateFilter(Desk.months), HasText())
async def months_typed(message: Message, turn: Turn, state: FSMContext) -> None:
    """Any length in months."""
    digits = "".join(c for c in message.text or "" if c.isdigit())
    if not digits or not 0 < int(digits[:4]) <= 240:
        await message.answer(turn.say("desk.months_again"), reply_markup=menu(back_choice(turn)))
        return
    months = int(digits[:4]) * (12 if "年" in (message.text or "") else 1)
    await _place(message, turn, state, months)


async def _place(message: Message, turn: Turn, state: FSMContext, months: int | None) -> None:
    placing = (await state.get_data()).get("placing") or {}
    await state.set_state(None)
    await state.update_data(placing=None)
    try:
        application, vacancy = await desk.application_for(turn.session, placing["application"], _region(turn))
        placement = await placements.confirm_start(
            await turn.writing(),
            application,
            officer_id=turn.speaker.id,
            office_id=turn.speaker.office_id or 0,
            started_on=date.fromisoformat(placing["day"]),
            evidence=placing["evidence"],
            contract=None if placing["contract"] == "none" else placing["contract"],
            months=months,
        )
    except (KeyError, NotFoundError, MoveRefusedError):
        await _refuse(message, turn)
        return
    year = placement.started_on.year + (placement.started_on.month == 12)
    text = turn.say("desk.placed", title=vacancy.title, region=turn.speaker.office_region, period=f"{year}-annual")
    choices = numbered((turn.say("button.desk"), "desk"))
    await message.answer(text, reply_markup=menu(*choices, back_choice(turn), rows=(2,)))


@router.callback_query(Pressed("helpme"))
async def help_request(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Somebody asked for a person: what they said, and room for an answer."""
    message = message_of(query)
    try:
        request = await desk.help_request_for(turn.session, int(args[0]), _region(turn))
    except NotFoundError:
        await _refuse(message, turn)
        return
    await state.set_state(Desk.reply)
    await state.update_data(help=request.id)
    label = await desk.person_label(turn.session, request.person_id)
    words = desk.words_of(turn.session, request) or turn.say("desk.no_words")
    await message.answer(turn.say("desk.help", name=label, words=words), reply_markup=menu(back_choice(turn)))


@router.message(StateFilter(Desk.reply), HasText())
async def reply(message: Message, turn: Turn, state: FSMContext) -> None:
    """The office's words go to the person."""
    data = await state.get_data()
    await state.set_state(None)
    try:
        request = await desk.help_request_for(turn.session, data.get("help", 0), _region(turn))
    except NotFoundError:
        await _refuse(message, turn)
        return
    words = (message.text or "")[:500]
    reached = await desk.answer_help(await turn.writing(), request, officer_id=turn.speaker.id, words=words)
    await _refuse(message, turn, "desk.answered" if reached else "desk.not_reached")


@router.message(Said("back"))
async def back(message: Message, turn: Turn, state: FSMContext) -> None:
    """Back to the first choices."""
    await state.set_state(None)
    await message.answer(turn.say("home"), reply_markup=home_menu(turn))
