"""Story: 公示 — what hangs on the wall can be read in chat, and anybody may say what is wrong with a row."""

from __future__ import annotations

import re

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.aid_questions import another_wish
from bot.filters import HasText, Pressed, Said, Typed
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.states import Objecting
from bot.turn import Turn
from models.aid import AidGrant
from models.families import FamilyFile, Publicity
from services import objections, people, posted_lists
from services.objections import ObjectionLateError
from services.offices import NoOfficeError, office_for
from services.posted_lists import PublicityOverError

router = Router(name="posted")
words = Router(name="posted.words")
SHOWN, MOST = 8, 500
_OBJECTS = re.compile(
    r"(?:异议|object(?:ion)?(?=\s*:?\s*\d{1,3}(?![\da-z])))\s*[:：]?\s*(?:第)?(?P<number>\d{1,3})?\s*(?:号|户|个)?[\s,:，：]*(?P<words>.*)",
    re.S,
)


@words.message(Said("posted"))
@router.callback_query(Pressed("lists"))
async def lists(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The lists that hang in the region today."""
    message = message_of(event)
    region = turn.speaker.office_region or ((await state.get_data()).get("request") or {}).get("region")
    if region is None and turn.speaker.is_seeker:
        region = (await people.profile_of(turn.session, turn.speaker.id) or {}).get("region")
    try:
        office = await office_for(turn.session, region)
    except NoOfficeError:
        await message.answer(turn.say("human.no_office"), reply_markup=home_menu(turn))
        return
    found = (await turn.session.scalars(posted_lists.posted_now(turn.today, office.region).limit(SHOWN))).all()
    pairs = [
        (
            turn.say(
                "posted.line", place=each.place_name, text=each.content, month=each.until.month, day=each.until.day
            ),
            each.id,
        )
        for each in found
    ]
    text = turn.say("posted.which" if found else "posted.none", office=office.name)
    choices = numbered(*((label, f"posted:{row_id}") for label, row_id in pairs))
    await message.answer(text, reply_markup=menu(*choices, back_choice(turn)))


@router.callback_query(Pressed("posted"))
async def one_list(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The list as it hangs on the wall; the number of a row says whose."""
    found = await turn.session.get(Publicity, int(args[0]))
    message = message_of(query)
    try:
        listed = await posted_lists.posted_list(turn.session, found) if found else None
    except PublicityOverError:
        listed = None
    if found is None or listed is None:
        await message.answer(turn.say("posted.over"), reply_markup=home_menu(turn))
        return
    rows = await posted_lists.posted_rows(turn.session, found)
    await state.set_state(None)
    await state.update_data(posted=[objections.subject_of(row) for row in rows])
    lines = [*posted_lists.printed(listed, turn.speaker.language), turn.say("posted.how")]
    choices = numbered(
        *(
            (turn.say("posted.row", n=line.number, name=line.masked), f"object:{objections.subject_of(row)}")
            for line, row in zip(listed.rows[:SHOWN], rows, strict=False)
        )
    )
    await message.answer("\n".join(lines), reply_markup=menu(*choices, back_choice(turn)))


@router.callback_query(Pressed("object"))
async def about(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Whose row; now what is wrong with it."""
    await _ask_words(message_of(query), turn, state, ":".join(args))


async def _ask_words(message: Message, turn: Turn, state: FSMContext, subject: str) -> None:
    await state.set_state(Objecting.words)
    await state.update_data(objecting=subject)
    await message.answer(turn.say("posted.ask"), reply_markup=menu(back_choice(turn, "lists")))


@router.message(StateFilter(Objecting.words), Said("back"))
async def back(message: Message, turn: Turn, state: FSMContext) -> None:
    """返回: nothing is raised."""
    await state.set_state(None)
    await lists(message, turn, state)


@router.message(StateFilter(Objecting.words), HasText())
async def objects(message: Message, turn: Turn, state: FSMContext) -> None:
    """What is wrong, in one's own words; a wish for work is none."""
    if another_wish(message.text or ""):
        await state.set_state(None)
        raise SkipHandler
    await _raise(message, turn, state, (await state.get_data()).get("objecting") or "", message.text or "")


@router.message(Typed(_OBJECTS))
async def objects_at_once(message: Message, turn: Turn, state: FSMContext, typed: re.Match[str]) -> None:
    """异议 2 他家有两套房: of the list that was read last; without a list or a number, first whose."""
    seen = (await state.get_data()).get("posted") or []
    number = int(typed["number"] or 0)
    if not 1 <= number <= len(seen):
        await lists(message, turn, state)
    elif typed["words"].strip():
        await _raise(message, turn, state, seen[number - 1], typed["words"])
    else:
        await _ask_words(message, turn, state, seen[number - 1])


async def _raise(message: Message, turn: Turn, state: FSMContext, subject: str, said: str) -> None:
    """Kept without the name of who objects; nothing is decided before the office has looked into it."""
    table, _, row_id = subject.partition(":")
    await state.set_state(None)
    session = await turn.writing()
    model: type[FamilyFile] | type[AidGrant] = FamilyFile if table == "family_files" else AidGrant
    row: FamilyFile | AidGrant | None = await session.get(model, int(row_id)) if row_id.isdigit() else None
    try:
        if row is not None:
            await objections.raise_objection(session, row, said.strip()[:MOST])
    except ObjectionLateError:
        row = None
    if row is None:
        await message.answer(turn.say("posted.late"), reply_markup=home_menu(turn))
        return
    await message.answer(turn.say("posted.raised"), reply_markup=home_menu(turn))
