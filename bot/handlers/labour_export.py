"""Story: labour export — the origin lists who goes, the destination accepts, checks who came, and places them."""

from __future__ import annotations

import re
from datetime import date

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.class_words import read_numbers
from bot.filters import HasText, IsCommand, IsStaff, Pressed, Said, Typed
from bot.handlers import place_arrived
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.states import Desk
from bot.turn import Turn
from bot.typed import folded
from matching.place_words import find_region
from matching.places import short_name
from models.errors import MoveRefusedError, NotFoundError
from models.exports import LabourBatch
from models.offices import Office
from models.regions import lies_in
from models.states import BatchState, TravellerState
from services import batch_ends, desk, exports, teams
from services.offices import NoOfficeError, office_for
from services.phones import PhoneRefusedError, e164

router = Router(name="labour_export")
words = Router(name="labour_export.words")
router.message.filter(IsStaff())
words.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
_PLAN = re.compile(
    r"(?:劳务)?输出\s+(?P<to>\S+)\s+(?P<month>\d{1,2})[月-](?P<day>\d{1,2})[日号]?\s+(?P<who>[班组\d\s,、;+-]{6,})"
)
_TEAM = re.compile(r"班组\s*(?P<code>\d{6})(?!\d)")
B = BatchState
ACTS = {
    ("origin", B.PLANNED): ("team", "offer", "cancel"),
    ("origin", B.OFFERED): ("cancel",),
    ("origin", B.REFUSED): ("team", "offer", "cancel"),
    ("origin", B.ACCEPTED): ("depart", "cancel"),
    ("destination", B.OFFERED): ("accept", "refuse"),
    ("destination", B.DEPARTED): ("arrived", "missing"),
    ("destination", B.ARRIVED): ("place", "late"),
}


@words.message(Said("exports"))
async def list_batches(message: Message, turn: Turn) -> None:
    """劳务输出: what goes from here and what comes here."""
    found = (await turn.session.scalars(exports.batches_of(region_of(turn)).limit(8))).all()
    pairs = [(await _item(turn, batch), f"batch:show:{batch.id}") for batch in found]
    await message.answer(turn.say("export.how"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


async def _item(turn: Turn, batch: LabourBatch) -> str:
    language = turn.speaker.language
    return turn.say(
        "export.item",
        month=batch.leaves_on.month,
        day=batch.leaves_on.day,
        origin=short_name(batch.region, language),
        to=short_name(batch.to_region, language),
        n=len(await exports.travellers_of(turn.session, batch.id)),
        state=turn.say(f"export.state_{batch.state}"),
    )


def _sides(turn: Turn, batch: LabourBatch) -> list[str]:
    here = region_of(turn)
    sides = [("origin", batch.region), ("destination", batch.to_region)]
    return [side for side, region in sides if lies_in(region, here)]


@router.message(Typed(_PLAN))
async def plan(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """输出 苏州 12-10 13800138000 班组482913: people and teams whom the office has registered."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    session = await turn.writing()
    region = find_region(typed["to"])
    if region is None:
        await said(message, turn, "export.refused")
        return
    try:
        leaves_on = date(turn.today.year, int(typed["month"]), int(typed["day"]))
        leaves_on = leaves_on.replace(year=leaves_on.year + 1) if leaves_on < turn.today else leaves_on
        codes = _TEAM.findall(typed["who"])
        crews = [await teams.team_for(session, code, region_of(turn)) for code in codes]
        phones = filter(None, re.split(r"[\s,、;]+", _TEAM.sub(" ", typed["who"])))
        people = [(await desk.seeker_by_phone(session, e164(phone), region_of(turn))).id for phone in phones]
        office = await session.get_one(Office, turn.speaker.office_id)
        to_office = await office_for(session, region.adcode)
        batch = await exports.plan_batch(
            session, office, to_office, people, leaves_on=leaves_on, officer_id=turn.speaker.id, work_teams=crews
        )
        await exports.offer(session, batch, officer_id=turn.speaker.id)
    except exports.AlreadyTravellingError as refusal:
        name = await desk.person_label(session, refusal.person_id)
        await message.answer(turn.say("export.travelling", name=name), reply_markup=menu(back_choice(turn)))
        return
    except exports.TravellersElsewhereError as refusal:
        await message.answer(turn.say("team.elsewhere", n=refusal.number), reply_markup=menu(back_choice(turn)))
        return
    except (NotFoundError, PhoneRefusedError, NoOfficeError, exports.BatchRefusedError, ValueError):
        await said(message, turn, "export.refused")
        return
    going = len(await exports.travellers_of(session, batch.id))
    await message.answer(
        turn.say("export.offered", office=to_office.name, n=going), reply_markup=menu(back_choice(turn))
    )


@router.callback_query(Pressed("batch"))
async def pressed(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A batch, or a step of it by its button; each side has its own steps."""
    message = message_of(query)
    act, batch_id = args[0], int(args[1])
    found = await turn.session.get(LabourBatch, batch_id)
    sides = _sides(turn, found) if found else []
    if found is None or not sides:
        await said(message, turn)
        return
    acts = [step for side in sides for step in ACTS.get((side, B(found.state)), ())]
    if not await _is_anybody_missing(turn, found):
        acts = [step for step in acts if step != "late"]
    if act == "show":
        await _show(message, turn, found, acts)
    elif act not in acts:
        await said(message, turn)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif act == "place":
        await place_arrived.begin(message, turn, state, found)
    elif act in ("refuse", "missing", "team", "late"):
        await state.set_state(Desk.batch)
        await state.update_data(batch={"id": batch_id, "act": act})
        await message.answer(turn.say(f"export.ask_{act}"), reply_markup=menu(back_choice(turn)))
    else:
        await _step(message, turn, found, act)


async def _is_anybody_missing(turn: Turn, batch: LabourBatch) -> bool:
    return any(one.state == TravellerState.MISSING for one in await exports.travellers_of(turn.session, batch.id))


async def _show(message: Message, turn: Turn, batch: LabourBatch, acts: list[str], first: str = "") -> None:
    lines = [*filter(None, [first]), await _item(turn, batch)]
    if batch.reason:
        lines.append(turn.say("export.reason", reason=batch.reason))
    for number, one in enumerate(await exports.travellers_of(turn.session, batch.id), 1):
        name = await desk.person_label(turn.session, one.person_id)
        lines.append(turn.say("export.person", n=number, name=name, state=turn.say(f"export.traveller_{one.state}")))
    pairs = [(turn.say(f"button.export_{act}"), f"batch:{act}:{batch.id}") for act in acts]
    await message.answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn), rows=(2,)))


