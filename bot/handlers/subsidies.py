"""Story: an officer pays a subsidy of its own, or notes the card on which one hangs."""

from __future__ import annotations

import re
from decimal import Decimal

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said, Typed
from bot.graduate_words import APPRAISAL, CARD, CARD_SEEN, JOB_SEARCH, PAID, SOURCES, read_month
from bot.handlers.common import back_choice, message_of
from bot.handlers.person_cases import graduate_meant, no_valid_file, person_meant, to_desk
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.errors import NotFoundError
from models.money import yuan
from models.offices import Office
from models.people import Person
from services import advice, desk, graduates
from services.casework import AmountRefusedError, OwnCaseError
from services.families import NoValidFileError
from services.funds import FundBelowZeroError
from services.known_people import known_person
from services.notices import tell

router = Router(name="subsidies")
words = Router(name="subsidies.words")
for one in (router.message, router.callback_query, words.message):
    one.filter(IsStaff())


@words.message(Said("job_search_subsidy"))
async def how(message: Message, turn: Turn) -> None:
    """求职补贴 from staff: how it is paid."""
    await said(message, turn, "grad.how_job_search")


@router.message(Typed(JOB_SEARCH))
async def job_search(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """求职补贴 13800138000 1000元 工会: read back; paid when the button says so."""
    await _ask(message, turn, typed, "job_search")


@router.message(Typed(APPRAISAL))
async def appraisal(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """鉴定补贴 13800138000 300元 工会."""
    await _ask(message, turn, typed, "appraisal")


async def _ask(message: Message, turn: Turn, typed: re.Match[str], purpose: str) -> None:
    found = PAID.fullmatch(typed["rest"].strip())
    person = await person_meant(message, turn, found, f"grad.how_{purpose}")
    if person is None or found is None:
        return
    if purpose == "appraisal" or await graduate_meant(message, turn, person) is not None:
        await read_back(message, turn, person.id, purpose, found)


async def read_back(message: Message, turn: Turn, person_id: int, purpose: str, found: re.Match[str]) -> None:
    """Who gets how much from where; nothing is paid yet."""
    fen, source = int(Decimal(found["yuan"]) * 100), SOURCES.get(found["source"], found["source"])
    if not fen:
        await said(message, turn, f"grad.how_{purpose}")
        return
    text = turn.say(
        "grad.subsidy_sure",
        name=await desk.person_label(turn.session, person_id),
        what=turn.say(f"grad.{purpose}"),
        yuan=yuan(fen),
        source=turn.say(f"source.{source}"),
    )
    paid = (turn.say("button.paid"), f"subpaid:{purpose}:{person_id}:{fen}:{source}")
    await message.answer(text, reply_markup=menu(*numbered(paid, (turn.say("button.desk"), "desk")), back_choice(turn)))


@router.callback_query(Pressed("subpaid"))
async def confirmed(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """It has been paid: counted, and it leaves the fund; once for a person, however often it is pressed."""
    message, (purpose, person_id, fen, source) = message_of(query), args
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    try:
        person = await known_person(turn.session, int(person_id), region_of(turn))
        office_id = await _pay(turn, person, purpose, int(fen), source)
    except NoValidFileError:
        await no_valid_file(message, turn, int(person_id))
        return
    except (NotFoundError, AmountRefusedError):
        await said(message, turn)
        return
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except (advice.AlreadyPaidError, advice.NoCardError, FundBelowZeroError) as refusal:
        await said(message, turn, REFUSALS[type(refusal)])
        return
    office = await turn.session.get_one(Office, office_id)
    values = {"what": turn.say(f"grad.{purpose}"), "yuan": yuan(int(fen))}
    await tell(turn.session, person.id, f"notice.{purpose}_paid", office=office.name, yuan=yuan(int(fen)))
    await message.answer(turn.say("grad.subsidy_done", **values), reply_markup=to_desk(turn))


REFUSALS: dict[type[Exception], str] = {
    advice.AlreadyPaidError: "grad.subsidy_twice",
    advice.NoCardError: "grad.no_card",
    FundBelowZeroError: "desk.no_money",
}


async def _pay(turn: Turn, person: Person, purpose: str, fen: int, source: str) -> int:
    """The office whose money it was: of the graduate's list, else the officer's own."""
    session, by = await turn.writing(), turn.speaker.id
    if purpose == "appraisal":
        office_id = turn.speaker.office_id or 0
        await advice.pay_subsidy(
            session, person.id, "appraisal", fen, office_id=office_id, source=source, officer_id=by
        )
        return office_id
    graduate = await graduates.graduate_of(session, person.id)
    if graduate is None:
        raise NotFoundError
    await graduates.pay_job_search(session, graduate, fen, source=source, officer_id=by)
    return graduate.office_id


@router.message(Typed(CARD))
async def card(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """优惠证 13800138000 号码 2027-12, or 号码 2024-12 2027-12 with the day of issue; else it is seen today."""
    found = CARD_SEEN.fullmatch(typed["rest"].strip())
    until = read_month(found["until"], last=True) if found else None
    issued = read_month(found["issued"]) if found and found["issued"] else turn.today
    readable = until is not None and issued is not None and issued <= turn.today
    person = await person_meant(message, turn, found if readable else None, "grad.card_how")
    if person is None or found is None or until is None or issued is None:
        return
    if until < turn.today:
        await said(message, turn, "grad.card_over")
        return
    try:
        await advice.note_card(
            await turn.writing(),
            person.id,
            found["number"].upper(),
            office_id=turn.speaker.office_id or 0,
            issued_on=issued,
            expires_on=until,
            officer_id=turn.speaker.id,
        )
    except advice.CardTakenError:
        await said(message, turn, "grad.card_taken")
        return
    await message.answer(turn.say("grad.card_done", until=until), reply_markup=to_desk(turn))
