"""Canaries: a name, a number, words, an ID number go through everything; none is found where it is not sealed."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Router
from aiogram.types import Message
from house import add_employer, add_office, add_officer, add_person, add_vacancy
from sqlalchemy import select
from stage import Stage, dispatcher_of, spoken
from test_applications import press

from app.logs import configure
from bot.turn import Turn
from models.database import Database
from models.offices import Officer
from models.people import Person

NAME, PHONE, ID_NUMBER = "澹台金丝雀", "13711220033", "410105199003070017"
WORDS, ADDRESS = "金丝雀在矿井里唱歌", "金丝雀巷十七号"
CANARIES = (NAME, PHONE, ID_NUMBER, WORDS, ADDRESS, "澹台", "金丝雀")
SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged, at its most talkative, as the program itself writes it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure("DEBUG")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def files_of(database: Database) -> bytes:
    """The database file, its log of changes and its index of it."""
    path = Path(database.url.partition("///")[2])
    found = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")]
    assert found[0].stat().st_size + found[1].stat().st_size > 100_000
    return b"".join(file.read_bytes() for file in found if file.exists())


def canaries_in(haystack: bytes, *canaries: str) -> list[str]:
    """Which are to be found, in UTF-8, UTF-16, or escaped as JSON does."""
    return [
        canary
        for canary in canaries
        if any(
            form in haystack
            for form in (
                canary.encode(),
                canary.encode("utf-16-le"),
                canary.encode("unicode_escape"),
                canary.encode().hex().encode(),
            )
        )
    ]


def test_the_search_finds_what_is_there() -> None:
    assert canaries_in(f"x{NAME}y".encode(), *CANARIES) == [NAME, "澹台", "金丝雀"]
    assert canaries_in(b'{"name": "\\u91d1\\u4e1d\\u96c0"}', "金丝雀") == ["金丝雀"]


async def a_seekers_whole_story(database: Database) -> tuple[Stage, int, int]:
    """A seeker says everything there is to say; the recruiter invites, the seeker agrees, the office answers."""
    async with database.write() as session:
        office = await add_office(session)
        employer, recruiter = await add_employer(session)
        await add_vacancy(session, employer, recruiter)
        officer = await add_officer(session, office)
        seeker = await add_person(session)
    stage = Stage(database)
    for text in (f"{WORDS} 电焊工 郑州", "电焊工 郑州", "1", "跳过", "跳过", "跳过", "跳过", "跳过", NAME, PHONE):
        await stage.say(seeker.id, text)
    async with database.read() as session:
        person = await session.get_one(Person, seeker.id)
        assert (person.name(session), person.phone(session)) == (NAME, f"+86{PHONE}")
    for text in (ID_NUMBER, "人工", f"我叫{NAME} {ADDRESS} {ID_NUMBER}", "我的资料", f"电焊工 {ADDRESS}", "更多"):
        await stage.say(seeker.id, text)
    await stage.say(recruiter.id, "候选人")
    await stage.say(recruiter.id, "1")
    await stage.say(recruiter.id, "1")
    await stage.say(seeker.id, "81")
    contact = spoken(await stage.news(recruiter.id))
    assert NAME in contact
    assert PHONE in contact
    await press(stage, officer.id, "早报", "helpme")
    await stage.say(officer.id, f"{NAME}您好, {WORDS}")
    return stage, seeker.id, recruiter.id


@SQLITE
async def test_nothing_a_seeker_says_stands_in_the_file_or_in_the_log(database: Database, log: io.StringIO) -> None:
    await a_seekers_whole_story(database)
    assert canaries_in(files_of(database), *CANARIES) == []
    assert canaries_in(log.getvalue().encode(), *CANARIES) == []


@SQLITE
async def test_nothing_of_who_left_stands_in_the_file(database: Database, log: io.StringIO) -> None:
    stage, seeker, _ = await a_seekers_whole_story(database)
    await stage.say(seeker, "删除我的资料")
    await stage.say(seeker, "1")
    assert canaries_in(files_of(database), *CANARIES) == []
    assert canaries_in(log.getvalue().encode(), *CANARIES) == []


async def an_advert(database: Database, sentence: str, *answers: str) -> None:
    async with database.write() as session:
        await add_office(session)
        recruiter = await add_person(session)
    stage = Stage(database)
    for text in (sentence, *answers):
        await stage.say(recruiter.id, text)
    async with database.read() as session:
        from models.vacancies import Vacancy

        assert len((await session.scalars(select(Vacancy))).all()) == 1


@SQLITE
async def test_a_recruiters_number_in_the_sentence_does_not_stand_in_the_file(
    database: Database, log: io.StringIO
) -> None:
    await an_advert(database, f"招电焊工3名 郑州 6000-8000 包吃住 联系人老李 电话{PHONE}", "1", "样例机械厂", "跳过")
    assert canaries_in(log.getvalue().encode(), PHONE) == []
    assert canaries_in(files_of(database), PHONE) == []


@SQLITE
async def test_the_contact_persons_name_does_not_stand_in_the_file(database: Database) -> None:
    await an_advert(database, f"招电焊工3名 郑州 6000-8000 联系人{NAME}", "1", "样例机械厂", "跳过")
    assert canaries_in(files_of(database), "澹台") == []


@SQLITE
async def test_a_failing_turn_logs_where_and_not_what(database: Database, log: io.StringIO) -> None:
    """Also when the exception itself quotes what was said, and when the database refuses the value."""
    router = Router()

    @router.message()
    async def failing(message: Message, turn: Turn) -> None:
        await message.answer(f"heard {message.text}")
        session = await turn.writing()
        if message.text == NAME:
            session.add(Officer(id=session.new_id(), person_id=turn.speaker.id, office_id=1, role=NAME, since=turn.now))
            await session.flush()
        raise ValueError(f"cannot handle {message.text!r}")

    async with database.write() as session:
        person = await add_person(session, name=NAME, phone=f"+86{PHONE}")
    stage = Stage(database, dispatcher_of(router))
    for text in (WORDS, NAME, PHONE):
        await stage.say(person.id, text)

    logged = log.getvalue()
    assert logged.count("turn.failed") == 6
    assert "error=ValueError" in logged
    assert "error=IntegrityError" in logged
    assert canaries_in(logged.encode(), *CANARIES) == []
    assert canaries_in(files_of(database), *CANARIES) == []


@SQLITE
async def test_the_errors_column_names_the_kind_of_error_only(database: Database) -> None:
    router = Router()

    @router.message()
    async def failing(message: Message) -> None:
        raise ValueError(f"cannot handle {message.text!r}")

    async with database.write() as session:
        person = await add_person(session)
    await Stage(database, dispatcher_of(router)).say(person.id, WORDS)
    async with database.read() as session:
        from models.messages import InboxRow

        assert (await session.scalars(select(InboxRow.error))).all() == ["ValueError"]


async def test_a_database_error_never_carries_the_values(database: Database) -> None:
    """`hide_parameters`: an error page or a log that prints the exception prints no number."""
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError) as refused:
        async with database.write() as session:
            for _ in range(2):
                person: Any = await add_person(session)
                person.ledger_key = NAME
            await session.flush()
    assert canaries_in(str(refused.value.statement).encode(), NAME) == []
    assert "hidden" in str(refused.value)
