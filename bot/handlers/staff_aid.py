"""Story: the office decides about aid, a loan, an objection to a posted list."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.aid_questions import read_fen
from bot.filters import HasText, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.handlers.staff_families import ask_posting, askers, details_of
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from models.aid import AidGrant
from models.errors import MoveRefusedError, NotFoundError
from models.families import FamilyFile, Objection
from models.loans import Loan
from models.money import yuan
from models.states import AidState, LoanState
from services import aid, desk, families, funds, loans, proofs, publicity
from services.casework import AmountRefusedError, OwnCaseError, is_own, lock, rules, visible_row
from services.funds import FundBelowZeroError, Purse

router = Router(name="staff_aid")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
Pairs = list[tuple[str, str]]


async def _answer(message: Message, turn: Turn, lines: list[str], pairs: Pairs) -> None:
    pairs = [*pairs, (turn.say("button.casework"), "casework")]
    text = "\n".join(line for line in lines if line)
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2, 2, 2)))


def _reasons(turn: Turn, about: str) -> Pairs:
    """Why not; reasons that only the program writes are left out."""
    known = [why for why in rules()["refused_for"] if why not in ("objection_upheld", "person_left")]
    return [(turn.say(f"refused.{why}"), f"{about}:{why}") for why in known]


# ---- aid


@router.callback_query(Pressed("grant"))
async def grant_(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Aid that was asked for: how much, from where, yes or no; students are posted first."""
    verb, row_id, *more = args
    message = message_of(query)
    try:
        grant = await visible_row(turn.session, AidGrant, int(row_id), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if verb == "show":
        await _show_grant(message, turn, grant)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif verb == "sum":
        await state.set_state(Desk.amount)
        await state.update_data(grant=grant.id)
        await message.answer(turn.say("desk.how_much"), reply_markup=menu(back_choice(turn)))
    elif verb == "no" and not more:
        await _answer(message, turn, [turn.say("desk.why_refused")], _reasons(turn, f"grant:no:{grant.id}"))
    elif verb in ("yes", "post", "postall") and not await _has_valid_file(message, turn, grant):
        return
    elif verb in ("post", "postall") and not more:
        places = rules()["publicity"]["places"]
        pairs = [(turn.say(f"posting.place.{place}"), f"grant:{verb}:{grant.id}:{place}") for place in places]
        await _answer(message, turn, [turn.say("desk.where_posted")], pairs)
    elif verb in ("post", "postall"):
        rows = await askers(turn, grant) if verb == "postall" else [grant]
        await ask_posting(message, turn, state, "aid_grants", [row.id for row in rows], more[0])
    else:
        await _decide_grant(message, turn, grant, verb, more)


async def _has_valid_file(message: Message, turn: Turn, grant: AidGrant) -> bool:
    """Aid hangs on a valid file; where it is not, what to renew is said and nothing is decided."""
    try:
        await families.valid_file(turn.session, grant.person_id)
    except families.NoValidFileError:
        renew = await proofs.expired_proofs(turn.session, grant.family_id)
        text = turn.say("desk.renew_first", renew=renew) if renew else turn.say("desk.recheck_first")
        await _answer(message, turn, [text], [(turn.say("button.this_file"), f"fam:show:{grant.family_id}")])
        return False
    return True


async def _show_grant(message: Message, turn: Turn, grant: AidGrant) -> None:
    purse = Purse(grant.office_id, aid.PROGRAMMES[grant.kind], grant.source)
    family = await turn.session.get_one(FamilyFile, grant.family_id)
    lines = [
        turn.say(
            "desk.grant",
            name=await desk.person_label(turn.session, grant.person_id),
            kind=turn.say(f"aid.{grant.kind}"),
            stage=turn.say(f"stage.{grant.stage}") if grant.stage else "",
            yuan=yuan(grant.amount_fen),
        ),
        await details_of(turn, family),
        turn.say(
            "desk.grant_from",
            source=turn.say(f"source.{grant.source}"),
            yuan=yuan(await funds.balance_of(turn.session, purse)),
        ),
    ]
    if grant.state != AidState.APPLIED:
        await _answer(message, turn, [turn.say("desk.gone")], [])
        return
    yes = "post" if grant.kind == "tuition" else "yes"
    pairs = [
        (turn.say("button.post_list" if grant.kind == "tuition" else "button.approve"), f"grant:{yes}:{grant.id}"),
        (turn.say("button.refuse"), f"grant:no:{grant.id}"),
        (turn.say("button.amount"), f"grant:sum:{grant.id}"),
    ]
    students = len(await askers(turn, grant)) if grant.kind == "tuition" else 1
    if students > 1:
        pairs.insert(1, (turn.say("button.post_all", n=students), f"grant:postall:{grant.id}"))
    pairs += await _other_sources(turn, grant)
    await _answer(message, turn, lines, pairs)


async def _other_sources(turn: Turn, grant: AidGrant) -> Pairs:
    """Where else the office has money for this."""
    rows = await turn.session.scalars(funds.funds_of(region_of(turn)))
    return [
        (
            turn.say("button.source", source=turn.say(f"source.{fund.source}"), yuan=yuan(fund.balance_fen)),
            f"grant:from:{grant.id}:{fund.source}",
        )
        for fund in rows
        if fund.office_id == grant.office_id
        and fund.programme == aid.PROGRAMMES[grant.kind]
        and fund.source != grant.source
        and fund.balance_fen > 0
    ]


async def _decide_grant(message: Message, turn: Turn, grant: AidGrant, verb: str, more: list[str]) -> None:
    session, by = await turn.writing(), {"officer_id": turn.speaker.id}
    await lock(session, grant)
    try:
        if verb == "yes":
            await aid.approve_aid(session, grant, **by)
        elif verb == "no":
            await aid.refuse_aid(session, grant, why=more[0], **by)
        elif verb == "from":
            await aid.correct_aid(session, grant, source=more[0], **by)
            await _show_grant(message, turn, grant)
            return
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except (MoveRefusedError, aid.NotApprovedError, families.NoValidFileError):
        await said(message, turn)
        return
    if verb == "yes":
        await _answer(message, turn, [turn.say("desk.approved_pay")], [(turn.say("button.pay_now"), f"pay:{grant.id}")])
    else:
        await _answer(message, turn, [turn.say("desk.done")], [])


@router.message(StateFilter(Desk.amount), HasText())
async def amount(message: Message, turn: Turn, state: FSMContext) -> None:
    """800: what the office gives."""
    fen = read_fen(message.text or "")
    if not fen:
        await message.answer(turn.say("desk.how_much"), reply_markup=menu(back_choice(turn)))
        return
    await state.set_state(None)
    try:
        grant = await visible_row(turn.session, AidGrant, (await state.get_data()).get("grant", 0), region_of(turn))
        await aid.correct_aid(await turn.writing(), grant, amount_fen=fen, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except (NotFoundError, MoveRefusedError):
        await said(message, turn)
        return
    await _show_grant(message, turn, grant)


# ---- loans


@router.callback_query(Pressed("lend"))
async def lend(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A loan that was asked for, or is being repaid."""
    verb, row_id, *more = args
    message = message_of(query)
    try:
        loan = await visible_row(turn.session, Loan, int(row_id), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if verb == "show":
        await _show_loan(message, turn, loan)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif verb == "no" and not more:
        await _answer(message, turn, [turn.say("desk.why_refused")], _reasons(turn, f"lend:no:{loan.id}"))
    elif verb == "sum":
        await state.set_state(Desk.repaid)
        await state.update_data(loan=loan.id)
        await message.answer(turn.say("desk.how_much"), reply_markup=menu(back_choice(turn)))
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
    lines, pairs = [line, use], []
    if loan.state == LoanState.APPLIED:
        owed = await loans.owed_by(turn.session, loan.person_id)
        lines += [turn.say("desk.still_owes", yuan=yuan(owed))] if owed else []
        pairs = [
            (turn.say(f"button.{key}"), f"lend:{verb}:{loan.id}") for verb, key in (("yes", "lend"), ("no", "refuse"))
        ]
    elif loan.state == LoanState.GRANTED and (part := await loans.next_part(turn.session, loan)):
        due = part.due_fen - part.paid_fen
        day = {"month": part.due_on.month, "day": part.due_on.day, "n": part.number}
        lines.append(turn.say("desk.next_part", yuan=yuan(due), **day))
        pairs = [
            (turn.say("button.repaid", yuan=yuan(due)), f"lend:part:{loan.id}:{part.number}"),
            (turn.say("button.repaid_other"), f"lend:sum:{loan.id}"),
        ]
    else:
        lines = [turn.say("desk.gone")]
    await _answer(message, turn, lines, pairs)


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
    await _answer(message, turn, lines, [])


@router.message(StateFilter(Desk.repaid), HasText())
async def repaid(message: Message, turn: Turn, state: FSMContext) -> None:
    """Another sum than the part that is due."""
    fen = read_fen(message.text or "")
    if not fen:
        await message.answer(turn.say("desk.how_much"), reply_markup=menu(back_choice(turn)))
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
        part = await loans.next_part(session, loan)
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
        await _answer(message, turn, [turn.say("desk.overpaid")], [(turn.say("button.look"), f"lend:show:{loan.id}")])
        return
    except MoveRefusedError:
        await said(message, turn)
        return
    key = "desk.repaid" if left else "desk.repaid_all"
    await _answer(message, turn, [turn.say(key, yuan=yuan(left))], [])


# ---- objections


@router.callback_query(Pressed("objn"))
async def objection(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """What somebody objects to, and whether it is right."""
    verb, row_id = args
    message = message_of(query)
    try:
        found = await publicity.objection_for(turn.session, int(row_id), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if verb == "show":
        await _show_objection(message, turn, found)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    else:
        await _settle(message, turn, found, upheld=verb == "yes")


async def _show_objection(message: Message, turn: Turn, found: Objection) -> None:
    """Against whom; what was said, for who decides: neither who only looks nor the family itself."""
    row = await publicity.row_of(turn.session, found)
    person = row.applicant_id if isinstance(row, FamilyFile) else row.person_id
    lines = [turn.say("desk.objection_to", name=await desk.person_label(turn.session, person))]
    pairs: Pairs = []
    if await is_own(turn.session, turn.speaker.id, await publicity.people_of(turn.session, row)):
        lines.append(turn.say("desk.own_case"))
    elif may_decide(turn):
        lines.append(publicity.read_words(await turn.writing(), found, officer_id=turn.speaker.id))
        pairs = [
            (turn.say("button.uphold"), f"objn:yes:{found.id}"),
            (turn.say("button.dismiss"), f"objn:no:{found.id}"),
        ]
    await _answer(message, turn, lines, pairs)


async def _settle(message: Message, turn: Turn, found: Objection, *, upheld: bool) -> None:
    session = await turn.writing()
    await lock(session, found)
    try:
        await publicity.settle_objection(session, found, upheld=upheld, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except MoveRefusedError:
        await said(message, turn)
        return
    await _answer(message, turn, [turn.say("desk.done")], [])
