"""Story: an information officer registers people without a phone, several in one message, and answers for them."""

from __future__ import annotations

import re
from typing import Any

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import HasText, IsCommand, IsStaff, Pressed, Said, Typed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.officer_words import Entry, read_answer, read_entries, read_for, read_witness
from bot.states import Speaking
from bot.turn import Turn
from matching.explain import vacancy_line
from matching.occupations import occupation_name
from matching.places import short_name
from matching.rank import rank
from matching.understand import understand
from models.errors import MoveRefusedError, NotFoundError
from models.messages import Choice
from models.officers import OfficerNote
from models.offices import Office
from models.people import Person
from services import applications, officers, people
from services.access import find_by_phone
from services.matches import as_request, seeker_profile
from services.phones import PhoneRefusedError, e164

router = Router(name="officer")
words = Router(name="officer.words")
router.message.filter(IsStaff())
words.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
SHOWN = 20
_APPOINT = re.compile(r"(?:任命|聘)\s*信息员\s*(?P<phone>\+?\d[\d-]{6,15})\s+(?P<villages>.+)")


class ForOthers(Filter):
    """A message about other people; they are passed on as `entries`."""

    async def __call__(self, message: Message) -> bool | dict[str, list[Entry]]:
        """As `bot/officer_words.py` reads it."""
        found = read_entries(message.text or "")
        return {"entries": found} if found else False


@words.message(Said("speak_for"))
async def how(message: Message, turn: Turn) -> None:
    """替人登记: how it is written."""
    await message.answer(turn.say("help.officer"), reply_markup=menu(back_choice(turn)))


@router.message(ForOthers())
async def for_others(message: Message, turn: Turn, state: FSMContext, entries: list[Entry]) -> None:
    """Read back who and what; nothing is kept before it is said that they agreed, and who stood by."""
    try:
        await officers.office_of_agent(turn.session, turn.speaker.id)
    except officers.NotOfficerError:
        await said(message, turn, "desk.not_allowed")
        return
    helping = [{"name": e.name, "wish": as_request(understand(e.words), turn.today)} for e in entries]
    lines = [_line(turn, number, one) for number, one in enumerate(helping, 1)]
    await state.set_state(Speaking.witness)
    await state.update_data(helping=helping)
    text = "\n".join([*lines, turn.say("officer.ask_witness")])
    await message.answer(text, reply_markup=menu(back_choice(turn)))


def _line(turn: Turn, number: int, one: dict[str, Any]) -> str:
    wish, language = one["wish"], turn.speaker.language
    told = [occupation_name(code, language) for code, _ in wish.get("occupations", ())[:2]]
    told += [turn.say("officer.age", n=turn.today.year - wish["birth_year"])] if wish.get("birth_year") else []
    told += [short_name(wish["region"], language)] if wish.get("region") else []
    return turn.say("officer.entry", n=number, name=one["name"], wish=" ".join(told) or turn.say("jobs.any"))


@router.message(StateFilter(Speaking.witness), HasText(), ~IsCommand())
async def witnessed(message: Message, turn: Turn, state: FSMContext) -> None:
    """They agreed, and this one stood by: each is registered, and the best post for each is told."""
    witness = read_witness(message.text or "")
    helping = (await state.get_data()).get("helping") or []
    if witness is None or witness in {one["name"] for one in helping}:
        await message.answer(turn.say("officer.witness_again"), reply_markup=menu(back_choice(turn)))
        return
    await state.set_state(None)
    await state.update_data(helping=None)
    lines = [await _register(turn, one, witness) for one in helping]
    lines.append(turn.say("officer.how"))
    choices = numbered((turn.say("button.my_people"), "mypeople"))
    await message.answer("\n".join(lines), reply_markup=menu(*choices, back_choice(turn), rows=(2,)))


async def _register(turn: Turn, one: dict[str, Any], witness: str) -> str:
    session = await turn.writing()
    try:
        person, fresh = await officers.register_for(session, turn.speaker.id, one["name"], one["wish"], witness=witness)
    except officers.TooYoungError:
        return turn.say("officer.too_young", name=one["name"])
    except officers.WhichOneError:
        return turn.say("officer.which_one", name=one["name"])
    found = await _ranked(turn, person, 1)
    best = vacancy_line(found[0].vacancy, turn.speaker.language) if found else turn.say("officer.no_match")
    return turn.say("officer.registered" if fresh else "officer.changed", name=one["name"], best=best)


async def _ranked(turn: Turn, person: Person, top: int) -> Any:
    profile = seeker_profile(person.id, await people.profile_of(turn.session, person.id) or {})
    skip = await applications.applied_for(turn.session, person.id)
    return rank(turn.vacancies, profile, today=turn.today, top=top, skip=skip).matches


