"""Story: somebody comes to a fair — in by the number or picture at the door, one sentence, a number at a booth."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.fair_words import Door, read_door
from bot.filters import NUMBER_STATES, HasText, IsCommand, Pressed, Said, StartPayload
from bot.handlers.common import back_choice, home_menu, human_choice, message_of
from bot.handlers.fair_booth import open_booth
from bot.handlers.find_job import request_of
from bot.menus import menu, numbered
from bot.states import AtFair
from bot.turn import Turn
from matching.explain import vacancy_line
from matching.index import VacancyIndex
from matching.profiles import VacancyProfile
from matching.rank import rank
from matching.understand import understand
from models.errors import MoveRefusedError, NotFoundError, ZhaohuoError
from models.fairs import FairBooth, FairVenue
from models.messages import Choice
from models.offices import Office
from services import applications, fair_visits, fairs, people
from services.fair_visits import CheckIn
from services.matches import as_request, merged, seeker_profile

router = Router(name="fair")
words = Router(name="fair.words")
LONG = 300
SHORT_LINE = 24


class IsDoor(Filter):
    """The number at a fair's door or booth; bare digits only where some door has them."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Door]:
        """招聘会 31415, 31415, 31415-12."""
        found = read_door(message.text or "")
        if found is None or turn.state in NUMBER_STATES:
            return False
        known = found.said or await fairs.venue_by_code(turn.session, found.code) is not None
        return {"door": found} if known else False


@router.message(StartPayload("fair"))
async def scanned(message: Message, turn: Turn, state: FSMContext, fair: str) -> None:
    """The picture at a door or booth."""
    door = read_door(fair[:12])
    await state.set_state(None)
    if door is None:
        await message.answer(turn.say("fair.unknown"), reply_markup=home_menu(turn))
        return
    await _arrive(message, turn, state, door)


@router.message(IsDoor())
async def typed(message: Message, turn: Turn, state: FSMContext, door: Door) -> None:
    """The number, typed."""
    await state.set_state(None)
    await _arrive(message, turn, state, door)


async def _arrive(message: Message, turn: Turn, state: FSMContext, door: Door) -> None:
    """A recruiter stands at their booth; everybody else is a visitor."""
    session = await turn.writing()
    try:
        fair, venue = await fairs.door(session, door.code)
        booth = await fairs.booth_at(session, venue.id, door.booth) if door.booth is not None else None
        if turn.speaker.employer_id is not None:
            own = await fairs.own_booth(session, venue.id, turn.speaker.employer_id)
            if own is not None and booth in (None, own):
                await open_booth(message, turn, state, fair, venue, own)
                return
        came = await fair_visits.check_in(session, turn.speaker.id, door.code)
    except ZhaohuoError as refusal:
        await message.answer(_refusal(turn, refusal), reply_markup=home_menu(turn))
        return
    await _welcome(message, turn, state, came, booth)


def _refusal(turn: Turn, refusal: ZhaohuoError) -> str:
    match refusal:
        case fairs.FairNotYetError(fair=fair):
            return turn.say("fair.not_yet", title=fair.title, month=fair.starts_on.month, day=fair.starts_on.day)
        case fairs.FairOverError(fair=fair):
            return turn.say("fair.over", title=fair.title)
        case fairs.NoSuchBoothError():
            return turn.say("fair.no_booth")
        case fairs.NoSuchFairError():
            return turn.say("fair.unknown")
    raise refusal


async def _welcome(message: Message, turn: Turn, state: FSMContext, came: CheckIn, booth: FairBooth | None) -> None:
    key = "fair.welcome" if came.fresh else "fair.again"
    head = turn.say(key, title=came.fair.title, place=came.venue.place)
    if booth is not None:
        await _show(message, turn, came.venue, {}, head, booth)
        return
    request = await request_of(turn, state)
    if request.get("occupations"):
        await _show(message, turn, came.venue, request, head)
        return
    office = await turn.session.get_one(Office, came.fair.office_id)
    await state.set_state(AtFair.wish)
    text = f"{head}\n{turn.say('fair.ask_wish', office=office.name)}"
    await message.answer(text, reply_markup=menu(back_choice(turn), human_choice(turn), rows=(2,)))


@router.message(StateFilter(AtFair.wish), HasText(), ~IsCommand())
async def wish(message: Message, turn: Turn, state: FSMContext) -> None:
    """One sentence registers; it was told before what is kept, by whom and for what."""
    at = await fair_visits.visit_today(turn.session, turn.speaker.id)
    understood = understand((message.text or "")[:LONG])
    news = as_request(understood, turn.today)
    if at is None or understood.hiring or not news:
        await state.set_state(None)
        raise SkipHandler
    fair, venue, visit = at
    session = await turn.writing()
    fresh = not turn.speaker.is_seeker
    request = {"region": venue.region, **merged(await request_of(turn, state), news)}
    seeker_office = await _register(turn, request)
    await fair_visits.receive(session, fair, visit)
    await state.set_state(None)
    await state.update_data(request=request)
    office = await session.get_one(Office, seeker_office)
    head = turn.say("fair.registered", office=office.name) if fresh else ""
    await _show(message, turn, venue, request, head)


async def _register(turn: Turn, request: dict[str, Any]) -> int:
    """Keep what the person looks for, as they have just agreed; the office that keeps it."""
    session = await turn.writing()
    await people.give_consent(session, turn.speaker.id, people.KEEP_PROFILE)
    kept = await people.profile_of(session, turn.speaker.id) or {}
    seeker = await people.register_seeker(session, turn.speaker.id, {**kept, **request})
    turn.speaker.is_seeker = True
    return seeker.office_id


