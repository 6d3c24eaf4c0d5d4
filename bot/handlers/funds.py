"""Story: money of an office by programme and source: what is left, what was raised, what is handed down."""

from __future__ import annotations

import re
from decimal import Decimal

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said, Typed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.place_words import find_region
from models.errors import ZhaohuoError
from models.money import yuan
from models.offices import Office
from models.regions import lies_in
from services import funds
from services.funds import Purse
from services.offices import office_for

router = Router(name="funds")
words = Router(name="funds.words")
for one in (router.message, router.callback_query, words.message):
    one.filter(IsStaff())
PROGRAMMES = {
    "培训": "training_employment",
    "就业": "training_employment",
    "培训就业": "training_employment",
    "助学": "tuition",
    "生活": "living_medical",
    "医疗": "living_medical",
    "生活医疗": "living_medical",
    "贷款": "loan",
    "送温暖": "care",
}
SOURCES = {
    "中央": "central",
    "地方": "local",
    "政府": "government",
    "工会": "union",
    "捐赠": "donation",
    "捐款": "donation",
    "社会": "donation",
}
_RAISE = re.compile(r"(?:筹资|raise)\s*(?P<rest>.*)")
_HAND_DOWN = re.compile(r"(?:拨款|allocate)\s*(?P<rest>.*)")
_MONEY = re.compile(
    r"(?P<programme>\S+)\s+(?P<source>\S+)\s+(?P<number>\d{1,9}(?:\.\d{1,2})?)\s*(?P<unit>万元?|元|块)?"
    r"(?:\s*(?:到|给|to)\s*(?P<place>\S+))?"
)


@words.message(Said("funds"))
@router.callback_query(Pressed("funds"))
async def balances(event: Message | CallbackQuery, turn: Turn) -> None:
    """资金: what the office has."""
    rows = await turn.session.scalars(funds.funds_of(region_of(turn)))
    own = [fund for fund in rows if fund.office_id == turn.speaker.office_id]
    lines = [turn.say("funds.title" if own else "funds.none")]
    lines += [turn.say("funds.line", **_named(turn, f.programme, f.source), yuan=yuan(f.balance_fen)) for f in own]
    await message_of(event).answer("\n".join([*lines, turn.say("funds.how")]), reply_markup=menu(back_choice(turn)))


def _named(turn: Turn, programme: str, source: str) -> dict[str, str]:
    return {"programme": turn.say(f"programme.{programme}"), "source": turn.say(f"source.{source}")}


@router.message(Typed(_RAISE))
async def raised(message: Message, turn: Turn, state: FSMContext, typed: re.Match[str]) -> None:
    """筹资 培训 工会 50000元: read back, counted when it is confirmed."""
    found = _read(typed["rest"])
    if found is None or not may_decide(turn):
        await said(message, turn, "funds.how" if may_decide(turn) else "desk.not_allowed")
        return
    programme, source, fen, _ = found
    text = turn.say("funds.raise_sure", **_named(turn, programme, source), yuan=yuan(fen))
    await _ask(message, turn, state, text, f"raise:{programme}:{source}:{fen}:0")


@router.message(Typed(_HAND_DOWN))
async def handed_down(message: Message, turn: Turn, state: FSMContext, typed: re.Match[str]) -> None:
    """拨款 培训 中央 2万元 到 金水: to the office of a place below."""
    found = _read(typed["rest"])
    if found is None or not may_decide(turn):
        await said(message, turn, "funds.how" if may_decide(turn) else "desk.not_allowed")
        return
    programme, source, fen, place = found
    region = find_region(place) if place else None
    office = await office_for(turn.session, region.adcode) if region else None
    if office is None or office.id == turn.speaker.office_id or not lies_in(office.region, region_of(turn)):
        await said(message, turn, "funds.to_whom")
        return
    text = turn.say("funds.hand_down_sure", **_named(turn, programme, source), yuan=yuan(fen), office=office.name)
    await _ask(message, turn, state, text, f"hand:{programme}:{source}:{fen}:{office.id}")


async def _ask(message: Message, turn: Turn, state: FSMContext, text: str, data: str) -> None:
    """Money moves once: a button that was pressed, or that another question followed, means nothing any more."""
    await state.update_data(money=data)
    yes = numbered((turn.say("funds.yes"), f"fund:{data}"))
    await message.answer(text, reply_markup=menu(*yes, back_choice(turn)))


def _read(text: str) -> tuple[str, str, int, str | None] | None:
    """Programme, source, fen and place of '培训 工会 5万元 到 金水'; None for what is not whole."""
    found = _MONEY.fullmatch(text.strip())
    if found is None or found["programme"] not in PROGRAMMES or found["source"] not in SOURCES:
        return None
    fen = Decimal(found["number"]) * (1_000_000 if (found["unit"] or "").startswith("万") else 100)
    return PROGRAMMES[found["programme"]], SOURCES[found["source"]], int(fen), found["place"]


@router.callback_query(Pressed("fund"))
async def confirmed(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """It was read back and is right."""
    asked = (await state.get_data()).get("money")
    if not may_decide(turn) or asked != ":".join(args):
        await said(message_of(query), turn, "desk.gone" if may_decide(turn) else "desk.not_allowed")
        return
    await state.update_data(money=None)
    what, programme, source, fen, to = args
    purse = Purse((await turn.session.get_one(Office, turn.speaker.office_id)).id, programme, source)
    session = await turn.writing()
    try:
        if what == "raise":
            await funds.raise_fund(session, purse, int(fen), officer_id=turn.speaker.id)
        else:
            await funds.allocate(session, purse, int(fen), to_office_id=int(to), officer_id=turn.speaker.id)
    except funds.FundBelowZeroError:
        await said(message_of(query), turn, "desk.no_money")
        return
    except ZhaohuoError:  # government money is for tuition only, an amount of nothing
        await said(message_of(query), turn, "funds.refused")
        return
    left = yuan(await funds.balance_of(session, purse))
    text = turn.say("funds.done", **_named(turn, programme, source), yuan=left)
    await message_of(query).answer(text, reply_markup=menu(*numbered((turn.say("button.desk"), "desk"))))
