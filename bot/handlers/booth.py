"""Story: 二维码 — a recruiter's picture for the booth, by which anybody gets to the vacancy at once."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, FSInputFile, Message

from bot.filters import Pressed, Said
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.places import short_name
from models.states import VacancyState
from models.vacancies import Vacancy
from services import qr, vacancies

router = Router(name="booth")
words = Router(name="booth.words")


@words.message(Said("qr"))
async def which(message: Message, turn: Turn) -> None:
    """The picture of the only vacancy, or: of which?"""
    employer = turn.speaker.employer_id
    found = await vacancies.vacancies_of(turn.session, employer, VacancyState.OPEN) if employer else []
    if not found:
        await message.answer(turn.say("post.none_open"), reply_markup=home_menu(turn))
    elif len(found) == 1:
        await _picture(message, turn, found[0])
    else:
        pairs = [
            (turn.say("post.close_this", title=v.title, place=short_name(v.region)), f"qr:{v.id}") for v in found[:8]
        ]
        await message.answer(turn.say("qr.which"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("qr"))
async def chosen(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The button of one of them."""
    vacancy = await turn.session.get(Vacancy, int(args[0]))
    if vacancy is None or vacancy.employer_id != turn.speaker.employer_id or vacancy.state != VacancyState.OPEN:
        await message_of(query).answer(turn.say("post.already_closed"), reply_markup=home_menu(turn))
        return
    await _picture(message_of(query), turn, vacancy)


async def _picture(message: Message, turn: Turn, vacancy: Vacancy) -> None:
    """The picture where the channel shows some, and the link everywhere."""
    channels = turn.session.channels
    link = qr.vacancy_link(channels, vacancy.id)
    text = turn.say("qr.link", title=vacancy.title, link=link)
    if turn.reach.files and channels.files is not None:
        picture = qr.draw(link, channels.files, f"job-{vacancy.id}")
        await message.answer_photo(FSInputFile(picture), caption=text)
        return
    await message.answer(text, reply_markup=home_menu(turn))
