"""Story: staff call somebody — the number of who is registered in their region, by a button; every look is noted."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.filters import IsStaff, Pressed
from bot.handlers.common import message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.turn import Turn
from models.errors import NotFoundError
from services import desk
from services.staff import check_visible

router = Router(name="staff_numbers")
router.callback_query.filter(IsStaff())
PURPOSES = ("ticket", "help", "graduate")


def number_choice(turn: Turn, person_id: int, purpose: str) -> tuple[str, str]:
    """(label, button data) below a card of somebody; `purpose`: what they are called about."""
    return turn.say("button.number"), f"num:{person_id}:{purpose}"


@router.callback_query(Pressed("num"))
async def number(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The number is put in where the message is delivered, and on domestic channels only."""
    if len(args) != 2 or args[1] not in PURPOSES:
        await said(message_of(query), turn)
        return
    person_id = int(args[0])
    try:
        await check_visible(turn.session, person_id, region_of(turn))
    except NotFoundError:
        await said(message_of(query), turn)
        return
    if not may_decide(turn):
        await said(message_of(query), turn, "desk.not_allowed")
        return
    if not await desk.tell_number(await turn.writing(), turn.speaker.id, person_id, purpose=args[1]):
        await said(message_of(query), turn, "desk.gone")
