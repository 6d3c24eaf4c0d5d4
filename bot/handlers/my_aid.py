"""Story: 我的帮扶 — how far the family's file, aid and loans are, and what to do next."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import Pressed, Said
from bot.handlers.common import back_choice, human_choice, message_of
from bot.menus import menu, numbered
from bot.turn import Turn
from models.errors import MoveRefusedError
from models.loans import Instalment, Loan
from models.money import yuan
from models.states import FamilyState
from services import family_requests, loans
from services.family_requests import Standing

router = Router(name="my_aid")
words = Router(name="my_aid.words")


@words.message(Said("my_aid"))
@router.callback_query(Pressed("myaid"))
async def my_aid(event: Message | CallbackQuery, turn: Turn) -> None:
    """我的帮扶."""
    await show_standing(message_of(event), turn, await family_requests.standing_of(turn.session, turn.speaker.id))


async def show_standing(message: Message, turn: Turn, standing: Standing, first: str = "") -> None:
    """Where everything stands, below a line of its own where something was refused, and the next steps."""
    lines = [*([first] if first else []), *standing_lines(turn, standing)]
    pairs = [(turn.say("button.apply_aid"), "wantaid")] if not standing.family or standing.is_valid(turn.today) else []
    waiting = [loan for loan, _ in standing.loans if loan.state == "applied"]
    pairs += [(turn.say("button.withdraw_loan"), f"noloan:{loan.id}") for loan in waiting[:1]]
    pairs += [] if waiting else [(turn.say("button.apply_loan"), "wantloan")]
    keyboard = menu(*numbered(*pairs), human_choice(turn), back_choice(turn), rows=(2, 2))
    await message.answer("\n".join(lines), reply_markup=keyboard)


def standing_lines(turn: Turn, standing: Standing) -> list[str]:
    """The file, then aid, then loans."""
    lines = _file_lines(turn, standing)
    for grant, name in standing.aid:
        kind = turn.say(f"aid.{grant.kind}")
        what = f"{kind} {name}" if grant.kind == "tuition" and name else kind
        lines.append(turn.say(f"my_aid.{grant.state}", what=what, yuan=yuan(grant.amount_fen)))
    lines += [_loan_line(turn, loan, part) for loan, part in standing.loans]
    return lines


def _file_lines(turn: Turn, standing: Standing) -> list[str]:
    family = standing.family
    if family is None or standing.office is None:
        return [turn.say("my_aid.no_file")]
    office, until = standing.office.name, family.expires_on
    if family.state == FamilyState.ON_FILE and until is not None:
        day = {"year": until.year, "month": until.month, "day": until.day}
        if standing.is_valid(turn.today):
            return [turn.say("my_aid.file_valid", **day)]
        renew = standing.renew or turn.say("my_aid.proofs")
        return [turn.say("my_aid.file_over", office=office, renew=renew, **day)]
    return [turn.say(f"my_aid.file_{family.state}", office=office)]


def _loan_line(turn: Turn, loan: Loan, part: Instalment | None) -> str:
    kind = turn.say(f"want.loan.{loan.kind}")
    if part is None:
        return turn.say("my_aid.loan_applied", kind=kind, yuan=yuan(loan.amount_fen))
    key = "my_aid.loan_late" if part.due_on < turn.today else "my_aid.loan_next"
    day = {"year": part.due_on.year, "month": part.due_on.month, "day": part.due_on.day}
    return turn.say(key, kind=kind, yuan=yuan(loan.amount_fen), due=yuan(part.due_fen - part.paid_fen), **day)


@router.callback_query(Pressed("noloan"))
async def withdraw_loan(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """撤回: only one's own, only before it is granted."""
    session = await turn.writing()
    loan = await session.get(Loan, int(args[0]))
    first = turn.say("sorry.expired")
    if loan is not None and loan.person_id == turn.speaker.id:
        try:
            await loans.withdraw_loan(session, loan, actor=turn.speaker.id)
            first = turn.say("my_aid.loan_withdrawn")
        except MoveRefusedError:
            pass
    await show_standing(message_of(query), turn, await family_requests.standing_of(session, turn.speaker.id), first)
