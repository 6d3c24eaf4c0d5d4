"""Story: a list is posted — families that were checked, students whose aid is asked for."""

from __future__ import annotations

import re
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsCommand, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from bot.typed import folded
from models.aid import AidGrant
from models.database import ReadSession
from models.errors import MoveRefusedError, NotFoundError
from models.families import FamilyFile, Publicity
from models.money import yuan
from models.states import FamilyState
from services import aid, families
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
from services.publicity import ListRefusedError

router = Router(name="staff_posting")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
MOST = (80, 200, 200)
"""Characters of the place, the content and the standard of a posted list, as `publicity.post_list` takes them."""
_PARTS = re.compile(r"[;；\n]")
NOT_POSTED: dict[type[Exception], str] = {
    OwnCaseError: "desk.own_case",
    families.NoValidFileError: "desk.recheck_first",
}


# ---- who stands on it


async def with_others(turn: Turn, family: FamilyFile) -> list[FamilyFile]:
    """This family and the others of its office that were checked, but for the officer's own."""
    rows = await turn.session.scalars(families.undecided(region_of(turn)))
    return [
        row
        for row in rows.all()
        if row.state == FamilyState.CHECKED and row.office_id == family.office_id
        if row.id == family.id or not await is_own(turn.session, turn.speaker.id, await family_of(turn.session, row.id))
    ]


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


# ---- where it hangs, and what it says


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
    try:
        texts = _texts(message.text or "", _usual(turn, await _rows(turn.session, turn, table, ids)))
    except TextRefusedError:
        await message.answer(turn.say("desk.posting_too_long"), reply_markup=menu(back_choice(turn)))
        return
    except (NotFoundError, IndexError):
        await state.set_state(None)
        await said(message, turn)
        return
    await state.update_data(posting=[table, ids, place, texts])
    shown = dict(zip(("place", "content", "standard"), texts, strict=True))
    yes = numbered((turn.say("button.post_list"), "postyes"))
    await message.answer(
        turn.say("desk.posting_shown", n=len(ids), **shown), reply_markup=menu(*yes, back_choice(turn))
    )


def _texts(typed: str, usual: list[str]) -> list[str]:
    """Place, content and standard; what was not said is as usual. Raises TextRefusedError."""
    parts = [part.strip() for part in _PARTS.split(typed) if part.strip()]
    texts = [*parts, *usual[len(parts) - 1 :]][:3] if parts else ["", *usual]
    for text, most in zip(texts, MOST, strict=True):
        ensure_fits(text, most)
    return texts


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
    try:
        listed = await _post(turn, table, ids, place, texts[0])
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
    await message.answer(turn.say("desk.posted", n=len(ids), **day), reply_markup=menu(*pairs, back_choice(turn)))


async def _post(turn: Turn, table: str, ids: list[int], place: str, texts: list[str]) -> Publicity:
    """All rows as they stand now, or none."""
    name, content, standard = texts
    how = {"place": place, "place_name": name, "content": content, "standard": standard}
    session = await turn.writing()
    rows = await _rows(session, turn, table, ids)
    for row in rows:
        await lock(session, row)
    post: Any = families.post_families if table == "family_files" else aid.post_students
    listed: Publicity = await post(session, rows, officer_id=turn.speaker.id, **how)
    return listed


async def _rows(session: ReadSession, turn: Turn, table: str, ids: list[int]) -> list[Any]:
    model: Any = FamilyFile if table == "family_files" else AidGrant
    return [await visible_row(session, model, row_id, region_of(turn)) for row_id in ids]


def _has_number(text: str) -> bool:
    """Whether a phone or ID number stands in it, which everybody would read on the wall."""
    return re.sub(r"\D", "", without_numbers(folded(text))) != re.sub(r"\D", "", folded(text))


def _usual(turn: Turn, rows: list[Any]) -> list[str]:
    """What the list says where the officer says no more: students with what each gets."""
    if isinstance(rows[0], FamilyFile):
        return [turn.say("posting.file"), turn.say("posting.standard")]
    amounts = "、".join(dict.fromkeys(yuan(grant.amount_fen) for grant in rows))
    return [turn.say("aid.tuition"), turn.say("posting.each", yuan=amounts)]
