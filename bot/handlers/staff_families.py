"""Story: the office decides about a family's file — proofs, check, posted list, yearly check, the end."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsCommand, IsStaff, Pressed, Said
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.states import Applying, Desk
from bot.turn import Turn
from bot.typed import folded
from models.aid import AidGrant
from models.database import ReadSession
from models.errors import MoveRefusedError, NotFoundError
from models.families import FamilyFile
from models.money import yuan
from models.states import FamilyState
from services import aid, caseload, desk, families, proofs
from services.casework import (
    OwnCaseError,
    TextRefusedError,
    ensure_fits,
    family_of,
    is_own,
    lock,
    rules,
    visible_row,
)
from services.phones import without_numbers
from services.proofs import ProofExpiredError, ProofMissingError
from services.publicity import ListRefusedError

router = Router(name="staff_families")
words = Router(name="staff_families.words")
for one in (router.message, router.callback_query, words.message):
    one.filter(IsStaff())
YEAR = 365
MOST = (80, 200, 200)
"""Characters of the place, the content and the standard of a posted list, as `publicity.post_list` takes them."""
_DAY = re.compile(r"\s*(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?\s*")
_PARTS = re.compile(r"[;；\n]")


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


@router.callback_query(Pressed("fam"))
async def file(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A family's file: what is known of it, and the next step."""
    verb, row_id, *more = args
    message = message_of(query)
    try:
        family = await visible_row(turn.session, FamilyFile, int(row_id), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if verb == "show":
        await _show(message, turn, family)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif verb in ASKS and not more:
        await _which(message, turn, verb, family)
    elif verb == "proof" and len(more) == 1:
        await _until(message, turn, state, family, more[0])
    elif verb in ("post", "postall"):
        await _post(message, turn, state, await _with_others(turn, family, verb), more[0])
    else:
        await _decide(message, turn, family, verb, more)


ASKS = {
    "no": "desk.why_refused",
    "close": "desk.why_closed",
    "proof": "desk.which_proof",
    "group": "desk.which_group",
    "post": "desk.where_posted",
    "postall": "desk.where_posted",
}


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
    pairs = [(turn.say(key), f"fam:{verb}:{family.id}") for verb, key in STEPS.get(FamilyState(family.state), ())]
    others = len(await _with_others(turn, family, "postall")) if family.state == FamilyState.CHECKED else 1
    if others > 1:
        pairs.insert(1, (turn.say("button.post_all", n=others), f"fam:postall:{family.id}"))
    pairs += [(turn.say("button.on_file"), f"onfile:{family.id}")] if family.state == FamilyState.PUBLIC else []
    pairs.append((turn.say("button.casework"), "casework"))
    await message.answer("\n".join(line for line in lines if line), reply_markup=menu(*numbered(*pairs), rows=(2, 2)))


async def details_of(turn: Turn, family: FamilyFile) -> str:
    """What the family said of its need: for who decides, and noted."""
    if not may_decide(turn):
        return ""
    return families.read_details(await turn.writing(), family, officer_id=turn.speaker.id)


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
    try:
        family = await visible_row(turn.session, FamilyFile, family_id, region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    await _decide(message, turn, family, "proof", [kind, str((until - turn.today).days)])


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


# ---- a list is posted: families that were checked, students whose aid is asked for


async def _with_others(turn: Turn, family: FamilyFile, verb: str) -> list[FamilyFile]:
    """This family; with the others of its office that were checked, but for the officer's own."""
    if verb == "post":
        return [family]
    rows = await turn.session.scalars(families.undecided(region_of(turn)))
    return [
        row
        for row in rows.all()
        if row.state == FamilyState.CHECKED and row.office_id == family.office_id
        if row.id == family.id or not await is_own(turn.session, turn.speaker.id, await family_of(turn.session, row.id))
    ]


async def _post(message: Message, turn: Turn, state: FSMContext, rows: list[FamilyFile], place: str) -> None:
    await ask_posting(message, turn, state, "family_files", [row.id for row in rows], place)


async def ask_posting(message: Message, turn: Turn, state: FSMContext, table: str, ids: list[int], place: str) -> None:
    """Where the list hangs, what the aid is, how much; the last two have usual words."""
    await state.set_state(Desk.post)
    await state.update_data(posting=[table, ids, place])
    text = turn.say("desk.posting", n=len(ids), days=rules()["publicity"]["days"])
    await message.answer(text, reply_markup=menu(back_choice(turn)))


@router.message(StateFilter(Desk.post), HasText(), ~IsCommand())
async def posting(message: Message, turn: Turn, state: FSMContext) -> None:
    """样例村；生活救助；每户每年1000元: shown as it will hang, before it hangs."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    table, ids, place, *_ = (await state.get_data()).get("posting") or ("family_files", [], "")
    if _has_number(message.text or ""):
        await state.update_data(posting=[table, ids, place])
        await message.answer(turn.say("desk.posting_number"), reply_markup=menu(back_choice(turn)))
        return
    parts = [part.strip() for part in _PARTS.split(message.text or "") if part.strip()]
    try:
        usual = _usual(turn, await _rows(turn.session, turn, table, ids))
        texts = [*parts, *usual[len(parts) - 1 :]][:3] if parts else ["", *usual]
        for text, most in zip(texts, MOST, strict=True):
            ensure_fits(text, most)
    except TextRefusedError:
        await message.answer(turn.say("desk.posting_too_long"), reply_markup=menu(back_choice(turn)))
        return
    except (NotFoundError, IndexError):
        await _nothing_to_post(message, turn, state)
        return
    await state.update_data(posting=[table, ids, place, texts])
    shown = dict(zip(("place", "content", "standard"), texts, strict=True))
    yes = numbered((turn.say("button.post_list"), "postyes"))
    await message.answer(
        turn.say("desk.posting_shown", n=len(ids), **shown), reply_markup=menu(*yes, back_choice(turn))
    )


@router.callback_query(Pressed("postyes"))
async def post_it(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The list hangs, with the words that were shown last."""
    message = message_of(query)
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    table, ids, place, *texts = (await state.get_data()).get("posting") or ("family_files", [], "")
    if turn.state != Desk.post.state or not texts:
        await said(message, turn)
        return
    name, content, standard = texts[0]
    how = {"place": place, "place_name": name, "content": content, "standard": standard}
    session = await turn.writing()
    try:
        rows = await _rows(session, turn, table, ids)
        for row in rows:
            await lock(session, row)
        post: Any = families.post_families if table == "family_files" else aid.post_students
        listed = await post(session, rows, officer_id=turn.speaker.id, **how)
    except (
        NotFoundError,
        MoveRefusedError,
        ListRefusedError,
        IndexError,
        OwnCaseError,
        families.NoValidFileError,
    ) as error:
        await state.set_state(None)
        await said(message, turn, NOT_POSTED.get(type(error), "desk.gone"))
        return
    await state.set_state(None)
    await state.update_data(posting=None)
    pairs = numbered((turn.say("button.casework"), "casework"), (turn.say("button.the_list"), f"posted:{listed.id}"))
    day = {"month": listed.until.month, "day": listed.until.day}
    await message.answer(turn.say("desk.posted", n=len(rows), **day), reply_markup=menu(*pairs, back_choice(turn)))


NOT_POSTED: dict[type[Exception], str] = {
    OwnCaseError: "desk.own_case",
    families.NoValidFileError: "desk.recheck_first",
}


async def _rows(session: ReadSession, turn: Turn, table: str, ids: list[int]) -> list[Any]:
    model: Any = FamilyFile if table == "family_files" else AidGrant
    return [await visible_row(session, model, row_id, region_of(turn)) for row_id in ids]


async def _nothing_to_post(message: Message, turn: Turn, state: FSMContext) -> None:
    await state.set_state(None)
    await said(message, turn)


def _has_number(text: str) -> bool:
    """Whether a phone or ID number stands in it, which everybody would read on the wall."""
    return re.sub(r"\D", "", without_numbers(folded(text))) != re.sub(r"\D", "", folded(text))


def _usual(turn: Turn, rows: list[Any]) -> list[str]:
    """What the list says where the officer says no more: students with what each gets."""
    if isinstance(rows[0], FamilyFile):
        return [turn.say("posting.file"), turn.say("posting.standard")]
    amounts = "、".join(dict.fromkeys(yuan(grant.amount_fen) for grant in rows))
    return [turn.say("aid.tuition"), turn.say("posting.each", yuan=amounts)]


async def askers(turn: Turn, grant: AidGrant) -> list[AidGrant]:
    """This student and the others of the same office whose aid is not decided.

    Left out are the officer's own children, and families whose file is not valid any more.
    """
    rows = await turn.session.scalars(aid.asked(region_of(turn)))
    others = [row for row in rows if row.kind == "tuition" and row.office_id == grant.office_id]
    return [row for row in others if row.id == grant.id or await _may_be_posted(turn, row)]


async def _may_be_posted(turn: Turn, grant: AidGrant) -> bool:
    try:
        await families.valid_file(turn.session, grant.person_id)
    except families.NoValidFileError:
        return False
    return not await is_own(turn.session, turn.speaker.id, await family_of(turn.session, grant.family_id))
