"""Story: the office answers a ticket, and says what became of it."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsOrder, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.handlers.staff_numbers import number_choice
from bot.menus import menu, numbered, worded
from bot.states import Desk
from bot.turn import Turn
from models.errors import NotFoundError
from models.states import TicketState
from models.tickets import Ticket
from services import desk, tickets
from services.casework import visible_row

router = Router(name="staff_tickets")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())


async def _ticket(turn: Turn, ticket_id: int) -> Ticket:
    """The ticket, if the officer's region has it and it is open. Raises NotFoundError."""
    ticket = await visible_row(turn.session, Ticket, ticket_id, region_of(turn))
    if ticket.state != TicketState.OPEN:
        raise NotFoundError
    return ticket


@router.callback_query(Pressed("ticket"))
async def show(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """What the person said, until when to answer, and room for the answer."""
    message = message_of(query)
    try:
        ticket = await _ticket(turn, int(args[0]))
    except NotFoundError:
        await said(message, turn)
        return
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    await state.set_state(Desk.ticket)
    await state.update_data(ticket=ticket.id)
    text = turn.say(
        "desk.ticket",
        topic=turn.say(f"topic.{ticket.topic}"),
        name=await desk.person_label(turn.session, ticket.person_id),
        month=ticket.due_on.month,
        day=ticket.due_on.day,
        words=tickets.words_of(turn.session, ticket) or turn.say("desk.no_words"),
    )
    calls = worded(number_choice(turn, ticket.person_id, "ticket"))
    await message.answer(text, reply_markup=menu(*calls, back_choice(turn)))


@router.message(StateFilter(Desk.ticket), HasText(), ~IsOrder())
async def answer(message: Message, turn: Turn, state: FSMContext) -> None:
    """The words are kept until it is said what became of it."""
    data = await state.get_data()
    await state.set_state(None)
    words = (message.text or "")[:500]
    await state.update_data(ticket_answer=words)
    ticket = await turn.session.get(Ticket, data.get("ticket") or 0)
    topic = ticket.topic if ticket else ""
    outcomes = ((turn.say(f"outcome.{o}"), f"tickout:{data.get('ticket', 0)}:{o}") for o in tickets.outcomes_of(topic))
    await message.answer(
        turn.say("desk.outcome", words=words),
        reply_markup=menu(*numbered(*outcomes), back_choice(turn), rows=(2, 2, 2)),
    )


@router.callback_query(Pressed("tickout"))
async def settle(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The answer goes to the person; the outcome is counted."""
    message = message_of(query)
    words = (await state.get_data()).get("ticket_answer")
    try:
        ticket = await _ticket(turn, int(args[0]))
    except NotFoundError:
        await said(message, turn)
        return
    if not may_decide(turn) or not words:
        await said(message, turn, "desk.gone" if may_decide(turn) else "desk.not_allowed")
        return
    session = await turn.writing()
    reached = await tickets.answer_ticket(session, ticket, officer_id=turn.speaker.id, words=words, outcome=args[1])
    await state.update_data(ticket=None, ticket_answer=None)
    await said(message, turn, "desk.answered" if reached else "desk.not_reached")
