"""Vacancies of others by file, ours by file and feed: marked, shown once, over when the source says so."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from house import add_employer, add_office, add_officer, add_vacancy
from rosters_book import save
from sqlalchemy import select

from app.bulletin import ROWS, NothingOpenError, as_document, bulletin_of
from models.database import Database, Session
from models.employers import Employer
from models.ledger import LedgerEntry
from models.offices import Office
from models.sources import VacancySource
from models.states import EmployerState, VacancyState
from models.vacancies import Vacancy
from services.employers import verify_employer
from services.exchange.outcome import UnreadableFileError
from services.feeds.giving import COLUMNS, open_vacancies, postings, rows_of
from services.feeds.postings import cells_of, read_postings
from services.feeds.taking import FeedOutcome, SourceRefusedError, sources_of, take_feed
from services.vacancies import open_vacancy
from web.feed import Feed

CODE = "91410102YANG00001J"
SOURCE = "郑州市人社局"


def posting(number: str = "J1", **changes: Any) -> dict[str, Any]:
    usual = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": "人社", "value": number},
        "title": "电焊工",
        "description": "<p>持焊工证优先</p><ul><li>包吃住</li></ul>",
        "datePosted": "2026-11-01",
        "validThrough": "2026-12-20T23:59:59+08:00",
        "totalJobOpenings": 3,
        "hiringOrganization": {"@type": "Organization", "name": "样例重工有限公司", "taxID": CODE},
        "jobLocation": {
            "@type": "Place",
            "address": {"@type": "PostalAddress", "addressRegion": "河南省", "addressLocality": "郑州市金水区"},
        },
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "CNY",
            "value": {"@type": "QuantitativeValue", "minValue": 6000, "maxValue": 8000, "unitText": "MONTH"},
        },
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


async def take(database: Database, path: Path, content: Any, source: str = SOURCE, **options: Any) -> FeedOutcome:
    if content is not None:
        path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    async with database.write() as session:
        office = (await session.scalars(select(Office).where(Office.region == "410100"))).first()
        return await take_feed(session, path, office or await add_office(session), source, **options)


async def officer(database: Database) -> int:
    async with database.write() as session:
        return (await add_officer(session, await add_office(session))).id


async def shown(database: Database) -> list[Vacancy]:
    async with database.read() as session:
        query = select(Vacancy).where(Vacancy.state == VacancyState.OPEN).order_by(Vacancy.id)
        return list(await session.scalars(query))


async def kinds(database: Database) -> list[tuple[str, int | None]]:
    async with database.read() as session:
        rows = await session.execute(select(LedgerEntry.kind, LedgerEntry.quantity).order_by(LedgerEntry.id))
        return [(row[0], row[1]) for row in rows]


async def test_a_posting_of_the_labour_department_is_shown_with_its_mark_and_counted_as_information(
    database: Database, tmp_path: Path
) -> None:
    by = await officer(database)
    outcome = await take(database, tmp_path / "f.jsonld", [posting()], verified_by=by)
    assert [str(problem) for problem in outcome.problems] == []
    assert (outcome.added, outcome.bad) == (1, 0)
    (vacancy,) = await shown(database)
    assert (vacancy.title, vacancy.region, vacancy.headcount) == ("电焊工", "410105", 3)
    assert (vacancy.wage_min, vacancy.wage_max, vacancy.expires_on) == (600_000, 800_000, date(2026, 12, 20))
    assert (vacancy.board, vacancy.lodging) == (True, True), "what only the words say is read from them"
    assert await kinds(database) == [("job_info_published", 1)], "nobody's posts of ours"
    async with database.read() as session:
        assert await sources_of(session, vacancy.id) == [SOURCE]


async def test_employers_without_anybody_who_answers_for_them_wait_for_the_desk(
    database: Database, tmp_path: Path
) -> None:
    await take(database, tmp_path / "f.jsonld", [posting()])
    assert await shown(database) == []
    async with database.write() as session:
        employer = (await session.scalars(select(Employer))).one()
        assert employer.state == EmployerState.NEW
        await verify_employer(session, employer, officer_id=(await add_officer(session, await add_office(session))).id)
        await open_vacancy(session, (await session.scalars(select(Vacancy))).one(), actor=None)
    assert "posts_offered" not in dict(await kinds(database))


async def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    by = await officer(database)
    path = tmp_path / "f.jsonld"
    await take(database, path, [posting("J1"), posting("J2", title="钳工")], verified_by=by)
    again = await take(database, path, None, verified_by=by)
    assert (again.added, again.unchanged, again.twins) == (0, 2, 0)
    assert len(await shown(database)) == 2
    assert len(await kinds(database)) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [("样例重工有限公司", None), ("样例重工", None), ("样例 重工（有限公司）", None), ("另一个写法", CODE)],
)
async def test_the_same_work_from_another_source_is_not_shown_twice(
    database: Database, tmp_path: Path, name: str, code: str | None
) -> None:
    by = await officer(database)
    await take(database, tmp_path / "f.jsonld", [posting()], verified_by=by)
    organisation = {"name": name} | ({"taxID": code} if code else {})
    other = posting("99", hiringOrganization=organisation, description="另说", validThrough="2026-12-30")
    outcome = await take(database, tmp_path / "g.jsonld", [other], source="某区总工会", verified_by=by)
    assert (outcome.added, outcome.twins) == (0, 1)
    (vacancy,) = await shown(database)
    async with database.read() as session:
        assert await sources_of(session, vacancy.id) == [SOURCE, "某区总工会"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "钳工"},
        {"baseSalary": {"currency": "CNY", "value": {"minValue": 7000, "maxValue": 8000, "unitText": "MONTH"}}},
        {"jobLocation": {"address": {"addressRegion": "河南省", "addressLocality": "郑州市中原区"}}},
        {"hiringOrganization": {"name": "样例机械有限公司"}},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_other_work_place_pay_or_employer_is_another_vacancy(
    database: Database, tmp_path: Path, changes: dict[str, Any]
) -> None:
    await take(database, tmp_path / "f.jsonld", [posting()])
    outcome = await take(database, tmp_path / "g.jsonld", [posting("99", **changes)], source="某区总工会")
    assert (outcome.added, outcome.twins) == (1, 0)


async def test_our_own_advert_is_not_shown_a_second_time(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        await add_office(session)
        employer, recruiter = await add_employer(session, name="样例重工有限公司")
        await add_vacancy(session, employer, recruiter, wage_min=600_000, wage_max=800_000)
    outcome = await take(database, tmp_path / "f.jsonld", [posting(hiringOrganization={"name": "样例重工有限公司"})])
    assert (outcome.added, outcome.twins) == (0, 1)
    async with database.read() as session:
        assert len(await open_vacancies(session, "410100")) == 1, "ours stays ours, to be shared"


async def test_it_is_over_when_the_source_says_so(database: Database, tmp_path: Path, clock: Any) -> None:
    by = await officer(database)
    path = tmp_path / "f.jsonld"
    past = posting("J0", title="保洁", validThrough="2026-11-01")
    everything = [posting("J1"), posting("J2", title="钳工"), posting("J3", title="车工"), past]
    first = await take(database, path, everything, verified_by=by)
    assert (first.added, first.unchanged) == (3, 1), "what is past already is not shown at all"
    longer = [posting("J1", validThrough="2027-01-31"), posting("J2", title="钳工", validThrough="2026-11-02")]
    second = await take(database, path, longer, verified_by=by)
    assert second.closed == 1
    assert {(v.title, v.expires_on) for v in await shown(database)} == {
        ("电焊工", date(2027, 1, 31)),
        ("车工", date(2026, 12, 20)),
    }
    third = await take(database, path, longer[:1], verified_by=by, complete=True)
    assert third.closed == 1
    assert [v.title for v in await shown(database)] == ["电焊工"]


async def test_an_advert_that_changed_is_a_new_one(database: Database, tmp_path: Path) -> None:
    by = await officer(database)
    path = tmp_path / "f.jsonld"
    await take(database, path, [posting()], verified_by=by)
    pay = {"currency": "CNY", "value": {"minValue": 6500, "maxValue": 8000, "unitText": "MONTH"}}
    outcome = await take(database, path, [posting(baseSalary=pay)], verified_by=by)
    assert (outcome.added, outcome.closed) == (1, 1)
    assert [v.wage_min for v in await shown(database)] == [650_000]


@pytest.mark.parametrize(
    ("changes", "column", "why"),
    [
        ({"title": None}, "title", "is empty"),
        ({"hiringOrganization": None}, "employer", "names who hires"),
        ({"hiringOrganization": {"name": "甲", "taxID": "911101080000000000"}}, "credit_code", "check digit"),
        ({"jobLocation": None}, "region", "no place"),
        ({"baseSalary": {"currency": "USD", "value": {"value": 900}}}, "baseSalary", "not in yuan"),
        ({"baseSalary": {"value": {"value": 9, "unitText": "PIECE"}}}, "baseSalary", "'PIECE'"),
        ({"description": "入职先交押金500元"}, "title, description", "no advert may say this"),
        ({"validThrough": "soon"}, "expires_on", "is no date"),
    ],
    ids=str,
)
async def test_a_bad_posting_is_named_and_stays_out(
    database: Database, tmp_path: Path, changes: dict[str, Any], column: str, why: str
) -> None:
    outcome = await take(database, tmp_path / "f.jsonld", [posting(**changes), posting("J2")])
    assert (outcome.bad, outcome.added) == (1, 1)
    assert [(p.line, p.column) for p in outcome.problems] == [(1, column)]
    assert why in outcome.problems[0].why


@pytest.mark.parametrize("content", ["", "{", "[]", '{"@type": "Person"}', "<html>nothing</html>", "[" * 5000])
async def test_what_holds_no_posting_is_refused(database: Database, tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFileError):
        await take(database, tmp_path / "f.jsonld", content)
    with pytest.raises(SourceRefusedError):
        await take(database, tmp_path / "f.jsonld", [posting()], source=" ")


def test_every_wrapping_is_unwrapped() -> None:
    one = posting()
    wrapped = [
        one,
        [one],
        {"@graph": [{"@type": "WebPage"}, one]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": one}]},
        {"@type": "DataFeed", "dataFeedElement": [one]},
    ]
    for value in wrapped:
        assert read_postings(json.dumps(value).encode(), "x") == [one]
    lines = "\n".join(json.dumps(one) for _ in range(2))
    page = f"<html><script type='application/ld+json'>{json.dumps(one)}</script></html>"
    assert [len(read_postings(text.encode(), "x")) for text in (lines, page)] == [2, 1]


@pytest.mark.parametrize(
    ("pay", "wage"),
    [
        ({"value": {"value": 240, "unitText": "DAY"}}, ("5220", "5220")),
        ({"value": {"minValue": 20, "maxValue": 25, "unitText": "HOUR"}}, ("3480", "4350")),
        ({"value": {"minValue": 60000, "unitText": "YEAR"}}, ("5000", "")),
        ({"value": 5000}, ("5000", "5000")),
        (5000, ("5000", "5000")),
    ],
    ids=str,
)
def test_pay_is_told_by_the_month(pay: Any, wage: tuple[str, str]) -> None:
    cells, why = cells_of(posting(baseSalary=pay))
    assert why is None
    assert (cells.get("wage_min", ""), cells.get("wage_max", "")) == wage


async def test_csv_and_xlsx_of_another_office(database: Database, tmp_path: Path) -> None:
    head = ["岗位名称", "单位名称", "工作地点", "人数", "最低工资", "最高工资", "截止日期"]
    rows = [["样例区招聘岗位汇总表"], head, ["电焊工", "样例重工", "郑州市金水区", 3, 6000, 8000, "2026-12-20"]]
    save(tmp_path / "v.xlsx", rows, ["A1:G1"])
    outcome = await take(database, tmp_path / "v.xlsx", None, source="金水区总工会")
    assert (outcome.added, outcome.problems) == (1, [])
    again = await take(database, tmp_path / "v.xlsx", None, source="金水区总工会")
    assert (again.added, again.unchanged) == (0, 1), "without a number of its own a row is known by what it says"


# ---- ours for others


async def three(session: Session) -> list[Vacancy]:
    office = await add_office(session)
    office.phone, office.hours = "0371-12345678", "工作日 9:00–17:00"
    employer, recruiter = await add_employer(session, name="样例重工有限公司")
    made = [
        await add_vacancy(
            session,
            employer,
            recruiter,
            title=title,
            headcount=2,
            wage_min=600_000,
            wage_max=800_000,
            contact_name="张经理",
            description="找张经理，电话13912345678，持焊工证",
        )
        for title in ("电焊工", "钳工", "车工")
    ]
    await session.flush()
    return made


async def test_what_we_share_names_no_person_and_comes_back_as_it_was(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        made = await three(session)
        found = await open_vacancies(session, "410100")
        shared = await postings(session, found)
        lines = await rows_of(session, found)
        assert await open_vacancies(session, "420000") == []
    text = json.dumps(shared, ensure_ascii=False)
    for secret in ("13912345678", "张经理", made[0].wage_text):
        assert secret not in text
        assert secret not in str(lines)
    assert shared[0]["applicationContact"]["telephone"] == "0371-12345678"
    assert shared[0]["validThrough"].startswith(made[0].expires_on.isoformat())
    assert shared[0]["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": "河南省",
        "addressLocality": "郑州市金水区",
    }
    cells, _ = cells_of(shared[0])
    assert (cells["region"], cells["wage_min"], cells["wage_max"], cells["headcount"]) == (
        "410105",
        "6000",
        "8000",
        "2",
    )
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *lines])
    (tmp_path / "back.csv").write_text(out.getvalue(), "utf-8")
    outcome = await take(database, tmp_path / "back.csv", None, source="他处")
    assert (outcome.twins, outcome.bad) == (3, 0), "our own come back and are known"


async def test_what_others_told_us_is_not_shared_as_ours(database: Database, tmp_path: Path) -> None:
    by = await officer(database)
    await take(database, tmp_path / "f.jsonld", [posting()], verified_by=by)
    async with database.read() as session:
        assert await open_vacancies(session, "410000") == []
        assert len(await open_vacancies(session, "410000", own_only=False)) == 1
        assert len((await session.scalars(select(VacancySource))).all()) == 1


async def test_the_feed_is_public_paged_and_says_what_is_wrong(database: Database) -> None:
    async with database.write() as session:
        await three(session)
    app = web.Application()
    app.add_routes(Feed(database).routes())
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/feed/vacancies?region=410100")
        assert (answer.status, answer.content_type) == (200, "application/ld+json")
        feed = json.loads(await answer.text())
        assert [item["title"] for item in feed["dataFeedElement"]] == ["电焊工", "钳工", "车工"]
        last = feed["dataFeedElement"][1]["identifier"]["value"]
        rest = json.loads(await (await client.get(f"/feed/vacancies?after={last}")).text())
        assert [item["title"] for item in rest["dataFeedElement"]] == ["车工"]
        assert read_postings(json.dumps(feed).encode(), "x") == feed["dataFeedElement"]
        for bad in ("region=1", "after=-1", "after=x", f"after={'9' * 40}", "region=%00", "after=１"):
            assert (await client.get(f"/feed/vacancies?{bad}")).status == 400


async def test_the_bulletin_has_one_number_and_every_employer_before_anybodys_second(database: Database) -> None:
    async with database.write() as session:
        await three(session)
        for number in range(ROWS):
            other, who = await add_employer(session, name=f"样例{number}厂")
            await add_vacancy(session, other, who, title="缝纫工")
        page = await bulletin_of(session, "410100")
    assert len(page.lines) == ROWS
    assert page.more == 3
    assert len({line[4] for line in page.lines}) == ROWS, "one each while there are enough"
    assert page.hotline == "0371-12345678"
    document = as_document(page)
    assert document.startswith(b"PK")
    async with database.read() as session:
        with pytest.raises(NothingOpenError):
            await bulletin_of(session, "420000")
