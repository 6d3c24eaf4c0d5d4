"""Story: a recruiter posts by one sentence, corrects it field by field, and it is open or with the office."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot import drafts
from bot.filters import HasText, Pressed, Said
from bot.handlers import publish
from bot.handlers.common import back_choice, home_menu, message_of
from bot.menus import menu, numbered
from bot.states import Posting
from bot.turn import Turn
from matching.places import get_region, short_name
from matching.posting import understand_posting
from models.messages import Choice
from services import vacancies

router = Router(name="post_vacancy")
words = Router(name="post_vacancy.words")


@words.message(Said("post"))
@router.callback_query(Pressed("post"))
async def begin(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """招人: one sentence is enough."""
    await state.set_state(Posting.missing)
    await state.update_data(draft={}, field="title")
    await message_of(event).answer(turn.say("post.begin"), reply_markup=menu(back_choice(turn)))


async def from_sentence(message: Message, turn: Turn, state: FSMContext, text: str) -> None:
    """An employer's sentence: everything it says goes into a new draft."""
    posting = understand_posting(text[:500])
    await state.update_data(draft={"description": text[:500], **drafts.as_draft(posting)})
    if len(posting.openings) > 1:
        first, *others = [drafts.opening_words(opening) for opening in posting.openings]
        await message.answer(turn.say("post.one_at_a_time", first=first, others=", ".join(others)))
    await carry_on(message, turn, state)


async def carry_on(message: Message, turn: Turn, state: FSMContext) -> None:
    """Ask for what an advert must have; with all of it, read the draft back."""
    draft = (await state.get_data())["draft"]
    if offences := vacancies.refused(drafts.words(draft)):
        await publish.say_offences(message, turn, state, offences)
        return
    missing = drafts.missing(draft)
    if missing is None:
        await _read_back(message, turn, state, draft)
        return
    await state.set_state(Posting.missing)
    await state.update_data(field=missing)
    choices = (
        [_region_choice(turn, adcode) for adcode in draft.get("candidates", ())[:5]] if missing == "region" else []
    )
    if missing == "wage":
        choices = [Choice(turn.say("wage.open"), turn.say("wage.open"), "draft:wage_open")]
    await message.answer(turn.say(f"post.ask.{missing}"), reply_markup=menu(*choices, back_choice(turn)))


def _region_choice(turn: Turn, adcode: str) -> Choice:
    name = short_name(adcode, turn.speaker.language)
    return Choice(name, name, f"draft:region:{adcode}")


async def _read_back(message: Message, turn: Turn, state: FSMContext, draft: dict[str, Any]) -> None:
    await state.set_state(Posting.review)
    lines = [
        turn.say("post.review"),
        *drafts.lines(draft, turn.speaker.language),
        turn.say("post.review_how"),
    ]
    await message.answer("\n".join(lines), reply_markup=_review_menu(turn))


def _review_menu(turn: Turn) -> InlineKeyboardMarkup:
    choices = numbered(
        (turn.say("button.publish"), "draft:publish"),
        (turn.say("button.change"), "draft:change"),
        (turn.say("button.drop"), "draft:drop"),
    )
    return menu(*choices, rows=(3,))


@router.message(StateFilter(Posting.missing), HasText())
async def answer_missing(message: Message, turn: Turn, state: FSMContext) -> None:
    """The answer to what was missing; a whole sentence may bring more than was asked."""
    data = await state.get_data()
    await _take(message, turn, state, data.get("field", "again"))


@router.message(StateFilter(Posting.review), Said("back"))
async def leave_review(message: Message, turn: Turn, state: FSMContext) -> None:
    """返回: the draft is left unpublished."""
    await _drop(message, turn, state)


@router.message(StateFilter(Posting.review), HasText())
async def correct(message: Message, turn: Turn, state: FSMContext) -> None:
    """ "工资 7000-9000": a correction in plain words."""
    await _take(message, turn, state, "again")


