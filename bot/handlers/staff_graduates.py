"""Story: a graduate comes on the list, gets a helper, and is not forgotten: the card with its buttons."""

from __future__ import annotations

import re
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said, Typed
from bot.graduate_words import GRADUATE, LISTED_FROM, REGISTERED, read_month
from bot.handlers.common import back_choice, message_of
from bot.handlers.person_cases import is_ours, is_own_case, no_valid_file, person_meant
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.handlers.staff_numbers import number_choice
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.place_words import find_region
from matching.places import short_name
from models.errors import NotFoundError
from models.graduates import Graduate
from models.offices import Office
from models.people import Person
from services import desk, families, graduate_cards, graduates
from services.casework import household_of, is_own, visible_row
from services.families import NoValidFileError
from services.notices import tell

router = Router(name="staff_graduates")
words = Router(name="staff_graduates.words")
for one in (router.message, router.callback_query, words.message):
    one.filter(IsStaff())
YEARS_BACK, YEARS_AHEAD = 10, 1
DONE = ("plan", "internship", "policy", "job_search")


@words.message(Said("my_plan"))
@router.callback_query(Pressed("gradlist"))
async def list_them(event: Message | CallbackQuery, turn: Turn) -> None:
    """毕业生帮扶 from staff: who has no helper, no plan, or no contact for 30 days."""
    found, number = await graduate_cards.to_look_after(turn.session, region_of(turn))
    pairs = [(await _label(turn, graduate), f"grad:{graduate.id}") for graduate in found]
    pairs.append((turn.say("button.from_files"), "onfiles:0"))
    lines = [turn.say("grad.list", n=number) if found else turn.say("grad.list_none"), turn.say("grad.how")]
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


async def _label(turn: Turn, graduate: Graduate) -> str:
    return await desk.person_label(turn.session, graduate.person_id)


@router.message(Typed(GRADUATE))
async def register(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """毕业生 13800138000 2026-06 西安: onto the list; who is on it already is shown."""
    if not typed["rest"].strip():
        await list_them(message, turn)
        return
    found = REGISTERED.fullmatch(typed["rest"].strip())
    person = await person_meant(message, turn, found, "grad.how")
    if person is None or found is None:
        return
    graduate = await graduates.graduate_of(turn.session, person.id)
    if graduate is None:
        await enter(message, turn, person, found)
    elif await is_ours(message, turn, graduate.region, graduate.office_id):
        await show(message, turn, graduate)


async def enter(message: Message, turn: Turn, person: Person, found: re.Match[str]) -> None:
    """Onto the list, with the month and the place that were said; what is in the way is said."""
    day, place = read_month(found["month"] or ""), find_region(found["place"] or "")
    if day is None or place is None or not -YEARS_BACK <= day.year - turn.today.year <= YEARS_AHEAD:
        await said(message, turn, "grad.how")
        return
    family = await families.live_file_of(turn.session, person.id)
    if family is not None and not await is_ours(message, turn, family.region, family.office_id):
        return
    try:
        graduate = await graduates.register_graduate(
            await turn.writing(),
            person.id,
            listed_from=LISTED_FROM.get(found["source"] or "", "family_file"),
            graduated_on=day,
            study_region=place.adcode,
            officer_id=turn.speaker.id,
        )
    except NoValidFileError:
        await no_valid_file(message, turn, person.id)
        return
    except graduates.AlreadyListedError:  # a colleague was quicker
        await said(message, turn, "grad.listed")
        return
    await show(message, turn, graduate, turn.say("grad.listed"))


async def show(message: Message, turn: Turn, graduate: Graduate, first: str = "") -> None:
    """The card: status, helper, plan, last contact; what can be pressed and what can be typed."""
    language, day = turn.speaker.language, graduate.graduated_on
    lines = [
        first,
        turn.say(
            "grad.card",
            name=await _label(turn, graduate),
            year=day.year,
            month=day.month,
            study=short_name(graduate.study_region, language),
            home=short_name(graduate.home_region, language),
        ),
        turn.say(
            "grad.stand",
            status=turn.say(f"grad.status_{graduate.status}"),
            helper=await _helper(turn, graduate),
            seen=_day(turn, graduate.contacted_on),
        ),
        await _plan(turn, graduate),
        turn.say("grad.type"),
    ]
    pairs = [] if graduate.helper_id == turn.speaker.id else [("button.grad_help", f"grad:help:{graduate.id}")]
    pairs += [("button.called", f"grad:yes:{graduate.id}"), ("button.grad_status", f"grad:status:{graduate.id}")]
    pairs += [("button.grad_do", f"grad:do:{graduate.id}")]
    said_pairs = [(turn.say(key), data) for key, data in pairs]
    choices = numbered(
        *said_pairs, number_choice(turn, graduate.person_id, "graduate"), (turn.say("button.desk"), "desk")
    )
    await message.answer("\n".join(filter(None, lines)), reply_markup=menu(*choices, back_choice(turn), rows=(2, 2, 2)))


async def _helper(turn: Turn, graduate: Graduate) -> str:
    if graduate.helper_id is None:
        return turn.say("grad.none_yet")
    if graduate.helper_id == turn.speaker.id:
        return turn.say("grad.you")
    helper = await turn.session.get_one(Person, graduate.helper_id)
    return helper.name(turn.session) or turn.say("grad.colleague")


def _day(turn: Turn, day: Any) -> str:
    return turn.say("grad.day", month=day.month, day=day.day) if day else turn.say("grad.none_yet")


async def _plan(turn: Turn, graduate: Graduate) -> str:
    """Its words for who decides and is no relative, and noted; that there is one for everybody else."""
    plan = await graduate_cards.newest_plan(turn.session, graduate)
    if plan is None:
        return turn.say("grad.no_plan")
    me, household = turn.speaker.id, await household_of(turn.session, graduate.person_id)
    kept = not may_decide(turn) or await is_own(turn.session, me, household)
    text = "" if kept else graduate_cards.read_plan(await turn.writing(), plan, officer_id=me)
    return turn.say("grad.plan", day=_day(turn, plan.given_on), words=text)


@router.callback_query(Pressed("grad"))
async def pressed(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The card, or one of its buttons."""
    message = message_of(query)
    act, row_id = (args[0], args[1]) if args[1:] else ("show", args[0])
    try:
        graduate = await visible_row(turn.session, Graduate, int(row_id), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if act == "show":
        await show(message, turn, graduate)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif not await is_own_case(message, turn, graduate.person_id):
        await _act(message, turn, graduate, act, args[2:])


async def _act(message: Message, turn: Turn, graduate: Graduate, act: str, rest: list[str]) -> None:
    me = turn.speaker.id
    if act == "status":
        pairs = [(turn.say(f"grad.status_{one}"), f"grad:be:{graduate.id}:{one}") for one in graduates.STATUSES]
        await message.answer(turn.say("grad.which_status"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))
        return
    if act == "do":
        pairs = [(turn.say(f"grad.do_{what}"), f"graddo:{graduate.id}:{what}") for what in DONE]
        await message.answer(turn.say("grad.which_do"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))
        return
    session = await turn.writing()
    if act == "yes":
        await graduates.note_contact(session, graduate, officer_id=me)
    elif act == "help" and graduate.helper_id != me:
        await graduates.name_helper(session, graduate, me, officer_id=me)
        office = await session.get_one(Office, graduate.office_id)
        await tell(session, graduate.person_id, "notice.graduate_helper", office=office.name)
    elif act == "be" and rest and rest[0] in graduates.STATUSES:
        await graduates.set_status(session, graduate, rest[0], officer_id=me)
    await show(message, turn, graduate, turn.say("desk.done"))
