"""Story: who came with a labour batch starts work: who, where, which day, on what evidence; several at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.class_words import read_numbers
from bot.filters import HasText, IsCommand, IsOrder, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.confirm_start import CONTRACTS, EVIDENCE, read_day, read_months
from bot.handlers.person_cases import to_desk
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from models.employers import Employer
from models.errors import MoveRefusedError, NotFoundError
from models.exports import LabourBatch, LabourTraveller
from models.messages import Choice
from models.regions import lies_in
from models.states import TravellerState, VacancyState
from models.vacancies import Vacancy
from services import applications, desk, exports, graduate_posts, placements
from services.casework import OwnCaseError

router = Router(name="place_arrived")
for one in (router.message, router.callback_query):
    one.filter(IsStaff())
SHOWN = 8
MONTHS = ((12, "一年"), (24, "两年"), (36, "三年"), (6, "半年"))


async def begin(message: Message, turn: Turn, state: FSMContext, batch: LabourBatch) -> None:
    """安置 under a batch that has arrived: who of them starts work?"""
    waiting = [(n, one) for n, one in await _numbered(turn, batch.id) if one.state == TravellerState.ARRIVED]
    if not waiting:
        await said(message, turn, "arrived.nobody")
        return
    await state.set_state(Desk.arrived)
    await state.update_data(arrived={"batch": batch.id})
    pairs = [(f"{n} {await desk.person_label(turn.session, one.person_id)}", n) for n, one in waiting[:SHOWN]]
    buttons = [Choice(str(n), label, f"arrived:who:{batch.id}:{n}") for label, n in pairs]
    await message.answer(turn.say("arrived.who"), reply_markup=menu(*buttons, back_choice(turn)))


async def _numbered(turn: Turn, batch_id: int) -> list[tuple[int, LabourTraveller]]:
    return list(enumerate(await exports.travellers_of(turn.session, batch_id), 1))


async def _at(turn: Turn, state: FSMContext, batch_id: str | None = None) -> dict[str, Any] | None:
    """What is being said of which batch, if the officer may; a button of another batch means nothing."""
    at: dict[str, Any] | None = (await state.get_data()).get("arrived")
    if not at or not may_decide(turn) or batch_id not in (None, str(at["batch"])):
        return None
    batch = await turn.session.get(LabourBatch, at["batch"])
    return at if batch is not None and lies_in(batch.to_region, region_of(turn)) else None


@router.callback_query(Pressed("arrived"))
async def pressed(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """One step further; each answer is kept until the last."""
    message, (step, batch_id, value) = message_of(query), args
    at = await _at(turn, state, batch_id)
    if at is None:
        await said(message, turn)
    elif step == "who":
        await _who(message, turn, state, at, (int(value),))
    elif step == "post" and "who" in at:
        await _post_chosen(message, turn, state, at, int(value))
    elif step == "day" and "vacancy" in at:
        await _day(message, turn, state, {**at, "day": value})
    elif step == "evidence" and "day" in at and value in EVIDENCE:
        await _evidence(message, turn, state, {**at, "evidence": value})
    elif step == "contract" and "evidence" in at and value in CONTRACTS:
        await _contract(message, turn, state, {**at, "contract": value})
    elif step == "months" and at.get("contract") == "fixed":
        await _place(message, turn, state, at, int(value))
    else:
        await said(message, turn)


@router.message(StateFilter(Desk.arrived), HasText(), ~IsCommand(), ~IsOrder())
async def typed(message: Message, turn: Turn, state: FSMContext) -> None:
    """Numbers of the list, words of a post, a day, or months: whatever was asked last."""
    at, text = await _at(turn, state), (message.text or "").strip()
    if at is None:
        await state.set_state(None)
        await said(message, turn)
    elif "who" not in at:
        numbers, left = read_numbers(text)
        await _who(message, turn, state, at, () if left else numbers)
    elif "vacancy" not in at:
        await _ask_post(message, turn, at, text)
    elif "day" not in at:
        day = read_day(text, turn.today)
        await _ask_day(message, turn, at, "desk.day_again") if day is None else await _day(
            message, turn, state, {**at, "day": day.isoformat()}
        )
    elif (months := read_months(text)) and at.get("contract") == "fixed":
        await _place(message, turn, state, at, months)
    else:
        await message.answer(turn.say("desk.months_again"), reply_markup=menu(back_choice(turn)))


async def _who(message: Message, turn: Turn, state: FSMContext, at: dict[str, Any], numbers: tuple[int, ...]) -> None:
    waiting = {n for n, one in await _numbered(turn, at["batch"]) if one.state == TravellerState.ARRIVED}
    if not numbers or not set(numbers) <= waiting:
        await message.answer(turn.say("arrived.who_again"), reply_markup=menu(back_choice(turn)))
        return
    batch = await turn.session.get_one(LabourBatch, at["batch"])
    at = {"batch": batch.id, "who": list(numbers)}
    await state.update_data(arrived=at)
    planned = await turn.session.get(Vacancy, batch.vacancy_id) if batch.vacancy_id else None
    if planned is not None and applications.is_open(turn.session, planned):
        await _post(message, turn, state, {**at, "vacancy": planned.id})
        return
    await _ask_post(message, turn, at, "")


async def _ask_post(message: Message, turn: Turn, at: dict[str, Any], sought: str) -> None:
    posts = await graduate_posts.posts_of(turn.session, region_of(turn), sought)
    pairs = []
    for vacancy in posts:
        if vacancy.state == VacancyState.OPEN:
            firm = (await turn.session.get_one(Employer, vacancy.employer_id)).name
            label = turn.say("arrived.post", title=vacancy.title, n=vacancy.headcount - vacancy.hired, firm=firm)
            pairs.append((label, f"arrived:post:{at['batch']}:{vacancy.id}"))
    text = turn.say("arrived.which_post" if pairs else "arrived.no_post")
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn)))


async def _post_chosen(message: Message, turn: Turn, state: FSMContext, at: dict[str, Any], vacancy_id: int) -> None:
    try:
        vacancy = await desk.vacancy_for(turn.session, vacancy_id, region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    await _post(message, turn, state, {**at, "vacancy": vacancy.id})


async def _post(message: Message, turn: Turn, state: FSMContext, at: dict[str, Any]) -> None:
    await state.update_data(arrived=at)
    await _ask_day(message, turn, at, "arrived.which_day")


async def _ask_day(message: Message, turn: Turn, at: dict[str, Any], key: str) -> None:
    days = (("desk.today", turn.today), ("desk.yesterday", turn.today - timedelta(days=1)))
    pairs = [(turn.say(label), f"arrived:day:{at['batch']}:{day}") for label, day in days]
    await message.answer(turn.say(key), reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2,)))


async def _day(message: Message, turn: Turn, state: FSMContext, at: dict[str, Any]) -> None:
    await state.update_data(arrived=at)
    pairs = [(turn.say(f"evidence.{name}"), f"arrived:evidence:{at['batch']}:{name}") for name in EVIDENCE]
    await message.answer(turn.say("desk.evidence"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


async def _evidence(message: Message, turn: Turn, state: FSMContext, at: dict[str, Any]) -> None:
    await state.update_data(arrived=at)
    kinds = [name for name in CONTRACTS if name != "none" or at["evidence"] != "contract"]
    pairs = [(turn.say(f"contract.{name}"), f"arrived:contract:{at['batch']}:{name}") for name in kinds]
    await message.answer(turn.say("desk.contract"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


async def _contract(message: Message, turn: Turn, state: FSMContext, at: dict[str, Any]) -> None:
    await state.update_data(arrived=at)
    if at["contract"] != "fixed":
        await _place(message, turn, state, at, None)
        return
    words = [Choice(text, text, f"arrived:months:{at['batch']}:{n}") for n, text in MONTHS]
    await message.answer(turn.say("desk.months"), reply_markup=menu(*words, back_choice(turn), rows=(4,)))


async def _place(message: Message, turn: Turn, state: FSMContext, at: dict[str, Any], months: int | None) -> None:
    """Each of them by the verb; who cannot start there is named, and why."""
    await state.set_state(None)
    await state.update_data(arrived=None)
    session = await turn.writing()
    batch, vacancy = await session.get_one(LabourBatch, at["batch"]), await session.get(Vacancy, at["vacancy"])
    if vacancy is None:
        await said(message, turn, "arrived.no_post")
        return
    done, lines = 0, []
    travellers = dict(await _numbered(turn, batch.id))
    for number in at["who"]:
        try:
            await exports.place_arrived(
                session,
                batch,
                travellers[number],
                officer_id=turn.speaker.id,
                started_on=date.fromisoformat(at["day"]),
                evidence=at["evidence"],
                contract=None if at["contract"] == "none" else at["contract"],
                months=months,
                vacancy_id=vacancy.id,
            )
            done += 1
        except (applications.VacancyGoneError, placements.AlreadyPlacedError, MoveRefusedError, NotFoundError) as no:
            gone = isinstance(no, applications.VacancyGoneError)
            lines.append(turn.say("arrived.full" if gone else "arrived.before", n=number))
        except OwnCaseError:
            lines.append(f"{number}: {turn.say('desk.own_case')}")
    first = turn.say("arrived.done", n=done, title=vacancy.title) if done else turn.say("arrived.none_done")
    await message.answer("\n".join([first, *lines]), reply_markup=to_desk(turn))
