"""Story: the office decides about a family's file — proofs, check, yearly check, the end."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_casework import details_of, to_decide
from bot.handlers.staff_desk import said
from bot.handlers.staff_posting import ask_posting, with_others
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from models.errors import MoveRefusedError
from models.families import FamilyFile
from models.states import FamilyState
from services import desk, families, proofs
from services.casework import OwnCaseError, lock, rules, visible_row
from services.proofs import ProofExpiredError, ProofMissingError

router = Router(name="staff_files")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
YEAR = 365
_DAY = re.compile(r"\s*(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?\s*")
STEPS = {
    FamilyState.APPLIED: (
        ("proof", "button.proof"),
        ("check", "button.check"),
        ("no", "button.refuse"),
        ("group", "button.group"),
    ),
    FamilyState.CHECKED: (("post", "button.post_list"), ("no", "button.refuse"), ("proof", "button.proof")),
    FamilyState.PUBLIC: (),
    FamilyState.ON_FILE: (("proof", "button.proof"), ("again", "button.recheck"), ("close", "button.close_file")),
}
ASKS = {
    "no": "desk.why_refused",
    "close": "desk.why_closed",
    "proof": "desk.which_proof",
    "group": "desk.which_group",
    "post": "desk.where_posted",
    "postall": "desk.where_posted",
}


@router.callback_query(Pressed("fam"))
async def file(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A family's file: what is known of it, and the next step."""
    verb, row_id, *more = args
    message = message_of(query)
    family = await to_decide(message, turn, verb, _finder(turn, int(row_id)), _show)
    if family is None:
        return
    if verb in ASKS and not more:
        await _which(message, turn, verb, family)
    elif verb == "proof" and len(more) == 1:
        await _until(message, turn, state, family, more[0])
    elif verb in ("post", "postall"):
        rows = await with_others(turn, family) if verb == "postall" else [family]
        await ask_posting(message, turn, state, "family_files", [row.id for row in rows], more[0])
    else:
        await _decide(message, turn, family, verb, more)


def _finder(turn: Turn, family_id: int) -> Callable[[str], Awaitable[FamilyFile]]:
    return lambda region: visible_row(turn.session, FamilyFile, family_id, region)


def _label(turn: Turn, verb: str, word: str) -> str:
    """A word of the casework as people read it."""
    if verb == "no":
        return turn.say(f"refused.{word}")
    if verb == "close":
        return turn.say(f"closed.{word}")
    if verb == "proof":
        return turn.say(f"proof.{word}")
    return turn.say(f"want.group.{word}") if verb == "group" else turn.say(f"posting.place.{word}")


def _known(verb: str) -> list[str]:
    """The words of the casework that a step can choose from; those that only the program writes are left out."""
    families_rules = rules()["families"]
    known = {
        "no": rules()["refused_for"],
        "close": families_rules["closed_for"],
        "proof": families_rules["proofs"],
        "group": families_rules["groups"],
    }
    written = ("objection_upheld", "person_left", "merged")
    return [word for word in known.get(verb, rules()["publicity"]["places"]) if word not in written]


async def _show(message: Message, turn: Turn, family: FamilyFile) -> None:
    text = "\n".join(line for line in await _file_lines(turn, family) if line)
    await message.answer(text, reply_markup=menu(*numbered(*await _steps(turn, family)), rows=(2, 2)))


async def _file_lines(turn: Turn, family: FamilyFile) -> list[str]:
    proofs_seen = await proofs.newest_proofs(turn.session, family.id)
    groups = "、".join(turn.say(f"want.group.{group}") for group in family.groups)
    lines = [
        turn.say(
            "desk.family",
            name=await desk.person_label(turn.session, family.applicant_id),
            n=len(await families.members_of(turn.session, family.id)),
            group=groups or "—",
            state=turn.say(f"family_state.{family.state}"),
        ),
        await details_of(turn, family),
        turn.say("desk.proofs", proofs=_proofs(turn, proofs_seen) or turn.say("desk.no_proofs")),
    ]
    if family.state == FamilyState.ON_FILE and family.expires_on:
        lines.append(turn.say("desk.valid_until", day=family.expires_on.isoformat()))
    return lines


