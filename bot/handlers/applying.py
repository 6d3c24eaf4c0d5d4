"""Story: a family asks for a file, for aid, for a loan — two or three short questions, then all is written at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.aid_questions import FORMS, MOST_WORDS, NEEDED, another_wish
from bot.filters import HasText, Pressed, Said, said_in
from bot.handlers.common import back_choice, home_menu, human_choice, message_of, settle
from bot.handlers.my_aid import show_standing
from bot.menus import menu, numbered
from bot.need_words import need_of, wants_other
from bot.questions import Question
from bot.states import Applying, Seeking
from bot.turn import Turn
from bot.words import COMMANDS
from matching.understand import understand
from models.database import Session
from models.messages import Choice
from models.money import yuan
from models.offices import Office
from services import family_requests as requests
from services import loans, people
from services.aid import AlreadyGrantedError
from services.casework import rules
from services.families import InAnotherFileError, NoValidFileError
from services.family_requests import AskedAlreadyError, Child
from services.offices import NoOfficeError

router = Router(name="applying")
words = Router(name="applying.words")
AMOUNTS = (500, 1000, 2000, 3000)
NOT_ANSWERING = ~StateFilter(Applying.answer)
"""At an open question 大病, 生活困难 and 借钱 are its answer, not a new beginning."""
FREE_WORDS = frozenset({"details", "use"})
FIRST_MONTHS = 12
FIRST_GROUP = "hardship_worker"


# ---- how it begins


class InNeed(Filter):
    """A sentence tells of a need and wishes for nothing else; the kind of aid is passed on as `need`."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, str]:
        """Where no question is open."""
        if turn.state not in (None, Seeking.place.state):
            return False
        said = said_in(message, turn)
        need = "" if wants_other(said) else need_of(said)
        return {"need": need} if need else False


@router.message(InNeed())
async def tells_of_need(message: Message, turn: Turn, state: FSMContext, need: str) -> None:
    """老公住院花了八万: the aid for it; the words are kept for the office with the family's file."""
    await _aid(message, turn, state, {"kind": need}, (message.text or "")[:MOST_WORDS])


