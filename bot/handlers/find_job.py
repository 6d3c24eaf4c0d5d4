"""Story: a sentence in, a suitable job out — and one word applies."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.filters import HasLocation, HasText, Pressed, Said, SeveralChoices, StartPayload, said_in
from bot.handlers import questions
from bot.handlers.common import back_choice, home_menu, human_choice, message_of
from bot.menus import menu, numbered
from bot.need_words import need_of
from bot.states import Seeking
from bot.turn import Turn
from matching.explain import reason, vacancy_line
from matching.occupations import occupation_name
from matching.places import get_region, nearest_region, short_name
from matching.profiles import Match
from matching.rank import Ranking, newest, rank
from matching.understand import Understanding, understand
from models.employers import Employer
from models.errors import NotFoundError
from models.messages import Choice
from models.offices import Office
from services import applications, people, teams
from services.matches import as_request, merged, seeker_profile

router = Router(name="find_job")
words = Router(name="find_job.words")
fallback = Router(name="find_job.fallback")
LONG = 500
MENU_CHARACTERS = 14  # 【找活】 and "3更多 0人工" with its line end
SHORTEST_REASON = 4


@words.message(Said("find"))
@router.callback_query(Pressed("find"))
async def begin(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """找工作: with what is known already, or the newest, and what to say for better ones."""
    await state.set_state(None)
    await show(message_of(event), turn, state, await request_of(turn, state))


@words.message(Said("more"))
@router.callback_query(Pressed("more"))
async def more(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The next ones of the same list."""
    data = await state.get_data()
    shown, by_day = tuple(data.get("shown", ())), bool(data.get("by_day"))
    await show(message_of(event), turn, state, await request_of(turn, state), shown, by_day=by_day)


