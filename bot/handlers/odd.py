"""Story: what comes by a button of an app: a group, a shared number, a table of vacancies."""

from __future__ import annotations

from pathlib import Path

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.filters import HasContact, HasTable, InGroup
from bot.handlers import questions
from bot.handlers.common import home_menu
from bot.turn import Turn
from services import people
from services.exchange.outcome import UnreadableFileError
from services.exchange.own import post_table
from services.phones import PhoneRefusedError

gate = Router(name="odd.gate")
router = Router(name="odd")
SHOWN_PROBLEMS = 5


@gate.message(InGroup())
async def group(message: Message, turn: Turn) -> None:
    """Private matters are not for a group."""
    await message.answer(turn.say("sorry.group"))


@router.message(HasContact())
async def contact(message: Message, turn: Turn, state: FSMContext) -> None:
    """The own number by a button: proven, where numbers are taken at all."""
    shared = message.contact
    if shared is None or not turn.reach.domestic:
        await message.answer(turn.say("sorry.contact"), reply_markup=home_menu(turn))
        return
    if shared.user_id != turn.speaker.id:
        await message.answer(turn.say("contact.not_own"))
        return
    session = await turn.writing()
    try:
        taken = not await people.prove_phone(session, turn.speaker.id, shared.phone_number)
    except PhoneRefusedError:
        await message.answer(turn.say("ask.phone_wrong"))
        return
    if taken:
        await message.answer(turn.say("ask.phone_taken"))
        return
    turn.speaker.has_phone = True
    await questions.go_on(message, turn, state)


@router.message(HasTable())
async def table(message: Message, turn: Turn, path: str, name: str) -> None:
    """An Excel sheet of vacancies from a recruiter: the good rows are posted, the bad ones named."""
    if turn.speaker.employer_id is None:
        await message.answer(turn.say("table.no_employer"), reply_markup=home_menu(turn))
        return
    session = await turn.writing()
    try:
        outcome = await post_table(session, turn.speaker.employer_id, turn.speaker.id, Path(path))
    except UnreadableFileError:
        await message.answer(turn.say("table.unreadable"), reply_markup=home_menu(turn))
        return
    lines = [turn.say("table.done", name=name, added=outcome.added, unchanged=outcome.unchanged, bad=outcome.bad)]
    lines += [
        turn.say("table.problem", line=problem.line, column=problem.column, why=problem.why)
        for problem in outcome.problems[:SHOWN_PROBLEMS]
    ]
    await message.answer("\n".join(lines), reply_markup=home_menu(turn))
