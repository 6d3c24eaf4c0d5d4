"""Forms from a real ledger: appended through the one door, counted through the one query."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from matching.places import full_name
from models.database import Database
from models.keys import KeyRing
from models.migrate import upgrade
from models.offices import Office
from reports.errors import PeriodRefusedError, RegionRefusedError, UnknownFormError, UnknownItemError
from reports.explain import explain, render_explanation
from reports.report import compute
from reports.sheets import render
from services.ledger import Fact, append

STORIES = Path(__file__).parents[1] / "unit" / "reports" / "data"
NOW = datetime(2015, 3, 1, 2, tzinfo=UTC)
PLACED = {"how": "introduced", "evidence": "both"}


def _stories() -> list[dict[str, Any]]:
    return [
        raw for path in sorted(STORIES.glob("*.yaml")) for raw in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    ]


def _open(path: Path, now: datetime = NOW) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", KeyRing({1: b"s" * 32}, b"i" * 32), clock=lambda: now)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "empty.db"
    asyncio.run(_migrate(path))
    return path


async def _migrate(path: Path) -> None:
    database = _open(path)
    await upgrade(database)
    await database.close()


@pytest.fixture
async def database(empty: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "zhaohuo.db"
    shutil.copyfile(empty, path)
    database = _open(path)
    yield database
    await database.close()


def _fact(number: int, raw: dict[str, Any]) -> Fact:
    raw = {"key": f"e{number}", "region": "410105", "source": f"placement {number}", **raw}
    return Fact(occurred_on=raw.pop("day"), groups=tuple(raw.pop("groups", ())), **raw)


async def _tell(database: Database, entries: list[dict[str, Any]]) -> None:
    async with database.write() as session:
        for number, raw in enumerate(entries, 1):
            await append(session, _fact(number, raw))


@pytest.mark.parametrize("story", _stories(), ids=lambda story: story["story"])
async def test_story(database: Database, story: dict[str, Any]) -> None:
    await _tell(database, story["entries"])
    asked = (
        story.get("form", "form1-2014"),
        story.get("region", "410000"),
        story.get("period", "2014-annual"),
    )
    async with database.read() as session:
        report = await compute(session, *asked)
        explained = {code: await explain(session, *asked, code) for code in story["expect"]}
    assert {code: report.figures[code] for code in story["expect"]} == story["expect"]
    assert {code: explanation.figure for code, explanation in explained.items()} == story["expect"]
    assert report.findings == ()


async def test_a_figure_opens_onto_its_entries(database: Database) -> None:
    async with database.write() as session:
        session.add(Office(id=7, region="410105", name="金水区总工会"))
        await session.flush()
        facts = [
            _fact(1, {"kind": "placement_started", "day": date(2014, 3, 1), "person": "p1", "facts": PLACED}),
            _fact(
                2,
                {
                    "kind": "contract_signed",
                    "day": date(2014, 3, 2),
                    "person": "p1",
                    "facts": {"contract": "open_ended"},
                    "office_id": 7,
                },
            ),
            _fact(
                3,
                {
                    "kind": "contract_signed",
                    "day": date(2014, 3, 3),
                    "person": "p2",
                    "facts": {"contract": "open_ended"},
                },
            ),
        ]
        for fact in facts:
            await append(session, fact)
    async with database.read() as session:
        explanation = await explain(session, "form1-2014", "410000", "2014-annual", "2.3")
    assert [row.entry.key for row in explanation.rows] == ["e2"]
    head, _, columns, row = render_explanation(explanation).splitlines()
    assert head == "form1-2014 2.3 签订一年以上劳动合同：1 人"
    assert dict(zip(columns.split("\t"), row.split("\t"), strict=True)) == {
        "台账号": "e2",
        "事项": "签合同",
        "日期": "2014-03-02",
        "地区": full_name("410105"),
        "单位": "金水区总工会",
        "来源": "placement 2",
        "个人编号": "p1",
        "人群": "",
        "数量": "",
        "细节": '{"contract": "open_ended"}',
    }


async def test_money_and_groups_behind_a_figure_are_said_as_people_say_them(database: Database) -> None:
    loan = {"kind": "loan_granted", "day": date(2014, 3, 1), "person": "p1", "amount_fen": 5_000_050}
    await _tell(database, [{**loan, "groups": ("migrant", "hardship_worker"), "facts": {"loan": "loan"}}])
    async with database.read() as session:
        explanation = await explain(session, "form1-2014", "410000", "2014-annual", "3.amount")
    cells = render_explanation(explanation).splitlines()[-1].split("	")
    assert (cells[1], cells[7], cells[8]) == ("发放贷款", "农民工、困难职工", "50000.50")


async def test_a_sum_opens_onto_the_entries_of_its_addends(database: Database) -> None:
    given = {"kind": "service_given", "day": date(2014, 3, 1), "person": "p1"}
    await _tell(
        database,
        [{**given, "facts": {"service": service}} for service in ("rights", "legal_aid", "policy_help")],
    )
    async with database.read() as session:
        explanation = await explain(session, "form1-2014", "410105", "2014-stage", "4")
    assert explanation.figure == 2
    assert [(row.part, row.entry.key) for row in explanation.rows] == [
        ("4.rights", "e1"),
        ("4.legal_aid", "e2"),
    ]


async def test_a_stock_opens_onto_the_registration_and_the_status_that_count(database: Database) -> None:
    asked = {"person": "p1", "groups": ["hardship_graduate"]}
    lives = {"graduated_on": "2014-07-01", "home_region": "410105", "study_region": "420106"}
    await _tell(
        database,
        [
            {
                "kind": "graduate_registered",
                "day": date(2014, 7, 2),
                **asked,
                "facts": lives | {"home_region": "110101"},
            },
            {"kind": "graduate_registered", "day": date(2014, 7, 3), **asked, "facts": lives},
            {"kind": "graduate_status", "day": date(2014, 8, 1), **asked, "facts": {"status": "needs_help"}},
            {
                "kind": "graduate_status",
                "day": date(2014, 8, 2),
                "region": "110101",
                **asked,
                "facts": {"status": "placed"},
            },
        ],
    )
    async with database.read() as session:
        explanation = await explain(session, "form2-2014", "410000", "2014", "1.2.needs_help")
    assert explanation.figure == 1
    assert [row.entry.key for row in explanation.rows] == ["e2", "e4"]


async def test_the_form_as_a_user_sees_it(database: Database) -> None:
    await _tell(database, [{"kind": "placement_started", "day": date(2014, 3, 1), "person": "p1", "facts": PLACED}])
    async with database.read() as session:
        report = await compute(session, "form1-2014", "410000", "2014-annual")
    assert "成功介绍 1 （人）实现就业" in render(report, "txt", "河南省")
    assert json.loads(render(report, "json", "河南省"))["items"]["2"] == 1


@pytest.mark.parametrize(("hour", "minute", "provisional"), [(15, 59, True), (16, 0, False)])
async def test_a_report_is_provisional_until_its_cutoff_is_past_in_shanghai(
    empty: Path, tmp_path: Path, hour: int, minute: int, provisional: bool
) -> None:
    shutil.copyfile(empty, tmp_path / "z.db")
    now = datetime(2014, 11, 30, hour, minute, tzinfo=UTC)
    database = _open(tmp_path / "z.db", now)
    async with database.read() as session:
        report = await compute(session, "form1-2014", "410000", "2014-annual")
    await database.close()
    assert report.provisional is provisional


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (("form7-2014", "410000", "2014-annual", "1"), UnknownFormError),
        (("form1-2014", "410000", "2014", "1"), PeriodRefusedError),
        (("form1-2014", "419999", "2014-annual", "1"), RegionRefusedError),
        (("form1-2014", "河南省", "2014-annual", "1"), RegionRefusedError),
        (("form1-2014", "410000", "2014-annual", "2.9"), UnknownItemError),
    ],
)
async def test_what_is_not_known_is_refused(
    database: Database, asked: tuple[str, str, str, str], refusal: type
) -> None:
    async with database.read() as session:
        with pytest.raises(refusal):
            await explain(session, *asked)
