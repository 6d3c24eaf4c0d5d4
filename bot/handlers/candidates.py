"""Story: a recruiter sees who applied (no contact), invites, hires, or says no with a reason."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import Pressed, Said
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.places import short_name
from models.applications import Application
from models.errors import MoveRefusedError
from models.people import Person
from models.states import ApplicationState, VacancyState
from models.vacancies import Vacancy
from services import applications, appointments, people, vacancies
from services.phones import masked_name

router = Router(name="candidates")
words = Router(name="candidates.words")
LIVE = (VacancyState.OPEN, VacancyState.FULL, VacancyState.CLOSED, VacancyState.EXPIRED)
PAGE = 8
REASONS = ("skills", "certificate", "place", "wage", "no_contact", "other")


@words.message(Said("candidates"))
@words.message(Said("mine"))
@router.callback_query(Pressed("cand"))
async def candidates(
    event: Message | CallbackQuery, turn: Turn, state: FSMContext, args: list[str] | None = None
) -> None:
    """候选人: of one vacancy, or first which vacancy."""
    message = message_of(event)
    if turn.speaker.employer_id is None:
        await message.answer(turn.say("candidates.no_employer"), reply_markup=home_menu(turn))
        return
    if args:
        vacancy = await turn.session.get(Vacancy, int(args[0]))
        if vacancy is not None and vacancy.employer_id == turn.speaker.employer_id:
            await _list(message, turn, state, vacancy, int(args[1]) if len(args) > 1 else 0)
            return
    found = await vacancies.vacancies_of(turn.session, turn.speaker.employer_id, *LIVE, VacancyState.DRAFT)
    if len(found) == 1:
        await _list(message, turn, state, found[0])
    elif not found:
        await message.answer(turn.say("post.none_open"), reply_markup=home_menu(turn))
    else:
        pairs = [(_vacancy_label(turn, vacancy), f"cand:{vacancy.id}") for vacancy in found[:8]]
        await message.answer(turn.say("candidates.which"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


def _vacancy_label(turn: Turn, vacancy: Vacancy) -> str:
    return turn.say(
        "candidates.vacancy",
        title=vacancy.title,
        place=short_name(vacancy.region, turn.speaker.language),
        state=turn.say(f"vacancy.{vacancy.state}"),
        applied=vacancy.applications,
        hired=vacancy.hired,
        headcount=vacancy.headcount,
    )


async def _list(message: Message, turn: Turn, state: FSMContext, vacancy: Vacancy, offset: int = 0) -> None:
    """One page; only who is shown is thereby referred."""
    session = await turn.writing()
    found = await applications.candidates(session, vacancy, recruiter_id=turn.speaker.id, offset=offset, most=PAGE)
    await state.update_data(listed=[application.id for application in found])
    lines = [_vacancy_label(turn, vacancy)]
    if not found:
        lines.append(turn.say("candidates.all_settled" if vacancy.applications else "candidates.none"))
        await message.answer("\n".join(lines), reply_markup=home_menu(turn))
        return
    pairs = []
    for number, application in enumerate(found, 1):
        summary = await _summary(turn, application)
        lines.append(f"{number}. {summary} · {_state(turn, application)}")
        pairs.append((turn.say("button.see", n=number), f"person:{application.id}"))
    if len(found) == PAGE:
        pairs.append((turn.say("button.more"), f"cand:{vacancy.id}:{offset + PAGE}"))
    lines += [turn.say("candidates.how"), turn.say("candidates.batch")]
    await message.answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(4, 4)))


def _state(turn: Turn, application: Application) -> str:
    if application.state == ApplicationState.REFERRED and application.invited_at:
        return turn.say("candidates.invited_waiting")
    return turn.say(f"candidates.state.{application.state}")


async def _summary(turn: Turn, application: Application) -> str:
    """What an employer may see before the seeker's yes: work facts, never contact, group, sex or age."""
    person = await turn.session.get_one(Person, application.seeker_id)
    profile: dict[str, Any] = await people.profile_of(turn.session, person.id) or {}
    years, name = profile.get("experience_years"), person.name(turn.session)
    facts = [
        masked_name(name) if name else turn.say("candidates.unnamed"),
        turn.say("candidates.years", years=f"{years:g}") if years is not None else "",
        "/".join(profile.get("certificates") or ()),
        short_name(profile["region"], turn.speaker.language) if profile.get("region") else "",
        turn.say(f"answer.{profile['free_from']}") if profile.get("free_from") in ("now", "week", "month") else "",
    ]
    return " · ".join(fact for fact in facts if fact)


