"""Story: the seeker answers an invitation; after the yes both get the other's contact."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bot.filters import Pressed
from bot.handlers import questions
from bot.handlers.appointments import WHY_NOT
from bot.handlers.common import home_menu, human_choice, message_of, settle
from bot.menus import menu, numbered
from bot.turn import Turn
from models.applications import Application
from models.states import ApplicationState
from services import applications, appointments

router = Router(name="answer")


@router.callback_query(Pressed("inv"))
async def invitation(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """81 同意 or 82 不了."""
    session = await turn.writing()
    message = message_of(query)
    application = await session.get(Application, int(args[1]))
    waiting = (
        application is not None
        and application.seeker_id == turn.speaker.id
        and application.state == ApplicationState.REFERRED
        and application.invited_at is not None
    )
    if application is None or not waiting:
        await message.answer(turn.say("invite.over"), reply_markup=home_menu(turn))
        return
    await settle(query, turn)
    if args[0] == "yes":
        await applications.accept_invitation(session, application)
        appointment = await appointments.find(session, application.id)
        if appointment is not None and appointment.state == "proposed" and appointment.at > turn.now:
            await appointments.agree(session, appointment, by=turn.speaker.id)
        if not (turn.speaker.has_phone and turn.speaker.has_name):
            await state.update_data(asking=None, skipped={})
            await questions.ask_next(message, turn, state, "seeker")
        return
    await applications.decline(session, application, reason="seeker_declined")
    pairs = [(turn.say(f"whyno.{word}"), f"whyno:{word}:{application.id}") for word in WHY_NOT]
    keyboard = menu(*numbered(*pairs, (turn.say("button.find"), "find")), human_choice(turn), rows=(4,))
    await message.answer(turn.say("invite.declined"), reply_markup=keyboard)
