"""Story: 招满 — a vacancy is closed at any time, and those who wait are told."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import Pressed, Said
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.places import short_name
from models.states import VacancyState
from models.vacancies import Vacancy
from services import vacancies

router = Router(name="fill_vacancy")
words = Router(name="fill_vacancy.words")


@words.message(Said("full"))
@router.callback_query(Pressed("full"))
async def full(event: Message | CallbackQuery, turn: Turn) -> None:
    """招满: which one is closed, or the only one at once."""
    message = message_of(event)
    if turn.speaker.employer_id is None:
        await message.answer(turn.say("post.none_open"), reply_markup=home_menu(turn))
        return
    live = (VacancyState.OPEN, VacancyState.FULL)
    found = await vacancies.vacancies_of(turn.session, turn.speaker.employer_id, *live)
    if len(found) == 1:
        await _close(message, turn, found[0])
    elif not found:
        await message.answer(turn.say("post.none_open"), reply_markup=home_menu(turn))
    else:
        pairs = [
            (turn.say("post.close_this", title=v.title, place=short_name(v.region)), f"close:{v.id}") for v in found[:8]
        ]
        await message.answer(turn.say("post.which_full"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("close"))
async def close(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Close the chosen one, if it is this employer's and still open."""
    message = message_of(query)
    vacancy = await turn.session.get(Vacancy, int(args[0]))
    live = (VacancyState.OPEN, VacancyState.FULL)
    if vacancy is None or vacancy.employer_id != turn.speaker.employer_id or vacancy.state not in live:
        await message.answer(turn.say("post.already_closed"), reply_markup=home_menu(turn))
        return
    await _close(message, turn, vacancy)


async def _close(message: Message, turn: Turn, vacancy: Vacancy) -> None:
    session = await turn.writing()
    told = await vacancies.close_vacancy(session, vacancy, actor=turn.speaker.id, why="full")
    await message.answer(turn.say("post.closed", title=vacancy.title, told=told), reply_markup=home_menu(turn))
