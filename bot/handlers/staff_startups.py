"""Story: the office and people's own businesses — guided, opened, looked at again, the jobs that they made."""

from __future__ import annotations

import re
from datetime import date

from aiogram import Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.filters import IsStaff, Pressed, Typed
from bot.handlers.common import back_choice, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.errors import MoveRefusedError, NotFoundError
from models.people import Person
from models.startups import Startup, StartupCheck
from models.states import StartupState
from services import desk, startups
from services.casework import visible_row
from services.phones import PhoneRefusedError, e164

router = Router(name="staff_startups")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())
_PHONE = r"(?P<phone>\+?[\d -]{11,16})"
_GUIDE = re.compile(rf"(?:(?:创业)?指导|guide)\s*{_PHONE}\s+(?P<words>\S.*)", re.S)
_OPEN = re.compile(
    rf"(?:开业|opened)\s*{_PHONE}\s+(?P<title>\S.*?)(?:\s+(?:(?P<year>20\d\d)[-./年])?(?P<month>\d{{1,2}})[-./月](?P<day>\d{{1,2}})日?)?"
)
_JOBS = re.compile(rf"(?:带动|jobs made)\s*{_PHONE}\s+(?P<n>\d{{1,3}})\s*[人个]?")
_PROJECT = re.compile(
    r"(?:项目|project)\s+(?P<title>\S{2,60})\s+(?P<trade>\S{1,40})\s+(?P<yuan>\d{1,7})元?\s+(?P<summary>\S.*)", re.S
)
_ANY = re.compile(r"(?:(?:创业)?指导|开业|带动|项目|guide|opened|jobs made|project)\s.*", re.S)
HELPS = {
    "place": "场地|基地",
    "papers": "执照|证",
    "policy": "政策|减免|补贴",
    "publicity": "宣传",
    "project": "项目|选",
}


@router.message(Typed(_GUIDE))
async def guide(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """指导 13800138000 办执照: a guidance session, counted under the help that the words name."""
    person = await _person(message, turn, typed)
    if person is None:
        return
    text = typed["words"].strip()[:200]
    kind = next((name for name, shape in HELPS.items() if re.search(shape, text)), None)
    await startups.guide(await turn.writing(), person.id, **_by(turn), help_with=kind, words=text)
    await said(message, turn, "desk.done")


@router.message(Typed(_OPEN))
async def open_shop(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """开业 13800138000 早餐店 12-01: it counts, and is looked at after 3, 6 and 12 months."""
    person = await _person(message, turn, typed)
    if person is None:
        return
    opened_on = _day(turn.today, typed)
    if opened_on is None:
        await said(message, turn, "startup.not_yet")
        return
    session, title = await turn.writing(), typed["title"][:60]
    planned = await startups.planned_of(session, person.id)
    shop = planned or await startups.plan_startup(session, person.id, **_by(turn), title=title)
    await startups.open_startup(session, shop, opened_on=opened_on, officer_id=turn.speaker.id)
    text = turn.say("startup.opened", title=title, month=opened_on.month, day=opened_on.day)
    await message.answer(text, reply_markup=menu(*numbered((turn.say("button.desk"), "desk"))))


def _day(today: date, typed: re.Match[str]) -> date | None:
    """The day that was typed, of this year where none is; None for one to come or one that is none."""
    if not typed["month"]:
        return today
    try:
        day = date(int(typed["year"] or today.year), int(typed["month"]), int(typed["day"]))
    except ValueError:
        return None
    return day if day <= today else None


@router.message(Typed(_JOBS))
async def jobs(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """带动 13800138000 3人: jobs that the business made, the owner's own not among them."""
    person = await _person(message, turn, typed)
    if person is None:
        return
    shop = await startups.open_of(turn.session, person.id)
    if shop is None or not int(typed["n"]):
        await said(message, turn, "startup.none_open" if shop is None else "startup.how")
        return
    await startups.note_jobs(await turn.writing(), shop, int(typed["n"]), officer_id=turn.speaker.id)
    await said(message, turn, "desk.done")


@router.message(Typed(_PROJECT))
async def add_project(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """项目 早餐铺 餐饮 20000 街边小铺,早上卖...: into the office's library."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    await startups.add_project(
        await turn.writing(),
        **_by(turn),
        title=typed["title"],
        trade=typed["trade"],
        capital_fen=int(typed["yuan"]) * 100,
        summary=typed["summary"].strip()[:500],
    )
    await said(message, turn, "desk.done")


@router.message(Typed(_ANY))
async def how(message: Message, turn: Turn) -> None:
    """What cannot be read is answered by examples."""
    await said(message, turn, "startup.how")


async def _person(message: Message, turn: Turn, typed: re.Match[str]) -> Person | None:
    """Whom the sentence is about; what is in the way was said."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return None
    try:
        return await desk.seeker_by_phone(turn.session, e164(typed["phone"]), region_of(turn))
    except (NotFoundError, PhoneRefusedError):
        await said(message, turn, "startup.nobody")
        return None


def _by(turn: Turn) -> dict[str, int]:
    return {"office_id": turn.speaker.office_id or 0, "officer_id": turn.speaker.id}


@router.callback_query(Pressed("supc"))
async def due(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A business some months on: who, since when; it is open or closed, and that is entered."""
    message = message_of(query)
    check = await turn.session.get(StartupCheck, int(args[0]))
    try:
        shop = await visible_row(turn.session, Startup, check.startup_id if check else 0, region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if check is None or check.answered_on is not None or shop.state != StartupState.OPEN:
        await said(message, turn)
    elif len(args) == 1:
        await message.answer(await _card(turn, shop, check), reply_markup=_answers(turn, check))
    elif not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    else:
        operating = args[1] == "yes"
        try:
            await startups.follow_up(await turn.writing(), shop, check.months, operating=operating, by=turn.speaker.id)
        except (startups.NotDueError, startups.AnsweredError, MoveRefusedError):
            await said(message, turn)
            return
        await said(message, turn, "desk.done")


async def _card(turn: Turn, shop: Startup, check: StartupCheck) -> str:
    name = await desk.person_label(turn.session, shop.person_id)
    title = startups.title_of(turn.session, shop) or turn.say("startup.untitled")
    return turn.say("startup.due", title=title, name=name, opened=shop.opened_on, n=check.months)


def _answers(turn: Turn, check: StartupCheck) -> InlineKeyboardMarkup:
    pairs = (
        (turn.say("startup.is_open"), f"supc:{check.id}:yes"),
        (turn.say("startup.is_closed"), f"supc:{check.id}:no"),
    )
    return menu(*numbered(*pairs), back_choice(turn, "desk"), rows=(2,))