async def _show(
    message: Message,
    turn: Turn,
    venue: FairVenue,
    request: dict[str, Any],
    head: str,
    booth: FairBooth | None = None,
) -> None:
    """What hangs at the booths, the best for this visitor first; a number takes a place in the queue."""
    offered = await fairs.offers(turn.session, venue.id, booth.id if booth else None)
    if booth is not None:
        offered.reverse()  # at one booth the newest first
    at = {vacancy.id: stand for stand, vacancy, _ in offered}
    profiles = [found for number in at if (found := turn.vacancies.get(number)) is not None]
    chosen = _best(turn, profiles, request)
    if not chosen:
        text = "\n".join(filter(None, (head, turn.say("fair.nothing_hangs"))))
        await message.answer(text, reply_markup=home_menu(turn))
        return
    limit = None if turn.reach.characters is None else SHORT_LINE
    lines, choices = [head], []
    for number, profile in enumerate(chosen, 1):
        stand = at[int(profile.id)]
        line = vacancy_line(profile, turn.speaker.language, **({"limit": limit} if limit else {}))
        lines.append(turn.say("fair.line", n=number, booth=stand.number, line=line))
        label = turn.say("button.fair_take", n=number)
        choices.append(Choice(str(number), label, f"fairtake:{stand.id}:{profile.id}"))
    lines.append(turn.say("fair.how"))
    if not turn.speaker.is_seeker:
        lines.append(turn.say("consent.before"))
    text = "\n".join(line for line in lines if line)
    await message.answer(text, reply_markup=menu(*choices, human_choice(turn), rows=(len(choices),)))


def _best(turn: Turn, profiles: list[VacancyProfile], request: dict[str, Any]) -> list[VacancyProfile]:
    """Ranked by what the visitor looks for; as they stand where nothing fits or nothing was said."""
    top = turn.reach.list_length
    if not request.get("occupations"):
        return profiles[:top]
    profile = seeker_profile(turn.speaker.id, request)
    ranked = rank(VacancyIndex(profiles), profile, today=turn.today, top=top)
    return [match.vacancy for match in ranked.matches] or profiles[:top]


@router.callback_query(Pressed("fairtake"))
async def take(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """A number at the booth; who is new is registered with what the post is."""
    message = message_of(query)
    session = await turn.writing()
    booth = await session.get(FairBooth, int(args[0]))
    if booth is None or int(args[1]) not in {v.id for _, v, _ in await fairs.offers(session, booth.venue_id, booth.id)}:
        await message.answer(turn.say("apply.gone"), reply_markup=home_menu(turn))
        return
    try:
        venue = await session.get_one(FairVenue, booth.venue_id)
        await fairs.door(session, venue.code)
        if not turn.speaker.is_seeker:
            profile = turn.vacancies.get(int(args[1]))
            trades = [list(pair) for pair in profile.occupations] if profile else []
            await _register(turn, {"region": venue.region, "occupations": trades, **await request_of(turn, state)})
        ticket = await fair_visits.take_number(session, turn.speaker.id, booth, int(args[1]))
    except fair_visits.AlreadyInQueueError as refusal:
        text = turn.say("fair.in_queue", booth=booth.number, number=refusal.ticket.number)
        await message.answer(text, reply_markup=home_menu(turn))
        return
    except (applications.VacancyGoneError, applications.AlreadyAppliedError, NotFoundError) as refusal:
        key = "apply.already" if isinstance(refusal, applications.AlreadyAppliedError) else "apply.gone"
        await message.answer(turn.say(key), reply_markup=home_menu(turn))
        return
    except (fairs.FairOverError, fairs.FairNotYetError) as refusal:
        await message.answer(_refusal(turn, refusal), reply_markup=home_menu(turn))
        return
    ahead = await fair_visits.ahead_of(session, ticket)
    text = turn.say("fair.number", booth=booth.number, number=ticket.number, ahead=ahead)
    await message.answer(text, reply_markup=menu(*numbered((turn.say("button.my_number"), "mynumber"))))


@words.message(Said("my_number"))
@router.callback_query(Pressed("mynumber"))
async def my_number(event: Message | CallbackQuery, turn: Turn) -> None:
    """我的号: how many wait before."""
    mine = await fair_visits.my_tickets(turn.session, turn.speaker.id)
    if not mine:
        await message_of(event).answer(turn.say("fair.no_number"), reply_markup=home_menu(turn))
        return
    lines, pairs = [], []
    for ticket, booth in mine:
        ahead = await fair_visits.ahead_of(turn.session, ticket)
        key = "fair.number" if ticket.state == "waiting" else "fair.number_called"
        lines.append(turn.say(key, booth=booth.number, number=ticket.number, ahead=ahead))
        pairs.append((turn.say("button.fair_leave", booth=booth.number), f"fairleave:{ticket.id}"))
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@router.callback_query(Pressed("fairleave"))
async def leave(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """不排了."""
    session = await turn.writing()
    try:
        await fair_visits.leave_queue(session, turn.speaker.id, int(args[0]))
    except (NotFoundError, MoveRefusedError):
        await message_of(query).answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    await message_of(query).answer(turn.say("fair.left"), reply_markup=home_menu(turn))
