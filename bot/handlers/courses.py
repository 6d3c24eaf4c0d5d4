"""Story: the course that leads to the job; joining it, waiting for a seat, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.course_words import wants_course
from bot.filters import Pressed, Said, Says
from bot.handlers.common import back_choice, home_menu, human_choice, message_of, settle
from bot.handlers.find_job import request_of
from bot.menus import menu
from bot.turn import Turn
from matching.courses import bridging_courses
from matching.places import short_name
from matching.rank import rank
from matching.understand import understand
from models.errors import MoveRefusedError, NotFoundError
from models.messages import Choice
from models.offices import Office
from models.people import Seeker
from models.states import EnrolmentState
from models.training import Course, Enrolment
from services import people, training
from services.courses import nearest_first, open_courses, profile_of
from services.matches import seeker_profile

router = Router(name="courses")
words = Router(name="courses.words")
LONG = 200


@words.message(Said("courses"))
@router.callback_query(Pressed("courses"))
async def courses(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """培训: first what is missing for the jobs that fit, then what is near; full ones last."""
    await _offer(message_of(event), turn, await request_of(turn, state))


@router.message(Says(wants_course))
async def wishes_to_learn(message: Message, turn: Turn, state: FSMContext, heard: str) -> None:
    """想学月嫂: those of the named trade first."""
    understood = understand((message.text or "")[:LONG])
    request = await request_of(turn, state)
    if understood.region is not None:
        request["region"] = understood.region.adcode
    await state.set_state(None)
    await _offer(message, turn, request, [trade.code for trade in understood.occupations])


async def _offer(message: Message, turn: Turn, request: dict[str, Any], named: Sequence[str] = ()) -> None:
    offered = await open_courses(turn.session, full=True)
    if not offered:
        await message.answer(turn.say("courses.none"), reply_markup=home_menu(turn))
        return
    profile = seeker_profile(turn.speaker.id, request)
    found = rank(turn.vacancies, profile, today=turn.today, top=20)
    because = {
        int(course.id): why
        for course, why in bridging_courses(
            (*found.matches, *found.blocked),
            profile,
            [profile_of(course) for course in offered if not _is_full(course)],
            today=turn.today,
            language=turn.speaker.language,
        )
    }
    wanted = [code for code, _ in request.get("occupations", ())]
    ordered = nearest_first(offered, request.get("region"), [*named, *wanted])
    ordered.sort(key=lambda course: (-_teaches(course, named), course.id not in because, _is_full(course)))
    missing = bool(named) and not _teaches(ordered[0], named)
    await _list(message, turn, ordered[: turn.reach.list_length], because, missing=missing)


def _teaches(course: Course, codes: Sequence[str]) -> int:
    """2: one of these trades; 1: one of its small group (the first three parts of the code); 0: none."""
    if set(course.occupations) & set(codes):
        return 2
    groups = {code.rpartition("-")[0] for code in codes}
    return int(any(code.rpartition("-")[0] in groups for code in course.occupations))


def _is_full(course: Course) -> bool:
    return course.taken >= course.seats


async def _list(message: Message, turn: Turn, found: list[Course], because: dict[int, str], *, missing: bool) -> None:
    """`missing`: the trade that was asked for is not taught now."""
    lines = [turn.say("courses.none_of" if missing else "courses.found")]
    lines += [f"{number}. {_line(turn, course, because)}" for number, course in enumerate(found, 1)]
    lines.append(turn.say("courses.how"))
    if not turn.speaker.is_seeker:
        lines.append(turn.say("consent.before"))
    choices = [_choice(turn, number, course) for number, course in enumerate(found, 1)]
    await message.answer("\n".join(lines), reply_markup=menu(*choices, human_choice(turn), rows=(len(choices),)))


def _choice(turn: Turn, number: int, course: Course) -> Choice:
    label, data = ("button.queue", "wait") if _is_full(course) else ("button.enrol", "enrol")
    return Choice(str(number), turn.say(label, n=number), f"{data}:{course.id}")


def _line(turn: Turn, course: Course, because: dict[int, str]) -> str:
    """With what it would open, where something is closed; that says when and for how much."""
    if course.id in because:
        line = f"{course.title} {short_name(course.region, turn.speaker.language)} | {because[course.id]}"
    else:
        line = turn.say(
            "courses.line",
            title=course.title,
            place=short_name(course.region, turn.speaker.language),
            month=course.starts_on.month,
            day=course.starts_on.day,
            days=course.days,
            price=turn.say("courses.free" if course.free else "courses.paid"),
        )
    more = [f"courses.held_{course.held}"] if course.held != "day" else []
    more += [f"courses.mode_{course.mode}"] if course.mode != "open" else []
    more += ["courses.full_now"] if _is_full(course) else []
    return turn.say("courses.and").join([line, *map(turn.say, more)])


@router.callback_query(Pressed("enrol"))
async def enrol(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Put the name down for a course."""
    message = message_of(query)
    session = await turn.writing()
    first = not await people.has_consent(session, turn.speaker.id, people.KEEP_PROFILE)
    try:
        course = await training.enrol_checked(session, int(args[0]))
        seeker = await _registered(turn, state)
        await training.enrol(session, turn.speaker.id, course.id)
    except NotFoundError:
        await message.answer(turn.say("courses.gone"), reply_markup=home_menu(turn))
        return
    except training.CourseFullError:
        await _ask_to_wait(message, turn, int(args[0]))
        return
    except training.AlreadyEnrolledError:
        await message.answer(turn.say("courses.already"), reply_markup=home_menu(turn))
        return
    text = turn.say("courses.enrolled", title=course.title, month=course.starts_on.month, day=course.starts_on.day)
    await _answer(message, turn, text, seeker if first else None)


