"""The dispatcher: which story is asked first. Works without any channel."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from aiogram import Dispatcher, Router
from aiogram.fsm.strategy import FSMStrategy
from aiogram.types import CallbackQuery, TelegramObject

from bot.filters import IsCommand
from bot.handlers import (
    answer,
    answer_filing,
    applying,
    applying_questions,
    appointments,
    bases,
    batch_answers,
    booth,
    candidates,
    confirm_start,
    courses,
    crisis,
    elsewhere,
    everyday,
    fair,
    fair_booth,
    fair_staff,
    filing,
    filing_claims,
    fill_vacancy,
    find_job,
    follow_up,
    funds,
    graduate_asked,
    graduate_posts,
    graduate_services,
    joining,
    labour_export,
    members,
    mine,
    my_aid,
    my_data,
    my_plan,
    my_training,
    odd,
    officer,
    place_arrived,
    post_vacancy,
    posted,
    publish,
    questions,
    rights,
    shared_phone,
    staff_aid,
    staff_cases,
    staff_casework,
    staff_classes,
    staff_desk,
    staff_files,
    staff_graduates,
    staff_loans,
    staff_numbers,
    staff_objections,
    staff_posting,
    staff_reply,
    staff_startups,
    staff_tickets,
    start,
    startup,
    subsidies,
    survey,
    teams,
    vouchers,
    work_study,
)
from bot.states import Desk, Filing
from bot.storage import TurnStorage
from bot.turn import Turn

WORDS_FOR_OTHERS = frozenset(state.state for state in (Desk.reply, Desk.ticket, Filing.release, Filing.reason))


async def leave_open_question(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
) -> Any:
    """Staff who go elsewhere leave the question that was open: their next words are an answer to nobody."""
    turn: Turn = data["turn"]
    looks_up = isinstance(event, CallbackQuery) and (event.data or "").startswith("num:")
    if turn.state in WORDS_FOR_OTHERS and not looks_up:
        turn.state = None
    return await handler(event, data)


@cache
def make_dispatcher() -> Dispatcher:
    """Danger first, then commands, then the open question or draft, last whatever was said; one for the process."""
    logging.getLogger("aiogram.event").setLevel(logging.WARNING)
    dispatcher = Dispatcher(storage=TurnStorage(), fsm_strategy=FSMStrategy.GLOBAL_USER)
    commands = Router(name="commands")
    commands.message.filter(IsCommand())
    commands.message.middleware(leave_open_question)
    dispatcher.callback_query.middleware(leave_open_question)
    commands.include_routers(
        shared_phone.words,
        booth.words,
        elsewhere.words,
        staff_desk.words,
        staff_casework.words,
        filing.words,
        funds.words,
        staff_classes.words,
        fair.words,
        fair_booth.words,
        fair_staff.words,
        officer.words,
        survey.words,
        labour_export.words,
        bases.words,
        graduate_posts.words,
        staff_graduates.words,
        graduate_services.words,
        subsidies.words,
        joining.words,
        members.words,
        teams.words,
        start.words,
        my_data.words,
        rights.words,
        startup.words,
        applying.words,
        my_aid.words,
        my_plan.words,
        posted.words,
        courses.words,
        my_training.words,
        follow_up.words,
        candidates.words,
        fill_vacancy.words,
        find_job.words,
        post_vacancy.words,
    )
    dispatcher.include_routers(
        crisis.router,
        start.out,
        shared_phone.gate,
        odd.gate,
        commands,
        shared_phone.router,
        elsewhere.router,
        odd.router,
        booth.router,
        fair.router,
        fair_booth.router,
        fair_staff.router,
        staff_desk.router,
        confirm_start.router,
        staff_reply.router,
        filing.router,
        filing_claims.router,
        funds.router,
        answer_filing.router,
        staff_classes.router,
        vouchers.router,
        staff_tickets.router,
        staff_numbers.router,
        staff_cases.router,
        staff_startups.router,
        staff_casework.router,
        staff_files.router,
        staff_posting.router,
        staff_aid.router,
        staff_loans.router,
        staff_objections.router,
        follow_up.staff,
        officer.router,
        survey.router,
        labour_export.router,
        bases.router,
        graduate_posts.router,
        staff_graduates.router,
        graduate_services.router,
        graduate_asked.router,
        subsidies.router,
        work_study.router,
        place_arrived.router,
        joining.router,
        members.router,
        teams.router,
        start.router,
        rights.router,
        mine.router,
        everyday.router,
        startup.router,
        applying_questions.router,
        applying.router,
        my_aid.router,
        posted.router,
        my_data.router,
        courses.router,
        my_training.router,
        candidates.router,
        fill_vacancy.router,
        answer.router,
        appointments.router,
        batch_answers.router,
        follow_up.router,
        find_job.router,
        questions.router,
        post_vacancy.router,
        publish.router,
        find_job.fallback,
    )
    return dispatcher
