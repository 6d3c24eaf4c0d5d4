"""The dispatcher: which story is asked first. Works without any channel."""

from __future__ import annotations

import logging

from aiogram import Dispatcher
from aiogram.fsm.strategy import FSMStrategy

from bot.handlers import (
    answer,
    candidates,
    courses,
    find_job,
    my_data,
    post_vacancy,
    questions,
    staff_desk,
    start,
)
from bot.storage import TurnStorage


def make_dispatcher() -> Dispatcher:
    """Commands first, then the open question or draft, then the stories, last whatever was said."""
    logging.getLogger("aiogram.event").setLevel(logging.WARNING)
    dispatcher = Dispatcher(storage=TurnStorage(), fsm_strategy=FSMStrategy.GLOBAL_USER)
    dispatcher.include_routers(
        staff_desk.router,
        start.router,
        my_data.router,
        courses.router,
        candidates.router,
        answer.router,
        questions.router,
        post_vacancy.router,
        find_job.router,
        find_job.fallback,
    )
    return dispatcher
