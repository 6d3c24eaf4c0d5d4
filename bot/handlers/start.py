"""Story: what works at any moment — help, language, stop, delete, a person of the office."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, Pressed, Said, Says
from bot.handlers.common import back_choice, home_menu, message_of
from bot.leaving_words import deletes_what, wants_out
from bot.menus import menu, numbered
from bot.states import Helping, Leaving
from bot.turn import Turn
from models.offices import Role
from services import leaving, people, sharing
from services.desk import ask_for_help
from services.offices import NoOfficeError
from services.open_things import OpenThings, open_things
from services.texts import LANGUAGES

router = Router(name="start")
words = Router(name="start.words")
out = Router(name="leaving")


@words.message(Said("start"))
async def start(message: Message, turn: Turn, state: FSMContext) -> None:
    """Hello, and what can be said."""
    await state.set_state(None)
    await message.answer(turn.say("start.hello"), reply_markup=home_menu(turn))


@words.message(Said("help"))
@router.callback_query(Pressed("help"))
async def help_(event: Message | CallbackQuery, turn: Turn) -> None:
    """The words that work."""
    await message_of(event).answer(turn.say(_help_of(turn)), reply_markup=home_menu(turn))


def _help_of(turn: Turn) -> str:
    if turn.speaker.role == Role.INFORMATION_OFFICER:
        return "help.officer"
    if turn.speaker.is_staff:
        return "help.staff"
    return "help.recruiter" if turn.speaker.employer_id else "help.seeker"


@words.message(Said("privacy"))
async def privacy(message: Message, turn: Turn) -> None:
    """Who keeps what, why and how long."""
    await message.answer(turn.say("privacy.notice"), reply_markup=home_menu(turn))


@words.message(Said("language"))
@router.callback_query(Pressed("language"))
async def language(event: Message | CallbackQuery, turn: Turn) -> None:
    """Which language?"""
    choices = numbered(("中文", "lang:zh_CN"), ("English", "lang:en"))
    await message_of(event).answer(turn.say("language.ask"), reply_markup=menu(*choices, rows=(2,)))


@words.message(Said("english"))
async def english(message: Message, turn: Turn) -> None:
    """From now on English."""
    await _speak(message, turn, "en")


@words.message(Said("chinese"))
async def chinese(message: Message, turn: Turn) -> None:
    """从现在起说中文."""
    await _speak(message, turn, "zh_CN")


@router.callback_query(Pressed("lang"))
async def language_chosen(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The button of a language."""
    await _speak(message_of(query), turn, args[0] if args and args[0] in LANGUAGES else LANGUAGES[0])


async def _speak(message: Message, turn: Turn, language: str) -> None:
    await people.set_language(await turn.writing(), turn.speaker.id, language)
    turn.speaker.language = language
    await message.answer(turn.say("language.set"), reply_markup=home_menu(turn))


@words.message(Said("stop"))
@router.callback_query(Pressed("stop"))
async def stop(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """No proactive message any more; confirmed once, nothing else is asked."""
    message = message_of(event)
    fresh = await people.opt_out(await turn.writing(), turn.speaker.id)
    await state.set_state(None)
    if turn.shared:
        choices = numbered((turn.say("button.whole_number"), "stop_number"))
        await message.answer(turn.say("stop.done_shared"), reply_markup=menu(*choices))
    elif fresh or turn.reach.characters is None:  # the same twice costs an SMS and says nothing new
        await message.answer(turn.say("stop.done"))


@router.callback_query(Pressed("stop_number"))
async def stop_number(query: CallbackQuery, turn: Turn) -> None:
    """Nobody behind this number wants anything unasked."""
    await sharing.opt_out_number(await turn.writing(), turn.address_id)
    await message_of(query).answer(turn.say("shared.stopped"))


@words.message(Said("resume"))
async def resume(message: Message, turn: Turn) -> None:
    """Messages are wanted again, said in so many words."""
    session = await turn.writing()
    await people.opt_out(session, turn.speaker.id, out=False)
    await sharing.opt_out_number(session, turn.address_id, out=False)
    await message.answer(turn.say("stop.resumed"), reply_markup=home_menu(turn))


@words.message(Said("forget"))
@router.callback_query(Pressed("forget"))
async def forget(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """Deleting is asked about once; an officer's role is first ended by the office."""
    if turn.speaker.is_staff:
        await message_of(event).answer(turn.say("forget.staff"), reply_markup=home_menu(turn))
        return
    await state.set_state(Leaving.confirm)
    choices = numbered((turn.say("button.delete"), "forget_yes"), (turn.say("button.keep"), "home"))
    lines = [turn.say("forget.ask"), *_ends(turn, await open_things(turn.session, turn.speaker.id))]
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*choices))


