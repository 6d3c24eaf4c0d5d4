"""Story: people who want to work together form a team; its code is handed on, who types it joins."""

from __future__ import annotations

import re

from aiogram import Router
from aiogram.types import Message

from bot.filters import Said, Typed
from bot.handlers.common import back_choice, home_menu
from bot.menus import menu
from bot.turn import Turn
from models.errors import NotFoundError
from models.exports import WorkTeam
from models.vacancies import Vacancy
from services import applications, teams
from services.notices import tell
from services.offices import NoSeekerError, office_of_seeker

router = Router(name="teams")
words = Router(name="teams.words")
_FORM = re.compile(r"(?:建班组|组班组|form team)\s+(?P<name>\S.*)")
_JOIN = re.compile(r"(?:入|进|加入)班组\s*(?P<code>\d{6})|join team\s+(?P<number>\d{6})")


@words.message(Said("team"))
async def my_team(message: Message, turn: Turn) -> None:
    """班组: mine, or how one is formed and joined."""
    team = await teams.team_of(turn.session, turn.speaker.id)
    text = turn.say("team.how") if team is None else await _shown(turn, team, "team.mine")
    await message.answer(text, reply_markup=menu(back_choice(turn)))


@router.message(Typed(_FORM))
async def form(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """建班组 张师傅班: who says so leads it."""
    session, me = await turn.writing(), turn.speaker.id
    try:
        office = await office_of_seeker(session, me)
    except NoSeekerError:
        await message.answer(turn.say("team.find_first"), reply_markup=home_menu(turn))
        return
    team = await teams.form_team(session, office, me, typed["name"])
    await message.answer(await _shown(turn, team, "team.formed"), reply_markup=menu(back_choice(turn)))


@router.message(Typed(_JOIN))
async def join(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """入班组 482913; the leader hears that one more comes."""
    session, me = await turn.writing(), turn.speaker.id
    try:
        await office_of_seeker(session, me)
        team = await teams.team_by_code(session, typed["code"] or typed["number"])
    except NoSeekerError:
        await message.answer(turn.say("team.find_first"), reply_markup=home_menu(turn))
        return
    except NotFoundError:
        await message.answer(turn.say("team.unknown"), reply_markup=menu(back_choice(turn)))
        return
    before = await teams.team_of(session, me)
    await teams.join_team(session, team, me)
    if before is None or before.id != team.id:
        size = len(await teams.members_of(session, team.id))
        await tell(session, team.leader_id, "notice.team_joined", name=team.title, n=size)
    await message.answer(await _shown(turn, team, "team.joined"), reply_markup=menu(back_choice(turn)))


@words.message(Said("team_apply"))
async def apply_together(message: Message, turn: Turn) -> None:
    """班组报名: the whole team goes where its leader has just applied."""
    session, me = await turn.writing(), turn.speaker.id
    led = await teams.led_by(session, me)
    application = await teams.newest_application(session, me) if led else None
    if led is None or application is None:
        await message.answer(turn.say("team.apply_first" if led else "team.how"), reply_markup=home_menu(turn))
        return
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    try:
        made = await teams.apply_together(session, led[0], vacancy.id)
        text = turn.say("team.applied", n=len(made), title=vacancy.title)
    except teams.TeamTooLargeError as refusal:
        text = turn.say("team.too_large", title=vacancy.title, openings=refusal.openings, n=refusal.size)
    except applications.VacancyGoneError as refusal:
        enough = isinstance(refusal, applications.EnoughApplicationsError)
        text = turn.say("apply.enough" if enough else "apply.gone")
    await message.answer(text, reply_markup=menu(back_choice(turn)))


@words.message(Said("leave_team"))
async def leave(message: Message, turn: Turn) -> None:
    """退班组: alone again."""
    await teams.leave_team(await turn.writing(), turn.speaker.id)
    await message.answer(turn.say("team.left"), reply_markup=home_menu(turn))


async def _shown(turn: Turn, team: WorkTeam, key: str) -> str:
    size = len(await teams.members_of(turn.session, team.id))
    return turn.say(key, name=team.title, n=size, code=team.code or "")
