"""Story: staff keep a class by buttons or one sentence: who is admitted, was there, passed, has which certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.class_words import ClassOrder, read_class_order
from bot.filters import IsStaff, Pressed, Said
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.places import short_name
from models.errors import NotFoundError, ZhaohuoError
from models.money import yuan
from models.states import EnrolmentState
from models.training import Course, Enrolment, Institution
from services import certificates, classes, desk, outcomes, training_subsidies
from services.after_training import tell_pass
from services.funds import FundBelowZeroError
from services.vouchers import SOURCES

router = Router(name="staff_classes")
words = Router(name="staff_classes.words")
router.message.filter(IsStaff())
words.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
S = EnrolmentState
FROM = {
    "admit": (S.APPLIED,),
    "attend": (S.APPLIED, S.ADMITTED, S.ATTENDING),
    "complete": (S.APPLIED, S.ADMITTED, S.ATTENDING),
    "pass": (S.APPLIED, S.ADMITTED, S.ATTENDING, S.COMPLETED),
    "fail": (S.APPLIED, S.ADMITTED, S.ATTENDING, S.COMPLETED),
    "waive": (S.APPLIED, S.ADMITTED, S.ATTENDING, S.COMPLETED, S.PASSED, S.FAILED, S.CERTIFIED),
    "certificate": (S.PASSED,),
}
REFUSALS: dict[type[ZhaohuoError], str] = {
    classes.CourseNotStartedError: "class.not_started",
    classes.DayRefusedError: "class.day_refused",
    certificates.CertificateRefusedError: "class.paper_refused",
    certificates.NotPassedError: "class.not_passed",
}


class IsClassOrder(Filter):
    """A sentence that begins with 课程 and its number; read, it is passed on as `order`."""

    async def __call__(self, message: Message) -> bool | dict[str, ClassOrder]:
        """As `bot/class_words.py` reads it."""
        order = read_class_order(message.text or "")
        return {"order": order} if order else False


@words.message(Said("classes"))
@router.callback_query(Pressed("classes"))
async def the_classes(event: Message | CallbackQuery, turn: Turn) -> None:
    """班级: those of the region that somebody is in and that are not over."""
    found = await classes.classes_of(turn.session, region_of(turn))
    if not found:
        await said(message_of(event), turn, "class.none")
        return
    pairs = [(_item(turn, course), f"cls:show:{course.id}") for course in found]
    await message_of(event).answer(turn.say("class.list"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


def _item(turn: Turn, course: Course) -> str:
    day = course.starts_on
    values = {"number": course.number, "title": course.title, "taken": course.taken, "seats": course.seats}
    return turn.say("class.item", month=day.month, day=day.day, **values)


@router.message(IsClassOrder())
async def ordered(message: Message, turn: Turn, order: ClassOrder) -> None:
    """课程 12 全部合格 除了 3."""
    try:
        course = await classes.class_for(turn.session, order.course, region_of(turn))
    except NotFoundError:
        await said(message, turn, "class.gone")
        return
    await _do(message, turn, course, order)


@router.callback_query(Pressed("cls"))
async def pressed(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A button of a class: the act, and whether it was asked about before."""
    message = message_of(query)
    act, course_id, *sure = args
    try:
        course = await classes.class_by_id(turn.session, int(course_id), region_of(turn))
    except NotFoundError:
        await said(message, turn, "class.gone")
        return
    if act == "pass" and not sure:
        yes = numbered((turn.say("button.sure"), f"cls:pass:{course.id}:sure"))
        text = turn.say("class.sure_pass", number=course.number)
        await message.answer(text, reply_markup=menu(*yes, back_choice(turn, f"cls:show:{course.id}"), rows=(2,)))
        return
    await _do(message, turn, course, ClassOrder(course.number or 0, act))


async def _do(message: Message, turn: Turn, course: Course, order: ClassOrder) -> None:
    if order.act == "show":
        await _show(message, turn, course)
    elif order.act == "subsidy":
        await _subsidies(message, turn, course)
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif order.act in FROM:
        await _after(message, turn, course, await _mark(turn, course, order))
    else:
        how = turn.say("class.how", number=course.number)
        await _after(message, turn, course, f"{turn.say('class.unclear')}\n{how}")


async def _after(message: Message, turn: Turn, course: Course, text: str) -> None:
    back = numbered((_item(turn, course), f"cls:show:{course.id}"), (turn.say("button.desk"), "desk"))
    await message.answer(text, reply_markup=menu(*back, rows=(1, 1)))


async def _mark(turn: Turn, course: Course, order: ClassOrder) -> str:
    """Do it, or say why nothing was changed."""
    session = await turn.writing()
    numbers = [place for place, _ in order.papers] if order.papers else order.numbers
    results = order.act in ("complete", "pass", "fail")
    states = FROM[order.act] if numbers is None or order.act != "pass" else (*FROM["pass"], S.FAILED)
    day = turn.today - timedelta(days=order.days_ago)
    try:
        found = await classes.chosen(session, course, states, numbers, order.without, who_came=results)
        if not found:
            return turn.say("class.nobody", number=course.number)
        await _enter(turn, course, order, found, day)
    except classes.NotOnListError as refusal:
        return turn.say("class.not_on_list", numbers=turn.say("list.comma").join(map(str, refusal.numbers)))
    except certificates.CertificateNumberTakenError as refusal:
        return turn.say("class.paper_taken", tail=refusal.tail)
    except tuple(REFUSALS) as refusal:
        return turn.say(REFUSALS[type(refusal)])
    costs = turn.say("list.comma").join(turn.say(f"waiver.{cost}") for cost in order.costs)
    return turn.say(f"class.done_{order.act}", n=len(found), day=day, costs=costs)