@router.message(StateFilter(Posting.field), HasText())
async def correct_field(message: Message, turn: Turn, state: FSMContext) -> None:
    """The new value of the field that was chosen."""
    await _take(message, turn, state, (await state.get_data()).get("field", "again"))


async def _take(message: Message, turn: Turn, state: FSMContext, field: str) -> None:
    """Put what was said into the draft; a whole new advert begins a new one."""
    text = (message.text or "").strip()[:500]
    if offences := vacancies.refused(text):
        await publish.say_offences(message, turn, state, offences)
        return
    if field == "again" and drafts.is_advert(text):
        await from_sentence(message, turn, state, text)
        return
    draft = (await state.get_data()).get("draft", {})
    news = drafts.read_field(field, text)
    if field == "again" and draft.get("title") and not drafts.names_its_field(text):
        if drafts.is_another(draft, news):
            await message.answer(turn.say("post.finish_first", title=draft["title"]))
            await carry_on(message, turn, state)
            return
        news = {name: value for name, value in news.items() if name not in ("title", "occupation")}
    if not news:
        await _pardon(message, turn, state, field)
        return
    await state.update_data(draft=drafts.corrected(draft, news))
    await carry_on(message, turn, state)


async def _pardon(message: Message, turn: Turn, state: FSMContext, field: str) -> None:
    """Not understood: what would be, and the same buttons again."""
    key = f"post.ask.{field}" if field in drafts.REQUIRED else "post.not_understood"
    reviewing = await state.get_state() == Posting.review.state
    keyboard = _review_menu(turn) if reviewing else menu(back_choice(turn))
    await message.answer(turn.say("post.pardon") + "\n" + turn.say(key), reply_markup=keyboard)


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
            await publish.publish(message, turn, state)
        case ["review"]:
            await carry_on(message, turn, state)
        case ["change"]:
            labels = [
                (turn.say(f"field.{name}"), f"draft:field:{name}") for name in drafts.FIELDS if name != "requirements"
            ]
            await message.answer(turn.say("post.which_field"), reply_markup=menu(*numbered(*labels), rows=(3, 3, 3)))
        case ["field", name]:
            await _ask_field(message, turn, state, name)
        case ["region", adcode] if get_region(adcode):
            draft.pop("candidates", None)
            await state.update_data(draft={**draft, "region": adcode})
            await carry_on(message, turn, state)
        case ["wage_open"]:
            await state.update_data(draft={**draft, "wage_text": drafts.NEGOTIABLE})
            await carry_on(message, turn, state)
        case ["set", name, value]:
            await state.update_data(draft={**draft, **drafts.chosen(name, value)})
            await carry_on(message, turn, state)
        case _:
            await _drop(message, turn, state)


async def _drop(message: Message, turn: Turn, state: FSMContext) -> None:
    await state.set_state(None)
    await state.update_data(draft=None)
    await message.answer(turn.say("post.dropped"), reply_markup=home_menu(turn))


_BUTTON_FIELDS = {
    "hire_kind": (("hire.direct", "direct"), ("hire.dispatch", "dispatch"), ("hire.agency", "agency")),
    "board": (
        ("board.both", "both"),
        ("board.board", "board"),
        ("board.lodging", "lodging"),
        ("board.none", "none"),
    ),
    "social_insurance": (("answer.yes_insured", "yes"), ("answer.not_insured", "no")),
}


async def _ask_field(message: Message, turn: Turn, state: FSMContext, name: str) -> None:
    await state.set_state(Posting.field)
    await state.update_data(field=name)
    options = _BUTTON_FIELDS.get(name, ())
    choices = numbered(*((turn.say(label), f"draft:set:{name}:{value}") for label, value in options))
    text = turn.say("post.new_value", label=turn.say(f"field.{name}"))
    await message.answer(text, reply_markup=menu(*choices, back_choice(turn, "draft:review")))
