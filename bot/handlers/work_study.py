"""Story: an employer offers posts for students to work beside their studies; an officer notes it by one sentence."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import Message

from bot.filters import IsStaff, Typed
from bot.graduate_words import WORK_STUDY, read_work_study
from bot.handlers.person_cases import employer_meant, to_desk
from bot.handlers.staff_desk import may_decide, said
from bot.turn import Turn
from services import work_study

router = Router(name="work_study")
router.message.filter(IsStaff())


@router.message(Typed(WORK_STUDY))
async def offered(message: Message, turn: Turn) -> None:
    """勤工俭学 样例超市 5个: counted as offered, the same offer of one day once."""
    found = read_work_study(message.text or "")
    if found is None or not may_decide(turn):
        await said(message, turn, "grad.work_study_how" if may_decide(turn) else "desk.not_allowed")
        return
    name, quantity = found
    employer = await employer_meant(message, turn, name)
    if employer is None:
        return
    if await work_study.is_offered_today(turn.session, employer.id, quantity):
        await said(message, turn, "grad.work_study_twice")
        return
    await work_study.offer_work_study(
        await turn.writing(),
        employer.id,
        quantity,
        office_id=turn.speaker.office_id or 0,
        officer_id=turn.speaker.id,
    )
    text = turn.say("grad.work_study_done", firm=employer.name, n=quantity)
    await message.answer(text, reply_markup=to_desk(turn))
