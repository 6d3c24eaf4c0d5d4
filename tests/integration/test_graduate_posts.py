"""For whom a post is: its words say it or the office does, and form 2 counts it so."""

from __future__ import annotations

import pytest
from families_house import entries, union
from house import add_employer, add_officer, add_vacancy
from sqlalchemy import select
from stage import Stage, spoken

from models.audit import AuditEntry
from models.database import Database, ReadSession
from models.offices import Role
from models.sources import VacancySource
from models.states import VacancyState
from models.vacancies import Vacancy
from services import vacancies
from services.casework import UnknownWordError
from services.graduate_posts import posts_of, read_whom, say_for_whom


async def offered(session: ReadSession) -> list[tuple[str, int | None]]:
    """What counts: the entries that nothing cancels."""
    found = await entries(session, "posts_offered")
    undone = {entry.reverses for entry in found}
    return [(e.facts["for"], e.quantity) for e in found if e.reverses is None and e.key not in undone]


@pytest.mark.parametrize(
    ("words", "whom"),
    [
        ("招应届毕业生20名，专业不限", "graduates"),
        ("校园招聘 软件测试", "graduates"),
        ("招会计，应届往届都行", "graduates"),
        ("Fresh graduates welcome", "graduates"),
        ("困难职工家庭高校毕业生专岗", "hardship_graduates"),
        ("阳光就业行动岗位，文员5名", "hardship_graduates"),
        ("招电焊工2名，高中毕业生也行", "all"),
        ("有经验，不要应届生", "all"),
        ("应届生勿扰，要熟练工", "all"),
        ("招电焊工2名，8000", "all"),
    ],
)
def test_an_advert_says_for_whom_it_is(words: str, whom: str) -> None:
    assert read_whom(words) == whom


async def test_an_advert_for_graduates_counts_for_them_when_it_opens(database: Database) -> None:
    async with database.write() as session:
        await union(session)
        employer, boss = await add_employer(session)
        await add_vacancy(session, employer, boss, headcount=20, description="招应届毕业生20名")
        await add_vacancy(session, employer, boss, headcount=3, description="招焊工3名")
        assert await offered(session) == [("graduates", 20), ("all", 3)]


async def test_the_office_says_it_later_and_only_the_last_word_counts(database: Database) -> None:
    async with database.write() as session:
        _, officer = await union(session)
        employer, boss = await add_employer(session)
        vacancy = await add_vacancy(session, employer, boss, headcount=5)
        for whom in ("graduates", "all", "graduates", "hardship_graduates"):
            assert await say_for_whom(session, vacancy, whom, officer_id=officer.id)
            assert await offered(session) == [(whom, 5)]
        assert not await say_for_whom(session, vacancy, "hardship_graduates", officer_id=officer.id)
        with pytest.raises(UnknownWordError):
            await say_for_whom(session, vacancy, "students", officer_id=officer.id)
        found = await entries(session, "posts_offered")
        assert len(found) == 9
        assert {entry.occurred_on for entry in found} == {session.today}
        asked = select(AuditEntry.actor_id).where(AuditEntry.action == "vacancies.for_whom")
        assert list(await session.scalars(asked)) == [officer.id] * 4


async def test_said_before_it_opens_it_is_counted_once_and_rightly(database: Database) -> None:
    async with database.write() as session:
        _, officer = await union(session)
        employer, boss = await add_employer(session, verified=False)
        vacancy = await add_vacancy(session, employer, boss, headcount=5)
        assert vacancy.state == VacancyState.DRAFT
        await say_for_whom(session, vacancy, "hardship_graduates", officer_id=officer.id)
        assert await entries(session, "posts_offered") == []
        await vacancies.open_vacancy(session, vacancy, actor=officer.id)
        assert await offered(session) == [("hardship_graduates", 5)]


async def test_what_others_told_us_of_is_not_counted_by_saying_for_whom_it_is(database: Database) -> None:
    async with database.write() as session:
        _, officer = await union(session)
        employer, boss = await add_employer(session)
        source = VacancySource(id=session.new_id(), source="labour", external_id="1", seen_at=session.now)
        draft = {"title": "文员", "region": "410105", "headcount": 2, "wage_text": "面议"}
        vacancy = await vacancies.post(session, employer.id, boss.id, draft, source=source)
        await say_for_whom(session, vacancy, "graduates", officer_id=officer.id)
        assert await entries(session, "posts_offered") == []


async def test_staff_find_a_post_and_say_it_in_chat(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        auditor = await add_officer(session, office, Role.AUDITOR)
        _, stranger = await union(session, "320500")
        employer, boss = await add_employer(session, name="样例纺织")
        await add_vacancy(session, employer, boss, title="会计", headcount=4)
        other, owner = await add_employer(session, name="样例电子")
        await add_vacancy(session, other, owner, title="文员")
        assert [v.title for v in await posts_of(session, "410100", "纺织")] == ["会计"]
        assert [v.title for v in await posts_of(session, "410100")] == ["文员", "会计"]
        assert await posts_of(session, "410100", "%") == []
    stage = Stage(database)
    assert "没有这样的岗位" in spoken(await stage.say(stranger.id, "毕业生岗位 会计"))
    assert "哪个岗位" in spoken(await stage.say(auditor.id, "毕业生岗位 会计"))
    assert "会计 4人 样例纺织（给所有人）" in spoken(await stage.say(auditor.id, "1"))
    await stage.say(auditor.id, "2")
    async with database.read() as session:
        assert {whom for whom, _ in await offered(session)} == {"all"}, "an auditor only looks"
    await stage.say(officer.id, "毕业生岗位 会计")
    await stage.say(officer.id, "1")
    assert "给建档家庭毕业生" in spoken(await stage.say(officer.id, "3"))
    async with database.read() as session:
        assert sorted(await offered(session)) == [("all", 1), ("hardship_graduates", 4)]
        assert {v.for_whom for v in await session.scalars(select(Vacancy))} == {"all", "hardship_graduates"}
