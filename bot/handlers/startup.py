"""Story: somebody wants a business of their own — projects, a course, guidance, a loan; later, whether it is open."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.filters import Pressed, Said
from bot.handlers.common import back_choice, home_menu, human_choice, message_of, settle
from bot.handlers.find_job import request_of
from bot.handlers.rights import open_ticket
from bot.menus import menu, numbered
from bot.states import Applying, Rights
from bot.turn import Turn
from matching.places import ancestors
from models.database import ReadSession
from models.errors import MoveRefusedError
from models.money import yuan
from models.startups import Project, Startup, StartupCheck
from services import startups

router = Router(name="startup")
words = Router(name="startup.words")
SHOWN = 4
NOT_ANSWERING = ~StateFilter(Applying.answer, Rights.words)
"""What a loan is for, or what guidance is wanted for: 开店 is the answer, not a new beginning."""


@words.message(Said("startup"), NOT_ANSWERING)
@router.callback_query(Pressed("startup"))
async def what_helps(event: Message | CallbackQuery, turn: Turn) -> None:
    """创业: what the union helps with."""
    pairs = (("projects", "projects"), ("courses", "courses"), ("guidance", "guidance"), ("loan", "wantloan"))
    choices = numbered(*((turn.say(f"startup.{name}"), data) for name, data in pairs))
    await message_of(event).answer(
        turn.say("startup.what"), reply_markup=menu(*choices, human_choice(turn), rows=(2, 2))
    )


@router.callback_query(Pressed("projects"))
async def projects(query: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """The library of the own region, or of the nearest one above that has any; the cheapest first."""
    region = (await request_of(turn, state)).get("region")
    found = await _near(turn.session, region)
    if not found:
        choices = numbered((turn.say("startup.guidance"), "guidance"))
        await message_of(query).answer(turn.say("startup.no_projects"), reply_markup=menu(*choices, back_choice(turn)))
        return
    lines = [
        turn.say("startup.line", n=n, title=one.title, trade=one.trade, yuan=yuan(one.capital_fen))
        for n, one in enumerate(found, 1)
    ]
    choices = numbered(*((str(n), f"project:{one.id}") for n, one in enumerate(found, 1)))
    await message_of(query).answer(
        "\n".join([*lines, turn.say("startup.choose")]), reply_markup=menu(*choices, back_choice(turn), rows=(4,))
    )


async def _near(session: ReadSession, region: str | None) -> list[Project]:
    for place in ancestors(region) if region else ("100000",):
        if found := list(await session.scalars(startups.projects_near(place).limit(SHOWN))):
            return found
    return []


@router.callback_query(Pressed("project"))
async def project(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """One project, and who helps with it."""
    found = await turn.session.get(Project, int(args[0]))
    if found is None or found.withdrawn_on is not None:
        await message_of(query).answer(turn.say("startup.gone"), reply_markup=menu(back_choice(turn, "projects")))
        return
    text = turn.say("startup.project", title=found.title, summary=found.summary, yuan=yuan(found.capital_fen))
    choices = numbered((turn.say("startup.want"), f"guidance:{found.id}"))
    await message_of(query).answer(text, reply_markup=menu(*choices, back_choice(turn, "projects")))


@router.callback_query(Pressed("guidance"))
async def guidance(query: CallbackQuery, turn: Turn, state: FSMContext, args: list[str]) -> None:
    """The office guides: it answers within days, as with a question about rights."""
    chosen = await turn.session.get(Project, int(args[0])) if args else None
    await open_ticket(message_of(query), turn, state, "startup", chosen.title if chosen else "")


@router.callback_query(Pressed("shop"))
async def still_open(query: CallbackQuery, turn: Turn, args: list[str]) -> None:
    """The owner's answer some months after the opening."""
    session = await turn.writing()
    check = await session.get(StartupCheck, int(args[0]))
    shop = await session.get(Startup, check.startup_id) if check else None
    if check is None or shop is None or shop.person_id != turn.speaker.id:
        await message_of(query).answer(turn.say("home"), reply_markup=home_menu(turn))
        return
    await settle(query, turn)
    operating = args[1] == "yes"
    try:
        await startups.follow_up(session, shop, check.months, operating=operating, by=turn.speaker.id)
    except (startups.AnsweredError, MoveRefusedError):
        await message_of(query).answer(turn.say("startup.noted_before"), reply_markup=home_menu(turn))
        return
    await message_of(query).answer(turn.say(f"startup.{args[1]}"), reply_markup=home_menu(turn))
