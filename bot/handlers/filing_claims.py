"""Story: a suspected double claim stands in the way of a report — who it is about, and why it may stand."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsCommand, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.states import Filing
from bot.turn import Turn
from matching.places import full_name
from models.offices import Office
from reports.claims import open_claims, release
from reports.entry import Entry
from reports.errors import ReportRefusedError
from reports.form_files import load_form
from reports.periods import Period, read_period
from services import desk

router = Router(name="filing_claims")
for one in (router.message, router.callback_query):
    one.filter(IsStaff())
SHOWN = 4


@router.callback_query(Pressed("fclaim"))
async def shown(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The entries of a claim: whose, when, where, by which office; the next words say why it may stand."""
    message, code = message_of(query), args[0]
    period = _period(await state.get_data())
    claims = await open_claims(turn.session, region_of(turn), period) if period else []
    found = next((claim for claim in claims if claim.code == code), None)
    if found is None:
        await said(message, turn)
        return
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    lines = [turn.say(f"claim.{found.guard}")]
    lines += [await _told(turn, entry) for entry in found.entries[:SHOWN]]
    await state.set_state(Filing.release)
    await state.update_data(claim=code)
    text = "\n".join([*lines, turn.say("filing.why_release")])
    await message.answer(text, reply_markup=menu(back_choice(turn, "file")))


async def _told(turn: Turn, entry: Entry) -> str:
    office = await turn.session.get(Office, entry.office_id) if entry.office_id else None
    return turn.say(
        "claim.entry",
        name=await desk.label_of_key(turn.session, entry.person),
        day=entry.occurred_on,
        employer=await desk.employer_name(turn.session, entry.facts.get("employer", "—")),
        office=office.name if office else full_name(entry.region),
    )


def _period(data: dict[str, Any]) -> Period | None:
    """Of the report that is looked at."""
    at = data.get("filing")
    return read_period(load_form(at["form"]), at["period"]) if at else None


@router.message(StateFilter(Filing.release), HasText(), ~IsCommand())
async def released(message: Message, turn: Turn, state: FSMContext) -> None:
    """It may stand, and why."""
    data = await state.get_data()
    await state.set_state(None)
    period = _period(data)
    if period is None or not may_decide(turn):
        await said(message, turn)
        return
    by, reason = turn.speaker.id, (message.text or "")[:200]
    try:
        await release(await turn.writing(), region_of(turn), period, data.get("claim") or "", by=by, reason=reason)
    except ReportRefusedError:
        await said(message, turn)
        return
    form, word = data["filing"]["form"], data["filing"]["period"]
    choices = numbered((turn.say("filing.go_on"), f"fopen:{form}:{word}"))
    await message.answer(turn.say("filing.released"), reply_markup=menu(*choices, back_choice(turn, "file")))
