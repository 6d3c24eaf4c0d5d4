"""Story: the office decides about aid — how much, from where, yes or no."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.aid_questions import read_fen
from bot.filters import HasText, IsStaff, Pressed
from bot.handlers.common import message_of
from bot.handlers.staff_casework import Pairs, answer, ask_how_much, ask_why_refused, details_of, to_decide
from bot.handlers.staff_desk import region_of, said
from bot.handlers.staff_posting import ask_posting, askers
from bot.states import Desk
from bot.turn import Turn
from models.aid import AidGrant
from models.errors import MoveRefusedError, NotFoundError
from models.families import FamilyFile
from models.money import yuan
from models.states import AidState
from services import aid, desk, families, funds, proofs
from services.casework import OwnCaseError, lock, rules, visible_row
from services.funds import Purse

router = Router(name="staff_aid")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())


@router.callback_query(Pressed("grant"))
async def grant_(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Aid that was asked for: how much, from where, yes or no; students are posted first."""
    verb, row_id, *more = args
    message = message_of(query)
    grant = await to_decide(
        message, turn, verb, lambda region: visible_row(turn.session, AidGrant, int(row_id), region), _show_grant
    )
    if grant is None:
        return
    if verb == "sum":
        await state.set_state(Desk.amount)
        await state.update_data(grant=grant.id)
        await ask_how_much(message, turn)
    elif verb == "no" and not more:
        await ask_why_refused(message, turn, f"grant:no:{grant.id}")
    elif verb in ("yes", "post", "postall") and not await _has_valid_file(message, turn, grant):
        return
    elif verb in ("post", "postall") and not more:
        places = rules()["publicity"]["places"]
        pairs = [(turn.say(f"posting.place.{place}"), f"grant:{verb}:{grant.id}:{place}") for place in places]
        await answer(message, turn, [turn.say("desk.where_posted")], pairs)
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
        await answer(message, turn, [text], [(turn.say("button.this_file"), f"fam:show:{grant.family_id}")])
        return False
    return True


async def _show_grant(message: Message, turn: Turn, grant: AidGrant) -> None:
    lines = await _grant_lines(turn, grant)
    if grant.state == AidState.APPLIED:
        await answer(message, turn, lines, await _steps(turn, grant))
    else:
        await answer(message, turn, [turn.say("desk.gone")], [])


async def _grant_lines(turn: Turn, grant: AidGrant) -> list[str]:
    purse = Purse(grant.office_id, aid.PROGRAMMES[grant.kind], grant.source)
    family = await turn.session.get_one(FamilyFile, grant.family_id)
    return [
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


async def _steps(turn: Turn, grant: AidGrant) -> Pairs:
    """Yes, no, another sum, another source; students are posted, alone or with the others."""
    yes = "post" if grant.kind == "tuition" else "yes"
    pairs = [
        (turn.say("button.post_list" if grant.kind == "tuition" else "button.approve"), f"grant:{yes}:{grant.id}"),
        (turn.say("button.refuse"), f"grant:no:{grant.id}"),
        (turn.say("button.amount"), f"grant:sum:{grant.id}"),
    ]
    students = len(await askers(turn, grant)) if grant.kind == "tuition" else 1
    if students > 1:
        pairs.insert(1, (turn.say("button.post_all", n=students), f"grant:postall:{grant.id}"))
    return pairs + await _other_sources(turn, grant)


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
        await answer(message, turn, [turn.say("desk.approved_pay")], [(turn.say("button.pay_now"), f"pay:{grant.id}")])
    else:
        await answer(message, turn, [turn.say("desk.done")], [])


@router.message(StateFilter(Desk.amount), HasText())
async def amount(message: Message, turn: Turn, state: FSMContext) -> None:
    """800: what the office gives."""
    fen = read_fen(message.text or "")
    if not fen:
        await ask_how_much(message, turn)
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
