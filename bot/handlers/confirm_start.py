"""Story: an officer confirms the first day at work: the day, the evidence, the contract; then it is counted."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

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
from bot.typed import folded
from matching.places import short_name
from models.clock import business_date
from models.errors import FactsRefusedError, MoveRefusedError, NotFoundError
from models.messages import Choice
from models.placements import Placement
from models.states import ApplicationState
from reports.form_files import load_form
from reports.periods import annual_period
from services import applications, desk, placements
from services.casework import OwnCaseError, household_of, is_own

router = Router(name="confirm_start")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
FORM = "form1-2014"
EVIDENCE = ("contract", "both", "employer", "staff_call", "seeker")
LENGTH = re.compile(r"(?:(?P<years>\d{1,2})年)?(?P<half>半)?\s*(?:(?P<months>\d{1,3})(?:个?月)?)?")
LONGEST_MONTHS = 600
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
    if await is_own(turn.session, turn.speaker.id, await household_of(turn.session, application.seeker_id)):
        await said(message, turn, "desk.own_case")
        return
    await state.set_state(Desk.started)
    first_day = business_date(application.created_at).isoformat()
    await state.update_data(placing={"application": application.id, "not_before": first_day})
    label = await desk.person_label(turn.session, application.seeker_id)
    days = [(turn.say("desk.today"), f"day:{application.id}:{turn.today}")]
    if business_date(application.created_at) < turn.today:
        days.append((turn.say("desk.yesterday"), f"day:{application.id}:{turn.today - timedelta(days=1)}"))
    pairs = numbered(*days, (turn.say("desk.not_started"), f"nostart:{application.id}"))
    text = turn.say("desk.started_when", name=label, title=vacancy.title, place=short_name(vacancy.region))
    await message.answer(text, reply_markup=menu(*pairs, back_choice(turn), rows=(2, 1)))


@router.callback_query(Pressed("nostart"))
async def not_started(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Hired, but never came: withdrawn, the opening is free again."""
    message = message_of(query)
    try:
        application, _ = await desk.application_for(turn.session, int(args[0]), region_of(turn))
        if application.state != ApplicationState.HIRED or not may_decide(turn):
            await said(message, turn, "desk.gone" if may_decide(turn) else "desk.not_allowed")
            return
        session = await turn.writing()
        await applications.withdraw(session, application, actor=turn.speaker.id, reason="never_started")
    except (NotFoundError, MoveRefusedError):
        await said(message, turn)
        return
    await state.set_state(None)
    await said(message, turn, "desk.noted")


async def _placing(turn: Turn, state: FSMContext, application: str | None = None) -> dict[str, Any] | None:
    """What is being confirmed, if the officer may and the button belongs to it: an older button means another."""
    placing: dict[str, Any] | None = (await state.get_data()).get("placing")
    if not placing or not may_decide(turn):
        return None
    return placing if application in (None, str(placing["application"])) else None


@router.message(StateFilter(Desk.started), HasText())
async def day_typed(message: Message, turn: Turn, state: FSMContext) -> None:
    """A date in figures: 11-20 or 2026-11-20."""
    day = read_day(message.text or "", turn.today)
    if day is None:
        await message.answer(turn.say("desk.day_again"), reply_markup=menu(back_choice(turn)))
        return
    await _day(message, turn, state, await _placing(turn, state), day)


def read_day(text: str, today: date) -> date | None:
    """'2026-11-20', '11-20', '11月20日', '20261120': a day not after today, not a year old."""
    parts = "".join(c if c.isdecimal() else " " for c in text).split()
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
    placing = await _placing(turn, state, args[0])
    await _day(message_of(query), turn, state, placing, date.fromisoformat(args[1]))


