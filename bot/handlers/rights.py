"""Story: wages are owed, or another right is in question — a ticket with a deadline; the office answers."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, Pressed, Said, Says
from bot.handlers.common import back_choice, home_menu, human_choice, message_of
from bot.menus import menu, numbered
from bot.rights_words import right_of
from bot.states import Rights
from bot.turn import Turn
from matching.understand import understand
from models.offices import Office
from services import tickets
from services.offices import NoOfficeError

router = Router(name="rights")
words = Router(name="rights.words")
MOST = 500


@words.message(Said("wages_owed"))
async def wages_owed(message: Message, turn: Turn, state: FSMContext) -> None:
    """欠薪: registered at once."""
    await open_ticket(message, turn, state, "wages_owed")


@words.message(Said("severance"))
async def severance(message: Message, turn: Turn, state: FSMContext) -> None:
    """裁员补偿."""
    await open_ticket(message, turn, state, "severance")


@words.message(Said("insurance"))
async def insurance(message: Message, turn: Turn, state: FSMContext) -> None:
    """社保接续."""
    await open_ticket(message, turn, state, "insurance")


@words.message(Said("rights"))
@router.callback_query(Pressed("rights"))
async def which(event: Message | CallbackQuery, turn: Turn) -> None:
    """维权: about what?"""
    topics = numbered(*((turn.say(f"topic.{topic}"), f"right:{topic}") for topic in tickets.rights_topics()))
    await message_of(event).answer(
        turn.say("rights.which"), reply_markup=menu(*topics, human_choice(turn), rows=(2, 2))
    )


@router.callback_query(Pressed("right"))
async def chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The topic was chosen."""
    await open_ticket(message_of(query), turn, state, args[0] if args else "other")


@router.message(StateFilter(Rights.words), Said("back"))
async def no_words(message: Message, turn: Turn, state: FSMContext) -> None:
    """The ticket stands as it is."""
    await state.set_state(None)
    await message.answer(turn.say("home"), reply_markup=home_menu(turn))


@router.message(StateFilter(Rights.words), HasText())
async def told(message: Message, turn: Turn, state: FSMContext) -> None:
    """Who owes what, and since when."""
    session = await turn.writing()
    ticket = await tickets.open_ticket_of(session, turn.speaker.id)
    await state.set_state(None)
    if ticket is None:
        await message.answer(turn.say("rights.over"), reply_markup=home_menu(turn))
        return
    said = (message.text or "")[:MOST]
    tickets.add_words(session, ticket, said)
    if (place := understand(said).region) is not None:
        await tickets.move_ticket(session, ticket, place.adcode)
    text = turn.say("rights.noted", month=ticket.due_on.month, day=ticket.due_on.day)
    await message.answer(text, reply_markup=home_menu(turn))


@router.message(Says(right_of))
async def told_at_once(message: Message, turn: Turn, state: FSMContext, heard: str) -> None:
    """One sentence is enough: it is kept with the ticket. Who is asked for money hears that nobody may."""
    if heard == "paid":
        await state.set_state(None)
        choices = numbered((turn.say("button.rights"), "rights"))
        await message.answer(turn.say("rights.never_pay"), reply_markup=menu(*choices, human_choice(turn), rows=(2,)))
        return
    await open_ticket(message, turn, state, heard, (message.text or "")[:MOST])


async def open_ticket(message: Message, turn: Turn, state: FSMContext, topic: str, said: str = "") -> None:
    """Written down for the office at once; what more the person says belongs to it."""
    request = (await state.get_data()).get("request", {})
    place = understand(said).region if said else None
    region = place.adcode if place is not None else request.get("region")
    session = await turn.writing()
    try:
        ticket = await tickets.open_ticket(session, turn.speaker.id, topic, region=region, words=said)
    except NoOfficeError:
        await message.answer(turn.say("human.no_office"), reply_markup=home_menu(turn))
        return
    office = await session.get_one(Office, ticket.office_id)
    await state.set_state(Rights.words)
    text = turn.say(
        "rights.opened",
        topic=turn.say(f"topic.{topic}"),
        office=office.name,
        month=ticket.due_on.month,
        day=ticket.due_on.day,
        ask=turn.say(f"rights.ask_{topic}"),
    )
    await message.answer(text, reply_markup=menu(back_choice(turn)))
