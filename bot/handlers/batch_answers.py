"""Story: a recruiter answers several candidates in one message: 1A 2B 3约周五下午 (A 约, B 不合适)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.handlers.candidates import after_answers
from bot.turn import Turn
from matching.moments import LINK, read_moment
from models.applications import Application
from models.clock import SHANGHAI
from models.database import Session
from models.errors import MoveRefusedError
from models.states import ApplicationState
from models.vacancies import Vacancy
from services import applications, appointments

router = Router(name="batch_answers")
_ONE = re.compile(
    r"(?<![\d:点月-])(\d{1,2})\s*[号.、:)]?\s*(a|b|约|不合适|不行|不要|合适|可以)(?![a-z])", re.IGNORECASE
)
_MEANS = {"不合适": "b", "不行": "b", "不要": "b", "合适": "a", "可以": "a"}
REASON_WORDS = (
    ("证", "certificate"),
    ("远", "place"),
    ("工资", "wage"),
    ("价", "wage"),
    ("手艺", "skills"),
    ("技术", "skills"),
    ("经验", "skills"),
    ("联系不上", "no_contact"),
    ("打不通", "no_contact"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One of several: which line, what, and the words behind it."""

    number: int
    what: str  # a | b | 约
    words: str


def read_answers(text: str) -> tuple[Answer, ...]:
    """'1A 2B缺证 3约周五下午' → three answers; nothing where the message is something else."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = list(_ONE.finditer(LINK.sub(lambda link: "_" * len(link[0]), plain)))
    if not found or found[0].start() != 0:
        return ()
    ends = [*(match.start() for match in found[1:]), len(plain)]
    return tuple(
        Answer(int(match[1]), _MEANS.get(match[2], match[2].lower()), plain[match.end() : end].strip(" ,，;；、。"))
        for match, end in zip(found, ends, strict=True)
    )


class Answers(Filter):
    """Answers to the list that this recruiter was shown last, as `answers`."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """Only for who hires."""
        if turn.speaker.employer_id is None or not turn.data.get("listed"):
            return False
        answers = read_answers(message.text or "")
        return {"answers": answers} if answers else False


@router.message(Answers())
async def several(message: Message, turn: Turn, state: FSMContext, answers: tuple[Answer, ...]) -> None:
    """Each is done or refused by itself, and told by its number."""
    listed = (await state.get_data())["listed"]
    session = await turn.writing()
    lines, vacancy = [], None
    for answer in answers:
        application = None
        if 0 < answer.number <= len(listed):
            application = await session.get(Application, listed[answer.number - 1], with_for_update=True)
        if application is None:
            lines.append(turn.say("batch.no_such", n=answer.number))
            continue
        vacancy = await session.get_one(Vacancy, application.vacancy_id)
        if vacancy.employer_id != turn.speaker.employer_id:
            lines.append(turn.say("batch.no_such", n=answer.number))
            continue
        lines += [turn.say(key, n=answer.number) for key in await _do(session, turn, application, answer)]
        await session.flush()
    await message.answer("\n".join(lines), reply_markup=after_answers(turn, vacancy))


async def _do(session: Session, turn: Turn, application: Application, answer: Answer) -> list[str]:
    """What to say of it; each text has its number `n`."""
    try:
        if answer.what == "b":
            reason = next((reason for word, reason in REASON_WORDS if word in answer.words), "other")
            await applications.reject(session, application, recruiter_id=turn.speaker.id, reason=reason)
            return ["batch.rejected"]
        if answer.what == "约":
            return await _meet(session, turn, application, answer.words)
        if application.state != ApplicationState.REFERRED or application.invited_at:
            return ["batch.settled"]
        reached = await applications.invite(session, application, recruiter_id=turn.speaker.id)
    except (MoveRefusedError, appointments.NoMeetingError):
        return ["batch.settled"]
    return ["batch.invited" if reached else "batch.not_reached"]


async def _meet(session: Session, turn: Turn, application: Application, words: str) -> list[str]:
    said = read_moment(words, turn.today)
    if said.at is None:
        return ["candidates.when"]
    at = said.at.replace(tzinfo=SHANGHAI).astimezone(UTC)
    try:
        reached = await appointments.propose(
            session, application, recruiter_id=turn.speaker.id, at=at, place=said.rest, link=said.link
        )
    except appointments.PastMomentError:
        return ["batch.past"]
    told = ["batch.proposed" if reached else "batch.not_reached"]
    if said.link is None and await appointments.is_far(session, application):
        told.append("candidates.far")
    return told
