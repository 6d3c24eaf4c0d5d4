"""The dispatcher: which story is asked first. Works without any channel."""

from __future__ import annotations

import logging
from functools import cache

from aiogram import Dispatcher, Router
from aiogram.fsm.strategy import FSMStrategy

from bot.filters import IsCommand
from bot.handlers import (
    answer,
    appointments,
    batch_answers,
    booth,
    candidates,
    confirm_start,
    courses,
    elsewhere,
    fill_vacancy,
    find_job,
    follow_up,
    my_data,
    odd,
    post_vacancy,
    publish,
    questions,
    shared_phone,
    staff_desk,
    staff_reply,
    start,
)
from bot.storage import TurnStorage


@cache
def make_dispatcher() -> Dispatcher:
    """Commands first, then the open question or draft, last whatever was said; one for the process."""
    logging.getLogger("aiogram.event").setLevel(logging.WARNING)
    dispatcher = Dispatcher(storage=TurnStorage(), fsm_strategy=FSMStrategy.GLOBAL_USER)
    commands = Router(name="commands")
    commands.message.filter(IsCommand())
    commands.include_routers(
        shared_phone.words,
        booth.words,
        elsewhere.words,
        staff_desk.words,
        start.words,
        my_data.words,
        courses.words,
        follow_up.words,
        candidates.words,
        fill_vacancy.words,
        find_job.words,
        post_vacancy.words,
    )
    dispatcher.include_routers(
        shared_phone.gate,
        odd.gate,
        commands,
        shared_phone.router,
        elsewhere.router,
        odd.router,
        booth.router,
        staff_desk.router,
        confirm_start.router,
        staff_reply.router,
        follow_up.staff,
        start.router,
        my_data.router,
        courses.router,
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
