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
from models.states import InvitationState, SurveyState
from models.surveys import Survey
from services import surveys
from services.casework import visible_row

router = Router(name="survey")
words = Router(name="survey.words")
_SEND = re.compile(r"(?:发调查|发问卷|send survey)\s+(?P<title>\S+)\s+(?P<asks>.+)")
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
    topics = turn.say("list.comma").join(list(TOPICS)[: len(TOPICS) // 2])
    text = turn.say("survey.how_to_send", topics=topics)
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn)))


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
    lines = [turn.say("survey.totals", title=survey.title, asked=asked, done=done)]
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
    """发调查 春节前 需求 工资 返乡."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    asks = [TOPICS.get(word, word) for word in re.split(r"[\s,，、]+", typed["asks"].strip()) if word]
    session = await turn.writing()
    office = await session.get_one(Office, turn.speaker.office_id)
    try:
        survey = await surveys.open_survey(session, office, title=typed["title"], asks=asks, officer_id=turn.speaker.id)
    except surveys.SurveyRefusedError:
        topics = turn.say("list.comma").join(list(TOPICS)[: len(TOPICS) // 2])
        await message.answer(turn.say("survey.refused", topics=topics), reply_markup=menu(back_choice(turn)))
        return
    asked = await surveys.invite(session, survey)
    await message.answer(turn.say("survey.sent", n=asked), reply_markup=menu(back_choice(turn)))
