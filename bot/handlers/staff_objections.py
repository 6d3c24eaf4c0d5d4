"""Story: the office looks into an objection to a posted list, and settles it."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed
from bot.handlers.common import message_of
from bot.handlers.staff_casework import Pairs, answer, to_decide
from bot.handlers.staff_desk import may_decide, said
from bot.turn import Turn
from models.errors import MoveRefusedError
from models.families import FamilyFile, Objection
from services import desk, objections
from services.casework import OwnCaseError, is_own, lock

router = Router(name="staff_objections")
router.callback_query.filter(IsStaff())


@router.callback_query(Pressed("objn"))
async def objection(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """What somebody objects to, and whether it is right."""
    verb, row_id = args
    message = message_of(query)
    found = await to_decide(
        message,
        turn,
        verb,
        lambda region: objections.objection_for(turn.session, int(row_id), region),
        _show_objection,
    )
    if found is not None:
        await _settle(message, turn, found, upheld=verb == "yes")


async def _show_objection(message: Message, turn: Turn, found: Objection) -> None:
    """Against whom; what was said, for who decides: neither who only looks nor the family itself."""
    row = await objections.row_of(turn.session, found)
    person = row.applicant_id if isinstance(row, FamilyFile) else row.person_id
    lines = [turn.say("desk.objection_to", name=await desk.person_label(turn.session, person))]
    pairs: Pairs = []
    if await is_own(turn.session, turn.speaker.id, await objections.people_of(turn.session, row)):
        lines.append(turn.say("desk.own_case"))
    elif may_decide(turn):
        lines.append(objections.read_words(await turn.writing(), found, officer_id=turn.speaker.id))
        pairs = [
            (turn.say("button.uphold"), f"objn:yes:{found.id}"),
            (turn.say("button.dismiss"), f"objn:no:{found.id}"),
        ]
    await answer(message, turn, lines, pairs)


async def _settle(message: Message, turn: Turn, found: Objection, *, upheld: bool) -> None:
    session = await turn.writing()
    await lock(session, found)
    try:
        await objections.settle_objection(session, found, upheld=upheld, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except MoveRefusedError:
        await said(message, turn)
        return
    await answer(message, turn, [turn.say("desk.done")], [])
