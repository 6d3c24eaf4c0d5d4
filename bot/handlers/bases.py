"""Story: an office establishes a base, in a place of its own, with the national title it was given."""

from __future__ import annotations

import re

from aiogram import Router
from aiogram.types import Message

from bot.filters import IsStaff, Said, Typed
from bot.handlers.common import back_choice
from bot.handlers.staff_desk import may_decide, said
from bot.menus import menu
from bot.turn import Turn
from matching.place_words import find_region
from matching.places import short_name
from models.offices import Office
from services import bases

router = Router(name="bases")
words = Router(name="bases.words")
router.message.filter(IsStaff())
words.message.filter(IsStaff())
_BASE = re.compile(
    r"建基地\s+(?P<name>\S+)\s+(?P<place>\S+)\s+(?P<kind>\S+?)(?:基地)?"
    r"(?:\s+(?:全国)?(?:工会)?(?P<honour>(?:农民工)?(?:技能)?(?:培训)?示范(?:基地)?|就业培训基地))?"
)
KINDS = {"务工": "worker", "劳务": "worker", "实习": "student", "就业": "employment", "培训": "training"}


@words.message(Said("bases"))
async def how(message: Message, turn: Turn) -> None:
    """建基地: how one is established."""
    await message.answer(turn.say("base.how"), reply_markup=menu(back_choice(turn)))


@router.message(Typed(_BASE))
async def establish(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """建基地 铜川劳务基地 铜川 务工: counted where the office is, lying where it lies."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    place, kind, honour = find_region(typed["place"]), KINDS.get(typed["kind"], ""), _honour(typed["honour"])
    session = await turn.writing()
    office = await session.get_one(Office, turn.speaker.office_id)
    region, me = place.adcode if place else "", turn.speaker.id
    try:
        base = await bases.establish_base(
            session, office, name=typed["name"], region=region, kind=kind, honour=honour, officer_id=me
        )
    except bases.BaseRefusedError:
        text = f"{turn.say('base.refused')}\n{turn.say('base.how')}"
        await message.answer(text, reply_markup=menu(back_choice(turn)))
        return
    text = turn.say(
        "base.done",
        name=base.title,
        place=short_name(base.region, turn.speaker.language),
        kind=turn.say(f"base.{kind}"),
        honour=turn.say(f"base.{honour}") if honour else "",
    )
    await message.answer(text, reply_markup=menu(back_choice(turn)))


def _honour(named: str | None) -> str | None:
    return ("migrant_demo_base" if "示范" in named else "employment_base") if named else None