async def _steps(turn: Turn, family: FamilyFile) -> list[tuple[str, str]]:
    """What can be done with it now; a list takes the others that were checked along."""
    pairs = [(turn.say(key), f"fam:{verb}:{family.id}") for verb, key in STEPS.get(FamilyState(family.state), ())]
    others = len(await with_others(turn, family)) if family.state == FamilyState.CHECKED else 1
    if others > 1:
        pairs.insert(1, (turn.say("button.post_all", n=others), f"fam:postall:{family.id}"))
    pairs += [(turn.say("button.on_file"), f"onfile:{family.id}")] if family.state == FamilyState.PUBLIC else []
    if family.state == FamilyState.ON_FILE:
        pairs.append((turn.say("button.graduates"), f"famgrads:{family.id}"))
    return [*pairs, (turn.say("button.casework"), "casework")]


def _proofs(turn: Turn, seen: list[Any]) -> str:
    return "、".join(
        turn.say("desk.proof_until", proof=turn.say(f"proof.{proof.kind}"), day=proof.expires_on.isoformat())
        if proof.expires_on
        else turn.say(f"proof.{proof.kind}")
        for proof in seen
    )


async def _which(message: Message, turn: Turn, verb: str, family: FamilyFile) -> None:
    """A step that wants a word: why, which proof, which group, where."""
    pairs = [(_label(turn, verb, word), f"fam:{verb}:{family.id}:{word}") for word in _known(verb)]
    await message.answer(turn.say(ASKS[verb]), reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2,) * 5))


async def _decide(message: Message, turn: Turn, family: FamilyFile, verb: str, more: list[str]) -> None:
    """One step, as the record stands now; what is in the way is said, and nothing has changed."""
    session, by = await turn.writing(), {"officer_id": turn.speaker.id}
    await lock(session, family)
    try:
        if verb == "check":
            await families.check_file(session, family, **by)
        elif verb == "no":
            await families.refuse_file(session, family, why=more[0], **by)
        elif verb == "again":
            await families.recheck_file(session, family, **by)
        elif verb == "close":
            await families.close_file(session, family, why=more[0], **by)
        elif verb == "group":
            await families.correct_groups(session, family, [more[0]], **by)
        elif verb == "proof":
            days = int(more[1])
            until = turn.today + timedelta(days=days) if days else None
            await proofs.note_proof(session, family, family.applicant_id, more[0], expires_on=until, **by)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
    except ProofMissingError:
        await said(message, turn, "desk.proof_missing")
    except ProofExpiredError:
        renew = await proofs.expired_proofs(session, family.id)
        await _again(message, turn, family, turn.say("desk.renew_first", renew=renew))
    except (MoveRefusedError, families.NoValidFileError):
        await said(message, turn)
    else:
        await _again(message, turn, family, turn.say("desk.done"))


async def _again(message: Message, turn: Turn, family: FamilyFile, text: str) -> None:
    """Said, and back to the file or to what waits."""
    pairs = [(turn.say("button.this_file"), f"fam:show:{family.id}"), (turn.say("button.casework"), "casework")]
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2,)))


# ---- a proof that was seen, and until when it holds


async def _until(message: Message, turn: Turn, state: FSMContext, family: FamilyFile, kind: str) -> None:
    await state.set_state(Desk.proof)
    await state.update_data(proof=[family.id, kind])
    about = f"fam:proof:{family.id}:{kind}"
    pairs = [(turn.say("button.for_good"), f"{about}:0"), (turn.say("button.a_year"), f"{about}:{YEAR}")]
    text = turn.say("desk.proof_how_long", proof=turn.say(f"proof.{kind}"))
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2,)))


@router.message(StateFilter(Desk.proof), HasText())
async def proof_until(message: Message, turn: Turn, state: FSMContext) -> None:
    """2027-6-30: the proof's last day."""
    family_id, kind = (await state.get_data()).get("proof") or (0, "")
    until = _day(message.text or "")
    if until is None or until < turn.today:
        await message.answer(turn.say("desk.proof_day_wrong"), reply_markup=menu(back_choice(turn)))
        return
    await state.set_state(None)
    family = await to_decide(message, turn, "proof", _finder(turn, family_id), _show)
    if family is not None:
        await _decide(message, turn, family, "proof", [kind, str((until - turn.today).days)])


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
