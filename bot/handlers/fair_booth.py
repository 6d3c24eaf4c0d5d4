"""Story: a recruiter at a booth — an advert by one sentence, 下一位, what came of each talk; and afterwards."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot import drafts
from bot.fair_words import read_call, read_result, read_video
from bot.filters import Pressed, Said
from bot.handlers import post_vacancy, publish
from bot.handlers.common import back_choice, home_menu, message_of, settle
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.posting import understand_posting
from models.applications import Application
from models.employers import Employer
from models.errors import MoveRefusedError, NotFoundError
from models.fairs import Fair, FairBooth, FairTicket, FairVenue
from models.messages import Kind
from models.people import Person
from models.states import EmployerState, VacancyState
from models.vacancies import Vacancy
from services import fair_booths, vacancies
from services.applications import VacancyGoneError
from services.phones import masked_name

router = Router(name="fair_booth")
words = Router(name="fair_booth.words")
RESULT_BUTTONS = ("intent", "hired", "none", "missed")


class AtBooth(Filter):
    """The speaker stands at their booth today; it is passed on as `booth`."""

    async def __call__(self, _event: Message | CallbackQuery, turn: Turn) -> bool | dict[str, FairBooth]:
        """As they said by its number."""
        at: dict[str, Any] = turn.data.get("booth") or {}
        if at.get("day") != turn.today.isoformat() or turn.speaker.employer_id is None:
            return False
        booth = await turn.session.get(FairBooth, at["id"])
        return {"booth": booth} if booth is not None and booth.employer_id == turn.speaker.employer_id else False


async def open_booth(
    message: Message, turn: Turn, state: FSMContext, fair: Fair, venue: FairVenue, booth: FairBooth
) -> None:
    """The recruiter is there: what can be said from now on."""
    await state.update_data(booth={"id": booth.id, "day": turn.today.isoformat()})
    employer = await turn.session.get_one(Employer, booth.employer_id)
    text = turn.say("fair.booth", title=fair.title, place=venue.place, booth=booth.number, employer=employer.name)
    if employer.state != EmployerState.VERIFIED:
        text += "\n" + turn.say("fair.booth_unverified")
    await message.answer(text, reply_markup=_next_menu(turn))


def _next_menu(turn: Turn) -> InlineKeyboardMarkup:
    return menu(*numbered((turn.say("button.fair_next"), "fairnext")), back_choice(turn), rows=(2,))


class IsAdvert(Filter):
    """A whole advert, said while nothing else is asked."""

    async def __call__(self, message: Message, turn: Turn) -> bool:
        """招电焊工3名 郑州 6000-8000."""
        return turn.state is None and drafts.is_advert((message.text or "")[:500])


@router.message(AtBooth(), IsAdvert())
async def advert(message: Message, turn: Turn, state: FSMContext, booth: FairBooth) -> None:
    """One sentence hangs at the booth; of a verified employer it is open at once when the checks pass."""
    text = (message.text or "")[:500]
    posting = understand_posting(text)
    venue = await turn.session.get_one(FairVenue, booth.venue_id)
    draft = {"region": venue.region, "description": text, **drafts.as_draft(posting)}
    if len(posting.openings) > 1 or drafts.missing(draft) or vacancies.refused(drafts.words(draft)):
        await state.update_data(draft=draft)
        await post_vacancy.carry_on(message, turn, state)
        return
    session = await turn.writing()
    try:
        vacancy = await vacancies.post(session, booth.employer_id, turn.speaker.id, drafts.stored(draft))
    except vacancies.EmployerRefusedError:
        await message.answer(turn.say("post.employer_refused"), reply_markup=home_menu(turn))
        return
    await publish.hang_here(turn, vacancy)
    key = "fair.posted" if vacancy.state == VacancyState.OPEN else "fair.posted_waits"
    text = turn.say(key, title=vacancy.title, n=vacancy.headcount, booth=booth.number)
    await message.answer(text, reply_markup=_next_menu(turn))


@words.message(Said("next_number"), AtBooth())
@router.callback_query(Pressed("fairnext"), AtBooth())
async def next_number(event: Message | CallbackQuery, turn: Turn, booth: FairBooth) -> None:
    """下一位: the person is asked to the booth."""
    session = await turn.writing()
    try:
        ticket = await fair_booths.call_next(session, booth, recruiter_id=turn.speaker.id)
    except fair_booths.NobodyWaitsError:
        await message_of(event).answer(turn.say("fair.nobody_waits"), reply_markup=_next_menu(turn))
        return
    await _called(message_of(event), turn, ticket)


@words.message(Said("next_number"))
@router.callback_query(Pressed("fairnext"))
async def no_booth(event: Message | CallbackQuery, turn: Turn) -> None:
    """下一位, said anywhere else."""
    await message_of(event).answer(turn.say("fair.which_booth"), reply_markup=home_menu(turn))


class CallsNumber(Filter):
    """叫 3."""

    async def __call__(self, message: Message) -> bool | dict[str, int]:
        """As `bot/fair_words.py` reads it."""
        number = read_call(message.text or "")
        return {"number": number} if number is not None else False


@router.message(AtBooth(), CallsNumber())
async def call_number(message: Message, turn: Turn, booth: FairBooth, number: int) -> None:
    """Out of turn, or somebody who was not there before."""
    session = await turn.writing()
    try:
        ticket = await fair_booths.call(session, booth, number, recruiter_id=turn.speaker.id)
    except fair_booths.NoSuchNumberError:
        await message.answer(turn.say("fair.no_such_number"), reply_markup=_next_menu(turn))
        return
    await _called(message, turn, ticket)


async def _called(message: Message, turn: Turn, ticket: FairTicket) -> None:
    session = turn.session
    application = await session.get_one(Application, ticket.application_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    person = await session.get_one(Person, ticket.person_id)
    waiting = await fair_booths.waiting_at(session, ticket.booth_id)
    name = masked_name(person.name(session))
    text = turn.say("fair.called", number=ticket.number, name=name, title=vacancy.title, waiting=waiting)
    pairs = [(turn.say(f"button.fair_{name}"), f"fairset:{ticket.id}:{name}") for name in RESULT_BUTTONS]
    pairs.append((turn.say("button.fair_next"), "fairnext"))
    await message.answer(text, reply_markup=menu(*numbered(*pairs), rows=(2, 2, 1)))


class SaysResult(Filter):
    """3 录用, 意向."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """As `bot/fair_words.py` reads it."""
        found = read_result(message.text or "")
        return {"number": found[0], "result": found[1]} if found else False


@router.message(AtBooth(), SaysResult())
async def result_said(message: Message, turn: Turn, booth: FairBooth, number: int | None, result: str) -> None:
    """What came of the talk, by a word; without a number of who was called last."""
    try:
        ticket = await fair_booths.ticket_at(await turn.writing(), booth, number)
    except fair_booths.NoSuchNumberError:
        await message.answer(turn.say("fair.no_such_number"), reply_markup=_next_menu(turn))
        return
    await _settle(message, turn, booth, ticket, result)


@router.callback_query(Pressed("fairset"), AtBooth())
async def result_pressed(query: CallbackQuery, turn: Turn, booth: FairBooth, args: list[str]) -> None:
    """The same by a button."""
    ticket = await (await turn.writing()).get(FairTicket, int(args[0]))
    if ticket is None or ticket.booth_id != booth.id or args[1] not in RESULT_BUTTONS:
        await message_of(query).answer(turn.say("fair.no_such_number"), reply_markup=_next_menu(turn))
        return
    await _settle(message_of(query), turn, booth, ticket, args[1])


async def _settle(message: Message, turn: Turn, booth: FairBooth, ticket: FairTicket, result: str) -> None:
    try:
        await fair_booths.settle(turn.session, booth, ticket, result, recruiter_id=turn.speaker.id)
    except fair_booths.NoSuchNumberError:
        await message.answer(turn.say("fair.no_such_number"), reply_markup=_next_menu(turn))
        return
    except VacancyGoneError:
        await message.answer(turn.say("fair.post_full"), reply_markup=_next_menu(turn))
        return
    text = turn.say(f"fair.noted_{result}", number=ticket.number)
    await message.answer(text, reply_markup=_next_menu(turn))


class ProposesVideo(Filter):
    """约 3 15:30."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """As `bot/fair_words.py` reads it."""
        found = read_video(message.text or "", turn.today)
        return {"number": found[0], "moment": found[1]} if found else False


@router.message(AtBooth(), ProposesVideo())
async def video(message: Message, turn: Turn, booth: FairBooth, number: int, moment: Any) -> None:
    """An interview by video, where the employer is in another province."""
    session = await turn.writing()
    try:
        ticket = await fair_booths.ticket_at(session, booth, number)
        await fair_booths.appoint_video(session, booth, ticket, moment, recruiter_id=turn.speaker.id)
    except fair_booths.NoSuchNumberError:
        await message.answer(turn.say("fair.no_such_number"), reply_markup=_next_menu(turn))
        return
    except fair_booths.MeetingPastError:
        await message.answer(turn.say("fair.video_refused"), reply_markup=_next_menu(turn))
        return
    await message.answer(turn.say("fair.video_noted", number=number), reply_markup=_next_menu(turn))


@router.callback_query(Pressed("fairend"))
async def what_became(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """After the fair: working, hired or nothing; then the next one is asked about."""
    session = await turn.writing()
    message = message_of(query)
    try:
        ticket, booth = await fair_booths.ticket_for(session, int(args[1]), turn.speaker.id)
        await fair_booths.tell_end(session, ticket, args[0], recruiter_id=turn.speaker.id)
    except (NotFoundError, fair_booths.NoSuchNumberError, VacancyGoneError, MoveRefusedError):
        await message.answer(turn.say("fair.end_known"), reply_markup=home_menu(turn))
        return
    except (ValueError, IndexError) as error:
        raise SkipHandler from error
    await settle(query, turn)
    await message.answer(turn.say(f"fair.end_{args[0]}"))
    await fair_booths.ask_what_became(session, booth, kind=Kind.REPLY)
