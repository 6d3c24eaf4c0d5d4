"""Story: the seeker answers an invitation; after the yes both get the other's contact."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bot.filters import Pressed
from bot.handlers import questions
from bot.handlers.common import home_menu, message_of, settle
from bot.turn import Turn
from models.applications import Application
from models.states import ApplicationState
from services import applications

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
        if not (turn.speaker.has_phone and turn.speaker.has_name):
            await state.update_data(asking=None, skipped={})
            await questions.ask_next(message, turn, state, "seeker")
        return
    await applications.decline(session, application, reason="seeker_declined")
    await message.answer(turn.say("invite.declined"), reply_markup=home_menu(turn))