async def _day(message: Message, turn: Turn, state: FSMContext, placing: dict[str, Any] | None, day: date) -> None:
    if placing is None:
        await said(message, turn)
        return
    if day < date.fromisoformat(placing["not_before"]):
        await message.answer(turn.say("desk.day_too_early"), reply_markup=menu(back_choice(turn)))
        return
    await state.set_state(None)
    await state.update_data(placing={**placing, "day": day.isoformat()})
    pairs = [(turn.say(f"evidence.{name}"), f"evid:{placing['application']}:{name}") for name in EVIDENCE]
    await message.answer(turn.say("desk.evidence"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("evid"))
async def evidence_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """What shows that the person works there; then the contract."""
    placing = await _placing(turn, state, args[0])
    message = message_of(query)
    if placing is None or args[1] not in EVIDENCE or "day" not in placing:
        await said(message, turn)
        return
    await state.update_data(placing={**placing, "evidence": args[1]})
    kinds = [name for name in CONTRACTS if name != "none" or args[1] != "contract"]
    pairs = [(turn.say(f"contract.{name}"), f"contract:{args[0]}:{name}") for name in kinds]
    await message.answer(turn.say("desk.contract"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("contract"))
async def contract_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Its kind; a fixed one also has months."""
    placing = await _placing(turn, state, args[0])
    message = message_of(query)
    if placing is None or args[1] not in CONTRACTS or "evidence" not in placing:
        await said(message, turn)
        return
    await state.update_data(placing={**placing, "contract": args[1]})
    if args[1] != "fixed":
        await _place(message, turn, state, None)
        return
    await state.set_state(Desk.months)
    words = [
        Choice(text, text, f"months:{args[0]}:{n}")
        for n, text in ((12, "一年"), (24, "两年"), (36, "三年"), (6, "半年"))
    ]
    await message.answer(turn.say("desk.months"), reply_markup=menu(*words, back_choice(turn), rows=(4,)))


@router.callback_query(Pressed("months"))
async def months_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A usual length."""
    if await _placing(turn, state, args[0]) is None:
        await said(message_of(query), turn)
        return
    await _place(message_of(query), turn, state, int(args[1]))


@router.message(StateFilter(Desk.months), HasText())
async def months_typed(message: Message, turn: Turn, state: FSMContext) -> None:
    """Any length in months."""
    months = read_months(message.text or "")
    if months is None:
        await message.answer(turn.say("desk.months_again"), reply_markup=menu(back_choice(turn)))
        return
    await _place(message, turn, state, months)


def read_months(text: str) -> int | None:
    """'18', '18个月', '1年6个月', '两年', '一年半' in months; None for what is no contract's length."""
    plain = folded(text)
    for word, digit in zip("一二两三四五六七八九十", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True):
        plain = plain.replace(word, str(digit))
    found = LENGTH.fullmatch(plain)
    if found is None or not (found["years"] or found["months"]):
        return None
    months = 12 * int(found["years"] or 0) + int(found["months"] or 0) + (6 if found["half"] else 0)
    return months if 0 < months <= LONGEST_MONTHS else None


async def _place(message: Message, turn: Turn, state: FSMContext, months: int | None) -> None:
    placing = await _placing(turn, state) or {}
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
            another=bool(placing.get("another")),
        )
    except placements.AlreadyPlacedError as refusal:
        await state.update_data(placing={**placing, "months": months})
        await _ask_twice(message, turn, placing["application"], refusal.placement)
        return
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except (KeyError, NotFoundError, MoveRefusedError, FactsRefusedError):
        await said(message, turn)
        return
    period = annual_period(load_form(FORM), placement.started_on)
    text = turn.say("desk.placed", title=vacancy.title, form=FORM, region=region_of(turn), period=period)
    choices = numbered((turn.say("button.desk"), "desk"))
    await message.answer(text, reply_markup=menu(*choices, back_choice(turn), rows=(2,)))


async def _ask_twice(message: Message, turn: Turn, application: int, placement: Placement) -> None:
    """The fair and the office may claim the same job: nothing is counted before somebody says."""
    day, about = placement.started_on, f"{application}:{placement.id}"
    pairs = [
        (turn.say("button.same_job"), f"twice:same:{about}"),
        (turn.say("button.another_job"), f"twice:another:{about}"),
    ]
    how = turn.say(f"how.{placement.how}")
    text = turn.say("desk.placed_before", month=day.month, day=day.day, how=how)
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2,)))


@router.callback_query(Pressed("twice"))
async def said_twice(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The same job ends the claim and adds nothing; another one is counted."""
    message = message_of(query)
    placing = await _placing(turn, state, args[1])
    if placing is None:
        await said(message, turn)
        return
    if args[0] == "another":
        await state.update_data(placing={**placing, "another": True})
        await _place(message, turn, state, placing.get("months"))
        return
    await state.update_data(placing=None)
    try:
        application, _ = await desk.application_for(turn.session, int(args[1]), region_of(turn))
        await placements.same_start(await turn.writing(), application, int(args[2]), officer_id=turn.speaker.id)
    except (NotFoundError, MoveRefusedError):
        await said(message, turn)
        return
    await said(message, turn, "desk.noted")
