"""Story: casework from the desk — a family comes on file, aid is paid."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from bot.filters import IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.aid import AidGrant
from models.errors import MoveRefusedError, NotFoundError
from models.families import FamilyFile
from models.money import yuan
from services import aid, desk, families, proofs
from services.casework import OwnCaseError, visible_row
from services.families import NoValidFileError
from services.funds import FundBelowZeroError
from services.proofs import ProofExpiredError
from services.publicity import OpenObjectionError, PublicityRunningError

router = Router(name="staff_cases")
router.callback_query.filter(IsStaff())


@router.callback_query(Pressed("onfile"))
async def on_file(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A posted family whose days are over: look, then put it on file."""
    message = message_of(query)
    try:
        family = await visible_row(turn.session, FamilyFile, int(args[-1]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if len(args) == 1:
        name = await desk.person_label(turn.session, family.applicant_id)
        members = len(await families.members_of(turn.session, family.id))
        text = turn.say("desk.file", name=name, n=members)
        await message.answer(text, reply_markup=_yes(turn, "button.on_file", f"onfile:yes:{family.id}"))
        return
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    try:
        await families.put_on_file(await turn.writing(), family, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
    except (PublicityRunningError, OpenObjectionError):
        await said(message, turn, "desk.objection")
    except (ProofExpiredError, families.AlreadyOnFileError, MoveRefusedError) as error:
        await _refused(query, turn, family.id if isinstance(error, ProofExpiredError) else None)
    else:
        await said(message, turn, "desk.done")


@router.callback_query(Pressed("pay"))
async def pay(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Aid that may be paid: look, then say that it is paid; what is in the way is said."""
    message = message_of(query)
    try:
        grant = await visible_row(turn.session, AidGrant, int(args[-1]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if len(args) == 1:
        name = await desk.person_label(turn.session, grant.person_id)
        kind = turn.say(f"aid.{grant.kind}")
        text = turn.say("desk.pay", name=name, kind=kind, yuan=yuan(grant.amount_fen))
        await message.answer(text, reply_markup=_yes(turn, "button.paid", f"pay:yes:{grant.id}"))
        return
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    try:
        await aid.pay_aid(await turn.writing(), grant, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
    except NoValidFileError:
        await _refused(query, turn, grant.family_id)
    except (PublicityRunningError, OpenObjectionError):
        await said(message, turn, "desk.objection")
    except FundBelowZeroError:
        await said(message, turn, "desk.no_money")
    except (aid.NotApprovedError, MoveRefusedError):
        await said(message, turn)
    else:
        await said(message, turn, "desk.done")


async def _refused(query: CallbackQuery, turn: Turn, family_id: int | None) -> None:
    """A proof has expired: say which to renew; without a file it is something else, and gone."""
    renew = await proofs.expired_proofs(turn.session, family_id) if family_id is not None else ""
    if not renew:
        await said(message_of(query), turn, "desk.recheck_first" if family_id is not None else "desk.gone")
        return
    pairs = numbered((turn.say("button.desk"), "desk"))
    text = turn.say("desk.renew_first", renew=renew)
    await message_of(query).answer(text, reply_markup=menu(*pairs, back_choice(turn), rows=(2,)))


def _yes(turn: Turn, key: str, data: str) -> InlineKeyboardMarkup:
    return menu(*numbered((turn.say(key), data), (turn.say("button.desk"), "desk")), back_choice(turn), rows=(2,))
