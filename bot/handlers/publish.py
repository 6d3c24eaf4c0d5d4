"""Story: who hires; then the advert is open or with the office."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot import drafts
from bot.filters import HasText, Pressed
from bot.handlers import questions
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu
from bot.states import Posting
from bot.turn import Turn
from models.employers import Employer
from models.fairs import FairBooth
from models.messages import Choice
from models.states import VacancyState
from models.vacancies import Vacancy
from services import employers, fairs, people, vacancies
from services.adverts import Offence
from services.offices import office_for
from services.phones import without_numbers

router = Router(name="publish")


async def say_offences(message: Message, turn: Turn, state: FSMContext, offences: tuple[Offence, ...]) -> None:
    """What the advert may not say and why; the rest of the draft is kept."""
    lines = [turn.say("advert.refused")]
    lines += [turn.say(f"advert.{offence.code}", words=offence.words) for offence in offences]
    draft = {k: v for k, v in (await state.get_data())["draft"].items() if k != "description"}
    await state.set_state(Posting.missing)
    await state.update_data(draft=draft, field="again")
    await message.answer("\n".join(lines), reply_markup=menu(back_choice(turn)))


async def publish(message: Message, turn: Turn, state: FSMContext) -> None:
    """With an employer it is posted; without one its name is asked for."""
    if turn.speaker.employer_id is None:
        await state.set_state(Posting.employer)
        await message.answer(turn.say("post.ask.employer"), reply_markup=menu(back_choice(turn, "draft:review")))
        return
    await _post(message, turn, state, turn.speaker.employer_id)


@router.message(StateFilter(Posting.employer), HasText())
async def employer_named(message: Message, turn: Turn, state: FSMContext) -> None:
    """Who hires; then its credit code, which may be left to the office."""
    name = without_numbers(message.text or "")
    if not 2 <= len(name) <= 60:
        await message.answer(turn.say("post.ask.employer"), reply_markup=menu(back_choice(turn, "draft:review")))
        return
    await state.set_state(Posting.code)
    await state.update_data(employer_name=name)
    await _ask_code(message, turn, "post.ask.code")


async def _ask_code(message: Message, turn: Turn, key: str) -> None:
    skip = Choice(turn.say("button.skip"), turn.say("button.skip"), "code_later")
    keyboard = menu(skip, back_choice(turn, "draft:review"), rows=(2,))
    await message.answer(turn.say(key), reply_markup=keyboard)


@router.callback_query(Pressed("code_later"))
async def code_later(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The office will ask for it."""
    await _register(message_of(query), turn, state, None)


@router.message(StateFilter(Posting.code), HasText())
async def code_given(message: Message, turn: Turn, state: FSMContext) -> None:
    """The 18 characters; a slip is told at once."""
    try:
        code = employers.credit_code(message.text or "")
    except employers.CreditCodeRefusedError:
        await _ask_code(message, turn, "post.code_wrong")
        return
    await _register(message, turn, state, code)


async def _register(message: Message, turn: Turn, state: FSMContext, code: str | None) -> None:
    data = await state.get_data()
    draft = data.get("draft")
    if not draft or not data.get("employer_name"):
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    session = await turn.writing()
    await people.give_consent(session, turn.speaker.id, people.KEEP_EMPLOYER)
    employer = await employers.register_employer(
        session, turn.speaker.id, name=data["employer_name"], region=draft["region"], code=code
    )
    turn.speaker.employer_id = employer.id
    await _post(message, turn, state, employer.id)


async def _post(message: Message, turn: Turn, state: FSMContext, employer_id: int) -> None:
    """Store it and say what happens next; then the optional questions."""
    session = await turn.writing()
    draft = drafts.stored((await state.get_data())["draft"])
    try:
        vacancy = await vacancies.post(session, employer_id, turn.speaker.id, draft)
    except vacancies.EmployerRefusedError:
        await state.set_state(None)
        await message.answer(turn.say("post.employer_refused"), reply_markup=home_menu(turn))
        return
    except vacancies.AdvertRefusedError as refusal:
        await say_offences(message, turn, state, refusal.offences)
        return
    await session.flush()
    await hang_here(turn, vacancy)
    await state.update_data(draft=None, employer_name=None)
    office = await office_for(session, vacancy.region)
    employer = await session.get_one(Employer, employer_id)
    key = "post.open" if vacancy.state == VacancyState.OPEN else "post.waits"
    text = turn.say(key, title=vacancy.title, office=office.name, employer=employer.name)
    await message.answer(text)
    await questions.ask_next(message, turn, state, "vacancy", vacancy.id)


async def hang_here(turn: Turn, vacancy: Vacancy) -> FairBooth | None:
    """Posted at a fair, the advert hangs at the booth of the recruiter who stands there today."""
    at = turn.data.get("booth") or {}
    booth = await turn.session.get(FairBooth, at.get("id", 0)) if at.get("day") == turn.today.isoformat() else None
    if booth is None or booth.employer_id != vacancy.employer_id:
        return None
    await fairs.hang(turn.session, booth, vacancy)
    return booth
