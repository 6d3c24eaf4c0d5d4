"""Story: staff plan a fair by sentences, hang up its pictures, and read its report."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, FSInputFile, Message

from bot.fair_words import read_booth, read_plan, read_venue
from bot.filters import IsStaff, Pressed, Said
from bot.handlers.common import back_choice, home_menu, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.places import short_name
from models.errors import NotFoundError
from models.fairs import Fair, FairVenue
from models.offices import Office
from services import fair_report, fairs, qr
from services.casework import visible_row

router = Router(name="fair_staff")
words = Router(name="fair_staff.words")
router.message.filter(IsStaff())
router.callback_query.filter(IsStaff())


@words.message(Said("fairs"), IsStaff())
async def list_fairs(message: Message, turn: Turn) -> None:
    """招聘会: those of the region, each with its report; and how one is planned."""
    found = (await turn.session.scalars(fairs.visible_fairs(region_of(turn)).limit(fairs.SHOWN))).all()
    pairs = [
        (turn.say("fair.item", title=f.title, month=f.starts_on.month, day=f.starts_on.day), f"fairrep:{f.id}")
        for f in found
    ]
    await message.answer(turn.say("fair.how_to_plan"), reply_markup=menu(*numbered(*pairs), back_choice(turn)))


@words.message(Said("fairs"))
async def coming(message: Message, turn: Turn) -> None:
    """招聘会, asked by anybody: what is held when and where."""
    found = await fairs.coming(turn.session, turn.reach.list_length)
    lines = [
        turn.say(
            "fair.coming",
            title=fair.title,
            month=fair.starts_on.month,
            day=fair.starts_on.day,
            where=short_name(venue.region, turn.speaker.language),
            place=venue.place,
            code=venue.code,
        )
        for fair, venue in found
    ]
    text = "\n".join(lines) if lines else turn.say("fair.none_coming")
    await message.answer(text, reply_markup=home_menu(turn))


class Plans(Filter):
    """办招聘会 …, 加会场 …, 展位 …: what was read is passed on as `plan`."""

    def __init__(self, read: Any) -> None:
        self.read = read

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """As `bot/fair_words.py` reads it."""
        text = message.text or ""
        plan = self.read(text, turn.today) if self.read is read_plan else self.read(text)
        return {"plan": plan} if plan else False


@router.message(Plans(read_plan))
async def plan_fair(message: Message, turn: Turn, plan: Any) -> None:
    """A fair with its first venue."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    session = await turn.writing()
    office = await session.get_one(Office, turn.speaker.office_id)
    try:
        fair = await fairs.plan(
            session,
            office,
            officer_id=turn.speaker.id,
            title=plan.title,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
        )
    except fairs.FairRefusedError:
        await said(message, turn, "fair.plan_refused")
        return
    venue = await fairs.add_venue(session, fair, region=plan.region, place=plan.place)
    await _show_venue(message, turn, fair, venue)


@router.message(Plans(read_venue))
async def plan_venue(message: Message, turn: Turn, plan: Any) -> None:
    """One more venue of the fair that has this number."""
    code, region, place = plan
    found = await _own_fair(turn, code)
    if found is None or not may_decide(turn):
        await said(message, turn, "fair.unknown" if found is None else "desk.not_allowed")
        return
    venue = await fairs.add_venue(await turn.writing(), found[0], region=region, place=place)
    await _show_venue(message, turn, found[0], venue)


@router.message(Plans(read_booth))
async def plan_booth(message: Message, turn: Turn, plan: Any) -> None:
    """A booth for an employer; its number is for the sign above it."""
    found = await _own_fair(turn, plan.code)
    if found is None or not may_decide(turn):
        await said(message, turn, "fair.unknown" if found is None else "desk.not_allowed")
        return
    session = await turn.writing()
    employer = await fairs.employer_named(session, plan.employer)
    if employer is None:
        await said(message, turn, "fair.no_employer")
        return
    try:
        booth = await fairs.add_booth(
            session, found[1], employer.id, number=plan.number, posts=plan.posts, video_link=plan.link
        )
    except fairs.BoothTakenError:
        await said(message, turn, "fair.booth_taken")
        return
    link = qr.fair_link(session.channels, plan.code, booth.number)
    text = turn.say("fair.booth_planned", booth=booth.number, code=plan.code, employer=employer.name, link=link)
    await message.answer(text, reply_markup=menu(back_choice(turn)))


async def _own_fair(turn: Turn, code: str) -> tuple[Fair, FairVenue] | None:
    venue = await fairs.venue_by_code(turn.session, code)
    if venue is None:
        return None
    try:
        return await visible_row(turn.session, Fair, venue.fair_id, region_of(turn)), venue
    except NotFoundError:
        return None


async def _show_venue(message: Message, turn: Turn, fair: Fair, venue: FairVenue) -> None:
    """The number and the picture for its door."""
    channels = turn.session.channels
    link = qr.fair_link(channels, venue.code)
    text = turn.say(
        "fair.planned",
        title=fair.title,
        month=fair.starts_on.month,
        day=fair.starts_on.day,
        place=venue.place,
        code=venue.code,
        link=link,
    )
    if turn.reach.files and channels.files is not None:
        await message.answer_photo(FSInputFile(qr.draw(link, channels.files, f"fair-{venue.code}")), caption=text)
        return
    await message.answer(text, reply_markup=menu(back_choice(turn)))


@router.callback_query(Pressed("fairrep"))
async def report(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The report as the Shanghai row has it: the whole, then each venue where there are several."""
    try:
        fair = await visible_row(turn.session, Fair, int(args[0]), region_of(turn))
    except NotFoundError:
        await said(message_of(query), turn)
        return
    found = await fair_report.report(turn.session, fair)
    parts = [found.total, *(found.venues if len(found.venues) > 1 else ())]
    venues = await fairs.venues_of(turn.session, fair.id)
    lines = [turn.say("fair.report_head", title=fair.title, venues=sum(1 for v in venues if v.held_on))]
    lines += [_figures(turn, part) for part in parts]
    lines += [turn.say("fair.report_door", place=venue.place, code=venue.code) for venue in venues]
    await message_of(query).answer("\n".join(lines), reply_markup=menu(back_choice(turn)))


def _figures(turn: Turn, part: fair_report.FairFigures) -> str:
    return turn.say(
        "fair.report",
        place=part.place,
        employers=part.employers,
        posts=part.posts,
        visits=part.visits,
        visitors=part.visitors,
        received=part.received,
        intents=part.intents,
        rate=part.rate,
        hired=part.hired,
        later=part.hired_later,
        started=part.started,
    )
