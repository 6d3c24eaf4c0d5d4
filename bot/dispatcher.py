"""The dispatcher: which story is asked first. Works without any channel."""

from __future__ import annotations

import logging
from functools import cache

from aiogram import Dispatcher, Router
from aiogram.fsm.strategy import FSMStrategy

from bot.filters import IsCommand
from bot.handlers import (
    answer,
    answer_filing,
    appointments,
    bases,
    batch_answers,
    booth,
    candidates,
    confirm_start,
    courses,
    elsewhere,
    fair,
    fair_booth,
    fair_staff,
    filing,
    fill_vacancy,
    find_job,
    follow_up,
    funds,
    graduate_posts,
    labour_export,
    members,
    my_data,
    my_training,
    odd,
    officer,
    post_vacancy,
    publish,
    questions,
    rights,
    shared_phone,
    staff_cases,
    staff_classes,
    staff_desk,
    staff_reply,
    staff_tickets,
    start,
    survey,
    teams,
    vouchers,
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
        members.words,
        teams.words,
        start.words,
        my_data.words,
        rights.words,
        courses.words,
        my_training.words,
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
        fair.router,
        fair_booth.router,
        fair_staff.router,
        staff_desk.router,
        confirm_start.router,
        staff_reply.router,
        filing.router,
        funds.router,
        answer_filing.router,
        staff_classes.router,
        vouchers.router,
        staff_tickets.router,
        staff_cases.router,
        follow_up.staff,
        officer.router,
        survey.router,
        labour_export.router,
        bases.router,
        graduate_posts.router,
        members.router,
        teams.router,
        start.router,
        rights.router,
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
