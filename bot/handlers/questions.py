"""Story: one short optional question at a time, after the person already has something.

The questions are data (`bot/questions.py`). Each can be skipped, each step undone; words that are no answer are taken
as what they are, so nobody is caught in a form.
"""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsCommand, Pressed, Said
from bot.handlers.common import home_menu, message_of, settle
from bot.menus import menu
from bot.questions import QUESTIONS, Question
from bot.states import Asking
from bot.turn import Turn
from matching.understand import understand
from models.messages import Choice
from models.people import Group
from models.vacancies import Vacancy
from services import passed_contacts, people
from services.adverts import check_advert

router = Router(name="questions")
SHORT = 100
PHONES = frozenset({"phone", "contact_phone"})


async def ask_next(message: Message, turn: Turn, state: FSMContext, what: str, subject: int | None = None) -> None:
    """Ask the first question that is neither answered nor skipped; when there is none, say so and stop."""
    data = await state.get_data()
    asking = data.get("asking") or {}
    if asking.get("what") != what or asking.get("subject") != subject:
        asking = {
            "what": what,
            "subject": subject,
            "asked": [],
            "skipped": data.get("skipped", {}).get(what, []),
        }
    known = await _known(turn, what, subject)
    for question in QUESTIONS[what]:
        if question.name not in known and question.name not in (*asking["asked"], *asking["skipped"]):
            await _ask(message, turn, state, asking, question)
            return
    await state.set_state(None)
    await state.update_data(asking=None)
    await message.answer(turn.say(f"ask.{what}.done"), reply_markup=home_menu(turn))


async def go_on(message: Message, turn: Turn, state: FSMContext) -> None:
    """What was asked was answered in another way: the next question, or the first choices."""
    current = _current(await state.get_data())
    if current is None:
        await message.answer(turn.say("home"), reply_markup=home_menu(turn))
        return
    await ask_next(message, turn, state, current[0]["what"], current[0]["subject"])


async def _ask(message: Message, turn: Turn, state: FSMContext, asking: dict[str, Any], question: Question) -> None:
    asking = {**asking, "asked": [*asking["asked"], question.name]}
    await state.set_state(Asking.answer)
    await state.update_data(asking=asking)
    about = f"ask:{asking['what']}:{asking['subject'] or 0}"
    labels = [(turn.say(label), f"{about}:{question.name}:{value}") for label, value in question.options]
    labels.append((turn.say("button.skip"), f"{about}:{question.name}:skip"))
    labels.append((turn.say("button.back"), f"{about}:{question.name}:back"))
    choices = [
        Choice(label if question.words_only else str(n), label, data) for n, (label, data) in enumerate(labels, 1)
    ]
    share = "contact" if question.name in PHONES else None
    keyboard = menu(*choices, rows=(*([1] * len(question.options)), 2), share=share)
    await message.answer(turn.say(f"ask.{question.name}"), reply_markup=keyboard)


async def _known(turn: Turn, what: str, subject: int | None) -> set[str]:
    """What needs no question any more."""
    if what == "vacancy":
        vacancy = await turn.session.get_one(Vacancy, subject)
        names = ("hire_kind", "pay_day", "social_insurance", "hours")
        known = {name for name in names if getattr(vacancy, name) is not None}
        known |= {"contact_phone"} if turn.speaker.has_phone or not turn.reach.domestic else set()
        return known | ({"board_lodging"} if vacancy.board is not None or vacancy.lodging is not None else set())
    profile = await people.profile_of(turn.session, turn.speaker.id) or {}
    known = set(profile)
    known |= {"group"} if await people.groups_of(turn.session, turn.speaker.id) else set()
    known |= {"name"} if turn.speaker.has_name else set()
    known |= {"phone"} if turn.speaker.has_phone or not turn.reach.domestic else set()
    return known


def _current(data: dict[str, Any]) -> tuple[dict[str, Any], Question] | None:
    asking = data.get("asking")
    if not asking or not asking["asked"]:
        return None
    for question in QUESTIONS[asking["what"]]:
        if question.name == asking["asked"][-1]:
            return asking, question
    return None


@router.message(StateFilter(Asking.answer), Said("skip"))
async def skip(message: Message, turn: Turn, state: FSMContext) -> None:
    """跳过: not asked again."""
    await _skip(message, turn, state)


@router.message(StateFilter(Asking.answer), Said("back"))
async def back(message: Message, turn: Turn, state: FSMContext) -> None:
    """返回: the question before."""
    await _back(message, turn, state)


