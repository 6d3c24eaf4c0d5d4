"""Surveys: one question at a time, stoppable, anonymous; small totals are not shown."""

from __future__ import annotations

from typing import Any

import pytest
from families_house import entries, union
from house import add_person, add_seeker, texts
from sqlalchemy import func, inspect, select
from stage import Stage, spoken

from models.database import Database, Session
from models.errors import NotFoundError
from models.people import Group, Person
from models.states import InvitationState, SurveyState
from models.surveys import Survey, SurveyAnswer, SurveyInvitation
from services import people, surveys


async def asked(session: Session, number: int = 1, **given: Any) -> tuple[Survey, list[Person], Person]:
    """A survey of some seekers of the city."""
    office, officer = await union(session)
    seekers = [await add_seeker(session) for _ in range(number)]
    usual = {"title": "春节前", "asks": ["needs", "wages_owed", "return_home"], "officer_id": officer.id}
    survey = await surveys.open_survey(session, office, **(usual | given))
    await session.flush()
    await surveys.invite(session, survey)
    return survey, seekers, officer


async def test_three_questions_are_asked_one_after_the_other_and_counted_at_the_end(database: Database) -> None:
    async with database.write() as session:
        survey, (seeker,), _ = await asked(session)
    stage = Stage(database)
    told = spoken(await stage.news(seeker.id))
    assert "3个小问题" in told and "现在最需要什么" in told and "工资" not in told
    replies = await stage.say(seeker.id, "81")
    assert "有没有工资没发" in spoken(replies)
    key = next(choice.key for reply in replies for choice in reply.choices if choice.label == "欠一个月内")
    assert key.startswith("8")
    replies = await stage.say(seeker.id, key)
    async with database.read() as session:
        assert await entries(session, "survey_answered") == [], "not before the last"
    key = next(choice.key for reply in replies for choice in reply.choices if choice.label == "不回")
    assert "只统计总数" in spoken(await stage.say(seeker.id, key))
    async with database.read() as session:
        (entry,) = await entries(session, "survey_answered")
        assert entry.person == seeker.ledger_key
        assert set(entry.facts) == {"survey"}, "what was said is not there"
        rows = {(row.question, row.answer) for row in await session.scalars(select(SurveyAnswer))}
        assert rows == {("needs", "work"), ("wages_owed", "under_a_month"), ("return_home", "stay")}
        assert await surveys.asked_and_done(session, survey) == (1, 1)


def test_an_answer_has_no_person() -> None:
    assert set(inspect(SurveyAnswer).columns.keys()) == {"id", "survey_id", "question", "answer"}


async def test_ids_of_answers_do_not_tell_their_order(database: Database) -> None:
    async with database.write() as session:
        survey, seekers, _ = await asked(session, 12, asks=["needs"])
        rows = await session.execute(select(SurveyInvitation.id, SurveyInvitation.person_id))
        for number, (invitation, person) in enumerate(rows.all()):
            answer = "work" if number < 6 else "training"
            await surveys.answer(session, person, invitation, 0, answer)
        found = list(await session.scalars(select(SurveyAnswer.answer).order_by(SurveyAnswer.id)))
        assert found != ["work"] * 6 + ["training"] * 6, "by chance once in 924"
        assert (await surveys.totals(session, survey))["needs"]["work"] == 6
        assert len(seekers) == 12


async def test_who_stops_is_asked_no_more_and_nothing_is_counted(database: Database) -> None:
    async with database.write() as session:
        survey, (seeker,), _ = await asked(session)
    stage = Stage(database)
    replies = await stage.news(seeker.id)
    key = next(choice.key for reply in replies for choice in reply.choices if choice.label == "不答了")
    assert "好，不问了" in spoken(await stage.say(seeker.id, key))
    async with database.write() as session:
        survey = await session.get_one(Survey, survey.id)
        assert await surveys.invite(session, survey) == 0, "nobody is asked twice"
        assert (await session.scalars(select(SurveyInvitation.state))).one() == InvitationState.STOPPED
        assert await entries(session, "survey_answered") == []


async def test_an_older_question_somebody_elses_and_a_closed_survey_take_no_answer(database: Database) -> None:
    async with database.write() as session:
        survey, (seeker, other), officer = await asked(session, 2)
        invitation = (
            await session.scalars(select(SurveyInvitation.id).where(SurveyInvitation.person_id == seeker.id))
        ).one()
        with pytest.raises(NotFoundError):
            await surveys.answer(session, other.id, invitation, 0, "work")
        with pytest.raises(NotFoundError):
            await surveys.answer(session, seeker.id, invitation, 0, "castle")
        await surveys.answer(session, seeker.id, invitation, 0, "work")
        with pytest.raises(surveys.SurveyOverError):
            await surveys.answer(session, seeker.id, invitation, 0, "training")
        await surveys.close_survey(session, survey, officer_id=officer.id)
        with pytest.raises(surveys.SurveyOverError):
            await surveys.answer(session, seeker.id, invitation, 1, "no")
        with pytest.raises(surveys.SurveyOverError):
            await surveys.invite(session, survey)
        assert await session.scalar(select(func.count()).select_from(SurveyAnswer)) == 1


