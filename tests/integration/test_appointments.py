"""Interviews by a sentence, several answers at once, enough applications, and silence that ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from house import add_seeker, texts, town
from sqlalchemy import select
from stage import Stage, spoken

from jobs.applications import expire_unanswered
from jobs.interviews import ask_results, remind
from jobs.runner import run_in_steps, run_once
from models.applications import Application
from models.appointments import Appointment
from models.clock import SHANGHAI
from models.database import Database
from models.limits import Limits
from models.states import ApplicationState, AppointmentState
from services import applications, appointments

S, A = ApplicationState, AppointmentState


async def three_applied(database: Database, headcount: int = 3) -> tuple[int, list[int]]:
    """A vacancy with three seekers: (recruiter, seekers)."""
    async with database.write() as session:
        vacancy, recruiter, first = await town(session, headcount=headcount)
        seekers = [first, *[await add_seeker(session, name=f"李{n}") for n in "二三"]]
        for seeker in seekers:
            await applications.apply(session, seeker.id, vacancy.id)
        return recruiter.id, [seeker.id for seeker in seekers]


async def states(database: Database) -> list[tuple[str, str | None]]:
    async with database.read() as session:
        rows = await session.execute(select(Application.state, Application.reason).order_by(Application.id))
        return [(row.state, row.reason) for row in rows]


async def the_appointment(database: Database) -> Appointment:
    async with database.read() as session:
        return (await session.scalars(select(Appointment))).one()


async def test_several_are_answered_by_one_message(database: Database, clock: Any) -> None:
    recruiter, seekers = await three_applied(database)
    stage = Stage(database)
    assert "1A 2B" in spoken(await stage.say(recruiter, "候选人"))
    told = spoken(await stage.say(recruiter, "1A 2B缺证 3约明天下午2点 7A"))
    assert [line.split("：")[0] for line in told.splitlines()] == ["第1人", "第2人", "第3人", "第7人"]
    assert "没有这个号" in told
    assert await states(database) == [("referred", None), ("rejected", "certificate"), ("referred", None)]
    assert "明天" not in (await texts(database, seekers[2]))[-1]
    assert "14:00" in (await texts(database, seekers[2]))[-1]
    assert "没谈成" in (await texts(database, seekers[1]))[-1]


async def test_the_same_answer_twice_does_nothing_the_second_time(database: Database) -> None:
    recruiter, _ = await three_applied(database)
    stage = Stage(database)
    await stage.say(recruiter, "候选人")
    await stage.say(recruiter, "1A 2B")
    told = spoken(await stage.say(recruiter, "1A 2B"))
    assert told.count("已经有结果") == 2


async def test_numbers_mean_nothing_to_who_was_shown_no_list(database: Database) -> None:
    recruiter, _ = await three_applied(database)
    await Stage(database).say(recruiter, "1A 2B")
    assert [state for state, _ in await states(database)] == ["interested"] * 3


@pytest.mark.parametrize("when", ["今天上午8点", "11月20日下午2点", "后年3月1日"])
async def test_a_time_in_the_past_is_refused_and_nothing_is_half_done(
    database: Database, clock: Any, when: str
) -> None:
    clock.now = datetime(2026, 11, 23, 15, 0, tzinfo=SHANGHAI).astimezone(UTC)
    recruiter, seekers = await three_applied(database)
    stage = Stage(database)
    await stage.say(recruiter, "候选人")
    told = spoken(await stage.say(recruiter, f"1约{when}"))
    assert "已经过了" in told or "哪天几点" in told
    async with database.read() as session:
        assert (await session.scalars(select(Appointment))).all() == []
        assert (await session.scalars(select(Application.invited_at))).all() == [None] * 3
    assert not any("约您" in text for text in await texts(database, seekers[0]))


async def proposed(database: Database, clock: Any, words: str = "1约明天下午2点 高新区8号") -> tuple[Stage, int, int]:
    clock.now = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)
    recruiter, seekers = await three_applied(database)
    stage = Stage(database)
    await stage.say(recruiter, "候选人")
    await stage.say(recruiter, words)
    return stage, recruiter, seekers[0]


async def test_the_yes_to_the_invitation_is_the_yes_to_its_time(database: Database, clock: Any) -> None:
    stage, recruiter, seeker = await proposed(database, clock)
    invitation = (await stage.news(seeker))[-1]
    assert "11月24日周二14:00" in invitation.text
    assert "高新区8号" in invitation.text
    await stage.say(seeker, "81")
    assert (await the_appointment(database)).state == A.AGREED
    assert (await states(database))[0][0] == "interview"
    assert any("14:00来" in text for text in await texts(database, recruiter))


async def test_both_are_reminded_the_day_before_once(database: Database, clock: Any) -> None:
    stage, recruiter, seeker = await proposed(database, clock)
    await stage.say(seeker, "81")
    await stage.news(recruiter)
    clock.now = datetime(2026, 11, 23, 17, 0, tzinfo=SHANGHAI).astimezone(UTC)
    assert await run_once(database, "reminders", "2026-11-23", remind)
    assert not await run_once(database, "reminders", "2026-11-23", remind)
    assert await run_once(database, "reminders", "again", remind)
    assert sum("提醒" in text for text in await texts(database, seeker)) == 1
    assert sum("提醒" in text for text in await texts(database, recruiter)) == 1


async def test_the_seeker_asks_for_another_time_and_gets_one(database: Database, clock: Any) -> None:
    stage, recruiter, seeker = await proposed(database, clock)
    await stage.say(seeker, "81")
    clock.move(hours=1)
    await stage.say(recruiter, "候选人")
    await stage.say(recruiter, "1约周四上午10点")  # the employer moves it
    question = (await stage.news(seeker))[-1]
    assert "能去吗" in question.text
    other = next(choice for choice in question.choices if choice.data.startswith("appt:other"))
    assert "另约" in spoken(await stage.say(seeker, other.key))
    assert (await the_appointment(database)).state == A.CANCELLED
    assert any("请另约" in text for text in await texts(database, recruiter))
    await stage.say(recruiter, "候选人")
    await stage.say(recruiter, "1约周五上午10点")
    ok = next(c for c in (await stage.news(seeker))[-1].choices if c.data.startswith("appt:ok"))
    await stage.say(seeker, ok.key)
    found = await the_appointment(database)
    assert (found.state, found.at.astimezone(SHANGHAI).day) == (A.AGREED, 27)


async def test_the_employer_calls_it_off_and_the_application_goes_on(database: Database, clock: Any) -> None:
    stage, recruiter, seeker = await proposed(database, clock)
    await stage.say(seeker, "81")
    await stage.say(recruiter, "候选人")
    page = await stage.say(recruiter, "看1")
    off = next(choice for choice in page[-1].choices if choice.data.startswith("appt:cancel"))
    await stage.say(recruiter, off.key)
    assert (await the_appointment(database)).state == A.CANCELLED
    assert any("单位取消了" in text for text in await texts(database, seeker))
    assert (await states(database))[0][0] == "interview"


async def test_an_appointment_of_others_is_out_of_reach(database: Database, clock: Any) -> None:
    stage, _, seeker = await proposed(database, clock)
    await stage.say(seeker, "81")
    found = await the_appointment(database)
    async with database.write() as session:
        stranger = await add_seeker(session)
    replies = await stage.say(stranger.id, choice=f"appt:cancel:{found.id}")
    assert "取消了" not in spoken(replies)
    assert (await the_appointment(database)).state == A.AGREED


async def test_afterwards_the_employer_says_what_came_of_it(database: Database, clock: Any) -> None:
    stage, recruiter, seeker = await proposed(database, clock)
    await stage.say(seeker, "81")
    clock.move(days=1, hours=7)
    async with database.write() as session:
        assert await ask_results(session) == {"past": 1, "asked": 1}
        assert await ask_results(session) == {"past": 0, "asked": 0}
    question = (await stage.news(recruiter))[-1]
    assert "谈得怎么样" in question.text
    absent = next(choice for choice in question.choices if choice.data.startswith("appt:absent"))
    await stage.say(recruiter, absent.key)
    assert (await states(database))[0] == ("rejected", "absent")


async def test_a_video_link_for_who_lives_in_another_province(database: Database, clock: Any) -> None:
    clock.now = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)
    async with database.write() as session:
        vacancy, recruiter, _ = await town(session)
        far = await add_seeker(session, region="510104", name="赵四")
        await applications.apply(session, far.id, vacancy.id)
    stage = Stage(database)
    await stage.say(recruiter.id, "候选人")
    assert "在外省" in spoken(await stage.say(recruiter.id, "1约明天上午10点"))
    link = "https://Meet.example.com/j/1A2b"
    assert "在外省" not in spoken(await stage.say(recruiter.id, f"1约明天上午11点 {link}"))
    assert (await the_appointment(database)).link == link
    assert link in (await texts(database, far.id))[-1]


async def test_the_seeker_says_why_not(database: Database, clock: Any) -> None:
    stage, _, seeker = await proposed(database, clock)
    replies = await stage.say(seeker, "82")
    far = next(choice for choice in replies[-1].choices if choice.data.startswith("whyno:place"))
    await stage.say(seeker, far.key)
    assert (await states(database))[0] == ("declined", "seeker_place")


# ---- enough, and silence


async def test_a_vacancy_takes_no_more_than_enough_until_some_are_answered(database: Database) -> None:
    database.limits = Limits(per_opening=2)
    async with database.write() as session:
        vacancy, recruiter, _ = await town(session)
        seekers = [await add_seeker(session) for _ in range(3)]
        first = await applications.apply(session, seekers[0].id, vacancy.id)
        await applications.apply(session, seekers[1].id, vacancy.id)
        with pytest.raises(applications.EnoughApplicationsError):
            await applications.apply(session, seekers[2].id, vacancy.id)
        await applications.withdraw(session, first, actor=seekers[0].id)
        await session.flush()
        await applications.apply(session, seekers[2].id, vacancy.id)
    assert sum("够多了" in text for text in await texts(database, recruiter.id)) == 2


async def test_what_nobody_answered_ends_and_both_hear_of_it(database: Database, clock: Any) -> None:
    recruiter, seekers = await three_applied(database)
    stage = Stage(database)
    await stage.say(recruiter, "候选人")
    await stage.say(recruiter, "1A")
    clock.move(days=8)
    assert await run_in_steps(database, "applications", "one", expire_unanswered)
    assert await states(database) == [("expired", "seeker_silent"), ("referred", None), ("referred", None)]
    clock.move(days=7)
    assert await run_in_steps(database, "applications", "two", expire_unanswered)
    assert [reason for _, reason in await states(database)] == ["seeker_silent", "unanswered", "unanswered"]
    assert "不等了" in (await texts(database, seekers[1]))[-1]
    told = await texts(database, recruiter)
    assert sum("2个报名太久没答复" in text for text in told) == 1
    async with database.write() as session:
        row = (await session.scalars(select(Application).where(Application.seeker_id == seekers[1]))).one()
        await applications.apply(session, seekers[1], row.vacancy_id)  # may try again
        assert row.state == S.INTERESTED


async def test_a_proposed_time_that_has_passed_cannot_be_agreed_to(database: Database, clock: Any) -> None:
    await proposed(database, clock)
    clock.move(days=2)
    async with database.write() as session:
        found = (await session.scalars(select(Appointment))).one()
        with pytest.raises(appointments.PastMomentError):
            await appointments.agree(session, found, by=1)
        application = await session.get_one(Application, found.application_id)
        with pytest.raises(appointments.PastMomentError):
            await appointments.propose(
                session, application, recruiter_id=found.proposed_by, at=session.now - timedelta(minutes=1)
            )