async def _registered(turn: Turn, state: FSMContext) -> Seeker:
    session = await turn.writing()
    await people.give_consent(session, turn.speaker.id, people.KEEP_PROFILE)
    return await people.register_seeker(session, turn.speaker.id, await request_of(turn, state))


async def _answer(message: Message, turn: Turn, text: str, new: Seeker | None) -> None:
    """With who keeps what, where this is the first that is kept."""
    if new is not None:
        office = await turn.session.get_one(Office, new.office_id)
        text += "\n" + turn.say("consent.kept", office=office.name)
    await message.answer(text, reply_markup=home_menu(turn))


async def _ask_to_wait(message: Message, turn: Turn, course_id: int) -> None:
    course = await turn.session.get_one(Course, course_id)
    if await training.enrolment_of(turn.session, course_id, turn.speaker.id):
        await message.answer(turn.say("courses.already"), reply_markup=home_menu(turn))
        return
    queue = Choice("1", turn.say("button.queue_yes"), f"wait:{course.id}")
    text = turn.say("courses.full_ask", title=course.title)
    await message.answer(text, reply_markup=menu(queue, back_choice(turn), rows=(2,)))


@router.callback_query(Pressed("wait"))
async def wait(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Wait for a seat of a full course, or take one that has come free meanwhile."""
    message = message_of(query)
    session = await turn.writing()
    first = not await people.has_consent(session, turn.speaker.id, people.KEEP_PROFILE)
    try:
        await training.wait_checked(session, turn.speaker.id, int(args[0]))
        seeker = await _registered(turn, state)
        enrolment = await training.wait(session, turn.speaker.id, int(args[0]))
    except (NotFoundError, training.AlreadyEnrolledError) as refusal:
        key = "courses.gone" if isinstance(refusal, NotFoundError) else "courses.already"
        await message.answer(turn.say(key), reply_markup=home_menu(turn))
        return
    course = await session.get_one(Course, enrolment.course_id)
    if enrolment.state == EnrolmentState.WAITING:
        place = await training.place_in_queue(session, enrolment)
        text = turn.say("courses.waiting", title=course.title, n=place)
    else:
        text = turn.say("courses.enrolled", title=course.title, month=course.starts_on.month, day=course.starts_on.day)
    await _answer(message, turn, text, seeker if first else None)


@router.callback_query(Pressed("seat"))
async def seat(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The answer to "a seat is free"."""
    session = await turn.writing()
    enrolment = await session.get(Enrolment, int(args[1]))
    if enrolment is None or enrolment.person_id != turn.speaker.id:
        await message_of(query).answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    try:
        if args[0] == "yes":
            course = await training.accept_seat(session, enrolment)
            date = {"month": course.starts_on.month, "day": course.starts_on.day}
            text = turn.say("courses.seat_taken", title=course.title, **date)
        else:
            await training.decline_seat(session, enrolment)
            text = turn.say("courses.seat_declined")
    except (NotFoundError, MoveRefusedError, training.CourseFullError):
        text = turn.say("courses.gone")
    await settle(query, turn)
    await message_of(query).answer(text, reply_markup=home_menu(turn))
