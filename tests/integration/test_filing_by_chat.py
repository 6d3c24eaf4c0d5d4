"""A year's form filed from a telephone: seen, what is blank and what jumped answered, submitted, returned, accepted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from house import add_office, add_officer
from sqlalchemy import select
from stage import Stage, spoken
from test_filing import trained

from jobs.digest import send_digests
from models.database import Database
from models.filings import ClaimRelease, Filing
from models.offices import Role
from reports.errors import ReportRefusedError
from reports.filed import filed_report
from reports.filing import draft
from reports.layout import Filer, lay_out
from services.ledger import Fact, append

AFTER = datetime(2014, 12, 2, 1, tzinfo=UTC)


@pytest.fixture
async def officers(database: Database, clock: Any) -> tuple[int, int, int]:
    """The supervisor and a clerk of 金水, a clerk of Zhengzhou."""
    clock.now = AFTER
    async with database.write() as session:
        own, city = [await add_office(session, code) for code in ("410105", "410100")]
        people = [
            (await add_officer(session, office, role)).id
            for office, role in ((own, Role.SUPERVISOR), (own, Role.STAFF), (city, Role.STAFF))
        ]
        await trained(session, "old", "wang", date(2013, 3, 1))
        await trained(session, "new", "li", date(2014, 3, 1))
        await trained(session, "newer", "zhao", date(2014, 3, 1))
    return people[0], people[1], people[2]


async def submitted(stage: Stage, supervisor: int, words_for_more: str = "都用这一句") -> str:
    """Everything that is asked is answered, the code that was sent is typed."""
    heard = spoken(await stage.say(supervisor, "填报"))
    assert "2014年年度统计：还没报，2014-12-10前报" in heard or "被退回" in heard
    number = next(
        choice.key
        for reply in [(await stage.say(supervisor, "填报"))[-1]]
        for choice in reply.choices
        if "技能培训促就业行动 2014年年度统计" in choice.label
    )
    assert "1 已开展职业技能培训 2 人" in spoken(await stage.say(supervisor, number))
    assert "空白不等于 0" in spoken(await stage.say(supervisor, "报送"))
    heard = spoken(await stage.say(supervisor, "一项一项说"))
    assert "获得劳动部门颁发职业技能证书" in heard
    assert "保洁" not in spoken(await stage.say(supervisor, "嗯？")), "words that are no answer keep the question open"
    assert "获得其他部门颁发证书" in spoken(await stage.say(supervisor, "是 0"))
    heard = spoken(await stage.say(supervisor, "没有这项业务"))
    while "空白不等于 0" in heard:
        heard = spoken(await stage.say(supervisor, "都没有"))
    asked = 0
    while "变化过半" in heard:
        assert "请用一句话" in spoken(await stage.say(supervisor, "1"))
        heard, asked = spoken(await stage.say(supervisor, "新开了一个班")), asked + 1
        if "都用这一句说明吗" in heard:
            heard = spoken(await stage.say(supervisor, words_for_more))
    assert asked
    assert "工作总结" in heard
    assert "请用一句话" in spoken(await stage.say(supervisor, "没有"))
    heard = spoken(await stage.say(supervisor, "今年培训2人。"))
    return str(re.findall(r"\d{6}", heard)[0])


async def test_filed_returned_filed_again_and_accepted(database: Database, officers: tuple[int, int, int]) -> None:
    supervisor, _, above = officers
    stage = Stage(database)
    code = await submitted(stage, supervisor)
    assert "确认码不对" in spoken(await stage.say(supervisor, "000000" if code != "000000" else "111111"))
    code = re.findall(r"\d{6}", spoken(await stage.say(supervisor, "报送")))[0]
    assert "第 1 次报送成功" in spoken(await stage.say(supervisor, f"验证码是{code}"))
    assert "请审核" in spoken(await stage.news(above))

    heard = (await stage.say(above, "填报"))[-1]
    assert [choice.label for choice in heard.choices if "审核" in choice.label] == [
        "审核 河南省郑州市金水区 技能培训促就业行动 2014年年度统计"
    ]
    await stage.say(above, next(choice.key for choice in heard.choices if "审核" in choice.label))
    assert "为什么退回" in spoken(await stage.say(above, "退回"))
    assert "办好了" in spoken(await stage.say(above, "总结太短"))
    assert "被退回：总结太短" in spoken(await stage.news(supervisor))

    code = await submitted(stage, supervisor, "一项一项说")
    assert "第 2 次报送成功" in spoken(await stage.say(supervisor, code))
    heard = (await stage.say(above, "填报"))[-1]
    await stage.say(above, next(choice.key for choice in heard.choices if "审核" in choice.label))
    assert "办好了" in spoken(await stage.say(above, "通过"))
    heard = (await stage.say(above, "填报"))[-1]
    await stage.say(above, next(choice.key for choice in heard.choices if choice.label.startswith("锁定")))
    assert "办好了" in spoken(await stage.say(above, "锁定"))
    async with database.read() as session:
        rows = list(await session.scalars(select(Filing).order_by(Filing.revision)))
    assert [(row.revision, row.state, row.figures["1"]) for row in rows] == [(1, "returned", 2), (2, "locked", 2)]
    assert rows[0].confirmed["1.a"] == "zero"
    assert rows[0].confirmed["1.b"] == "no_such_work"


async def test_figures_that_changed_while_the_code_was_typed_are_looked_at_again(
    database: Database, officers: tuple[int, int, int]
) -> None:
    supervisor, _, _ = officers
    stage = Stage(database)
    code = await submitted(stage, supervisor)
    async with database.write() as session:
        await trained(session, "meanwhile", "qian", date(2014, 4, 1))
    heard = (await stage.say(supervisor, code))[-1]
    assert "数字刚刚变了" in heard.text
    assert "1 已开展职业技能培训 3 人" in spoken(await stage.say(supervisor, heard.choices[0].key))
    code = re.findall(r"\d{6}", spoken(await stage.say(supervisor, "报送")))[0]
    assert "第 1 次报送成功" in spoken(await stage.say(supervisor, code)), "what was answered before stands"
    async with database.read() as session:
        row = (await session.scalars(select(Filing))).one()
    assert row.figures["1"] == 3


async def test_a_suspected_claim_is_looked_into_and_released_in_chat(
    database: Database, officers: tuple[int, int, int]
) -> None:
    supervisor, _, _ = officers
    async with database.write() as session:
        for key, day in (("p1", date(2014, 3, 1)), ("p2", date(2014, 3, 9))):
            facts = {"how": "introduced", "evidence": "both", "employer": "样例厂"}
            start = Fact(
                key=key, kind="placement_started", occurred_on=day, region="410105", source=f"placements:{key}"
            )
            await append(session, replace(start, person="wang", facts=facts))
    stage = Stage(database)
    heard = (await stage.say(supervisor, "填报"))[-1]
    number = next(choice.key for choice in heard.choices if "技能培训促就业行动 2014年年度统计" in choice.label)
    opened = (await stage.say(supervisor, number))[-1]
    assert "报送" not in [choice.label for choice in opened.choices]
    claim = next(choice.key for choice in opened.choices if choice.label.startswith("待核"))
    assert "wang 2014-03-09 样例厂" in spoken(await stage.say(supervisor, claim))
    released = (await stage.say(supervisor, "同名不同人，已电话核实"))[-1]
    assert "放行" in released.text
    again = (await stage.say(supervisor, released.choices[0].key))[-1]
    assert "报送" in [choice.label for choice in again.choices]
    async with database.read() as session:
        assert (await draft(session, "form3-2014", "410105", "2014")).claims == (), "form 3 counts no placements"
        assert (await session.scalars(select(ClaimRelease))).one().reason == "同名不同人，已电话核实"


async def test_the_paper_to_sign_is_what_was_filed(database: Database, officers: tuple[int, int, int]) -> None:
    supervisor, _, _ = officers
    stage = Stage(database)
    await stage.say(supervisor, await submitted(stage, supervisor))
    async with database.write() as session:
        await trained(session, "late", "qian", date(2014, 4, 1))
        report = await filed_report(session, "form1-2014", "410105", "2014-annual")
        paper = lay_out(report, "金水区", Filer())
        blanks = [blank for line in paper.lines for blank in line]
        assert (blanks[0].figure, blanks[0].shown) == (2, "2"), "not the three of now"
        assert "尚未登记" not in {blank.shown for blank in blanks}
        assert "无此项业务" in {blank.shown for blank in blanks}
        told = " ".join(paper.remarks)
        assert "第 1 次报送" in told
        assert "今年培训2人" in told
        with pytest.raises(ReportRefusedError, match="not filed"):
            await filed_report(session, "form1-2014", "410104", "2014-annual")


async def test_a_clerk_looks_and_may_not_submit(database: Database, officers: tuple[int, int, int]) -> None:
    _, clerk, _ = officers
    stage = Stage(database)
    heard = (await stage.say(clerk, "填报"))[-1]
    number = next(choice.key for choice in heard.choices if "2014年年度统计" in choice.label)
    opened = (await stage.say(clerk, number))[-1]
    assert "1 已开展职业技能培训 2 人" in opened.text
    assert "报送" not in [choice.label for choice in opened.choices]


async def test_before_the_cut_off_nothing_is_filed(
    database: Database, clock: Any, officers: tuple[int, int, int]
) -> None:
    clock.now = datetime(2014, 11, 20, 1, tzinfo=UTC)
    stage = Stage(database)
    heard = (await stage.say(officers[0], "填报"))[-1]
    number = next(choice.key for choice in heard.choices if "2014年年度统计" in choice.label)
    opened = (await stage.say(officers[0], number))[-1]
    assert "2014-11-30 以后才能报送" in opened.text
    assert "报送" not in [choice.label for choice in opened.choices]


async def test_the_digest_tells_who_files_and_who_is_above_what_is_missing_asked_for_or_sent(
    database: Database, officers: tuple[int, int, int], clock: Any
) -> None:
    supervisor, clerk, above = officers
    async with database.write() as session:
        city, far = await add_office(session, "410100", "郑州二号"), await add_office(session, "320500")
        head = (await add_officer(session, city, Role.SUPERVISOR)).id
        auditor = (await add_officer(session, city, Role.AUDITOR)).id
        province = (await add_officer(session, await add_office(session, "410000"))).id
        stranger = (await add_officer(session, far)).id
    stage = Stage(database)
    own, below = "还没报送：2014年年度统计（form1-2014），还剩8天", "下级还没报送：2014年年度统计（form1-2014），"
    told = {
        supervisor: [own],
        clerk: [],
        above: [below + "郑州金水，共1家，还剩8天"],
        head: [own, below + "郑州金水，共1家，还剩8天"],
        auditor: [],
        province: [below + "郑州，共1家，还剩8天"],
        stranger: [],
    }

    async def digests(person: int) -> list[list[str]]:
        """Asked for, and as it is sent in the morning: the lines of form 1, none after the list of what to do."""
        asked = spoken(await stage.say(person, "早报"))
        async with database.write() as session:
            await send_digests(session)
        sent = spoken(await stage.news(person))
        for text in (asked, sent):
            assert "还没报送" not in text.split("待办")[-1], text
        return [[line for line in text.split("\n") if "还没报送" in line and "form1" in line] for text in (asked, sent)]

    for person, lines in told.items():
        assert await digests(person) == [lines, lines], person
    code = await submitted(stage, supervisor)
    assert "第 1 次报送成功" in spoken(await stage.say(supervisor, code))
    assert await digests(supervisor) == [[], []]
    assert await digests(head) == [[own], [own]]
    assert await digests(above) == [[], []]
    clock.now = datetime(2014, 11, 20, 1, tzinfo=UTC)
    assert await digests(head) == [[], []], "twenty days before nobody is told"
