"""Story: a graduate sees who helps, what the plan is and what the union can give; nothing is asked."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import Message

from bot.filters import Said
from bot.handlers.common import back_choice, human_choice
from bot.menus import menu, numbered
from bot.turn import Turn
from models.graduates import Graduate
from models.money import yuan
from models.offices import Office
from models.people import Person
from services import graduate_cards, graduates

router = Router(name="my_plan")
words = Router(name="my_plan.words")


@words.message(Said("my_plan"))
@words.message(Said("job_search_subsidy"))
@words.message(Said("internship"))
async def my_plan(message: Message, turn: Turn) -> None:
    """毕业生帮扶, 我的帮扶计划, 求职补贴, 实习."""
    graduate = await graduates.graduate_of(turn.session, turn.speaker.id)
    pairs = [("button.find", "find"), ("button.courses", "courses")]
    if graduate is None:
        pairs[1:] = [("button.apply_aid", "wantaid")]
    lines = [turn.say("my_plan.not_listed")] if graduate is None else await _lines(turn, graduate)
    choices = numbered(*((turn.say(key), data) for key, data in pairs))
    keyboard = menu(*choices, human_choice(turn), back_choice(turn), rows=(2, 2))
    await message.answer("\n".join(lines), reply_markup=keyboard)


async def _lines(turn: Turn, graduate: Graduate) -> list[str]:
    session = turn.session
    office = await session.get_one(Office, graduate.office_id)
    helper = await session.get(Person, graduate.helper_id) if graduate.helper_id else None
    name = (helper.name(session) or "") if helper else ""
    lines = [turn.say("my_plan.helper" if helper else "my_plan.no_helper", office=office.name, name=name)]
    if office.phone:
        hours = f" {office.hours}" if office.hours else ""
        lines.append(turn.say("my_plan.phone", phone=office.phone, hours=hours))
    plan = await graduate_cards.newest_plan(session, graduate)
    text = graduate_cards.plan_words(session, plan) if plan else ""
    lines.append(turn.say("my_plan.plan", words=text) if text else turn.say("my_plan.no_plan"))
    for row, firm in (await graduate_cards.internships_of(session, graduate.id))[:1]:
        start, until = row.starts_on, row.ends_on or row.starts_on
        lines.append(
            turn.say(
                "my_plan.internship",
                firm=firm or turn.say("grad.some_firm"),
                start=turn.say("grad.day", month=start.month, day=start.day),
                end=turn.say("grad.day", month=until.month, day=until.day),
            )
        )
    paid = await graduate_cards.job_search_paid(session, graduate.person_id)
    if paid is not None:
        lines.append(
            turn.say("my_plan.paid", yuan=yuan(paid.amount_fen), month=paid.paid_on.month, day=paid.paid_on.day)
        )
    return [*lines, turn.say("my_plan.can" if paid is None else "my_plan.can_besides")]