async def _mine(turn: Turn, args: list[str]) -> tuple[Application, Vacancy] | None:
    """The application that the button means, if it is for this employer's vacancy."""
    application = await turn.session.get(Application, int(args[-1]))
    if application is None:
        return None
    vacancy = await turn.session.get_one(Vacancy, application.vacancy_id)
    return (application, vacancy) if vacancy.employer_id == turn.speaker.employer_id else None


@router.callback_query(Pressed("person"))
async def person(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """One candidate and what can be done now."""
    message = message_of(query)
    found = await _mine(turn, args)
    if found is None:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    application, vacancy = found
    pairs = []
    if application.state == ApplicationState.REFERRED and not application.invited_at:
        pairs.append((turn.say("button.invite"), f"invite:{application.id}"))
    if application.state in (ApplicationState.INTERVIEW, ApplicationState.OFFERED):
        pairs.append((turn.say("button.hire"), f"hire:{application.id}"))
    meeting = await appointments.find(turn.session, application.id)
    if meeting is not None and meeting.state in appointments.LIVE:
        pairs.append((turn.say("button.call_off"), f"appt:cancel:{meeting.id}"))
    if application.state not in (ApplicationState.STARTED, ApplicationState.REJECTED):
        pairs.append((turn.say("button.reject"), f"reject:{application.id}"))
    pairs.append((turn.say("button.candidates"), f"cand:{vacancy.id}"))
    text = f"{vacancy.title}\n{await _summary(turn, application)} · {_state(turn, application)}"
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("invite"))
async def invite(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """约面试: the employer's yes."""
    found = await _mine(turn, args)
    message = message_of(query)
    if found is None or found[0].state != ApplicationState.REFERRED or found[0].invited_at:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    reached = await applications.invite(await turn.writing(), found[0], recruiter_id=turn.speaker.id)
    key = "candidates.invited" if reached else "candidates.not_reached"
    await message.answer(turn.say(key), reply_markup=after_answers(turn, found[1]))


def after_answers(turn: Turn, vacancy: Vacancy | None) -> Any:
    """The list again."""
    if vacancy is None:
        return home_menu(turn)
    return menu(*numbered((turn.say("button.candidates"), f"cand:{vacancy.id}")), back_choice(turn), rows=(2,))


@router.callback_query(Pressed("hire"))
async def hire(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """录用: the office then confirms the first day."""
    found = await _mine(turn, args)
    message = message_of(query)
    if found is None:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    try:
        await applications.hire(await turn.writing(), found[0], recruiter_id=turn.speaker.id)
    except (applications.NotInterviewedError, MoveRefusedError):
        await message.answer(turn.say("candidates.not_yet"), reply_markup=home_menu(turn))
        return
    await message.answer(turn.say("candidates.hired"), reply_markup=after_answers(turn, found[1]))


@router.callback_query(Pressed("reject"))
async def reject(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """不合适: with a reason; the person is told kindly."""
    found = await _mine(turn, args)
    message = message_of(query)
    if found is None:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    application, vacancy = found
    if len(args) == 1:
        pairs = [(turn.say(f"reject.{reason}"), f"reject:{reason}:{application.id}") for reason in REASONS]
        await message.answer(turn.say("reject.ask"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))
        return
    try:
        await applications.reject(
            await turn.writing(),
            application,
            recruiter_id=turn.speaker.id,
            reason=args[0] if args[0] in REASONS else "other",
        )
    except MoveRefusedError:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    await message.answer(turn.say("reject.done"), reply_markup=after_answers(turn, vacancy))
