"""What the typed orders about a person share: whom they mean, whether the officer may, and what to do where not."""

from __future__ import annotations

import re

from aiogram.types import InlineKeyboardMarkup, Message

from bot.handlers.common import back_choice
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.employers import Employer
from models.errors import NotFoundError
from models.graduates import Graduate
from models.offices import Office
from models.people import Person
from models.regions import lies_in
from models.states import FamilyState
from services import employers, families, graduates, proofs
from services.casework import household_of, is_own
from services.known_people import known_by_phone
from services.phones import PhoneRefusedError, e164


async def person_meant(message: Message, turn: Turn, found: re.Match[str] | None, how: str) -> Person | None:
    """Whose number stands in the sentence; None where it was said why not: `how` is one line that would be read."""
    if found is None or not found["phone"] or not may_decide(turn):
        await said(message, turn, how if may_decide(turn) else "desk.not_allowed")
        return None
    return await person_by_phone(message, turn, found["phone"])


async def person_by_phone(message: Message, turn: Turn, phone: str) -> Person | None:
    """The person with this number in the officer's region, not of the officer's own household."""
    try:
        person = await known_by_phone(turn.session, e164(phone), region_of(turn))
    except (NotFoundError, PhoneRefusedError):
        await said(message, turn, "grad.nobody")
        return None
    return None if await is_own_case(message, turn, person.id) else person


async def is_own_case(message: Message, turn: Turn, person_id: int) -> bool:
    """Whether it is the officer or their family; then a colleague is asked for."""
    own = await is_own(turn.session, turn.speaker.id, await household_of(turn.session, person_id))
    if own:
        await said(message, turn, "desk.own_case")
    return own


async def graduate_meant(message: Message, turn: Turn, person: Person) -> Graduate | None:
    """The person's row on the list; None where it was said what to do first."""
    graduate = await graduates.graduate_of(turn.session, person.id)
    if graduate is None:
        await said(message, turn, "grad.not_listed")
        return None
    return graduate if await is_ours(message, turn, graduate.region, graduate.office_id) else None


async def is_ours(message: Message, turn: Turn, region: str, office_id: int) -> bool:
    """Whether the case lies in the officer's region; else it is said whose it is."""
    if lies_in(region, region_of(turn)):
        return True
    office = await turn.session.get_one(Office, office_id)
    await message.answer(turn.say("grad.elsewhere", office=office.name), reply_markup=to_desk(turn))
    return False


async def no_valid_file(message: Message, turn: Turn, person_id: int) -> None:
    """What to do so that the person's family has a valid file: apply, finish it, renew it."""
    family = await families.live_file_of(turn.session, person_id)
    if family is None or family.state != FamilyState.ON_FILE:
        await said(message, turn, "grad.file_waits" if family else "grad.no_file")
        return
    renew = await proofs.expired_proofs(turn.session, family.id)
    text = turn.say("desk.renew_first", renew=renew) if renew else turn.say("desk.recheck_first")
    await message.answer(text, reply_markup=to_desk(turn))


async def employer_meant(message: Message, turn: Turn, name: str) -> Employer | None:
    """The one verified employer of that name; None where it was said what to write instead."""
    found = await employers.named_employers(turn.session, name, region_of(turn))
    if len(found) == 1:
        return found[0]
    names = "、".join(f"“{one.name}”" for one in found)
    text = turn.say("grad.which_firm", names=names) if found else turn.say("grad.no_firm", name=name)
    await message.answer(text, reply_markup=to_desk(turn))
    return None


def to_desk(turn: Turn) -> InlineKeyboardMarkup:
    """The way back."""
    return menu(*numbered((turn.say("button.desk"), "desk")), back_choice(turn), rows=(2,))
