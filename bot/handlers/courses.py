"""Story: the course that leads to the job."""

from __future__ import annotations

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import Pressed, Said
from bot.handlers.common import home_menu, human_choice, message_of
from bot.handlers.find_job import request_of
from bot.menus import menu
from bot.turn import Turn
from matching.courses import bridging_courses
from matching.places import short_name
from matching.rank import rank
from models.errors import NotFoundError
from models.messages import Choice
from models.offices import Office
from models.training import Course
from services import people, training
from services.matches import seeker_profile

router = Router(name="courses")
words = Router(name="courses.words")


@words.message(Said("courses"))
@router.callback_query(Pressed("courses"))
async def courses(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """培训: first what is missing for the jobs that fit, then what is near."""
    message = message_of(event)
    request = await request_of(turn, state)
    offered = await training.open_courses(turn.session)
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
            [training.profile_of(course) for course in offered],
            today=turn.today,
            language=turn.speaker.language,
        )
    }
    wanted = [code for code, _ in request.get("occupations", ())]
    ordered = training.nearest_first(offered, request.get("region"), wanted)
    ordered.sort(key=lambda course: course.id not in because)
    await _list(message, turn, ordered[: turn.reach.list_length], because)


async def _list(message: Message, turn: Turn, found: list[Course], because: dict[int, str]) -> None:
    lines = [turn.say("courses.found")]
    lines += [f"{number}. {_line(turn, course, because)}" for number, course in enumerate(found, 1)]
    lines.append(turn.say("courses.how"))
    if not turn.speaker.is_seeker:
        lines.append(turn.say("consent.before"))
    choices = [
        Choice(str(number), turn.say("button.enrol", n=number), f"enrol:{course.id}")
        for number, course in enumerate(found, 1)
    ]
    await message.answer("\n".join(lines), reply_markup=menu(*choices, human_choice(turn), rows=(len(choices),)))


def _line(turn: Turn, course: Course, because: dict[int, str]) -> str:
    """With what it would open, where something is closed; that says when and for how much."""
    if course.id in because:
        return f"{course.title} {short_name(course.region, turn.speaker.language)} | {because[course.id]}"
    return turn.say(
        "courses.line",
        title=course.title,
        place=short_name(course.region, turn.speaker.language),
        month=course.starts_on.month,
        day=course.starts_on.day,
        days=course.days,
        price=turn.say("courses.free" if course.free else "courses.paid"),
    )


@router.callback_query(Pressed("enrol"))
async def enrol(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """Put the name down for a course."""
    message = message_of(query)
    session = await turn.writing()
    first = not await people.has_consent(session, turn.speaker.id, people.KEEP_PROFILE)
    try:
        course = await training.enrol_checked(session, int(args[0]))
        await people.give_consent(session, turn.speaker.id, people.KEEP_PROFILE)
        seeker = await people.register_seeker(session, turn.speaker.id, await request_of(turn, state))
        await training.enrol(session, turn.speaker.id, course.id)
    except (NotFoundError, training.CourseFullError):
        await message.answer(turn.say("courses.gone"), reply_markup=home_menu(turn))
        return
    except training.AlreadyEnrolledError:
        await message.answer(turn.say("courses.already"), reply_markup=home_menu(turn))
        return
    text = turn.say("courses.enrolled", title=course.title, month=course.starts_on.month, day=course.starts_on.day)
    if first:
        office = await session.get_one(Office, seeker.office_id)
        text += "\n" + turn.say("consent.kept", office=office.name)
    await message.answer(text, reply_markup=home_menu(turn))