async def _enter(turn: Turn, course: Course, order: ClassOrder, found: Sequence[Enrolment], day: date) -> None:
    session, me = turn.session, turn.speaker.id
    match order.act:
        case "admit":
            await classes.admit(session, course, found, officer_id=me)
        case "attend":
            await classes.attend(session, course, found, day, officer_id=me)
        case "complete":
            await classes.complete(session, course, found, day, officer_id=me)
        case "pass":
            await classes.pass_(session, course, found, day, officer_id=me)
            for enrolment in found:
                await tell_pass(session, course, enrolment, turn.vacancies)
        case "fail":
            await classes.fail(session, course, found, day, officer_id=me)
        case "waive":
            await classes.waive(session, course, found, order.costs, officer_id=me)
        case "certificate":
            papers = dict(order.papers)
            given = [(enrolment, papers[enrolment.number or 0]) for enrolment in found]
            await certificates.issue(
                session, course, given, issuer=order.issuer, level=order.level, day=day, officer_id=me
            )


async def _show(message: Message, turn: Turn, course: Course) -> None:
    """The list of the class, by number and masked name, and what can be done with it."""
    session = turn.session
    institution = await session.get_one(Institution, course.institution_id)
    seated, waiting = await classes.seats_of(session, course.id)
    days = await classes.days_attended(session, course.id)
    lines = [
        turn.say(
            "class.head",
            number=course.number,
            title=course.title,
            institution=institution.name,
            month=course.starts_on.month,
            day=course.starts_on.day,
            days=course.days,
            seated=seated,
            seats=course.seats,
            waiting=waiting,
        )
    ]
    for one in await classes.roster(session, course.id):
        begins = {"month": course.starts_on.month, "day": course.starts_on.day}
        state = turn.say(f"enrolment.{one.state}", n=days.get(one.id, 0), **begins)
        name = await desk.person_label(session, one.person_id)
        lines.append(turn.say("class.person", n=one.number, name=name, state=state))
    lines.append(turn.say("class.how", number=course.number))
    acts = ("admit",) if course.starts_on > turn.today else ("attend", "pass", "subsidy")
    pairs = [(turn.say(f"button.class_{act}"), f"cls:{act}:{course.id}") for act in acts]
    pairs += [(turn.say("button.class_settle"), f"settle:{institution.id}")]
    pairs += [(turn.say("button.class_score"), f"score:{course.id}")]
    await message.answer("\n".join(lines), reply_markup=menu(*numbered(*pairs), back_choice(turn, "classes")))


async def _subsidies(message: Message, turn: Turn, course: Course) -> None:
    """What the results bring by now; a button pays it from a source of money."""
    found = await training_subsidies.due(turn.session, course)
    lines = [turn.say("subsidy.title", number=course.number)]
    for part in found:
        values = {"each": yuan(part.each_fen), "unpaid": len(part.unpaid), "total": yuan(part.total_fen)}
        result = turn.say(f"subsidy.{part.result}")
        lines.append(turn.say("subsidy.line", result=result, reached=part.reached, completed=part.completed, **values))
    if not any(part.total_fen for part in found):
        await _after(message, turn, course, "\n".join([*lines, turn.say("subsidy.nothing")]))
        return
    pairs = [(turn.say(f"source.{source}"), f"subsidy:{course.id}:{source}") for source in SOURCES]
    text = "\n".join([*lines, turn.say("subsidy.which")])
    await message.answer(text, reply_markup=menu(*numbered(*pairs), back_choice(turn, f"cls:show:{course.id}")))


@router.callback_query(Pressed("subsidy"))
async def pay_subsidies(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Pay what is due from this source."""
    message = message_of(query)
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    session = await turn.writing()
    try:
        course = await classes.class_by_id(session, int(args[0]), region_of(turn))
        total = await training_subsidies.pay(session, course, source=args[1], officer_id=turn.speaker.id)
    except (NotFoundError, training_subsidies.NothingToPayError):
        await said(message, turn, "subsidy.nothing")
        return
    except FundBelowZeroError:
        await said(message, turn, "desk.no_money")
        return
    await _after(message, turn, course, turn.say("subsidy.paid", total=yuan(total)))


@router.callback_query(Pressed("score"))
async def scorecard(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """What the institution of a class reached this year."""
    try:
        course = await classes.class_by_id(turn.session, int(args[0]), region_of(turn))
    except NotFoundError:
        await said(message_of(query), turn, "class.gone")
        return
    institution = await turn.session.get_one(Institution, course.institution_id)
    since = date(turn.today.year, 1, 1)
    card = await outcomes.scorecard(turn.session, institution, since, turn.today)
    lines = [turn.say("score.title", institution=institution.name, year=since.year)]
    names = ("passed", "certified", "above_junior", "employed", "plan")
    lines += [turn.say("score.line", name=turn.say(f"score.{name}"), rate=getattr(card, name)) for name in names]
    await _after(message_of(query), turn, course, "\n".join(lines))


@words.message(Said("home_service"))
async def home_service(message: Message, turn: Turn) -> None:
    """家政一条龙: trained, placed, helped, still there, this year."""
    since = date(turn.today.year, 1, 1)
    line = await outcomes.home_service_line(turn.session, region_of(turn), since, turn.today)
    text = turn.say(
        "home_service.rate",
        place=short_name(region_of(turn), turn.speaker.language),
        year=since.year,
        trained=len(line),
        rate=outcomes.home_service_rate(line),
        rights=sum(1 for person in line if person.rights_on),
        retained=sum(1 for person in line if person.retained_on),
    )
    await message.answer(text, reply_markup=menu(*numbered((turn.say("button.desk"), "desk")), back_choice(turn)))
