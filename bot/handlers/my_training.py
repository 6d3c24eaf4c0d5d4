"""Story: 我的培训 — my courses, certificates and vouchers, each with what can be done."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, FSInputFile, Message

from bot.filters import Pressed, Said
from bot.handlers.common import back_choice, home_menu, human_choice, message_of
from bot.menus import menu, numbered
from bot.turn import Turn
from models.errors import MoveRefusedError
from models.money import yuan
from models.states import EnrolmentState, VoucherState
from models.training import Course, Enrolment
from models.vouchers import Voucher
from services import classes, qr, training, vouchers
from services.certificates import certificates_of

router = Router(name="my_training")
words = Router(name="my_training.words")
BEFORE_CLASS = (EnrolmentState.WAITING, EnrolmentState.APPLIED, EnrolmentState.ADMITTED)


@words.message(Said("my_training"))
@router.callback_query(Pressed("my_training"))
async def my_training(event: Message | CallbackQuery, turn: Turn) -> None:
    """What became of my courses, the numbers of my certificates, the codes of my vouchers."""
    session, me = turn.session, turn.speaker.id
    mine = await training.enrolments_of(session, me)
    papers, held = await certificates_of(session, me), await vouchers.vouchers_of(session, me)
    if not (mine or papers or held):
        await message_of(event).answer(turn.say("courses.mine_none"), reply_markup=home_menu(turn))
        return
    lines = [turn.say("courses.mine_title")]
    for enrolment, course in mine:
        state = await state_of(turn, enrolment, course)
        lines.append(turn.say("courses.mine_line", title=course.title, state=state))
    for paper in papers:
        number = paper.number(session) if turn.reach.domestic else f"…{paper.number(session)[-4:]}"
        level = turn.say(f"level.{paper.level}")
        lines.append(turn.say("courses.mine_certificate", title=paper.title, level=level, number=number))
    lines += [_voucher(turn, voucher) for voucher in held]
    await message_of(event).answer("\n".join(lines), reply_markup=menu(*_choices(turn, mine, held), human_choice(turn)))


async def state_of(turn: Turn, enrolment: Enrolment, course: Course) -> str:
    """Where it stands, in words: the place in the queue, the days attended."""
    n = 0
    if enrolment.state == EnrolmentState.WAITING:
        n = await training.place_in_queue(turn.session, enrolment)
    elif enrolment.state == EnrolmentState.ATTENDING:
        n = (await classes.days_attended(turn.session, course.id)).get(enrolment.id, 0)
    return turn.say(f"enrolment.{enrolment.state}", n=n, month=course.starts_on.month, day=course.starts_on.day)


def _voucher(turn: Turn, voucher: Voucher) -> str:
    amount, code = yuan(voucher.face_fen), voucher.code(turn.session)
    if voucher.state != VoucherState.ISSUED or code is None:
        state = turn.say(f"voucher.{voucher.state}")
        return turn.say("courses.mine_voucher_done", amount=amount, state=state)
    if voucher.expires_on < turn.today:
        return turn.say("courses.mine_voucher_done", amount=amount, state=turn.say("voucher.expired"))
    return turn.say("courses.mine_voucher", amount=amount, code=vouchers.spaced(code), until=voucher.expires_on)


def _choices(turn: Turn, mine: list[tuple[Enrolment, Course]], held: list[Voucher]):  # type: ignore[no-untyped-def]
    pairs = [
        (turn.say("button.quit", title=course.title), f"quit:{enrolment.id}")
        for enrolment, course in mine
        if enrolment.state in BEFORE_CLASS
    ]
    good = [v for v in held if v.state == VoucherState.ISSUED and v.expires_on >= turn.today]
    if turn.reach.files:
        pairs += [(turn.say("button.voucher_picture"), f"vqr:{voucher.id}") for voucher in good[:2]]
    return numbered(*pairs[:5], (turn.say("button.courses"), "courses"))


@router.callback_query(Pressed("quit"))
async def leave(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """Leave a course before it is over; the seat goes to who waits."""
    session = await turn.writing()
    enrolment = await session.get(Enrolment, int(args[0]))
    if enrolment is None or enrolment.person_id != turn.speaker.id:
        await message_of(query).answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    course = await session.get_one(Course, enrolment.course_id)
    try:
        await training.leave(session, enrolment, actor=turn.speaker.id)
    except MoveRefusedError:
        await message_of(query).answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    await message_of(query).answer(turn.say("courses.quit", title=course.title), reply_markup=home_menu(turn))


@router.callback_query(Pressed("vqr"))
async def picture(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The code as a QR picture, where the channel shows some."""
    message, session = message_of(query), turn.session
    voucher = await session.get(Voucher, int(args[0]))
    code = voucher.code(session) if voucher and voucher.person_id == turn.speaker.id else None
    if voucher is None or code is None or voucher.state != VoucherState.ISSUED:
        await message.answer(turn.say("sorry.expired"), reply_markup=home_menu(turn))
        return
    text = turn.say("voucher.picture", code=vouchers.spaced(code))
    if turn.reach.files and session.channels.files is not None:
        drawn = qr.draw(vouchers.link(session, voucher), session.channels.files, f"voucher-{voucher.id}")
        await message.answer_photo(FSInputFile(drawn), caption=text)
        return
    await message.answer(text, reply_markup=menu(back_choice(turn)))