@router.callback_query(Pressed("ask"))
async def pressed(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A button under a question; an older one of the same advert or person answers its own question."""
    message = message_of(query)
    current = _current(await state.get_data())
    if current is None or len(args) != 4 or args[:2] != [current[0]["what"], str(current[0]["subject"] or 0)]:
        raise SkipHandler
    name, value = args[2:]
    if value in ("skip", "back") and name != current[1].name:
        raise SkipHandler
    await settle(query, turn, f"{turn.say(f'ask.{name}')}\n✓ {_label(turn, current[0]['what'], name, value)}")
    if value == "skip":
        await _skip(message, turn, state)
    elif value == "back":
        await _back(message, turn, state)
    else:
        await _answered(message, turn, state, name, value)


def _label(turn: Turn, what: str, name: str, value: str) -> str:
    """The words on the button of an answer."""
    options = {str(answer): label for q in QUESTIONS[what] if q.name == name for label, answer in q.options}
    return turn.say(options.get(value, f"button.{value}"))


async def _skip(message: Message, turn: Turn, state: FSMContext) -> None:
    data = await state.get_data()
    current = _current(data)
    if current is None:
        raise SkipHandler
    asking, question = current
    skipped = data.get("skipped", {})
    skipped = {**skipped, asking["what"]: [*skipped.get(asking["what"], []), question.name]}
    await state.update_data(skipped=skipped)
    await ask_next(message, turn, state, asking["what"], asking["subject"])


async def _back(message: Message, turn: Turn, state: FSMContext) -> None:
    current = _current(await state.get_data())
    if current is None:
        raise SkipHandler
    asking, _question = current
    before = asking["asked"][:-1]
    if not before:
        await state.set_state(None)
        await message.answer(turn.say("home"), reply_markup=home_menu(turn))
        return
    question = next(q for q in QUESTIONS[asking["what"]] if q.name == before[-1])
    await _ask(message, turn, state, {**asking, "asked": before[:-1]}, question)


@router.message(StateFilter(Asking.answer), HasText())
async def words(message: Message, turn: Turn, state: FSMContext) -> None:
    """Words after a question: its answer, or something else altogether."""
    current = _current(await state.get_data())
    if current is None:
        raise SkipHandler
    asking, question = current
    value = question.read(message.text or "")
    if value is None and question.name in PHONES and sum(c.isdigit() for c in message.text or "") >= 5:
        await message.answer(turn.say("ask.phone_wrong"))
        await _ask(message, turn, state, {**asking, "asked": asking["asked"][:-1]}, question)
        return
    if value is None and asking.get("missed") != question.name and await _says_nothing(message, turn):
        await message.answer(turn.say("ask.not_understood"))
        await _ask(message, turn, state, {**asking, "asked": asking["asked"][:-1], "missed": question.name}, question)
        return
    if value is None:
        await state.set_state(None)
        raise SkipHandler
    await _answered(message, turn, state, question.name, value)


async def _says_nothing(message: Message, turn: Turn) -> bool:
    """Neither an answer nor anything else that we know: a slip, so the question is worth asking once more."""
    if await IsCommand()(message, turn):
        return False
    understood = understand((message.text or "")[:SHORT])
    return understood.kind == "unknown" and not understood.hiring


async def _answered(message: Message, turn: Turn, state: FSMContext, name: str, value: Any) -> None:
    asking = (await state.get_data())["asking"]
    if asking["what"] == "vacancy":
        if name == "contact_phone":
            await _save_phone(message, turn, value)
        elif not await _save_vacancy(turn, asking["subject"], name, value):
            await message.answer(turn.say("advert.answer_refused"))
            return
    elif name == "phone":
        await _save_phone(message, turn, value)
    elif name == "group" and value != "none" and people.is_sensitive(Group(value)):
        await _ask_sensitive(message, turn, value)
        return
    else:
        await _save_seeker(turn, state, name, value)
    await ask_next(message, turn, state, asking["what"], asking["subject"])


async def _ask_sensitive(message: Message, turn: Turn, group: str) -> None:
    """Hardship is told only with a consent of its own (`promises.md` §5)."""
    choices = (
        Choice("1", turn.say("button.agree"), f"sensitive:{group}"),
        Choice("2", turn.say("button.rather_not"), "ask:seeker:0:group:skip"),
    )
    await message.answer(turn.say("consent.sensitive"), reply_markup=menu(*choices))


@router.callback_query(Pressed("sensitive"))
async def sensitive_agreed(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The consent for a sensitive group, then the group, to be checked by the office."""
    session = await turn.writing()
    await people.give_consent(session, turn.speaker.id, people.SENSITIVE_GROUP, args[0])
    await _save_seeker(turn, state, "group", args[0])
    await ask_next(message_of(query), turn, state, "seeker")


async def _save_phone(message: Message, turn: Turn, phone: str) -> None:
    """Keep the number, unless it is somebody else's; who may have it already is told."""
    session = await turn.writing()
    if not await people.claim_phone(session, turn.speaker.id, phone):
        await message.answer(turn.say("ask.phone_taken"))
        return
    turn.speaker.has_phone = True
    await passed_contacts.tell_new_phone(session, turn.speaker.id)


async def _save_seeker(turn: Turn, state: FSMContext, name: str, value: Any) -> None:
    """Keep one answer."""
    session = await turn.writing()
    person = turn.speaker.id
    if name == "name":
        await people.set_contact(session, person, name=str(value))
        turn.speaker.has_name = True
        return
    if name == "group":
        if value != "none":
            await people.join_group(session, person, Group(value))
        return
    if name == "certificates" and value == "none":
        value = []
    if name == "experience_years":
        value = float(value)
    data = await state.get_data()
    request = {**(data.get("request") or {}), name: value}
    await state.update_data(request=request)
    kept = await people.profile_of(session, person) or {}
    await people.register_seeker(session, person, {**kept, **request})


async def _save_vacancy(turn: Turn, vacancy_id: int, name: str, value: Any) -> bool:
    """Add one answer to the advert; False when the words break a rule."""
    if isinstance(value, str) and check_advert(value):
        return False
    session = await turn.writing()
    vacancy = await session.get_one(Vacancy, vacancy_id)
    if name == "board_lodging":
        vacancy.board, vacancy.lodging = value in ("both", "board"), value in ("both", "lodging")
    elif name == "social_insurance":
        vacancy.social_insurance = value if isinstance(value, bool) else value == "yes"
    else:
        setattr(vacancy, name, value)
    vacancy.change = session.new_id()
    return True
