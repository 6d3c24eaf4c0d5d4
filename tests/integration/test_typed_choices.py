"""What people type instead of pressing: numbers, labels, in any dress; words stay words; nobody presses for another."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Router
from aiogram.types import CallbackQuery, Message
from house import add_employer, add_office, add_person, add_vacancy, town
from sqlalchemy import select
from stage import Stage, dispatcher_of, spoken

from bot.menus import menu, numbered, worded
from bot.turn import Turn
from models.applications import Application
from models.database import Database
from models.messages import Choice, Question
from models.people import Person, Seeker
from services import applications, people
from services.notices import tell
from services.texts import say


def listening(*choices: Choice) -> Router:
    """'menu' opens the menu, 'slip' takes it back at once; a press or other words are told back as what they were."""
    router = Router()

    @router.message()
    async def words(message: Message) -> None:
        if message.text == "menu":
            await message.answer("choose", reply_markup=menu(*choices))
        elif message.text == "slip":
            await (await message.answer("choose", reply_markup=menu(*choices))).delete()
        else:
            await message.answer(f"words:{message.text}")

    @router.callback_query()
    async def press(query: CallbackQuery, turn: Turn) -> None:
        assert query.message is not None
        turn.send(f"press:{query.data}@{query.message.message_id}")

    return router


async def somebody(database: Database) -> int:
    async with database.write() as session:
        return (await add_person(session)).id


JOBS = (
    *numbered(("报名", "apply:1"), ("Apply now", "apply:2"), ("更多", "more")),
    Choice("A", "郑州", "place:410100"),
    Choice("0", "找人", "human"),
)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "data"),
    [
        ("1", "apply:1"),
        ("１", "apply:1"),
        (" 1 ", "apply:1"),
        ("1.", "apply:1"),
        ("1。", "apply:1"),
        ("1、", "apply:1"),
        ("一", "apply:1"),
        ("选1", "apply:1"),
        ("回复1", "apply:1"),
        ("回1", "apply:1"),
        ("第一个", "apply:1"),
        ("2号", "apply:2"),
        ("两", "apply:2"),
        ("二", "apply:2"),
        ("报名", "apply:1"),
        ("APPLY NOW", "apply:2"),
        ("ａｐｐｌｙ ｎｏｗ", "apply:2"),
        ("a", "place:410100"),
        ("Ａ", "place:410100"),
        ("郑州", "place:410100"),
        ("0", "human"),
        ("零", "human"),
        ("０", "human"),
    ],
)
async def test_what_names_a_button_presses_it(database: Database, typed: str, data: str) -> None:
    stage = Stage(database, dispatcher_of(listening(*JOBS)))
    person = await somebody(database)
    (asked,) = await stage.say(person, "menu")
    (reply,) = await stage.say(person, typed)
    assert reply.text == f"press:{data}@{asked.id}"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "typed", ["1和3", "1A 2B", "1,3", "12", "11", "报名 郑州", "一二", "电焊工 1", "1 2", "1.5", "-1", "选", "6", "B"]
)
async def test_two_answers_at_once_or_more_than_a_key_reach_the_handler_as_words(
    database: Database, typed: str
) -> None:
    stage = Stage(database, dispatcher_of(listening(*JOBS)))
    person = await somebody(database)
    await stage.say(person, "menu")
    (reply,) = await stage.say(person, typed)
    assert reply.text == f"words:{typed}"


async def test_where_an_answer_may_be_a_number_the_menu_has_words_only(database: Database) -> None:
    stage = Stage(database, dispatcher_of(listening(*worded(("没干过", "ask:0"), ("跳过", "ask:skip")))))
    person = await somebody(database)
    await stage.say(person, "menu")
    assert spoken(await stage.say(person, "1")) == "words:1"
    await stage.say(person, "menu")
    assert spoken(await stage.say(person, "没干过")).startswith("press:ask:0@")


async def test_without_an_open_menu_a_number_is_words(database: Database) -> None:
    stage = Stage(database, dispatcher_of(listening(*JOBS)))
    person = await somebody(database)
    assert spoken(await stage.say(person, "1")) == "words:1"
    await stage.say(person, "menu")
    await stage.say(person, "something else")  # a reply without buttons closed the menu
    assert spoken(await stage.say(person, "1")) == "words:1"


async def test_a_button_of_an_older_message_still_means_what_it_meant(database: Database) -> None:
    stage = Stage(database, dispatcher_of(listening(*JOBS)))
    person = await somebody(database)
    (old,) = await stage.say(person, "menu")
    await stage.say(person, "hello")
    assert spoken(await stage.say(person, choice="1", message=str(old.id))) == f"press:apply:1@{old.id}"


@pytest.mark.parametrize(
    "message", ["", "0", "7", "x", "-1", "1" * 18, pytest.param("9" * 19, id="too large for a row id"), "９", "1e3"]
)
async def test_a_button_that_is_not_to_be_found_says_so(database: Database, message: str) -> None:
    person = await somebody(database)
    stage = Stage(database, dispatcher_of(listening(*JOBS)))
    assert spoken(await stage.say(person, choice="1", message=message)).startswith("press:expired@")


async def test_a_choice_of_somebody_elses_message_does_nothing(database: Database) -> None:
    stage = Stage(database, dispatcher_of(listening(*JOBS)))
    owner, other = await somebody(database), await somebody(database)
    (theirs,) = await stage.say(owner, "menu")
    assert spoken(await stage.say(other, choice="1", message=str(theirs.id))).startswith("press:expired@")


async def test_after_a_message_is_taken_back_its_numbers_mean_nothing(database: Database) -> None:
    stage = Stage(database, dispatcher_of(listening(*JOBS)))
    person = await somebody(database)
    assert await stage.say(person, "slip") == []
    assert spoken(await stage.say(person, "1")) == "words:1"


# ---- proactive questions, on the product's own dispatcher


async def invited(database: Database) -> tuple[int, int, int]:
    """A seeker who was invited: (seeker, recruiter, application)."""
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
        await applications.invite(session, application, recruiter_id=recruiter.id)
        return seeker.id, recruiter.id, application.id


async def state_of(database: Database, application_id: int) -> str:
    async with database.read() as session:
        return (await session.get_one(Application, application_id)).state


async def test_a_proactive_question_is_answered_by_81_while_another_menu_is_open(database: Database) -> None:
    seeker, recruiter, application = await invited(database)
    stage = Stage(database)
    (question,) = await stage.news(seeker)
    assert [choice.key for choice in question.choices] == ["81", "82"]
    await stage.say(seeker, "找工作")  # its own menu with 1, 2, 3 is open now

    replies = await stage.say(seeker, "81")

    assert await state_of(database, application) == "interview"
    assert "139" in spoken(replies)  # the employer's number, put in at delivery
    assert "13800138000" in spoken(await stage.news(recruiter))


async def test_full_width_81_is_81(database: Database) -> None:
    seeker, _, application = await invited(database)
    await Stage(database).say(seeker, "８２")
    assert await state_of(database, application) == "declined"


async def test_a_proactive_number_is_free_again_after_its_answer(database: Database) -> None:
    seeker, _, application = await invited(database)
    stage = Stage(database)
    await stage.say(seeker, "82")
    await stage.say(seeker, "81")  # answers nothing any more
    assert await state_of(database, application) == "declined"
    async with database.write() as session:
        await tell(session, seeker, "home", questions=(("button.agree", "inv:yes:0"),))
        keys = await session.scalars(
            select(Question.key).where(Question.person_id == seeker, Question.answered_at.is_(None))
        )
        assert list(keys) == ["81"]


async def test_somebody_elses_81_is_not_mine(database: Database) -> None:
    _, _, application = await invited(database)
    async with database.write() as session:
        stranger = await add_person(session)
    await Stage(database).say(stranger.id, "81")
    assert await state_of(database, application) == "referred"


async def test_a_question_past_its_time_is_not_answered(database: Database, clock: Any) -> None:
    seeker, _, application = await invited(database)
    clock.move(days=60)
    await Stage(database).say(seeker, "81")
    assert await state_of(database, application) == "referred"


async def test_the_recruiters_number_is_free_again_once_the_candidates_were_seen(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        await applications.apply(session, seeker.id, vacancy.id)
    stage = Stage(database)
    (notice,) = await stage.news(recruiter.id)
    assert [choice.key for choice in notice.choices] == ["81"]
    await stage.say(recruiter.id, "81")
    async with database.read() as session:
        still_open = await session.scalars(select(Question.key).where(Question.answered_at.is_(None)))
        assert list(still_open) == []


async def test_the_fifth_invitation_offers_both_answers_too(database: Database) -> None:
    """Nine numbers, two a question: with four open ones, one number is left."""
    async with database.write() as session:
        await add_office(session)
        seeker = await add_person(session)
        for number in range(5):
            await tell(
                session,
                seeker.id,
                "home",
                questions=(("button.agree", f"a:{number}"), ("button.decline", f"d:{number}")),
            )
    stage = Stage(database)
    asked = await stage.news(seeker.id)
    assert [len(delivery.choices) for delivery in asked] == [2] * 5


# ---- answers that are numbers, on the product's own dispatcher


async def asked_about(database: Database, stage: Stage, question: str) -> int:
    """A seeker whose open question is this one."""
    async with database.write() as session:
        await town(session)
        seeker = (await add_person(session)).id
    await stage.say(seeker, "电焊工 郑州")
    await stage.say(seeker, "1")
    wanted = say("zh_CN", f"ask.{question}")
    for _ in range(8):
        if (await stage.say(seeker, "跳过"))[-1].text == wanted:
            return seeker
    raise AssertionError(f"{question} was never asked")


@pytest.mark.parametrize(
    "years",
    [
        "1",
        "3",
        "10",
        "9",
        "0",
    ],
)
async def test_years_of_experience_may_be_any_number(database: Database, years: str) -> None:
    stage = Stage(database)
    seeker = await asked_about(database, stage, "experience_years")
    await stage.say(seeker, years)
    async with database.read() as session:
        profile = await people.profile_of(session, seeker) or {}
    assert profile.get("experience_years") == float(years)


@pytest.mark.parametrize(
    "number",
    [
        "3",
        "12",
        "9",
    ],
)
async def test_a_headcount_may_be_any_number(database: Database, number: str) -> None:
    async with database.write() as session:
        await add_office(session)
        _, recruiter = await add_employer(session)
    stage = Stage(database)
    asked = await stage.say(recruiter.id, "招电焊工 郑州 6000-8000")
    assert say("zh_CN", "post.ask.headcount") in spoken(asked)
    readback = spoken(await stage.say(recruiter.id, number))
    assert say("zh_CN", "post.review").splitlines()[0] in readback
    assert number in readback


# ---- what a person types never becomes markup, a mark or somebody's number


@pytest.mark.parametrize(
    "typed", ["\ue000", "{contact}", "\ue000{contact}\ue000", "%(contact)s", "{0}", "{text.__class__}"]
)
async def test_a_contact_mark_typed_by_a_person_reveals_no_number(database: Database, typed: str) -> None:
    async with database.write() as session:
        _, recruiter, seeker = await town(session)
        officer_words = await add_person(session)
    stage = Stage(database)
    heard = []
    for person in (recruiter.id, seeker.id, officer_words.id):
        said = (typed, f"我叫{typed}", "人工", typed, f"招{typed} 郑州 3人 6000")
        heard += [spoken(await stage.say(person, text)) for text in said]
    assert "13800138000" not in "".join(heard)
    assert "\ue000" not in "".join(heard)


async def test_a_name_with_a_mark_in_it_is_kept_without_it(database: Database) -> None:
    stage = Stage(database)
    seeker = await asked_about(database, stage, "name")
    await stage.say(seeker, "王\ue000小\u202e明\x07")
    async with database.read() as session:
        name = (await session.get_one(Person, seeker)).name(session) or ""
        assert await session.get(Seeker, seeker) is not None
    assert "\ue000" not in name
    assert "\x07" not in name


async def test_a_vacancy_title_in_braces_is_shown_as_it_is(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        employer, recruiter = await add_employer(session)
        vacancy = await add_vacancy(session, employer, recruiter, title="焊工{contact}")
        seeker = await add_person(session)
        await applications.apply(session, seeker.id, vacancy.id)
    assert "焊工{contact}" in spoken(await Stage(database).news(recruiter.id))