def _ends(turn: Turn, things: OpenThings) -> list[str]:
    """What else ends with the data, where anything does."""
    counted = {
        "applications": len(things.applications),
        "courses": len(things.courses),
        "aid": int(things.asks_for_aid),
        "loans": sum(loan.state == "applied" for loan, _ in things.standing.loans),
        "union": int(things.joining),
    }
    ends = [turn.say("forget.ticket", topic=turn.say(f"topic.{ticket.topic}")) for ticket, _ in things.tickets]
    ends += [turn.say(f"forget.{name}", n=n) for name, n in counted.items() if n]
    return [turn.say("forget.ends", what=turn.say("forget.and").join(ends))] if ends else []


@out.message(Says(wants_out, always=True))
async def wants_to_leave(message: Message, turn: Turn, state: FSMContext, heard: str) -> None:
    """不要再给我发短信了, 把我删了吧: as 停 and 删除我的资料."""
    await (stop if heard == "stop" else forget)(message, turn, state)


@router.message(Says(deletes_what))
async def delete_what(message: Message, turn: Turn) -> None:
    """删除 and nothing else: what?"""
    pairs = [(turn.say("button.delete_all"), "forget"), (turn.say("button.take_back"), "takeback")]
    pairs += [(turn.say("button.full"), "full")] if turn.speaker.employer_id else []
    await message.answer(turn.say("forget.which"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("forget_yes"))
async def forget_now(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """Everything that leads to the person goes; the totals stay."""
    await leaving.forget(await turn.writing(), turn.speaker.id)
    await state.clear()
    await message_of(query).answer(turn.say("forget.done"))


@router.message(StateFilter(Leaving.confirm), HasText())
async def forget_unclear(message: Message, turn: Turn, state: FSMContext) -> None:
    """Anything but a yes keeps the data."""
    await state.set_state(None)
    await message.answer(turn.say("forget.kept"), reply_markup=home_menu(turn))


@router.callback_query(Pressed("home"))
@words.message(Said("cancel"))
async def home(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """Out of whatever was going on."""
    await state.set_state(None)
    await message_of(event).answer(turn.say("home"), reply_markup=home_menu(turn))


@words.message(Said("human"))
@words.message(Said("call_back"))
@router.callback_query(Pressed("human"))
async def human(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """A person of the office: told at once, with the office's own number; words may be left."""
    request = (await state.get_data()).get("request", {})
    try:
        office = await ask_for_help(await turn.writing(), turn.speaker.id, request.get("region"))
    except NoOfficeError:
        await message_of(event).answer(turn.say("human.no_office"), reply_markup=home_menu(turn))
        return
    await state.set_state(Helping.words)
    text = turn.say("human.coming", office=office.name, phone=office.phone or "—", hours=office.hours or "—")
    await message_of(event).answer(text, reply_markup=menu(back_choice(turn)))


@router.message(Said("back"), StateFilter(Helping.words))
async def no_words(message: Message, turn: Turn, state: FSMContext) -> None:
    """The request stands without words."""
    await home(message, turn, state)


@router.message(StateFilter(Helping.words), HasText())
async def words_for_office(message: Message, turn: Turn, state: FSMContext) -> None:
    """What the person wants to say is passed on."""
    request = (await state.get_data()).get("request", {})
    session = await turn.writing()
    await ask_for_help(session, turn.speaker.id, request.get("region"), (message.text or "")[:500])
    await state.set_state(None)
    await message.answer(turn.say("human.noted"), reply_markup=home_menu(turn))