@words.message(Said("aid"), NOT_ANSWERING)
@router.callback_query(Pressed("wantaid"))
async def wants_aid(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """申请帮扶: the family's file first; with a valid one, which aid?"""
    await _aid(message_of(event), turn, state, {})


@words.message(Said("medical_aid"), NOT_ANSWERING)
async def wants_medical_aid(message: Message, turn: Turn, state: FSMContext) -> None:
    """医疗救助."""
    await _aid(message, turn, state, {"kind": "medical"})


@words.message(Said("tuition_aid"), NOT_ANSWERING)
async def wants_tuition_aid(message: Message, turn: Turn, state: FSMContext) -> None:
    """助学."""
    await _aid(message, turn, state, {"kind": "tuition"})


@words.message(Said("loan"), NOT_ANSWERING)
@router.callback_query(Pressed("wantloan"))
async def wants_loan(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """贷款: one application at a time."""
    message = message_of(event)
    standing = await requests.standing_of(turn.session, turn.speaker.id)
    if any(loan.state == "applied" for loan, _ in standing.loans):
        await show_standing(message, turn, standing, turn.say("want.already"))
        return
    await _begin(message, turn, state, "loan", await _known(turn, state))


async def _aid(message: Message, turn: Turn, state: FSMContext, given: dict[str, Any], details: str = "") -> None:
    standing = await requests.standing_of(turn.session, turn.speaker.id)
    if standing.is_valid(turn.today):
        await _begin(message, turn, state, "aid", given)
    elif standing.family is not None:
        await show_standing(message, turn, standing, turn.say("want.after_file"))
    elif await people.has_consent(turn.session, turn.speaker.id, people.SENSITIVE_GROUP):
        known = await _known(turn, state)
        await _begin(message, turn, state, "file", {**known, "details": details} if details else known)
    else:
        choices = (Choice("1", turn.say("button.agree"), "applyok"), Choice("2", turn.say("button.rather_not"), "home"))
        await state.set_state(None)
        await state.update_data(need=details)
        await message.answer(turn.say("want.consent"), reply_markup=menu(*choices, rows=(2,)))


@router.callback_query(Pressed("applyok"))
async def agreed(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The consent of its own; then the questions."""
    await people.give_consent(await turn.writing(), turn.speaker.id, people.SENSITIVE_GROUP)
    details = (await state.get_data()).get("need") or ""
    await state.update_data(need="")
    await _aid(message_of(query), turn, state, {}, details)


async def _known(turn: Turn, state: FSMContext) -> dict[str, Any]:
    """What need not be asked: the place that was named before."""
    place = ((await state.get_data()).get("request") or {}).get("region")
    if place is None and turn.speaker.is_seeker:
        place = (await people.profile_of(turn.session, turn.speaker.id) or {}).get("region")
    return {"place": place} if place else {}


# ---- one question at a time


async def _begin(message: Message, turn: Turn, state: FSMContext, what: str, given: dict[str, Any]) -> None:
    await _go_on(message, turn, state, {"what": what, "answers": given, "asked": []})


async def _go_on(message: Message, turn: Turn, state: FSMContext, form: dict[str, Any]) -> None:
    """The next question; after the last everything is written in one step."""
    for question in FORMS[form["what"]]:
        for_students = question.name in ("child", "stage")
        needless = question.name == "name" and turn.speaker.has_name
        needless = needless or (for_students and form["answers"]["kind"] != "tuition")
        if question.name not in form["answers"] and not needless:
            await _ask(message, turn, state, {**form, "asked": [*form["asked"], question.name]}, question)
            return
    await state.set_state(None)
    await state.update_data(applying=None)
    await FINISH[form["what"]](message, turn, form["answers"])


async def _ask(
    message: Message, turn: Turn, state: FSMContext, form: dict[str, Any], question: Question, key: str = "", **how: Any
) -> None:
    """Ask; `key`: what was wrong with the last answer."""
    await state.set_state(Applying.answer)
    await state.update_data(applying=form)
    about = f"form:{form['what']}:{question.name}"
    pairs = [(label, f"{about}:{value}") for label, value in await _options(turn, question)]
    if question.name not in NEEDED:
        pairs.append((turn.say("button.skip"), f"{about}:skip"))
    pairs.append((turn.say("button.back"), f"{about}:back"))
    choices = [
        Choice(label if question.words_only else str(n), label, data) for n, (label, data) in enumerate(pairs, 1)
    ]
    text = turn.say(f"want.ask_{question.name}", **await _limits(turn, form, question))
    text = f"{turn.say(key, **how)}\n{text}" if key else text
    await message.answer(text, reply_markup=menu(*choices, rows=(*([1] * (len(pairs) - 2)), 2)))


async def _options(turn: Turn, question: Question) -> list[tuple[str, Any]]:
    if question.name == "amount":
        return [(turn.say("want.yuan", yuan=each), each * 100) for each in AMOUNTS]
    if question.name == "child":
        standing = await requests.standing_of(turn.session, turn.speaker.id)
        children = await requests.children_of(turn.session, standing.family.id) if standing.family else []
        return [(name, child.person_id) for child, name in children if name]
    return [(turn.say(label), value) for label, value in question.options]


async def _limits(turn: Turn, form: dict[str, Any], question: Question) -> dict[str, Any]:
    if question.name != "money":
        return {}
    room = await loans.room_of(turn.session, turn.speaker.id, form["answers"]["loan"])
    return {"yuan": yuan(room)}


def _current(data: dict[str, Any]) -> tuple[dict[str, Any], Question]:
    """The open form and its question; a form that is over lets others answer."""
    form = data.get("applying")
    if not form or not form["asked"]:
        raise SkipHandler
    return form, next(question for question in FORMS[form["what"]] if question.name == form["asked"][-1])


@router.callback_query(Pressed("form"))
async def pressed(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A button below the open question; one of before means nothing any more."""
    form, question = _current(await state.get_data())
    if turn.state != Applying.answer.state or args[:2] != [form["what"], question.name]:
        raise SkipHandler
    await settle(query, turn)
    value: Any = args[2]
    if value == "back":
        await _back(message_of(query), turn, state)
    elif value == "skip":
        await _answered(message_of(query), turn, state, None)
    else:
        await _answered(message_of(query), turn, state, int(value) if value.isdigit() else value)


@router.message(StateFilter(Applying.answer), Said("back"))
async def back(message: Message, turn: Turn, state: FSMContext) -> None:
    """返回: the question before; before the first, out of it, and nothing is written."""
    await _back(message, turn, state)


async def _back(message: Message, turn: Turn, state: FSMContext) -> None:
    form, _ = _current(await state.get_data())
    before = form["asked"][:-1]
    if not before:
        await state.set_state(None)
        await state.update_data(applying=None)
        await message.answer(turn.say("home"), reply_markup=home_menu(turn))
        return
    answers = {name: value for name, value in form["answers"].items() if name != before[-1]}
    await _go_on(message, turn, state, {**form, "answers": answers, "asked": before[:-1]})


@router.message(StateFilter(Applying.answer), Said("skip"))
async def skip(message: Message, turn: Turn, state: FSMContext) -> None:
    """跳过, where the application can do without."""
    form, question = _current(await state.get_data())
    if question.name in NEEDED:
        await _ask(message, turn, state, form, question, "want.required")
        return
    await _answered(message, turn, state, None)


@router.message(StateFilter(Applying.answer), HasText())
async def said(message: Message, turn: Turn, state: FSMContext) -> None:
    """Words: the answer; another wish altogether leaves the form; a slip is asked once more."""
    form, question = _current(await state.get_data())
    text = message.text or ""
    free_words = question.name in FREE_WORDS
    if another_wish(text, free_words=free_words):
        await _leave(state)
    begins = _begins(said_in(message, turn))
    value = question.read(text) if free_words or question.options or not begins else None
    if value is not None:
        await _answered(message, turn, state, value)
        return
    if begins and (begins == "loan") != (form["what"] == "loan"):
        await (wants_loan(message, turn, state) if begins == "loan" else wants_aid(message, turn, state))
        return
    understood = understand(text[:100])
    if not begins and (understood.kind in ("request", "rights") or understood.hiring):
        await _leave(state)
    if need_of(said_in(message, turn)) and "details" not in form["answers"] and form["what"] == "file":
        form = {**form, "answers": {**form["answers"], "details": text[:MOST_WORDS]}}
        await _ask(message, turn, state, form, question, "want.heard")
        return
    await _ask(message, turn, state, form, question, "ask.not_understood")


async def _leave(state: FSMContext) -> None:
    """Out of the form; what was said is handled as ever."""
    await state.set_state(None)
    await state.update_data(applying=None)
    raise SkipHandler


def _begins(said: str) -> str:
    """The form that these words begin where no question is open; empty for other words."""
    return next((what for what in ("aid", "medical_aid", "tuition_aid", "loan") if said in COMMANDS[what]), "")


async def _answered(message: Message, turn: Turn, state: FSMContext, value: Any) -> None:
    """Keep the answer until the end, where it can be one."""
    form, question = _current(await state.get_data())
    name = question.name
    if name in ("children", "child") and isinstance(value, list) and any(_is_future(turn, born) for _, born in value):
        await _ask(message, turn, state, form, question, "ask.not_understood")
        return
    if name in ("amount", "money") and value is not None and value <= 0:
        await _ask(message, turn, state, form, question, "ask.not_understood")
        return
    if name == "money":
        room = await loans.room_of(turn.session, turn.speaker.id, form["answers"]["loan"])
        if value > room:
            await _ask(message, turn, state, form, question, "want.over_limit", yuan=yuan(room))
            return
    longest = rules()["loans"]["longest_months"]
    if name == "months" and value is not None and not 1 <= value <= longest:
        await _ask(message, turn, state, form, question, "want.months_wrong", n=longest)
        return
    await _go_on(message, turn, state, {**form, "answers": {**form["answers"], name: value}})


def _is_future(turn: Turn, born: str) -> bool:
    return not born.endswith("岁") and born[:4] > str(turn.today.year)


def _child(turn: Turn, named: list[str]) -> Child:
    """Of an age, year or month only the last day counts: who may be under 18 is treated so."""
    name, born = named
    if born.endswith("岁"):
        born = str(turn.today.year - int(born.removesuffix("岁")))
    year, _, month = born.partition("-")
    return Child(name, date(int(year), int(month or 12), 28) if year else None)


# ---- how it ends


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


async def _keep_name(turn: Turn, session: Session, answers: dict[str, Any]) -> None:
    if answers.get("name"):
        await people.set_contact(session, turn.speaker.id, name=answers["name"])
        turn.speaker.has_name = True


def _after(turn: Turn) -> Any:
    return menu(*numbered((turn.say("button.my_aid"), "myaid")), human_choice(turn), back_choice(turn), rows=(3,))


FINISH = {"file": _write_file, "aid": _write_aid, "loan": _write_loan}