@words.message(Said("newest"))
@router.callback_query(Pressed("newest"))
async def newest_first(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """最新: whatever is open in the wanted place, newest first, weighed by nothing else."""
    await state.set_state(None)
    await show(message_of(event), turn, state, await request_of(turn, state), by_day=True)


@words.message(Said("place"))
@router.callback_query(Pressed("place_ask"))
async def ask_place(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """换地方."""
    await state.set_state(Seeking.place)
    anywhere = Choice(turn.say("button.anywhere"), turn.say("button.anywhere"), "place:any")
    keyboard = menu(anywhere, back_choice(turn), share="location")
    await message_of(event).answer(turn.say("place.ask"), reply_markup=keyboard)


@router.callback_query(Pressed("place"))
async def place_chosen(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The button of a place, or 哪里都行."""
    region = get_region(args[0]) if args else None
    news: dict[str, Any] = {"region": region.adcode} if region else {"anywhere": True}
    await state.set_state(None)
    await show(message_of(query), turn, state, merged(await request_of(turn, state), news))


@router.message(HasLocation())
async def location(message: Message, turn: Turn, state: FSMContext) -> None:
    """A place on the map: the county it lies in."""
    if message.location is None:
        return
    region = nearest_region(message.location.longitude, message.location.latitude)
    await state.set_state(None)
    await show(message, turn, state, merged(await request_of(turn, state), {"region": region.adcode}))


@router.callback_query(Pressed("apply"))
async def apply(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """1: the seeker says yes. This is where something is kept for the first time, and it is said."""
    await _apply_for(message_of(query), turn, state, [int(args[0])])


@router.message(SeveralChoices("apply"))
async def apply_for_several(message: Message, turn: Turn, state: FSMContext, chosen: list[list[str]]) -> None:
    """1和3: yes to each of them."""
    await _apply_for(message, turn, state, [int(args[0]) for args in chosen])


async def _apply_for(message: Message, turn: Turn, state: FSMContext, wanted: list[int]) -> None:
    first = not await people.has_consent(await turn.writing(), turn.speaker.id, people.KEEP_PROFILE)
    told = [await _apply(turn, state, vacancy_id) for vacancy_id in wanted]
    lines = [text for text, _ in told]
    office_id = next((office for _, office in told if office is not None), None)
    if office_id is None:
        await message.answer("\n".join(dict.fromkeys(lines)), reply_markup=_after_refusal(turn))
        return
    if first:
        lines.append(turn.say("consent.kept", office=await _office_name(turn, office_id)))
    if led := await teams.led_by(turn.session, turn.speaker.id):
        lines.append(turn.say("team.may_apply", n=led[1]))
    await message.answer("\n".join(lines))
    await questions.ask_next(message, turn, state, "seeker")


async def _apply(turn: Turn, state: FSMContext, vacancy_id: int) -> tuple[str, int | None]:
    """What to say of one application, and the office that keeps the person's request; None where it is refused."""
    session = await turn.writing()
    try:
        vacancy, _ = await applications.ensure_can_apply(session, turn.speaker.id, vacancy_id)
        await people.give_consent(session, turn.speaker.id, people.KEEP_PROFILE)
        seeker = await people.register_seeker(session, turn.speaker.id, await request_of(turn, state))
        await applications.apply(session, turn.speaker.id, vacancy.id)
    except (NotFoundError, applications.VacancyGoneError, applications.AlreadyAppliedError) as refusal:
        return turn.say(_refusal(refusal)), None
    employer = await session.get_one(Employer, vacancy.employer_id)
    return turn.say("apply.done", title=vacancy.title, employer=employer.name), seeker.office_id


def _refusal(refusal: Exception) -> str:
    """What to say when an application is not taken."""
    if isinstance(refusal, applications.AlreadyAppliedError):
        return "apply.already"
    return "apply.enough" if isinstance(refusal, applications.EnoughApplicationsError) else "apply.gone"


@router.message(StartPayload("job"))
async def from_picture(message: Message, turn: Turn, state: FSMContext, job: str) -> None:
    """The QR picture of a booth: this vacancy, and 1 applies."""
    known = job.isascii() and job.isdecimal() and len(job) < 20
    vacancy = turn.vacancies.get(int(job)) if known else None
    await state.set_state(None)
    if vacancy is None:
        await message.answer(turn.say("apply.gone"), reply_markup=_after_refusal(turn))
        return
    line = f"1. {vacancy_line(vacancy, turn.speaker.language)}"
    footer = await _footer(turn, {"occupations": True}, asks_place=False)
    apply_now = Choice("1", turn.say("button.apply", n=1), f"apply:{job}")
    await message.answer(f"{line}\n{footer}", reply_markup=menu(apply_now, human_choice(turn)))


async def _office_name(turn: Turn, office_id: int) -> str:
    return (await turn.session.get_one(Office, office_id)).name


def _after_refusal(turn: Turn) -> InlineKeyboardMarkup:
    return menu(Choice("1", turn.say("button.more"), "more"), human_choice(turn), rows=(2,))


@router.message(StateFilter(Seeking.place), HasText())
async def place_said(message: Message, turn: Turn, state: FSMContext) -> None:
    """Where to? A whole new sentence is welcome too."""
    understood = understand((message.text or "")[:LONG])
    await state.set_state(None)
    if not (understood.region or understood.region_candidates or understood.anywhere or understood.occupations):
        await state.set_state(Seeking.place)
        await message.answer(turn.say("place.unknown"), reply_markup=menu(back_choice(turn)))
        return
    await understood_request(message, turn, state, understood)


@fallback.message(Said("back"))
@fallback.message(Said("skip"))
async def nothing_open(message: Message, turn: Turn, state: FSMContext) -> None:
    """返回 or 跳过 where nothing is asked: the first choices."""
    await state.set_state(None)
    await message.answer(turn.say("home"), reply_markup=home_menu(turn))


@fallback.message(HasText())
async def anything(message: Message, turn: Turn, state: FSMContext) -> None:
    """Any sentence: understood as far as possible, answered at once."""
    text = message.text or ""
    understood = understand(text[:LONG])
    if understood.hiring:
        from bot.handlers import post_vacancy

        await post_vacancy.from_sentence(message, turn, state, text)
        return
    await state.set_state(None)
    if len(text) > LONG:
        await message.answer(turn.say("sorry.long", n=LONG))
    await understood_request(message, turn, state, understood)
    if need_of(said_in(message, turn)):
        await message.answer(turn.say("want.also"))


async def understood_request(message: Message, turn: Turn, state: FSMContext, understood: Understanding) -> None:
    """What was understood becomes the request; where nothing was, help instead of silence."""
    news = as_request(understood, turn.today)
    request = await request_of(turn, state)
    if not news and not understood.region_candidates:
        if understood.kind == "request":
            await show(message, turn, state, request)
            return
        if understood.kind == "rights":
            choices = menu(*numbered((turn.say("button.rights"), "rights")), human_choice(turn))
            await message.answer(turn.say("rights.help"), reply_markup=choices)
            return
        key = "start.hello" if understood.kind == "greeting" else "sorry.unknown"
        await message.answer(turn.say(key), reply_markup=home_menu(turn))
        return
    await show(message, turn, state, merged(request, news), candidates=understood)


async def request_of(turn: Turn, state: FSMContext) -> dict[str, Any]:
    """What the person wants: of this conversation, else as it was kept."""
    request = (await state.get_data()).get("request")
    if request is None and turn.speaker.is_seeker:
        request = await people.profile_of(turn.session, turn.speaker.id)
    return dict(request or {})


async def show(
    message: Message,
    turn: Turn,
    state: FSMContext,
    request: dict[str, Any],
    shown: tuple[int, ...] = (),
    candidates: Understanding | None = None,
    *,
    by_day: bool = False,
) -> None:
    """The best vacancies, or the newest, one line each with the reason; 1 applies."""
    profile = seeker_profile(turn.speaker.id, request)
    applied = await applications.applied_for(turn.session, turn.speaker.id) if turn.speaker.is_seeker else frozenset()
    skip = applied.union(shown)
    found = (newest if by_day else rank)(
        turn.vacancies, profile, today=turn.today, top=turn.reach.list_length, skip=skip
    )
    ids = [int(match.vacancy.id) for match in found.matches]
    await state.update_data(request=request, shown=[*shown, *ids][-200:], by_day=by_day)
    places = candidates.region_candidates if candidates and not candidates.region else ()
    if not found.matches:
        await message.answer(
            turn.say("jobs.no_more" if shown else "jobs.none"),
            reply_markup=_ending_menu(turn, ask_place=True),
        )
        return
    if turn.reach.characters is None:
        lines = [_headline(turn, request, found, again=bool(shown), by_day=by_day)]
        lines += [f"{number}. {_line(match, turn.speaker.language)}" for number, match in enumerate(found.matches, 1)]
        lines.append(await _footer(turn, request, asks_place=bool(places)))
    else:
        lines = _short_list(turn, found, turn.reach.characters, asks_place=bool(places))
        if found.widened or (request.get("occupations") and _only_similar(found.matches[0])):
            lines.insert(0, _headline(turn, request, found, again=False, by_day=by_day))
    choices = [Choice(str(n), turn.say("button.apply", n=n), f"apply:{i}") for n, i in enumerate(ids, 1)]
    choices.append(Choice(str(len(ids) + 1), turn.say("button.more"), "more"))
    choices += [
        Choice(chr(ord("A") + n), short_name(place.adcode, turn.speaker.language), f"place:{place.adcode}")
        for n, place in enumerate(places[:6])
    ]
    choices += [Choice(turn.say("button.place"), turn.say("button.place"), "place_ask"), human_choice(turn)]
    keyboard = menu(*choices, rows=(len(ids), *([3] * 4)))
    await message.answer("\n".join(line for line in lines if line), reply_markup=keyboard)


def _ending_menu(turn: Turn, *, ask_place: bool) -> InlineKeyboardMarkup:
    place = Choice("1", turn.say("button.place"), "place_ask")
    courses = Choice("2", turn.say("button.courses"), "courses")
    return menu(*([place] if ask_place else []), courses, human_choice(turn), rows=(3,))


def _headline(turn: Turn, request: dict[str, Any], found: Ranking, *, again: bool, by_day: bool) -> str:
    language = turn.speaker.language
    codes = [code for code, _ in request.get("occupations", ())]
    what = occupation_name(codes[0], language) if codes else turn.say("jobs.any")
    places = [request["region"], *request.get("other_regions", ())] if request.get("region") else []
    where = "/".join(short_name(place, language) for place in places) or turn.say("jobs.anywhere")
    if again:
        return turn.say("jobs.again")
    if by_day:
        return turn.say("jobs.newest", where=_scope(turn, found.widened) if found.widened else where)
    if found.widened and request.get("region"):
        return turn.say("jobs.widened", what=what, where=where, wider=_scope(turn, found.widened))
    if codes and _only_similar(found.matches[0]):
        return turn.say("jobs.similar", what=what, where=where)
    return turn.say("jobs.found", n=found.total, what=what, where=where)


def _scope(turn: Turn, widened: str) -> str:
    """The wider place in words: a region, or what is near a city."""
    near, _, city = widened.rpartition(":")
    name = short_name(city, turn.speaker.language)
    return turn.say("jobs.near", where=name) if near else name


def _line(match: Match, language: str) -> str:
    why = reason(match, language)
    return vacancy_line(match.vacancy, language) + (f" | {why}" if why else "")


def _short_list(turn: Turn, found: Ranking, characters: int, *, asks_place: bool) -> list[str]:
    """Two vacancies and how to apply, in one SMS: the signature, the numbers of the menu and a footer need the rest."""
    if asks_place:
        return [
            *(f"{number}{_short_line(match, turn, characters)}" for number, match in enumerate(found.matches, 1)),
            turn.say("jobs.which_place"),
        ]
    kept = "" if turn.speaker.is_seeker else turn.say("jobs.sms_consent")
    footer = turn.say("jobs.sms_footer", consent=kept)
    segments = 1 if turn.speaker.language.startswith("zh") else 2  # English says the same in twice the letters
    room = (characters * segments - MENU_CHARACTERS * segments - len(footer)) // len(found.matches) - 1
    return [*(f"{number}{_short_line(match, turn, room - 1)}" for number, match in enumerate(found.matches, 1)), footer]


def _short_line(match: Match, turn: Turn, room: int) -> str:
    """电焊 新郑 5500-7000 缺焊工证: what, where, how much; then the reason if there is room for it."""
    language = turn.speaker.language
    line = vacancy_line(match.vacancy, language, limit=room)
    why = reason(match, language, limit=room - len(line) - 1) if room - len(line) > SHORTEST_REASON else ""
    return f"{line} {why}" if why else line


def _only_similar(match: Match) -> bool:
    """Whether even the best is of a neighbouring trade only."""
    return any(part.name == "occupation" and part.level in ("related", "far") for part in match.parts)


async def _footer(turn: Turn, request: dict[str, Any], *, asks_place: bool) -> str:
    lines = [turn.say("jobs.which_place" if asks_place else "jobs.how_to_apply")]
    if not request.get("occupations"):
        lines.append(turn.say("jobs.say_more"))
    if not turn.speaker.is_seeker:
        lines.append(turn.say("consent.before"))
    return "\n".join(lines)


@fallback.message()
async def not_words(message: Message, turn: Turn) -> None:
    """A photo, a voice note, a sticker, an empty message: a helpful line."""
    key = "sorry.voice" if message.voice else "sorry.photo" if message.photo else "sorry.empty"
    await message.answer(turn.say(key), reply_markup=home_menu(turn))


@fallback.callback_query()
async def old_button(query: CallbackQuery, turn: Turn) -> None:
    """A button that means nothing any more."""
    await message_of(query).answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
