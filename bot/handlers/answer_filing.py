"""Story: the office above reads a submitted report, accepts it, or returns it with a reason."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsStaff, Pressed
from bot.handlers.common import back_choice, message_of
from bot.handlers.filing import name_of, told_figure
from bot.handlers.staff_desk import region_of
from bot.menus import menu, numbered
from bot.states import Filing
from bot.turn import Turn
from matching.places import full_name
from models.errors import ZhaohuoError
from models.filings import Filing as Filed
from models.regions import lies_in
from models.states import FilingState
from reports.filing import answer, lock
from reports.form_files import load_form
from services.filing_notices import tell_filer

router = Router(name="answer_filing")
STEPS: dict[FilingState, tuple[tuple[str, str], ...]] = {
    FilingState.SUBMITTED: (("filing.accept", "fyes"), ("filing.return", "fno")),
    FilingState.ACCEPTED: (("filing.lock", "flock"),),
    FilingState.RETURNED: (),
    FilingState.LOCKED: (),
}
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
SHOWN = 12


@router.callback_query(Pressed("fans"))
async def looked(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The report as it was submitted."""
    filing = await _filing(turn, int(args[0]))
    if filing is None:
        await message_of(query).answer(turn.say("desk.gone"), reply_markup=menu(back_choice(turn, "file")))
        return
    items = load_form(filing.form).items
    figures = {code: figure for code, figure in filing.figures.items() if figure is not None}
    lines = [
        f"{full_name(filing.region)} {name_of(filing.form, filing.period)}",
        *(told_figure(items[code], figure) for code, figure in list(figures.items())[:SHOWN]),
        *(f"{code} {items[code].name}：{word}" for code, word in filing.explained.items()),
        turn.say("filing.told", narrative=filing.narrative[:300], hash=filing.hash.hex()[:12]),
    ]
    pairs = numbered(*((turn.say(label), f"{verb}:{filing.id}") for label, verb in STEPS[FilingState(filing.state)]))
    await message_of(query).answer("\n".join(lines), reply_markup=menu(*pairs, back_choice(turn, "file"), rows=(3,)))


async def _filing(turn: Turn, number: int) -> Filed | None:
    """The report, if it lies in the office's region."""
    filing = await turn.session.get(Filed, number)
    return filing if filing is not None and lies_in(filing.region, region_of(turn)) else None


@router.callback_query(Pressed("fyes"))
async def accepted(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """It is right."""
    await _answer(message_of(query), turn, int(args[0]), "")


@router.callback_query(Pressed("flock"))
async def locked(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Nothing more may become of it but a new revision."""
    await _answer(message_of(query), turn, int(args[0]), None)


@router.callback_query(Pressed("fno"))
async def returned(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """It is not: why?"""
    await state.set_state(Filing.reason)
    await state.update_data(returning=int(args[0]))
    await message_of(query).answer(turn.say("filing.why"), reply_markup=menu(back_choice(turn, "file")))


@router.message(StateFilter(Filing.reason), HasText())
async def reasoned(message: Message, turn: Turn, state: FSMContext) -> None:
    """The reason goes back with it."""
    number = (await state.get_data()).get("returning", 0)
    await state.set_state(None)
    await _answer(message, turn, number, message.text or "")


async def _answer(message: Message, turn: Turn, number: int, reason: str | None) -> None:
    """Accept ('' as reason), return, or lock (None)."""
    filing, again = await _filing(turn, number), menu(back_choice(turn, "file"))
    if filing is None:
        await message.answer(turn.say("desk.gone"), reply_markup=again)
        return
    session = await turn.writing()
    try:
        if reason is None:
            await lock(session, filing, by=turn.speaker.id)
        else:
            await answer(session, filing, by=turn.speaker.id, reason=reason)
    except ZhaohuoError:
        await message.answer(turn.say("filing.refused"), reply_markup=again)
        return
    await tell_filer(session, filing, name_of(filing.form, filing.period))
    await message.answer(turn.say("filing.answered"), reply_markup=again)
