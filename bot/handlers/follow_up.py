"""Story: still at work? 71 还在, 72 换了工作, 73 没做了, 9 请回电; and the call that staff make after silence."""

from __future__ import annotations

import re
from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import IsStaff, Pressed, Said, said_in
from bot.handlers.common import back_choice, home_menu, human_choice, message_of, settle
from bot.handlers.staff_desk import may_decide, region_of, said
from bot.menus import menu, numbered
from bot.turn import Turn
from matching.moments import read_day_ahead
from models.applications import Application
from models.database import Session
from models.errors import MoveRefusedError, NotFoundError
from models.follow_ups import CallTask, FollowUp
from models.messages import CONTACT_MARK, Kind
from models.placements import Placement
from models.vacancies import Vacancy
from services import call_tasks, evidence, follow_up_answers, follow_up_pauses, follow_ups, people, sharing
from services.casework import OwnCaseError
from services.desk import person_label
from services.notices import tell
from services.passed_contacts import note_contact

router = Router(name="follow_up")
words = Router(name="follow_up.words")
staff = Router(name="calls")
staff.callback_query.filter(IsStaff())
EMPLOYER_WORDS = frozenset({"came", "not_came", "still", "gone"})
SEEKER_WORDS = frozenset({"here", "changed", "stopped", "call"})
OUTCOMES = ("here", "changed", "stopped", "unreached", "wrong")
HOME = re.compile(
    r"^(?:我|俺)?(?:要|先|已经)?(?:回(?:老)?家过(?:年|节)|回去过年|过年回(?:老)?家)了?[,，。 ]*(.{0,16})$"
)