async def test_only_the_group_is_asked_and_nobody_who_said_stop_or_lives_elsewhere(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        await union(session, "420100")
        migrant, other, silent, far, only_declared = [
            await add_seeker(session, region) for region in ("410105", "410105", "410105", "420100", "410105")
        ]
        for person in (migrant, silent, far):
            await people.join_group(session, person.id, Group.MIGRANT)
        await people.join_group(session, only_declared.id, Group.HARDSHIP_WORKER)
        await people.opt_out(session, silent.id)
        await session.flush()
        survey = await surveys.open_survey(
            session, office, title="x", asks=["needs"], officer_id=officer.id, group=Group.MIGRANT
        )
        assert await surveys.invite(session, survey) == 1
        assert (await session.scalars(select(SurveyInvitation.person_id))).all() == [migrant.id]
        proven = await surveys.open_survey(
            session, office, title="y", asks=["needs"], officer_id=officer.id, group=Group.HARDSHIP_WORKER
        )
        assert await surveys.invite(session, proven) == 0, "a group that needs proof counts when it is checked"
    assert await texts(database, other.id) == []


@pytest.mark.parametrize("asks", [[], ["needs", "needs"], ["castle"], list(surveys.questions())[:6]])
async def test_a_survey_asks_one_to_five_known_questions(database: Database, asks: list[str]) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        with pytest.raises(surveys.SurveyRefusedError):
            await surveys.open_survey(session, office, title="x", asks=asks, officer_id=officer.id)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 5, "b": 0}, {"a": 5, "b": 0}),
        ({"a": 4, "b": 3, "c": 20}, {"a": None, "b": None, "c": 20}),
        ({"a": 4, "b": 9, "c": 20}, {"a": None, "b": None, "c": 20}),
        ({"a": 4, "b": 9, "c": 0}, {"a": None, "b": None, "c": None}),
        ({"a": 4, "b": 3, "c": 0}, {"a": None, "b": None, "c": 0}),
        ({"a": 4, "b": 0}, {"a": None, "b": None}),
        ({"a": 2, "b": 2, "c": 0}, {"a": None, "b": None, "c": None}),
        ({"a": 0, "b": 0}, {"a": None, "b": None}),
        ({}, {}),
    ],
)
def test_small_totals_are_hidden_and_cannot_be_worked_out(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert surveys.shown(counts) == shown


async def test_staff_send_one_by_a_sentence_and_read_the_totals(database: Database) -> None:
    async with database.write() as session:
        _, officer = await union(session)
        await union(session, "420100")
        for _ in range(6):
            await add_seeker(session)
        await add_person(session)
    stage = Stage(database)
    assert "一次1到5题" in spoken(await stage.say(officer.id, "发调查 春节前 天气"))
    assert "这次问6人" in spoken(await stage.say(officer.id, "发调查 春节前 需求 工资"))
    async with database.write() as session:
        rows = await session.execute(select(SurveyInvitation.id, SurveyInvitation.person_id))
        for number, (invitation, person) in enumerate(rows.all()):
            await surveys.answer(session, person, invitation, 0, "work" if number < 5 else "none")
    await stage.say(officer.id, "调查")
    heard = spoken(await stage.say(officer.id, "1"))
    assert "问了6人，答完0人" in heard and "所有登记的人" in heard
    assert "找工作 —" in heard and "都不用 —" in heard, "one hidden number could be worked out"
    await stage.say(officer.id, "1")
    async with database.read() as session:
        assert (await session.scalars(select(Survey))).one().state == SurveyState.CLOSED


async def test_staff_choose_whom_to_ask_in_the_sentence(database: Database) -> None:
    async with database.write() as session:
        _, officer = await union(session)
        away, other, checked = [await add_seeker(session) for _ in range(3)]
        await people.join_group(session, away.id, Group.MIGRANT)
        await people.join_group(session, other.id, Group.HARDSHIP_WORKER)
        await people.join_group(session, checked.id, Group.HARDSHIP_WORKER, checked=True)
    stage = Stage(database)
    assert "给谁：所有人、务工" in spoken(await stage.say(officer.id, "调查"))
    assert "不认识这个人群" in spoken(await stage.say(officer.id, "发调查 春节前 给火星人 需求"))
    async with database.read() as session:
        assert (await session.scalars(select(Survey))).all() == [], "nothing is sent to somebody else instead"
    for whom, said, persons in (
        ("给务工", "发给外出务工的了：这次问1人", [away.id]),
        ("给农民工", "这次问1人", [away.id]),
        ("发给 建档职工的", "发给建档职工了：这次问1人", [checked.id]),
        ("to all", "发给所有登记的人了：这次问3人", [away.id, other.id, checked.id]),
    ):
        assert said in spoken(await stage.say(officer.id, f"发调查 {whom[-2:]} {whom} 需求 工资"))
        async with database.read() as session:
            newest = select(Survey.id).order_by(Survey.id.desc()).limit(1).scalar_subquery()
            asked_now = select(SurveyInvitation.person_id).where(SurveyInvitation.survey_id == newest)
            assert sorted(await session.scalars(asked_now)) == sorted(persons)
    await stage.say(officer.id, "调查")
    assert "（建档职工）：问了1人" in spoken(await stage.say(officer.id, "2"))
