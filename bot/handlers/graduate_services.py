"""Story: what an officer does for a graduate is typed in one sentence: a plan, an internship, help with a policy."""

from __future__ import annotations

import re
from typing import Any

from aiogram import Router
from aiogram.types import Message

from bot.filters import IsStaff, Said, Typed
from bot.graduate_words import (
    HELPED,
    INTERNSHIP,
    PLAN,
    POLICY,
    TOPICS,
    InternshipWords,
    read_internship,
    words_after_phone,
)
from bot.handlers.person_cases import (
    employer_meant,
    graduate_meant,
    no_valid_file,
    person_by_phone,
    person_meant,
    to_desk,
)
from bot.handlers.staff_desk import may_decide, said
from bot.turn import Turn
from models.employers import Employer
from models.graduates import Graduate
from models.offices import Office
from services import advice, graduate_cards, graduates
from services.families import NoValidFileError
from services.notices import tell

router = Router(name="graduate_services")
words = Router(name="graduate_services.words")
router.message.filter(IsStaff())
words.message.filter(IsStaff())
LONGEST_PLAN = 300
_ANYBODY = re.compile(r"(?P<phone>\+?\d[\d-]{6,15})\s+\S.*", re.S)


@router.message(Typed(PLAN))
async def plan(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """帮扶计划 13800138000 先考会计证,三月前投20份简历: kept sealed, and the graduate reads it."""
    person = await person_meant(message, turn, _ANYBODY.fullmatch(typed["rest"].strip()), "grad.plan_how")
    graduate = await graduate_meant(message, turn, person) if person else None
    if graduate is not None:
        await note_plan(message, turn, graduate, words_after_phone(message.text or ""))


async def note_plan(message: Message, turn: Turn, graduate: Graduate, text: str) -> None:
    """The plan is kept, and the graduate reads it."""
    if len(text) > LONGEST_PLAN:
        await said(message, turn, "grad.plan_too_long")
        return
    session = await turn.writing()
    await graduates.make_plan(session, graduate, text, officer_id=turn.speaker.id)
    office = await session.get_one(Office, graduate.office_id)
    reached = await tell(session, graduate.person_id, "notice.graduate_plan", office=office.name, words=text)
    await said(message, turn, "grad.plan_done" if reached else "desk.not_reached")


@words.message(Said("internship"))
async def how(message: Message, turn: Turn) -> None:
    """实习 from staff: how one is noted."""
    await said(message, turn, "grad.internship_how")


@router.message(Typed(INTERNSHIP))
async def internship(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """实习 13800138000 样例重工 3个月: with or without an employer, from today or a day that is said."""
    found = read_internship(message.text or "", turn.today)
    if found is None or not found.phone or not may_decide(turn):
        await said(message, turn, "grad.internship_how" if may_decide(turn) else "desk.not_allowed")
        return
    person = await person_by_phone(message, turn, found.phone)
    graduate = await graduate_meant(message, turn, person) if person else None
    if graduate is not None:
        await note_internship(message, turn, graduate, found)


async def note_internship(message: Message, turn: Turn, graduate: Graduate, found: InternshipWords) -> None:
    """It is counted once; the graduate hears where and when."""
    employer = await employer_meant(message, turn, found.firm) if found.firm else None
    if found.firm and employer is None:
        return
    if await _is_noted(turn, graduate, employer, found.starts_on):
        await said(message, turn, "grad.internship_twice")
        return
    session = await turn.writing()
    await graduates.give_internship(
        session,
        graduate,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        employer_id=employer.id if employer else None,
        officer_id=turn.speaker.id,
    )
    values: dict[str, Any] = {
        "firm": employer.name if employer else turn.say("grad.some_firm"),
        "start": turn.say("grad.day", month=found.starts_on.month, day=found.starts_on.day),
        "end": turn.say("grad.day", month=found.ends_on.month, day=found.ends_on.day),
    }
    await tell(session, graduate.person_id, "notice.internship", **values)
    await message.answer(turn.say("grad.internship_done", **values), reply_markup=to_desk(turn))


async def _is_noted(turn: Turn, graduate: Graduate, employer: Employer | None, starts_on: object) -> bool:
    """Whether just this one is there: typed twice, it counts once."""
    same = (employer.id if employer else None, starts_on)
    known = await graduate_cards.internships_of(turn.session, graduate.id)
    return any((row.employer_id, row.starts_on) == same for row, _ in known)


@router.message(Typed(POLICY))
async def policy(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """政策帮助 13800138000 助学贷款: a graduate on the list has been spoken with, too."""
    found = HELPED.fullmatch(typed["rest"].strip())
    topic = TOPICS.get(found["topic"]) if found else None
    person = await person_meant(message, turn, found if topic else None, "grad.policy_how")
    if person is not None and found is not None and topic is not None:
        await note_help(message, turn, person.id, topic, found["words"] or "")


async def note_help(message: Message, turn: Turn, person_id: int, topic: str, said_of_it: str) -> None:
    """Help with a policy is counted; some topics are for families on file."""
    graduate = await graduates.graduate_of(turn.session, person_id)
    by, session = turn.speaker.id, await turn.writing()
    try:
        if graduate is not None:
            await graduates.help_graduate(session, graduate, topic, officer_id=by, words=said_of_it)
        else:
            office = turn.speaker.office_id or 0
            await advice.help_with_policy(session, person_id, topic, office_id=office, officer_id=by, words=said_of_it)
    except NoValidFileError:
        await no_valid_file(message, turn, person_id)
        return
    text = turn.say("grad.policy_done", topic=turn.say(f"policy.{topic}"))
    await message.answer(text, reply_markup=to_desk(turn))
