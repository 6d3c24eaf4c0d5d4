"""Story: a recruiter posts by one sentence, corrects it field by field, and it is open or with the office."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, Pressed, Said
from bot.handlers import questions
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.states import Posting
from bot.turn import Turn
from matching.explain import wage_text
from matching.places import full_name, get_region, short_name
from matching.understand import Posting as Understood
from matching.understand import understand_posting
from models.employers import Employer
from models.messages import Choice
from models.states import VacancyState
from models.vacancies import Vacancy
from services import employers, vacancies
from services.offices import office_for

router = Router(name="post_vacancy")
REQUIRED = ("title", "region", "headcount", "wage")
FIELDS = (
    "title",
    "headcount",
    "region",
    "wage",
    "board",
    "hire_kind",
    "contact_name",
    "pay_day",
    "social_insurance",
    "hours",
    "requirements",
)
NEGOTIABLE = "面议"


@router.message(Said("post"))
@router.callback_query(Pressed("post"))
async def begin(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """招人: one sentence is enough."""
    await state.set_state(Posting.missing)
    await state.update_data(draft={}, field="title")
    await message_of(event).answer(turn.say("post.begin"), reply_markup=menu(back_choice(turn)))


async def from_sentence(message: Message, turn: Turn, state: FSMContext, text: str) -> None:
    """An employer's sentence: everything it says goes into a new draft."""
    await state.update_data(draft={"description": text[:500], **as_draft(understand_posting(text[:500]))})
    await _continue(message, turn, state)


