"""Story: what is known of me, what I applied for, and taking it back."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import Pressed, Said
from bot.handlers import questions
from bot.handlers.common import home_menu, human_choice, message_of
from bot.handlers.find_job import request_of
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.occupations import occupation_name
from matching.places import short_name
from models.applications import Application
from models.people import Person
from models.states import LIVE_APPLICATIONS, ApplicationState, can_move
from services import applications, memberships, people
from services.phones import masked_phone

router = Router(name="my_data")
words = Router(name="my_data.words")


@words.message(Said("my_data"))
@router.callback_query(Pressed("my_data"))
async def my_data(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """我的资料: everything that is kept, the applications, and the way to change or delete it."""
    request = await request_of(turn, state)
    lines = [turn.say("mine.title" if turn.speaker.is_seeker else "mine.nothing_kept")]
    lines += await _facts(turn, request)
    found = await applications.applications_of(turn.session, turn.speaker.id)
    if found:
        lines.append(turn.say("mine.applications"))
    lines += [f"- {vacancy.title} · {turn.say('state.' + application.state)}" for application, vacancy in found]
    if not turn.speaker.is_seeker:
        lines.append(turn.say("consent.before_fill"))
    pairs = [(turn.say("button.fill"), "fill")]
    pairs += [
        (turn.say("button.withdraw", title=vacancy.title), f"withdraw:{application.id}")
        for application, vacancy in found
        if application.state in LIVE_APPLICATIONS
    ][:3]
    pairs.append((turn.say("button.delete_all"), "forget"))
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), human_choice(turn)))


async def _facts(turn: Turn, request: dict[str, Any]) -> list[str]:
    language = turn.speaker.language
    person = await turn.session.get_one(Person, turn.speaker.id)
    phone = person.phone(turn.session)
    groups = await people.groups_of(turn.session, turn.speaker.id)
    joined = await memberships.membership_of(turn.session, turn.speaker.id)
    years = request.get("experience_years")
    values = {
        "name": person.name(turn.session),
        "phone": masked_phone(phone) if phone and turn.reach.domestic else None,
        "work": ", ".join(occupation_name(code, language) for code, _ in request.get("occupations", ())[:3]),
        "place": short_name(request["region"], language) if request.get("region") else None,
        "wage": f"{request['wage_min'] // 100}" if request.get("wage_min") else None,
        "certificates": ", ".join(request.get("certificates") or ()),
        "experience": f"{years:g}" if years is not None else None,
        "home": short_name(request["home_region"], language) if request.get("home_region") else None,
        "group": ", ".join(turn.say("group.short." + membership.group) for membership in groups),
        "member": joined.joined_on.isoformat() if joined and joined.joined_on else None,
    }
    return [turn.say(f"mine.{name}", value=value) for name, value in values.items() if value]


@router.callback_query(Pressed("fill"))
async def fill(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """Answer what is still open, also what was skipped before."""
    session = await turn.writing()
    if not await people.has_consent(session, turn.speaker.id, people.KEEP_PROFILE):
        await people.give_consent(session, turn.speaker.id, people.KEEP_PROFILE)
        await people.register_seeker(session, turn.speaker.id, await request_of(turn, state))
    await state.update_data(asking=None, skipped={})
    await questions.ask_next(message_of(query), turn, state, "seeker")


@router.callback_query(Pressed("withdraw"))
async def withdraw(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Take an application back."""
    session = await turn.writing()
    application = await session.get(Application, int(args[0]))
    message = message_of(query)
    mine = application is not None and application.seeker_id == turn.speaker.id
    if application is None or not mine or not can_move(ApplicationState(application.state), ApplicationState.WITHDRAWN):
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    await applications.withdraw(session, application, actor=turn.speaker.id)
    await message.answer(turn.say("mine.withdrawn"), reply_markup=home_menu(turn))
