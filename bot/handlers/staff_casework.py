"""Story: what waits for the office's decision — files, aid, loans, objections — and the door to each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.states import Applying
from bot.turn import Turn
from models.errors import NotFoundError
from models.families import FamilyFile
from services import caseload, families
from services.casework import rules

router = Router(name="staff_casework")
words = Router(name="staff_casework.words")
for one in (router.message, router.callback_query, words.message):
    one.filter(IsStaff())
Pairs = list[tuple[str, str]]
Row = TypeVar("Row")


@words.message(Said("aid"), ~StateFilter(Applying.answer))
@words.message(Said("loan"), ~StateFilter(Applying.answer))
@router.callback_query(Pressed("casework"))
async def waiting(event: Message | CallbackQuery, turn: Turn, state: FSMContext, args: list[str] | None = None) -> None:
    """帮扶 from staff: what waits for a decision, the oldest of each kind, page by page."""
    await state.set_state(None)
    skip = int(args[0]) if args else 0
    pairs, more = await caseload.to_decide(turn.session, region_of(turn), turn.speaker.language, skip)
    text = turn.say("todo.title" if pairs else "todo.nothing")
    pairs += [(turn.say("button.more"), f"casework:{skip + len(pairs)}")] if more else []
    keyboard = menu(*numbered(*pairs, (turn.say("button.desk"), "desk")), back_choice(turn))
    await message_of(event).answer(text, reply_markup=keyboard)


# ---- what every case shares


async def to_decide(
    message: Message,
    turn: Turn,
    verb: str,
    find: Callable[[str], Awaitable[Row]],
    show: Callable[[Message, Turn, Row], Awaitable[None]],
) -> Row | None:
    """The case that `find` has in the officer's region, for who decides; None: it was shown, or why not was said."""
    try:
        row = await find(region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return None
    if verb == "show":
        await show(message, turn, row)
        return None
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return None
    return row


async def answer(message: Message, turn: Turn, lines: list[str], pairs: Pairs) -> None:
    """What there is to say of a case, what can be done, and back to what waits."""
    pairs = [*pairs, (turn.say("button.casework"), "casework")]
    text = "\n".join(line for line in lines if line)
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2, 2, 2)))


async def ask_why_refused(message: Message, turn: Turn, about: str) -> None:
    """Why not; reasons that only the program writes are left out."""
    known = [why for why in rules()["refused_for"] if why not in ("objection_upheld", "person_left")]
    pairs = [(turn.say(f"refused.{why}"), f"{about}:{why}") for why in known]
    await answer(message, turn, [turn.say("desk.why_refused")], pairs)


async def ask_how_much(message: Message, turn: Turn) -> None:
    """The sum of aid, or of what came back."""
    await message.answer(turn.say("desk.how_much"), reply_markup=menu(back_choice(turn)))


async def details_of(turn: Turn, family: FamilyFile) -> str:
    """What the family said of its need: for who decides, and noted."""
    if not may_decide(turn):
        return ""
    return families.read_details(await turn.writing(), family, officer_id=turn.speaker.id)