async def _step(message: Message, turn: Turn, batch: LabourBatch, act: str) -> None:
    session, me = await turn.writing(), turn.speaker.id
    try:
        if act == "offer":
            await exports.offer(session, batch, officer_id=me)
        elif act == "accept":
            await exports.accept(session, batch, officer_id=me)
        elif act == "depart":
            await exports.depart(session, batch, officer_id=me)
        elif act == "cancel":
            await batch_ends.cancel_batch(session, batch, officer_id=me)
        else:
            await exports.check_arrival(session, batch, officer_id=me)
    except exports.AlreadyTravellingError as refusal:
        name = await desk.person_label(session, refusal.person_id)
        await message.answer(turn.say("export.in_another", name=name), reply_markup=menu(back_choice(turn)))
        return
    except MoveRefusedError:
        await said(message, turn)
        return
    await said(message, turn, f"export.done_{act}")


@router.message(StateFilter(Desk.batch), HasText(), ~IsCommand())
async def words_said(message: Message, turn: Turn, state: FSMContext) -> None:
    """Why the destination does not take them, who did not arrive, or the code of a team that goes too."""
    at = (await state.get_data()).get("batch") or {}
    found = await turn.session.get(LabourBatch, at.get("id", 0))
    await state.set_state(None)
    side = "origin" if at.get("act") == "team" else "destination"
    if found is None or side not in _sides(turn, found) or not may_decide(turn):
        await said(message, turn)
        return
    if at["act"] == "team":
        await _add_team(message, turn, found)
        return
    session, me, text = await turn.writing(), turn.speaker.id, (message.text or "").strip()
    try:
        if at["act"] == "refuse":
            await exports.refuse(session, found, text, officer_id=me)
            await said(message, turn, "export.done_refuse")
            return
        numbers, left = read_numbers(text)
        if left or not numbers or max(numbers) > len(await exports.travellers_of(session, found.id)):
            await state.set_state(Desk.batch)
            await message.answer(turn.say(f"export.ask_{at['act']}"), reply_markup=menu(back_choice(turn)))
            return
        if at["act"] == "late":
            await batch_ends.check_in_late(session, found, numbers, officer_id=me)
        else:
            await exports.check_arrival(session, found, officer_id=me, missing=numbers)
    except MoveRefusedError:
        await said(message, turn)
        return
    except NotFoundError:  # of nobody missing
        await state.set_state(Desk.batch)
        await message.answer(turn.say("export.ask_late"), reply_markup=menu(back_choice(turn)))
        return
    await said(message, turn, f"export.done_{at['act']}")


async def _add_team(message: Message, turn: Turn, batch: LabourBatch) -> None:
    session, code = await turn.writing(), folded(message.text or "").removeprefix("班组").strip()
    try:
        n = await exports.add_team(session, batch, await teams.team_for(session, code, region_of(turn)))
    except exports.AlreadyTravellingError as refusal:
        name = await desk.person_label(session, refusal.person_id)
        await message.answer(turn.say("team.travelling", name=name), reply_markup=menu(back_choice(turn)))
        return
    except exports.TravellersElsewhereError as refusal:
        await message.answer(turn.say("team.elsewhere", n=refusal.number), reply_markup=menu(back_choice(turn)))
        return
    except (NotFoundError, exports.BatchRefusedError):
        await said(message, turn, "team.unknown")
        return
    await _show(message, turn, batch, [*ACTS["origin", B(batch.state)]], turn.say("team.added", n=n))
