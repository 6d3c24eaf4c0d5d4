"""Story: an officer confirms the first day at work: the day, the evidence, the contract; then it is counted."""

from __future__ import annotations

from datetime import date, timedelta

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from matching.places import short_name
from models.clock import business_date
from models.errors import MoveRefusedError, NotFoundError
from models.messages import Choice
from models.states import ApplicationState
from reports.form_files import load_form
from reports.periods import annual_period
from services import applications, desk, placements

router = Router(name="confirm_start")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
FORM = "form1-2014"
EVIDENCE = ("contract", "both", "employer", "staff_call", "seeker")
CONTRACTS = ("fixed", "open_ended", "task", "service", "none")


@router.callback_query(Pressed("start"))
async def confirm_start(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Confirm a first day: the day, the evidence, the contract; then the ledger is written."""
    message = message_of(query)
    try:
        application, vacancy = await desk.application_for(turn.session, int(args[0]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if application.state != ApplicationState.HIRED or not may_decide(turn):
        await said(message, turn, "desk.gone" if may_decide(turn) else "desk.not_allowed")
        return
    await state.set_state(Desk.started)
    first_day = business_date(application.created_at).isoformat()
    await state.update_data(placing={"application": application.id, "not_before": first_day})
    label = await desk.person_label(turn.session, application.seeker_id)
    days = [(turn.say("desk.today"), f"day:{turn.today}")]
    if business_date(application.created_at) < turn.today:
        days.append((turn.say("desk.yesterday"), f"day:{turn.today - timedelta(days=1)}"))
    pairs = numbered(*days, (turn.say("desk.not_started"), f"nostart:{application.id}"))
    text = turn.say("desk.started_when", name=label, title=vacancy.title, place=short_name(vacancy.region))
    await message.answer(text, reply_markup=menu(*pairs, back_choice(turn), rows=(2, 1)))


@router.callback_query(Pressed("nostart"))
async def not_started(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Hired, but never came: withdrawn, the opening is free again."""
    message = message_of(query)
    try:
        application, _ = await desk.application_for(turn.session, int(args[0]), region_of(turn))
        session = await turn.writing()
        await applications.withdraw(session, application, actor=turn.speaker.id, reason="never_started")
    except (NotFoundError, MoveRefusedError):
        await said(message, turn)
        return
    await state.set_state(None)
    await said(message, turn, "desk.noted")


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
        await said(message, turn)
        return
    if day < date.fromisoformat(placing["not_before"]):
        await message.answer(turn.say("desk.day_too_early"), reply_markup=menu(back_choice(turn)))
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
        await said(message, turn)
        return
    await state.update_data(placing={**placing, "evidence": args[0]})
    kinds = [name for name in CONTRACTS if name != "none" or args[0] != "contract"]
    pairs = [(turn.say(f"contract.{name}"), f"contract:{name}") for name in kinds]
    await message.answer(turn.say("desk.contract"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("contract"))
async def contract_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Its kind; a fixed one also has months."""
    placing = (await state.get_data()).get("placing")
    message = message_of(query)
    if not placing or args[0] not in CONTRACTS:
        await said(message, turn)
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
        application, vacancy = await desk.application_for(turn.session, placing["application"], region_of(turn))
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
        await said(message, turn)
        return
    period = annual_period(load_form(FORM), placement.started_on)
    text = turn.say("desk.placed", title=vacancy.title, form=FORM, region=region_of(turn), period=period)
    choices = numbered((turn.say("button.desk"), "desk"))
    await message.answer(text, reply_markup=menu(*choices, back_choice(turn), rows=(2,)))
