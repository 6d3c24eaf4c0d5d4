"""Story: the questions of a form (`applying.py` begins it) one by one; after the last all is written at once."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.aid_questions import FORMS, MOST_WORDS, NEEDED, another_wish
from bot.filters import HasText, Pressed, Said, said_in
from bot.handlers.applying_written import WRITE
from bot.handlers.common import home_menu, message_of, settle
from bot.menus import menu
from bot.need_words import need_of
from bot.questions import Question
from bot.states import Applying
from bot.turn import Turn
from bot.words import COMMANDS
from matching.places import full_name
from matching.understand import Understanding, understand
from models.messages import Choice
from models.money import yuan
from services import family_requests as requests
from services import loans
from services.casework import rules

router = Router(name="applying_questions")
AMOUNTS = (500, 1000, 2000, 3000)
FREE_WORDS = frozenset({"details", "use"})
BEGINNINGS = ("aid", "medical_aid", "tuition_aid", "loan")


async def begin(message: Message, turn: Turn, state: FSMContext, what: str, given: dict[str, Any]) -> None:
    """The first question of a form; `given` answers are not asked for."""
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
    await WRITE[form["what"]](message, turn, form["answers"])


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
        raise SkipHandler  # `applying.py` begins the other form
    understood = understand(text[:100])
    if place := _corrected_place(form, question, understood):
        form = {**form, "answers": {**form["answers"], "place": place}}
        await _ask(message, turn, state, form, question, "want.place_now", place=full_name(place))
        return
    if not begins and (understood.kind in ("request", "rights") or understood.hiring):
        await _leave(state)
    if need_of(said_in(message, turn)) and "details" not in form["answers"] and form["what"] == "file":
        form = {**form, "answers": {**form["answers"], "details": text[:MOST_WORDS]}}
        await _ask(message, turn, state, form, question, "want.heard")
        return
    await _ask(message, turn, state, form, question, "ask.not_understood")


def _corrected_place(form: dict[str, Any], question: Question, understood: Understanding) -> str:
    """Another place than was said before, and nothing else: 洛阳涧西 at a later question."""
    region = understood.region
    if region is None or question.name == "place" or understood.occupations or understood.wage:
        return ""
    return "" if form["answers"].get("place") in (None, region.adcode) else region.adcode


async def _leave(state: FSMContext) -> None:
    """Out of the form; what was said is handled as ever."""
    await state.set_state(None)
    await state.update_data(applying=None)
    raise SkipHandler


def _begins(said: str) -> str:
    """The form that these words begin where no question is open; empty for other words."""
    return next((what for what in BEGINNINGS if said in COMMANDS[what]), "")


async def _answered(message: Message, turn: Turn, state: FSMContext, value: Any) -> None:
    """Keep the answer until the end, where it can be one."""
    form, question = _current(await state.get_data())
    if wrong := await _what_is_wrong(turn, form, question.name, value):
        key, how = wrong
        await _ask(message, turn, state, form, question, key, **how)
        return
    await _go_on(message, turn, state, {**form, "answers": {**form["answers"], question.name: value}})


async def _what_is_wrong(turn: Turn, form: dict[str, Any], name: str, value: Any) -> tuple[str, dict[str, Any]] | None:
    """Why this cannot be the answer, as a text's key and values."""
    if name in ("children", "child") and isinstance(value, list) and any(_is_future(turn, born) for _, born in value):
        return "ask.not_understood", {}
    if name in ("amount", "money") and value is not None and value <= 0:
        return "ask.not_understood", {}
    if name == "money":
        room = await loans.room_of(turn.session, turn.speaker.id, form["answers"]["loan"])
        return ("want.over_limit", {"yuan": yuan(room)}) if value > room else None
    longest = rules()["loans"]["longest_months"]
    if name == "months" and value is not None and not 1 <= value <= longest:
        return "want.months_wrong", {"n": longest}
    return None


def _is_future(turn: Turn, born: str) -> bool:
    return not born.endswith("岁") and born[:4] > str(turn.today.year)