class Mine(Filter):
    """看 王小红, where she is one of the officer's people; passed on as `person`, None where several have the name."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Person | None]:
        """By name, among their own."""
        found = read_for(message.text or "")
        if found is None:
            return False
        name, age = found
        try:
            born = turn.today.year - age if age else None
            person = await officers.find_mine(turn.session, turn.speaker.id, name, born)
        except officers.WhichOneError:
            return {"person": None}
        return {"person": person} if person else False


@router.message(Mine())
async def look_for(message: Message, turn: Turn, person: Person | None) -> None:
    """The best posts for one of their people; a number puts the name down."""
    if person is None:
        name, _ = read_for(message.text or "") or ("", None)
        await message.answer(turn.say("officer.which_one", name=name), reply_markup=menu(back_choice(turn)))
        return
    name = person.name(turn.session) or "—"
    found = await _ranked(turn, person, turn.reach.list_length)
    if not found:
        await said(message, turn, "jobs.none")
        return
    lines = [turn.say("officer.for", name=name)]
    lines += [f"{n}. {vacancy_line(match.vacancy, turn.speaker.language)}" for n, match in enumerate(found, 1)]
    choices = [
        Choice(str(n), turn.say("button.apply", n=n), f"applyfor:{person.id}:{match.vacancy.id}")
        for n, match in enumerate(found, 1)
    ]
    await message.answer("\n".join(lines), reply_markup=menu(*choices, back_choice(turn), rows=(len(choices),)))


@router.callback_query(Pressed("applyfor"))
async def apply_for(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """One of their people wants this post."""
    session = await turn.writing()
    try:
        await officers.apply_for(session, turn.speaker.id, int(args[0]), int(args[1]))
    except applications.AlreadyAppliedError:
        await said(message_of(query), turn, "officer.applied_before")
        return
    except (NotFoundError, applications.VacancyGoneError, officers.NotOfficerError):
        await said(message_of(query), turn, "apply.gone")
        return
    await said(message_of(query), turn, "officer.applied")


@words.message(Said("my_people"))
@router.callback_query(Pressed("mypeople"))
async def my_people(event: Message | CallbackQuery, turn: Turn) -> None:
    """我的人: who they are, and what waits for an answer."""
    session = turn.session
    mine = await officers.people_of(session, turn.speaker.id)
    if not mine:
        await said(message_of(event), turn, "officer.nobody")
        return
    names = turn.say("list.comma").join(person.name(session) or "—" for person in mine[:SHOWN])
    notes = await officers.open_notes(session, turn.speaker.id)
    lines = [turn.say("officer.mine", n=len(mine), names=names)]
    lines += await officers.list_lines(session, notes, turn.speaker.language)
    lines.append(turn.say("officer.how"))
    await message_of(event).answer("\n".join(lines), reply_markup=menu(back_choice(turn)))


class AnswersNote(Filter):
    """1 同意, where the first line of the daily list may be answered so; passed on as `note` and `data`."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """By the labels of the answers."""
        found = read_answer(message.text or "")
        notes = await officers.open_notes(turn.session, turn.speaker.id) if found else []
        if found is None or not 1 <= found[0] <= len(notes):
            return False
        note = notes[found[0] - 1]
        data = next((data for label, data in note.answers if turn.say(label) == found[1]), None)
        return {"note": note, "data": data} if data else False


@router.message(AnswersNote())
async def answer_note(message: Message, turn: Turn, note: OfficerNote, data: str) -> None:
    """The person's answer, carried by the officer."""
    session = await turn.writing()
    try:
        await officers.answer_note(session, turn.speaker.id, note, data)
    except officers.AnswerByOfficeError:
        await said(message, turn, "officer.answer_by_office")
        return
    except (NotFoundError, MoveRefusedError, officers.NotOfficerError):
        await said(message, turn)
        return
    await said(message, turn, "officer.answered")


@words.message(Said("tally"))
async def tally(message: Message, turn: Turn) -> None:
    """信息员: the month of each officer of the region; an information officer sees their own."""
    own = None if may_decide(turn) else turn.speaker.id
    found = await officers.tally(turn.session, turn.today, region=region_of(turn), agent_id=own)
    lines = [turn.say("officer.tally_head", month=turn.today.month)]
    for one in found:
        person = await turn.session.get_one(Person, one.agent_id)
        counts = {act: one.acts.get(act, 0) for act in officers.ACTS}
        lines.append(turn.say("officer.tally", name=person.name(turn.session) or "—", started=one.started, **counts))
    lines += [] if found else [turn.say("officer.tally_none")]
    lines += [turn.say("officer.how_to_appoint")] if own is None else []
    await message.answer("\n".join(lines), reply_markup=menu(back_choice(turn)))


@router.message(Typed(_APPOINT))
async def appoint(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """任命信息员 13800138000 王村 李村."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    session = await turn.writing()
    try:
        person = await find_by_phone(session, e164(typed["phone"]))
    except PhoneRefusedError:
        person = None
    if person is None:
        await said(message, turn, "officer.no_such_phone")
        return
    office = await session.get_one(Office, turn.speaker.office_id)
    villages = [(office.region, name) for name in re.split(r"[\s,，、]+", typed["villages"].strip()) if name]
    await officers.appoint(session, person.id, office, villages, by=turn.speaker.id)
    places = turn.say("list.comma").join(name for _, name in villages)
    await message.answer(turn.say("officer.appointed", places=places), reply_markup=menu(back_choice(turn)))
