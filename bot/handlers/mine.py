"""Story: 进度 — how far all is that I asked for; 撤回 — which of it I take back; 不找了."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import Pressed, Says
from bot.handlers.common import back_choice, home_menu, human_choice, message_of
from bot.handlers.my_aid import standing_lines
from bot.handlers.my_training import BEFORE_CLASS, state_of
from bot.menus import menu, numbered
from bot.progress_words import about_mine
from bot.turn import Turn
from models.errors import MoveRefusedError
from models.tickets import Ticket
from services import tickets
from services.open_things import OpenThings, open_things

router = Router(name="mine")
SHOWN = 6


@router.message(Says(about_mine))
async def mine(message: Message, turn: Turn, state: FSMContext, heard: str) -> None:
    """One short answer of all that is open."""
    await state.set_state(None)
    await _show(message, turn, heard)


@router.callback_query(Pressed("takeback"))
async def what_to_take_back(query: CallbackQuery, turn: Turn) -> None:
    """撤回: which?"""
    await _show(message_of(query), turn, "back")


async def _show(message: Message, turn: Turn, heard: str) -> None:
    things = await open_things(turn.session, turn.speaker.id)
    pairs = _can_take_back(turn, things) if heard != "progress" else []
    if heard == "rest":
        pairs.insert(0, (turn.say("button.no_more_messages"), "stop"))
        choices = numbered(*pairs[:SHOWN])
        key = "mine.rest_applied" if len(pairs) > 1 else "mine.rest"
        await message.answer(turn.say(key), reply_markup=menu(*choices, back_choice(turn)))
        return
    if things.is_empty or (heard == "back" and not pairs):
        key = "mine.nothing_open" if things.is_empty else "mine.nothing_to_take_back"
        await message.answer(turn.say(key), reply_markup=home_menu(turn))
        return
    if heard == "back":
        await message.answer(
            turn.say("mine.take_back"), reply_markup=menu(*numbered(*pairs[:SHOWN]), human_choice(turn))
        )
        return
    lines = [turn.say("mine.open"), *await open_lines(turn, things)]
    await message.answer("\n".join(lines), reply_markup=menu(*_next(turn, things), human_choice(turn), rows=(2,)))


def _next(turn: Turn, things: OpenThings):  # type: ignore[no-untyped-def]
    can = [(turn.say("button.take_back"), "takeback")] if _can_take_back(turn, things) else []
    return numbered(*can, (turn.say("button.find"), "find"))


async def open_lines(turn: Turn, things: OpenThings) -> list[str]:
    """A line for each thing."""
    lines = [f"{vacancy.title}：{turn.say('state.' + one.state)}" for one, vacancy in things.applications]
    for ticket, office in things.tickets:
        day = {"month": ticket.due_on.month, "day": ticket.due_on.day}
        topic = turn.say(f"topic.{ticket.topic}")
        lines.append(turn.say("mine.ticket", topic=topic, office=office.name, **day))
    lines += standing_lines(turn, things.standing) if things.asks_for_aid or things.standing.loans else []
    for enrolment, course in things.courses:
        told = await state_of(turn, enrolment, course)
        lines.append(turn.say("courses.mine_line", title=course.title, state=told).removeprefix("- "))
    lines += [turn.say("union.waits")] if things.joining else []
    lines += [turn.say("mine.asked", office=things.asked.name)] if things.asked else []
    return [f"- {line}" for line in lines]


def _can_take_back(turn: Turn, things: OpenThings) -> list[tuple[str, str]]:
    applied = [(turn.say("button.withdraw", title=v.title), f"withdraw:{one.id}") for one, v in things.applications[:3]]
    asked = [
        (turn.say("button.withdraw", title=turn.say(f"topic.{ticket.topic}")), f"noticket:{ticket.id}")
        for ticket, _ in things.tickets
    ]
    waiting = [loan for loan, _ in things.standing.loans if loan.state == "applied"]
    loans = [(turn.say("button.withdraw_loan"), f"noloan:{loan.id}") for loan in waiting[:1]]
    courses = [
        (turn.say("button.quit", title=course.title), f"quit:{enrolment.id}")
        for enrolment, course in things.courses
        if enrolment.state in BEFORE_CLASS
    ]
    return [*applied, *asked, *loans, *courses]


@router.callback_query(Pressed("noticket"))
async def ticket_taken_back(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """It is settled, or not wanted any more; only one's own."""
    session = await turn.writing()
    ticket = await session.get(Ticket, int(args[0]))
    key = "sorry.expired"
    if ticket is not None and ticket.person_id == turn.speaker.id:
        try:
            await tickets.withdraw_ticket(session, ticket, actor=turn.speaker.id)
            key = "mine.withdrawn"
        except MoveRefusedError:
            pass
    await message_of(query).answer(turn.say(key), reply_markup=home_menu(turn))