class GoingHome(Filter):
    """回家过年, perhaps with a day; what stands behind it as `rest`."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        """Compare folded."""
        found = HOME.match(said_in(message, turn))
        return {"rest": found[1]} if found else False


@router.callback_query(Pressed("fu"))
async def answered(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """71, 72, 73 or 9, or what an employer says; one who is not asked is not believed."""
    message = message_of(query)
    if args[0] == "not_me":
        await sharing.release(await turn.writing(), turn.address_id)
        await message.answer(turn.say("follow_up.let_them"), reply_markup=home_menu(turn))
        return
    session = await turn.writing()
    found = await session.get(FollowUp, int(args[-1]), with_for_update=True)
    try:
        await _take(session, found, args[0], turn.speaker.id)
    except (follow_up_answers.FollowUpOverError, MoveRefusedError):
        await message.answer(turn.say("follow_up.over"), reply_markup=home_menu(turn))
        return
    except follow_up_answers.NotAskedError:
        await message.answer(turn.say("follow_up.not_yours"), reply_markup=home_menu(turn))
        return
    await settle(query, turn)
    await state.set_state(None)
    await message.answer(turn.say(f"follow_up.thanks.{args[0]}"), reply_markup=_after(turn, args[0]))


async def _take(session: Session, found: FollowUp | None, word: str, speaker: int) -> None:
    if found is None or word not in SEEKER_WORDS | EMPLOYER_WORDS:
        raise follow_up_answers.FollowUpOverError
    if word in EMPLOYER_WORDS:
        await follow_up_answers.employer_answer(session, found, word, recruiter_id=speaker)
    else:
        await follow_up_answers.answer(session, found, word, by=speaker)


def _after(turn: Turn, word: str) -> Any:
    if word in ("changed", "stopped"):
        return menu(
            *numbered((turn.say("button.find"), "find"), (turn.say("button.courses"), "courses")),
            human_choice(turn),
            rows=(2,),
        )
    return home_menu(turn)


@words.message(Said("follow_up"))
async def nothing_open(message: Message, turn: Turn) -> None:
    """71 to 73 where the speaker was asked nothing: another of the same phone may have been, and is asked for."""
    asked = await _asked_here(turn) if turn.shared else None
    if asked is None:
        await message.answer(turn.say("follow_up.over"), reply_markup=home_menu(turn))
        return
    await sharing.hold(await turn.writing(), turn.address_id, turn.body)
    name = asked.name or turn.say("shared.nameless")
    pairs = ((turn.say("shared.is", name=name), f"who:{asked.person_id}"), (turn.say("follow_up.not_me"), "fu:not_me"))
    await message.answer(turn.say("follow_up.is_it_you", name=name), reply_markup=menu(*numbered(*pairs)))


async def _asked_here(turn: Turn) -> sharing.User | None:
    """The one of this phone who has an open follow-up."""
    users = {user.person_id: user for user in await sharing.users_of(turn.session, turn.address_id)}
    return users.get(await follow_ups.asked_among(turn.session, users) or 0)


@router.message(GoingHome())
async def home_for_the_festival(message: Message, turn: Turn, state: FSMContext, rest: str) -> None:
    """回家过年: nothing is asked before they are back, and nobody is taken for out of work."""
    until = follow_up_pauses.home_until(turn.today, read_day_ahead(rest, turn.today))
    if not await people.has_consent(turn.session, turn.speaker.id, people.KEEP_PROFILE):
        await message.answer(turn.say("follow_up.happy_festival"), reply_markup=home_menu(turn))
        return
    await follow_up_pauses.pause(await turn.writing(), turn.speaker.id, until)
    await state.set_state(None)
    text = turn.say("follow_up.paused", month=until.month, day=until.day)
    await message.answer(text, reply_markup=home_menu(turn))


# ---- the office calls


@staff.callback_query(Pressed("calltask"))
async def call(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """A call: whom, why, the number; then what was heard."""
    message = message_of(query)
    try:
        task = await call_tasks.call_for(turn.session, int(args[-1]), region_of(turn))
    except NotFoundError:
        await said(message, turn)
        return
    if not may_decide(turn):
        await said(message, turn, "desk.not_allowed")
    elif len(args) == 1:
        await _show_call(message, turn, task)
    elif args[0] == "wrong" and len(args) == 2:
        pairs = numbered((turn.say("desk.call_wrong_yes"), f"calltask:wrong:yes:{task.id}"))
        await message.answer(turn.say("desk.call_wrong_sure"), reply_markup=menu(*pairs, back_choice(turn), rows=(2,)))
    else:
        await _heard(message, turn, task, args[0])


async def _show_call(message: Message, turn: Turn, task: CallTask) -> None:
    session = await turn.writing()
    placement = await session.get_one(Placement, task.placement_id)
    text = turn.say(
        "desk.call_page",
        name=await person_label(session, task.person_id),
        title=await _title(turn, placement),
        day=placement.started_on.isoformat(),
        why=turn.say(f"call.{task.reason}"),
    )
    if placement.application_id is not None:
        reached = await tell(
            session,
            turn.speaker.id,
            "notice.call_number",
            kind=Kind.REPLY,
            contact=CONTACT_MARK,
            contact_of=task.person_id,
            contact_for=placement.application_id,
        )
        if reached:
            await note_contact(session, placement.application_id, of=task.person_id, to=turn.speaker.id)
    pairs = numbered(*((turn.say(f"call.outcome.{word}"), f"calltask:{word}:{task.id}") for word in OUTCOMES))
    await message.answer(text, reply_markup=menu(*pairs, back_choice(turn), rows=(3, 2)))


async def _title(turn: Turn, placement: Placement) -> str:
    application = await turn.session.get(Application, placement.application_id or 0)
    vacancy = await turn.session.get(Vacancy, application.vacancy_id) if application else None
    return vacancy.title if vacancy else "—"


async def _heard(message: Message, turn: Turn, task: CallTask, outcome: str) -> None:
    session = await turn.writing()
    placement = await session.get_one(Placement, task.placement_id)
    try:
        if outcome == "unreached":
            again = await call_tasks.nobody_answered(session, task, officer_id=turn.speaker.id)
            await said(message, turn, "desk.call_again" if again else "desk.call_given_up")
            return
        if outcome == "wrong":
            await evidence.reverse_placement(session, placement, officer_id=turn.speaker.id, reason="staff_call")
        else:
            await follow_up_answers.staff_heard(session, task, outcome, officer_id=turn.speaker.id)
    except OwnCaseError:
        await said(message, turn, "desk.own_case")
        return
    except (MoveRefusedError, follow_up_answers.FollowUpOverError, KeyError):
        await said(message, turn)
        return
    await said(message, turn, "desk.noted")