def as_draft(posting: Understood) -> dict[str, Any]:
    """What was understood, in the columns of a vacancy; nothing empty."""
    wage = posting.wage
    values: dict[str, Any] = {
        "title": posting.title,
        "occupation": posting.occupation.code if posting.occupation else None,
        "headcount": posting.headcount,
        "region": posting.region.adcode if posting.region else None,
        "candidates": [region.adcode for region in posting.region_candidates] or None,
        "wage_min": wage.monthly_min_fen if wage else None,
        "wage_max": wage.monthly_max_fen if wage else None,
        "wage_text": wage.original[:40] if wage else None,
        "board": posting.board,
        "lodging": posting.lodging,
        "contact_name": posting.contact_name,
        "hire_kind": posting.hire_kind,
        "hours": posting.hours,
        "pay_day": posting.pay_day,
        "social_insurance": posting.social_insurance,
        "experience_years": posting.experience_years,
        "education": posting.education,
        "certificates": list(posting.certificates) or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _missing(draft: dict[str, Any]) -> str | None:
    for name in REQUIRED:
        if name == "wage":
            if not (draft.get("wage_min") or draft.get("wage_max") or draft.get("wage_text")):
                return name
        elif not draft.get(name):
            return name
    return None


async def _continue(message: Message, turn: Turn, state: FSMContext) -> None:
    """Ask for what an advert must have; with all of it, read the draft back."""
    draft = (await state.get_data())["draft"]
    if offences := vacancies.refused(_words(draft)):
        await _say_offences(message, turn, state, offences)
        return
    missing = _missing(draft)
    if missing is None:
        await _read_back(message, turn, state, draft)
        return
    await state.set_state(Posting.missing)
    await state.update_data(field=missing)
    choices = [_region_choice(turn, adcode) for adcode in draft.get("candidates", ())[:5]] if missing == "region" else []
    if missing == "wage":
        choices = [Choice(turn.say("wage.open"), turn.say("wage.open"), "draft:wage_open")]
    await message.answer(turn.say(f"post.ask.{missing}"), reply_markup=menu(*choices, back_choice(turn)))


def _region_choice(turn: Turn, adcode: str) -> Choice:
    name = short_name(adcode, turn.speaker.language)
    return Choice(name, name, f"draft:region:{adcode}")


def _words(draft: dict[str, Any]) -> str:
    return " ".join(str(draft.get(name) or "") for name in ("title", "description", "hours", "pay_day"))


async def _say_offences(message: Message, turn: Turn, state: FSMContext, offences: Any) -> None:
    """What the advert may not say and why; the rest of the draft is kept."""
    lines = [turn.say("advert.refused")]
    lines += [turn.say(f"advert.{offence.code}", words=offence.words) for offence in offences]
    data = await state.get_data()
    draft = {name: value for name, value in data["draft"].items() if name != "description"}
    await state.set_state(Posting.missing)
    await state.update_data(draft=draft, field="again")
    await message.answer("\n".join(lines), reply_markup=menu(back_choice(turn)))


async def _read_back(message: Message, turn: Turn, state: FSMContext, draft: dict[str, Any]) -> None:
    await state.set_state(Posting.review)
    lines = [turn.say("post.review"), *_draft_lines(turn, draft), turn.say("post.review_how")]
    choices = numbered(
        (turn.say("button.publish"), "draft:publish"),
        (turn.say("button.change"), "draft:change"),
        (turn.say("button.drop"), "draft:drop"),
    )
    await message.answer("\n".join(lines), reply_markup=menu(*choices, rows=(3,)))


def _draft_lines(turn: Turn, draft: dict[str, Any]) -> list[str]:
    return [
        turn.say("post.line", label=turn.say(f"field.{name}"), value=value)
        for name in FIELDS
        if (value := _field_value(turn, draft, name))
    ]


def _field_value(turn: Turn, draft: dict[str, Any], name: str) -> str | None:
    match name:
        case "region":
            return full_name(draft["region"]) if draft.get("region") else None
        case "wage":
            if not (draft.get("wage_min") or draft.get("wage_max")):
                return draft.get("wage_text")
            return wage_text(draft.get("wage_min"), draft.get("wage_max"), turn.speaker.language)
        case "board":
            if draft.get("board") is None and draft.get("lodging") is None:
                return None
            kind = {(True, True): "both", (True, False): "board", (False, True): "lodging"}
            return turn.say("board." + kind.get((bool(draft.get("board")), bool(draft.get("lodging"))), "none"))
        case "hire_kind":
            return turn.say(f"hire.{draft['hire_kind']}") if draft.get("hire_kind") else None
        case "social_insurance":
            known = draft.get("social_insurance")
            return None if known is None else turn.say("answer.yes_insured" if known else "answer.not_insured")
        case "requirements":
            return ", ".join(draft.get("certificates", ())) or None
    return str(draft[name]) if draft.get(name) is not None else None


@router.message(Posting.missing, HasText())
async def answer_missing(message: Message, turn: Turn, state: FSMContext) -> None:
    """The answer to what was missing; a whole sentence may bring more than was asked."""
    data = await state.get_data()
    await _take(message, turn, state, data.get("field", "again"))


@router.message(Posting.review, HasText())
async def correct(message: Message, turn: Turn, state: FSMContext) -> None:
    """"工资 7000-9000": a correction in plain words."""
    await _take(message, turn, state, "again")


@router.message(Posting.field, HasText())
async def correct_field(message: Message, turn: Turn, state: FSMContext) -> None:
    """The new value of the field that was chosen."""
    await _take(message, turn, state, (await state.get_data()).get("field", "again"))


async def _take(message: Message, turn: Turn, state: FSMContext, field: str) -> None:
    text = (message.text or "").strip()[:500]
    draft = (await state.get_data()).get("draft", {})
    news = _read_field(field, text)
    if not news:
        key = f"post.ask.{field}" if field in REQUIRED else "post.not_understood"
        await message.answer(turn.say("post.pardon") + "\n" + turn.say(key), reply_markup=menu(back_choice(turn)))
        return
    if "region" in news:
        draft.pop("candidates", None)
    if offences := vacancies.refused(text):
        await _say_offences(message, turn, state, offences)
        return
    await state.update_data(draft={**draft, **news})
    await _continue(message, turn, state)


def _read_field(field: str, text: str) -> dict[str, Any]:
    """The columns that the words give for this field; `again` takes whatever is said."""
    found = as_draft(understand_posting(text))
    named = _named_field(text)
    field, text = named if named else (field, text)
    match field:
        case "headcount":
            number = found.get("headcount") or _number(text)
            return {"headcount": number} if number and 0 < number <= 9999 else {}
        case "title":
            found.setdefault("title", text[:30])
            return found
        case "contact_name" | "hours" | "pay_day":
            return {field: text[:40 if field != "contact_name" else 20]} if text else {}
        case "wage":
            keys = ("wage_min", "wage_max", "wage_text")
            wage = {key: found[key] for key in keys if key in found}
            return wage or ({"wage_text": NEGOTIABLE} if NEGOTIABLE in text else {})
        case "region":
            return {key: found[key] for key in ("region", "candidates") if key in found}
        case "again":
            found.pop("title", None) if "occupation" not in found else None
            return found
    return found


def _named_field(text: str) -> tuple[str, str] | None:
    """"人数 5": the field that the words name, and the rest."""
    names = {
        "人数": "headcount",
        "岗位": "title",
        "职位": "title",
        "工种": "title",
        "地点": "region",
        "地方": "region",
        "工资": "wage",
        "月薪": "wage",
        "联系人": "contact_name",
        "发薪日": "pay_day",
        "发薪": "pay_day",
        "工时": "hours",
        "上班时间": "hours",
    }
    for name, field in names.items():
        for start in (name, f"改{name}", f"{name}改成", f"{name}改为"):
            if text.startswith(start) and text[len(start) :].strip(" ::,,是成为"):
                return field, text[len(start) :].strip(" ::,,是成为")
    return None


def _number(text: str) -> int | None:
    digits = "".join(c for c in text if c.isdigit())
    return int(digits) if digits and len(digits) < 6 else None


@router.callback_query(Pressed("draft"))
async def draft_button(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """发布, 修改, 不发了, or a value for a field."""
    message = message_of(query)
    draft = (await state.get_data()).get("draft")
    if not draft:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    match args:
        case ["publish"]:
            await publish(message, turn, state)
        case ["change"]:
            labels = [(turn.say(f"field.{name}"), f"draft:field:{name}") for name in FIELDS if name != "requirements"]
            await message.answer(turn.say("post.which_field"), reply_markup=menu(*numbered(*labels), rows=(3, 3, 3)))
        case ["field", name]:
            await _ask_field(message, turn, state, name)
        case ["region", adcode] if get_region(adcode):
            draft.pop("candidates", None)
            await state.update_data(draft={**draft, "region": adcode})
            await _continue(message, turn, state)
        case ["wage_open"]:
            await state.update_data(draft={**draft, "wage_text": NEGOTIABLE})
            await _continue(message, turn, state)
        case ["set", name, value]:
            await state.update_data(draft={**draft, **_set(name, value)})
            await _continue(message, turn, state)
        case _:
            await state.set_state(None)
            await state.update_data(draft=None)
            await message.answer(turn.say("post.dropped"), reply_markup=home_menu(turn))


def _set(name: str, value: str) -> dict[str, Any]:
    if name == "board":
        return {"board": value in ("both", "board"), "lodging": value in ("both", "lodging")}
    if name == "social_insurance":
        return {name: value == "yes"}
    return {name: value}


_BUTTON_FIELDS = {
    "hire_kind": (("hire.direct", "direct"), ("hire.dispatch", "dispatch"), ("hire.agency", "agency")),
    "board": (("board.both", "both"), ("board.board", "board"), ("board.lodging", "lodging"), ("board.none", "none")),
    "social_insurance": (("answer.yes_insured", "yes"), ("answer.not_insured", "no")),
}


async def _ask_field(message: Message, turn: Turn, state: FSMContext, name: str) -> None:
    await state.set_state(Posting.field)
    await state.update_data(field=name)
    options = _BUTTON_FIELDS.get(name, ())
    choices = numbered(*((turn.say(label), f"draft:set:{name}:{value}") for label, value in options))
    text = turn.say("post.new_value", label=turn.say(f"field.{name}"))
    await message.answer(text, reply_markup=menu(*choices, back_choice(turn)))


async def publish(message: Message, turn: Turn, state: FSMContext) -> None:
    """With an employer it is posted; without one its name is asked for."""
    draft = (await state.get_data())["draft"]
    if _missing(draft):
        await _continue(message, turn, state)
        return
    if turn.speaker.employer_id is None:
        await state.set_state(Posting.employer)
        await message.answer(turn.say("post.ask.employer"), reply_markup=menu(back_choice(turn)))
        return
    await _post(message, turn, state, turn.speaker.employer_id)


@router.message(Posting.employer, HasText())
async def employer_named(message: Message, turn: Turn, state: FSMContext) -> None:
    """Who hires; then its credit code, which may be left to the office."""
    name = (message.text or "").strip()
    if not 2 <= len(name) <= 60:
        await message.answer(turn.say("post.ask.employer"), reply_markup=menu(back_choice(turn)))
        return
    await state.set_state(Posting.code)
    await state.update_data(employer_name=name)
    skip = Choice(turn.say("button.skip"), turn.say("button.skip"), "code_later")
    await message.answer(turn.say("post.ask.code"), reply_markup=menu(skip, back_choice(turn), rows=(2,)))


@router.callback_query(Pressed("code_later"))
async def code_later(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The office will ask for it."""
    await _register(message_of(query), turn, state, None)


@router.message(Posting.code, HasText())
async def code_given(message: Message, turn: Turn, state: FSMContext) -> None:
    """The 18 characters; a slip is told at once."""
    try:
        code = employers.credit_code(message.text or "")
    except employers.CreditCodeRefusedError:
        skip = Choice(turn.say("button.skip"), turn.say("button.skip"), "code_later")
        await message.answer(turn.say("post.code_wrong"), reply_markup=menu(skip, back_choice(turn), rows=(2,)))
        return
    await _register(message, turn, state, code)


async def _register(message: Message, turn: Turn, state: FSMContext, code: str | None) -> None:
    data = await state.get_data()
    draft = data.get("draft")
    if not draft or not data.get("employer_name"):
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    session = await turn.writing()
    employer = await employers.register_employer(
        session, turn.speaker.id, name=data["employer_name"], region=draft["region"], code=code
    )
    turn.speaker.employer_id = employer.id
    await _post(message, turn, state, employer.id)


async def _post(message: Message, turn: Turn, state: FSMContext, employer_id: int) -> None:
    """Store it and say what happens next; then the optional questions."""
    session = await turn.writing()
    draft = {k: v for k, v in (await state.get_data())["draft"].items() if k != "candidates"}
    try:
        vacancy = await vacancies.post(session, employer_id, turn.speaker.id, draft)
    except vacancies.AdvertRefusedError as refusal:
        await _say_offences(message, turn, state, refusal.offences)
        return
    await session.flush()
    await state.update_data(draft=None, employer_name=None)
    office = await office_for(session, vacancy.region)
    employer = await session.get_one(Employer, employer_id)
    key = "post.open" if vacancy.state == VacancyState.OPEN else "post.waits"
    text = turn.say(key, title=vacancy.title, office=office.name, employer=employer.name)
    await message.answer(text)
    await questions.ask_next(message, turn, state, "vacancy", vacancy.id)


@router.message(Said("full"))
@router.callback_query(Pressed("full"))
async def full(event: Message | CallbackQuery, turn: Turn) -> None:
    """招满: which one is closed, or the only one at once."""
    message = message_of(event)
    if turn.speaker.employer_id is None:
        await message.answer(turn.say("post.none_open"), reply_markup=home_menu(turn))
        return
    live = (VacancyState.OPEN, VacancyState.FULL)
    found = await vacancies.vacancies_of(turn.session, turn.speaker.employer_id, *live)
    if len(found) == 1:
        await _close(message, turn, found[0])
    elif not found:
        await message.answer(turn.say("post.none_open"), reply_markup=home_menu(turn))
    else:
        pairs = [(turn.say("post.close_this", title=v.title, place=short_name(v.region)), f"close:{v.id}") for v in found[:8]]
        await message.answer(turn.say("post.which_full"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("close"))
async def close(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Close the chosen one, if it is this employer's and still open."""
    message = message_of(query)
    vacancy = await turn.session.get(Vacancy, int(args[0]))
    live = (VacancyState.OPEN, VacancyState.FULL)
    if vacancy is None or vacancy.employer_id != turn.speaker.employer_id or vacancy.state not in live:
        await message.answer(turn.say("post.already_closed"), reply_markup=home_menu(turn))
        return
    await _close(message, turn, vacancy)


async def _close(message: Message, turn: Turn, vacancy: Vacancy) -> None:
    session = await turn.writing()
    told = await vacancies.close_vacancy(session, vacancy, actor=turn.speaker.id, why="full")
    await message.answer(turn.say("post.closed", title=vacancy.title, told=told), reply_markup=home_menu(turn))
