"""Story: staff say for whom a post is — graduates, those of families on file, or everybody."""

from __future__ import annotations

import re

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said, Typed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.employers import Employer
from models.errors import NotFoundError
from models.vacancies import Vacancy
from services import desk, graduate_posts

router = Router(name="graduate_posts")
words = Router(name="graduate_posts.words")
router.message.filter(IsStaff())
words.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
_NAMED = re.compile(r"(?:毕业生岗位|graduate posts)\s+(?P<words>\S.*)")


@words.message(Said("graduate_posts"))
async def newest(message: Message, turn: Turn) -> None:
    """毕业生岗位: the newest posts of the region."""
    await _list(message, turn, "")


@router.message(Typed(_NAMED))
async def named(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """毕业生岗位 会计: those whose title or employer has the words."""
    await _list(message, turn, typed["words"])


async def _list(message: Message, turn: Turn, sought: str) -> None:
    found = await graduate_posts.posts_of(turn.session, region_of(turn), sought)
    pairs = [(await _item(turn, vacancy), f"forwhom:{vacancy.id}") for vacancy in found]
    text = turn.say("graduate_posts.which" if found else "graduate_posts.none")
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn)))


async def _item(turn: Turn, vacancy: Vacancy) -> str:
    employer = await turn.session.get_one(Employer, vacancy.employer_id)
    whom = turn.say(f"graduate_posts.{vacancy.for_whom}")
    return turn.say("graduate_posts.item", title=vacancy.title, n=vacancy.headcount, firm=employer.name, whom=whom)


@router.callback_query(Pressed("forwhom"))
async def pressed(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A post, and then for whom it is."""
    message = message_of(query)
    try:
        found = await desk.vacancy_for(turn.session, int(args[0]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if not args[1:]:
        pairs = [(turn.say(f"graduate_posts.{whom}"), f"forwhom:{found.id}:{whom}") for whom in graduate_posts.WHOM]
        await message.answer(await _item(turn, found), reply_markup=menu(*numbered(*pairs), back_choice(turn)))
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    else:
        session = await turn.writing()
        await graduate_posts.say_for_whom(session, found, args[1], officer_id=turn.speaker.id)
        text = turn.say("graduate_posts.done", item=await _item(turn, found))
        await message.answer(text, reply_markup=menu(back_choice(turn)))
