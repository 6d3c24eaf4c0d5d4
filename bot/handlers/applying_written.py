"""Story: a form was answered: what is asked for is written in one step, and the office's answer waited for."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiogram.types import Message

from bot.handlers.common import back_choice, home_menu, human_choice
from bot.handlers.my_aid import show_standing
from bot.menus import menu, numbered
from bot.turn import Turn
from models.database import Session
from models.money import yuan
from models.offices import Office
from services import family_requests as requests
from services import loans, people
from services.families import NoValidFileError
from services.family_requests import AskedAlreadyError, Child
from services.file_applications import InAnotherFileError
from services.offices import NoOfficeError
from services.tuition import AlreadyGrantedError

FIRST_MONTHS = 12
FIRST_GROUP = "hardship_worker"


async def _write_file(message: Message, turn: Turn, answers: dict[str, Any]) -> None:
    session = await turn.writing()
    try:
        family = await requests.ask_for_file(
            session,
            turn.speaker.id,
            region=answers.get("place"),
            group=answers["group"] or FIRST_GROUP,
            details=answers["details"] or "",
            children=[_child(turn, named) for named in answers["children"] or ()],
        )
    except InAnotherFileError:
        await show_standing(message, turn, await requests.standing_of(session, turn.speaker.id))
        return
    except NoOfficeError:
        await message.answer(turn.say("human.no_office"), reply_markup=home_menu(turn))
        return
    await _keep_name(turn, session, answers)
    office = await session.get_one(Office, family.office_id)
    await message.answer(turn.say("want.file_done", office=office.name), reply_markup=_after(turn))


async def _write_aid(message: Message, turn: Turn, answers: dict[str, Any]) -> None:
    child = answers.get("child")
    session = await turn.writing()
    try:
        grant = await requests.ask_for_aid(
            session,
            turn.speaker.id,
            kind=answers["kind"],
            amount_fen=answers["amount"],
            stage=answers.get("stage"),
            student=_child(turn, child[0]) if isinstance(child, list) else child,
        )
    except (NoValidFileError, AskedAlreadyError, AlreadyGrantedError) as refusal:
        key = "want.after_file" if isinstance(refusal, NoValidFileError) else "want.already"
        await show_standing(message, turn, await requests.standing_of(session, turn.speaker.id), turn.say(key))
        return
    office = await session.get_one(Office, grant.office_id)
    text = turn.say(
        f"want.{grant.kind}_done",
        office=office.name,
        kind=turn.say(f"aid.{grant.kind}"),
        yuan=yuan(grant.amount_fen),
    )
    await message.answer(text, reply_markup=_after(turn))


async def _write_loan(message: Message, turn: Turn, answers: dict[str, Any]) -> None:
    session = await turn.writing()
    try:
        loan = await requests.ask_for_loan(
            session,
            turn.speaker.id,
            kind=answers["loan"],
            amount_fen=answers["money"],
            months=answers["months"] or FIRST_MONTHS,
            use=answers["use"] or "",
            region=answers.get("place"),
        )
    except (AskedAlreadyError, loans.OverLimitError) as refusal:
        room = await loans.room_of(session, turn.speaker.id, answers["loan"])
        key = "want.already" if isinstance(refusal, AskedAlreadyError) else "want.over_limit"
        first = turn.say(key, yuan=yuan(room))
        await show_standing(message, turn, await requests.standing_of(session, turn.speaker.id), first)
        return
    except NoOfficeError:
        await message.answer(turn.say("human.no_office"), reply_markup=home_menu(turn))
        return
    await _keep_name(turn, session, answers)
    office = await session.get_one(Office, loan.office_id)
    text = turn.say("want.loan_done", office=office.name, yuan=yuan(loan.amount_fen), n=loan.months)
    await message.answer(text, reply_markup=_after(turn))


def _child(turn: Turn, named: list[str]) -> Child:
    """Of an age, year or month only the last day counts: who may be under 18 is treated so."""
    name, born = named
    if born.endswith("岁"):
        born = str(turn.today.year - int(born.removesuffix("岁")))
    year, _, month = born.partition("-")
    return Child(name, date(int(year), int(month or 12), 28) if year else None)


async def _keep_name(turn: Turn, session: Session, answers: dict[str, Any]) -> None:
    if answers.get("name"):
        await people.set_contact(session, turn.speaker.id, name=answers["name"])
        turn.speaker.has_name = True


def _after(turn: Turn) -> Any:
    return menu(*numbered((turn.say("button.my_aid"), "myaid")), human_choice(turn), back_choice(turn), rows=(3,))


WRITE = {"file": _write_file, "aid": _write_aid, "loan": _write_loan}
