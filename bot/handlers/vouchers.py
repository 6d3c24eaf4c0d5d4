"""Story: a voucher is issued by staff, and taken by staff or by somebody of the institution."""

from __future__ import annotations

import re
from datetime import date, timedelta

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, StartPayload, Typed
from bot.handlers.common import home_menu, message_of
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from models.errors import NotFoundError, ZhaohuoError
from models.money import yuan
from models.offices import Office
from models.training import Institution
from services import access, classes, desk, institutions, vouchers
from services.casework import OwnCaseError
from services.funds import FundBelowZeroError
from services.phones import PhoneRefusedError, e164

router = Router(name="vouchers")
_TAKE = re.compile(r"(?:培训券|验券|用券|券码|券|voucher)\s*[:：]?\s*(\d{4}[\s-]?\d{4})")
_ISSUE = re.compile(r"(?:发券|issue voucher)\s*(?P<rest>.*)")
_ISSUED = re.compile(
    r"(?P<phone>\+?\d[\d-]{6,15})\s+(?P<yuan>\d{1,6}(?:\.\d{1,2})?)\s*(?:元|块|yuan)?\s+"
    r"(?P<source>中央|地方|工会|捐赠|central|local|union|donation)\s+(?P<days>\d{1,3})\s*(?:天|days?)"
)
_TRAINER = re.compile(r"(?:经办人?|trainer)\s*(?P<phone>\+?\d[\d-]{6,15})\s+(?:课程|course)\s*(?P<course>\d{1,9})")
SOURCES = {"中央": "central", "地方": "local", "工会": "union", "捐赠": "donation"}
REFUSALS: dict[type[ZhaohuoError], str] = {
    vouchers.NoSuchVoucherError: "voucher.unknown",
    vouchers.VoucherUsedError: "voucher.used",
    vouchers.VoucherExpiredError: "voucher.past",
    vouchers.WrongCourseError: "voucher.wrong_course",
    vouchers.CoursePaidError: "voucher.paid",
    classes.CourseNotStartedError: "voucher.not_started",
}


@router.message(StartPayload("voucher"))
async def scanned(message: Message, turn: Turn, voucher: str) -> None:
    """The QR picture of a voucher."""
    await _take(message, turn, voucher)


@router.message(Typed(_TAKE))
async def typed_code(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """券 4831 7720."""
    await _take(message, turn, typed[1])


async def _take(message: Message, turn: Turn, code: str) -> None:
    """Redeemed for who may; anybody else learns nothing about the code."""
    region = region_of(turn) if turn.speaker.is_staff and may_decide(turn) else None
    if region is None and not await institutions.trained_for(turn.session, turn.speaker.id):
        await message.answer(turn.say("voucher.show"), reply_markup=home_menu(turn))
        return
    session = await turn.writing()
    try:
        voucher, course = await vouchers.redeem(session, code, by=turn.speaker.id, region=region)
    except tuple(REFUSALS) as refusal:
        await message.answer(turn.say(REFUSALS[type(refusal)]), reply_markup=home_menu(turn))
        return
    text = turn.say("voucher.taken", amount=yuan(voucher.face_fen), title=course.title)
    await message.answer(text, reply_markup=home_menu(turn))


@router.message(IsStaff(), Typed(_ISSUE))
async def issue(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """发券 13800138000 300元 工会 30天."""
    found = _ISSUED.fullmatch(typed["rest"].strip())
    if found is None or not may_decide(turn):
        await said(message, turn, "voucher.how" if may_decide(turn) else "desk.not_allowed")
        return
    try:
        person = await desk.seeker_by_phone(turn.session, e164(found["phone"]), region_of(turn))
        voucher = await vouchers.issue(
            await turn.writing(),
            person.id,
            face_fen=round(float(found["yuan"]) * 100),
            expires_on=turn.today + timedelta(days=int(found["days"])),
            source=SOURCES.get(found["source"], found["source"]),
            office=await turn.session.get_one(Office, turn.speaker.office_id),
            officer_id=turn.speaker.id,
        )
    except (NotFoundError, PhoneRefusedError):
        await said(message, turn, "voucher.nobody")
        return
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except vouchers.VoucherRefusedError:
        await said(message, turn, "voucher.refused")
        return
    until: date = voucher.expires_on
    text = turn.say("voucher.issued", amount=yuan(voucher.face_fen), until=until)
    await message.answer(text, reply_markup=menu(*numbered((turn.say("button.desk"), "desk"))))


@router.message(IsStaff(), Typed(_TRAINER))
async def add_trainer(message: Message, turn: Turn, typed: re.Match[str]) -> None:
    """经办 13800138000 课程 12: this person takes the vouchers of the institution that holds the course."""
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
        return
    try:
        course = await classes.class_for(turn.session, int(typed["course"]), region_of(turn))
        person = await access.find_by_phone(turn.session, e164(typed["phone"]))
    except (NotFoundError, PhoneRefusedError) as refusal:
        await said(message, turn, "class.gone" if isinstance(refusal, NotFoundError) else "trainer.unknown")
        return
    if person is None:
        await said(message, turn, "trainer.unknown")
        return
    session = await turn.writing()
    institution = await session.get_one(Institution, course.institution_id)
    await institutions.add_trainer(session, institution, person.id, officer_id=turn.speaker.id)
    await message.answer(turn.say("trainer.added", institution=institution.name), reply_markup=home_menu(turn))


@router.callback_query(IsStaff(), Pressed("settle"))
async def settle_all(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Every voucher of the institution whose holder has completed the course."""
    if not may_decide(turn):
        await said(message_of(query), turn, "desk.not_allowed")
        return
    session = await turn.writing()
    found = await vouchers.to_settle(session, int(args[0]), region_of(turn))
    if not found:
        await said(message_of(query), turn, "settle.nothing")
        return
    paid, lacking, own = [], 0, 0
    for voucher in found:  # what one source lacks, another may have
        try:
            paid.append(await vouchers.settle(session, voucher, officer_id=turn.speaker.id))
        except FundBelowZeroError:
            lacking += 1
        except OwnCaseError:
            own += 1
    lines = [turn.say("settle.done", n=len(paid), total=yuan(sum(paid)))] if paid else []
    lines += [turn.say("settle.no_money", n=lacking)] if lacking else []
    lines += [turn.say("desk.own_case")] if own else []
    await message_of(query).answer("\n".join(lines), reply_markup=menu(*numbered((turn.say("button.desk"), "desk"))))
