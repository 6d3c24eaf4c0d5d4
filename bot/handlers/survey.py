"""Story: five short questions, one at a time; staff send them and read the totals."""

from __future__ import annotations

import re

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said, Typed
from bot.handlers.common import back_choice, home_menu, message_of, settle
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.errors import MoveRefusedError, NotFoundError
from models.offices import Office
from models.people import GROUP_NAMES, Group
from models.states import InvitationState, SurveyState
from models.surveys import Survey
from services import surveys
from services.casework import visible_row

router = Router(name="survey")
words = Router(name="survey.words")
_SEND = re.compile(
    r"(?:发调查|发问卷|send survey)\s+(?P<title>\S+)\s+(?:(?:发?给|to )\s*(?P<whom>\S+)\s+)?(?P<asks>.+)"
)
TOPICS = {
    "需求": "needs",
    "工资": "wages_owed",
    "返乡": "return_home",
    "就业": "work_now",
    "培训": "training",
    "补偿": "severance",
    "社保": "insurance",
    "创业": "startup",
    **{name: name for name in surveys.questions()},
}

WHOM: dict[str, Group | None] = {
    "所有人": None,
    "务工": Group.MIGRANT,
    "待业": Group.LAID_OFF,
    "在职": Group.ON_THE_JOB,
    "毕业生": Group.HARDSHIP_GRADUATE,
    "建档职工": Group.HARDSHIP_WORKER,
    "建档务工": Group.HARDSHIP_MIGRANT,
    "单亲母亲": Group.SINGLE_PARENT_MOTHER,
}
"""As staff say it; the words of the forms and ours are understood too."""
GROUPS = WHOM | {"all": None} | {group.value: group for group in Group} | {GROUP_NAMES[group]: group for group in Group}


@router.callback_query(Pressed("survey"))
async def answered(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """One answer; the next question comes by itself, and so does the end."""
    message = message_of(query)
    try:
        session = await turn.writing()
        now = await surveys.answer(session, turn.speaker.id, int(args[0]), int(args[1]), args[2])
    except (NotFoundError, surveys.SurveyOverError, ValueError, IndexError):
        await message.answer(turn.say("survey.over"), reply_markup=home_menu(turn))
        return
    await settle(query, turn)
    if now != InvitationState.ASKED:
        await message.answer(turn.say(f"survey.{now}"), reply_markup=home_menu(turn))


@words.message(Said("surveys"), IsStaff())
async def list_surveys(message: Message, turn: Turn) -> None:
    """调查: those of the region, and how one is sent."""
    found = (await turn.session.scalars(surveys.surveys_of(region_of(turn)).limit(8))).all()
    pairs = [(survey.title, f"surveyed:{survey.id}") for survey in found]
    text = turn.say("survey.how_to_send", **_known(turn))
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn)))


def _known(turn: Turn) -> dict[str, str]:
    """The topics and the groups that staff may name."""
    comma = turn.say("list.comma")
    return {"topics": comma.join(list(TOPICS)[: len(TOPICS) // 2]), "whom": comma.join(WHOM)}


def _whom(turn: Turn, survey: Survey) -> str:
    return turn.say(f"survey.whom.{survey.group or 'all'}")


@router.callback_query(Pressed("surveyed"), IsStaff())
async def totals(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The anonymous totals; those below five are not shown. A button ends the survey."""
    message = message_of(query)
    try:
        survey = await visible_row(turn.session, Survey, int(args[0]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if args[1:] == ["close"] and may_decide(turn):
        try:
            await surveys.close_survey(await turn.writing(), survey, officer_id=turn.speaker.id)
        except MoveRefusedError:
            await said(message, turn)
            return
    asked, done = await surveys.asked_and_done(turn.session, survey)
    lines = [turn.say("survey.totals", title=survey.title, whom=_whom(turn, survey), asked=asked, done=done)]
    for question, counts in (await surveys.totals(turn.session, survey)).items():
        told = [
            f"{turn.say(f'survey.answer.{question}.{name}')} {turn.say('survey.few') if n is None else n}"
            for name, n in counts.items()
        ]
        lines.append(f"{turn.say(f'survey.ask.{question}')} {turn.say('list.comma').join(told)}")
    pairs = [(turn.say("button.survey_close"), f"surveyed:{survey.id}:close")]
    choices = numbered(*pairs) if survey.state == SurveyState.OPEN else ()
    await message.answer("\n".join(lines), reply_markup=menu(*choices, back_choice(turn), rows=(2,)))


@router.message(Typed(_SEND), IsStaff())
async def send(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """发调查 春节前 给务工 需求 工资 返乡: to a group, or without 给 to everybody of the region."""
    whom = (typed["whom"] or "all").removesuffix("的")
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    asks = [TOPICS.get(word, word) for word in re.split(r"[\s,，、]+", typed["asks"].strip()) if word]
    session = await turn.writing()
    office = await session.get_one(Office, turn.speaker.office_id)
    if whom not in GROUPS:
        await message.answer(turn.say("survey.unknown_group", **_known(turn)), reply_markup=menu(back_choice(turn)))
        return
    try:
        survey = await surveys.open_survey(
            session, office, title=typed["title"], asks=asks, officer_id=turn.speaker.id, group=GROUPS[whom]
        )
    except surveys.SurveyRefusedError:
        await message.answer(turn.say("survey.refused", **_known(turn)), reply_markup=menu(back_choice(turn)))
        return
    asked = await surveys.invite(session, survey)
    text = turn.say("survey.sent", n=asked, whom=_whom(turn, survey))
    await message.answer(text, reply_markup=menu(back_choice(turn)))
