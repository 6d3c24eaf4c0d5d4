"""Story: an interview is agreed, moved or called off by buttons, by either side."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.filters import Pressed
from bot.handlers.common import home_menu, message_of, settle
from bot.turn import Turn
from models.applications import Application
from models.appointments import Appointment
from models.errors import MoveRefusedError
from models.vacancies import Vacancy
from services import applications, appointments

router = Router(name="appointments")
WHY_NOT = ("place", "wage", "found", "other")


@router.callback_query(Pressed("appt"))
async def answered(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """能去, 改时间, 不去了; or the recruiter: 取消面试, 没来."""
    session = await turn.writing()
    message = message_of(query)
    found = await session.get(Appointment, int(args[1]), with_for_update=True)
    side = await _side(turn, found)
    try:
        match (args[0], side, found):
            case ("ok", "seeker", Appointment()):
                await appointments.agree(session, found, by=turn.speaker.id)
            case ("other", "seeker", Appointment()):
                await appointments.ask_other_time(session, found, by=turn.speaker.id)
            case ("cancel", "seeker" | "employer", Appointment()):
                await appointments.cancel(session, found, by=turn.speaker.id)
            case ("absent", "employer", Appointment()):
                await appointments.was_absent(session, found, recruiter_id=turn.speaker.id)
            case _:
                await message.answer(turn.say("appointment.over"), reply_markup=home_menu(turn))
                return
    except (MoveRefusedError, appointments.PastMomentError):
        await message.answer(turn.say("appointment.over"), reply_markup=home_menu(turn))
        return
    await settle(query, turn)
    await message.answer(turn.say(f"appointment.done.{args[0]}"), reply_markup=home_menu(turn))


async def _side(turn: Turn, appointment: Appointment | None) -> str | None:
    """On which side of the appointment the speaker stands."""
    if appointment is None:
        return None
    application = await turn.session.get_one(Application, appointment.application_id)
    if application.seeker_id == turn.speaker.id:
        return "seeker"
    vacancy = await turn.session.get_one(Vacancy, application.vacancy_id)
    return "employer" if vacancy.employer_id == turn.speaker.employer_id else None


@router.callback_query(Pressed("whyno"))
async def why_not(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Why the seeker said no: a word that helps to find better ones."""
    session = await turn.writing()
    application = await session.get(Application, int(args[1]))
    mine = application is not None and application.seeker_id == turn.speaker.id
    if application is not None and mine and application.state == "declined" and args[0] in WHY_NOT:
        await applications.note_reason(session, application, reason=f"seeker_{args[0]}")
    await message_of(query).answer(turn.say("invite.noted"), reply_markup=home_menu(turn))
