"""Story: a family begins to ask for a file, for aid, for a loan — by a word, a button, or by telling of its need."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.aid_questions import MOST_WORDS
from bot.filters import Pressed, Said, Says, said_in
from bot.handlers import joining
from bot.handlers.applying_questions import begin
from bot.handlers.common import message_of
from bot.handlers.my_aid import show_standing
from bot.menus import menu
from bot.need_words import need_of, wants_other
from bot.states import Applying, Seeking
from bot.turn import Turn
from bot.wish_words import wish_of
from models.messages import Choice
from services import family_requests as requests
from services import people

router = Router(name="applying")
words = Router(name="applying.words")
ANSWERING = StateFilter(Applying.answer)
NOT_ANSWERING = ~ANSWERING
"""At an open question 大病, 生活困难 and 借钱 are its answer first; only what is none begins the other form."""


class InNeed(Filter):
    """A sentence tells of a need and wishes for nothing else; the kind of aid is passed on as `need`."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, str]:
        """Where no question is open."""
        if turn.state not in (None, Seeking.place.state):
            return False
        said = said_in(message, turn)
        need = "" if wants_other(said) else need_of(said)
        return {"need": need} if need else False


@router.message(NOT_ANSWERING, InNeed())
async def tells_of_need(message: Message, turn: Turn, state: FSMContext, need: str) -> None:
    """老公住院花了八万: the aid for it; the words are kept for the office with the family's file."""
    await _aid(message, turn, state, {"kind": need}, (message.text or "")[:MOST_WORDS])


@router.message(Says(wish_of))
async def wishes(message: Message, turn: Turn, state: FSMContext, heard: str) -> None:
    """我想贷款开个小店; 怎么加入工会."""
    await (joining.join if heard == "union" else wants_loan)(message, turn, state)


@words.message(Said("aid"), NOT_ANSWERING)
@router.message(ANSWERING, Said("aid"))
@router.message(ANSWERING, Said("medical_aid"))
@router.message(ANSWERING, Said("tuition_aid"))
@router.callback_query(Pressed("wantaid"))
async def wants_aid(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """申请帮扶: the family's file first; with a valid one, which aid?"""
    await _aid(message_of(event), turn, state, {})


@words.message(Said("medical_aid"), NOT_ANSWERING)
async def wants_medical_aid(message: Message, turn: Turn, state: FSMContext) -> None:
    """医疗救助."""
    await _aid(message, turn, state, {"kind": "medical"})


@words.message(Said("tuition_aid"), NOT_ANSWERING)
async def wants_tuition_aid(message: Message, turn: Turn, state: FSMContext) -> None:
    """助学."""
    await _aid(message, turn, state, {"kind": "tuition"})


@words.message(Said("loan"), NOT_ANSWERING)
@router.message(ANSWERING, Said("loan"))
@router.callback_query(Pressed("wantloan"))
async def wants_loan(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """贷款: one application at a time."""
    message = message_of(event)
    standing = await requests.standing_of(turn.session, turn.speaker.id)
    if any(loan.state == "applied" for loan, _ in standing.loans):
        await show_standing(message, turn, standing, turn.say("want.already"))
        return
    await begin(message, turn, state, "loan", await _known(turn, state))


async def _aid(message: Message, turn: Turn, state: FSMContext, given: dict[str, Any], details: str = "") -> None:
    standing = await requests.standing_of(turn.session, turn.speaker.id)
    if standing.is_valid(turn.today):
        await begin(message, turn, state, "aid", given)
    elif standing.family is not None:
        await show_standing(message, turn, standing, turn.say("want.after_file"))
    elif await people.has_consent(turn.session, turn.speaker.id, people.SENSITIVE_GROUP):
        known = await _known(turn, state)
        await begin(message, turn, state, "file", {**known, "details": details} if details else known)
    else:
        choices = (Choice("1", turn.say("button.agree"), "applyok"), Choice("2", turn.say("button.rather_not"), "home"))
        await state.set_state(None)
        await state.update_data(need=details)
        await message.answer(turn.say("want.consent"), reply_markup=menu(*choices, rows=(2,)))


@router.callback_query(Pressed("applyok"))
async def agreed(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The consent of its own; then the questions."""
    await people.give_consent(await turn.writing(), turn.speaker.id, people.SENSITIVE_GROUP)
    details = (await state.get_data()).get("need") or ""
    await state.update_data(need="")
    await _aid(message_of(query), turn, state, {}, details)


async def _known(turn: Turn, state: FSMContext) -> dict[str, Any]:
    """What need not be asked: the place that was named before."""
    place = ((await state.get_data()).get("request") or {}).get("region")
    if place is None and turn.speaker.is_seeker:
        place = (await people.profile_of(turn.session, turn.speaker.id) or {}).get("region")
    return {"place": place} if place else {}
