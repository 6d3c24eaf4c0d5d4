"""Story: the office decides about a loan, and notes what is repaid."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.aid_questions import read_fen
from bot.filters import HasText, IsStaff, Pressed
from bot.handlers.common import message_of
from bot.handlers.staff_casework import answer, ask_how_much, ask_why_refused, to_decide
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.states import Desk
from bot.turn import Turn
from models.errors import MoveRefusedError, NotFoundError
from models.loans import Instalment, Loan
from models.money import yuan
from models.states import LoanState
from services import desk, instalments, loans
from services.casework import AmountRefusedError, OwnCaseError, lock, visible_row
from services.funds import FundBelowZeroError

router = Router(name="staff_loans")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())


@router.callback_query(Pressed("lend"))
async def lend(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A loan that was asked for, or is being repaid."""
    verb, row_id, *more = args
    message = message_of(query)
    loan = await to_decide(
        message, turn, verb, lambda region: visible_row(turn.session, Loan, int(row_id), region), _show_loan
    )
    if loan is None:
        return
    if verb == "no" and not more:
        await ask_why_refused(message, turn, f"lend:no:{loan.id}")
    elif verb == "sum":
        await state.set_state(Desk.repaid)
        await state.update_data(loan=loan.id)
        await ask_how_much(message, turn)
    elif verb == "part":
        await _repaid(message, turn, loan, number=int(more[0]))
    else:
        await _decide_loan(message, turn, loan, verb, more)


async def _show_loan(message: Message, turn: Turn, loan: Loan) -> None:
    line = turn.say(
        "desk.loan",
        name=await desk.person_label(turn.session, loan.person_id),
        kind=turn.say(f"want.loan.{loan.kind}"),
        yuan=yuan(loan.amount_fen),
        n=loan.months,
    )
    use = loans.read_use(await turn.writing(), loan, officer_id=turn.speaker.id) if may_decide(turn) else ""
    if loan.state == LoanState.APPLIED:
        owed = await instalments.owed_by(turn.session, loan.person_id)
        owes = [turn.say("desk.still_owes", yuan=yuan(owed))] if owed else []
        pairs = [
            (turn.say(f"button.{key}"), f"lend:{verb}:{loan.id}") for verb, key in (("yes", "lend"), ("no", "refuse"))
        ]
        await answer(message, turn, [line, use, *owes], pairs)
    elif loan.state == LoanState.GRANTED and (part := await instalments.next_part(turn.session, loan)):
        await _show_part(message, turn, part, [line, use])
    else:
        await answer(message, turn, [turn.say("desk.gone")], [])


async def _show_part(message: Message, turn: Turn, part: Instalment, lines: list[str]) -> None:
    """What is due next, and that it, or another sum, came back."""
    due = part.due_fen - part.paid_fen
    day = {"month": part.due_on.month, "day": part.due_on.day, "n": part.number}
    pairs = [
        (turn.say("button.repaid", yuan=yuan(due)), f"lend:part:{part.loan_id}:{part.number}"),
        (turn.say("button.repaid_other"), f"lend:sum:{part.loan_id}"),
    ]
    await answer(message, turn, [*lines, turn.say("desk.next_part", yuan=yuan(due), **day)], pairs)


async def _decide_loan(message: Message, turn: Turn, loan: Loan, verb: str, more: list[str]) -> None:
    session, by = await turn.writing(), {"officer_id": turn.speaker.id}
    await lock(session, loan)
    lines = [turn.say("desk.done")]
    try:
        if verb == "yes":
            await loans.grant_loan(session, loan, **by)
        else:
            await loans.refuse_loan(session, loan, why=more[0], **by)
    except OwnCaseError:
        lines = [turn.say("desk.own_case")]
    except loans.OverLimitError:
        room = await loans.room_of(session, loan.person_id, loan.kind)
        lines = [turn.say("desk.over_limit", yuan=yuan(room))]
    except FundBelowZeroError:
        lines = [turn.say("desk.no_money")]
    except MoveRefusedError:
        lines = [turn.say("desk.gone")]
    await answer(message, turn, lines, [])


@router.message(StateFilter(Desk.repaid), HasText())
async def repaid(message: Message, turn: Turn, state: FSMContext) -> None:
    """Another sum than the part that is due."""
    fen = read_fen(message.text or "")
    if not fen:
        await ask_how_much(message, turn)
        return
    await state.set_state(None)
    try:
        loan = await visible_row(turn.session, Loan, (await state.get_data()).get("loan", 0), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    await _repaid(message, turn, loan, fen=fen)


async def _repaid(message: Message, turn: Turn, loan: Loan, *, fen: int | None = None, number: int = 0) -> None:
    """So much came back; or what is left of the part with this number: pressed twice it is another part's turn."""
    session = await turn.writing()
    await lock(session, loan)
    if fen is None:
        part = await instalments.next_part(session, loan)
        if part is None or part.number != number:
            await said(message, turn)
            return
        fen = part.due_fen - part.paid_fen
    try:
        left = await loans.repay(session, loan, fen, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except (loans.OverpaidError, AmountRefusedError):
        await answer(message, turn, [turn.say("desk.overpaid")], [(turn.say("button.look"), f"lend:show:{loan.id}")])
        return
    except MoveRefusedError:
        await said(message, turn)
        return
    key = "desk.repaid" if left else "desk.repaid_all"
    await answer(message, turn, [turn.say(key, yuan=yuan(left))], [])
