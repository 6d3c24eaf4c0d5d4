"""Files into a real database: what is good is there, what is bad is named, a second time changes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from models.audit import AuditEntry
from models.base import Base
from models.database import Database
from models.employers import Employer, Recruiter
from models.keys import KeyRing
from models.ledger import LedgerEntry
from models.offices import Office
from models.people import Consent, Person, Seeker
from models.vacancies import Vacancy
from services.employers import verify_employer
from services.exchange.importing import import_file
from services.exchange.outcome import Outcome, UnreadableFileError

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
OFFICES = "region,name,phone\n410000,河南省总工会,0371-0000 0000\n郑州,郑州市总工会,\n"
CODE = "91410102YANG00001J"
EMPLOYERS = (
    "name,credit_code,region,kind,contact_name,contact_phone\n"
    f"样例重工,{CODE},郑州,国企,样例张,19900000002\n样例饭店,,洛阳,,,\n"
)
VACANCIES = "title,employer,region,headcount,wage_min,wage_max,certificates\n电焊工,样例重工,郑州,3,6000,8000,焊工证\n"
SEEKERS = (
    "name,phone,text,groups,consent_on\n样例王,19900000007,电焊工 郑州 5000,农民工,2026-11-01\n"
    "样例李,,保安 洛阳,hardship_worker,\n"
)
COURSES = (
    "title,institution,type,region,gives_certificate,starts_on,days,seats\n"
    "焊工班,样例学校,技能,郑州,焊工证,2026-12-01,20,30\n"
)
LEDGER = (
    "key,kind,occurred_on,region,office,person,groups,facts,quantity,amount_fen,source,reverses\n"
    'k3,class_held,2014-05-01,410105,,,,"{""course_type"": ""skill""}",,,class 1,k1\n'
    'k1,class_held,2014-05-01,410105,,,,"{""course_type"": ""skill""}",,,class 1,\n'
    "k2,seeker_registered,2014-05-02,郑州,郑州市总工会,p7,migrant|laid_off,,,,seeker 7,\n"
)
OFFICERS = "name,phone,region,office,role\n样例陈,13800000021,410100,,staff\n"
FILES = {
    "offices": OFFICES,
    "officers": OFFICERS,
    "employers": EMPLOYERS,
    "vacancies": VACANCIES,
    "seekers": SEEKERS,
    "courses": COURSES,
    "ledger": LEDGER,
}


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    made = Database(sqlite_url, KeyRing({1: b"s" * 32}, b"i" * 32), clock=lambda: NOW)
    yield made
    await made.close()


def put(path: Path, content: str | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


async def load(database: Database, kind: str, content: str | bytes, path: Path, source: str = "") -> Outcome:
    put(path, content)
    async with database.write() as session:
        return await import_file(session, kind, path, source)


async def load_all(database: Database, folder: Path, *kinds: str) -> dict[str, Outcome]:
    found = {kind: await load(database, kind, FILES[kind], folder / f"{kind}.csv") for kind in kinds or FILES}
    assert [problem for outcome in found.values() for problem in outcome.problems] == []
    return found


async def count(database: Database, model: type[Base]) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def one(database: Database, model: type[Any], *conditions: Any) -> Any:
    async with database.read() as session:
        return (await session.scalars(select(model).where(*conditions))).one()


async def test_every_kind_twice(database: Database, tmp_path: Path) -> None:
    first = await load_all(database, tmp_path)
    assert {kind: outcome.added for kind, outcome in first.items()} == {
        "offices": 2,
        "officers": 1,
        "employers": 2,
        "vacancies": 1,
        "seekers": 2,
        "courses": 1,
        "ledger": 3,
    }
    keyed = {**FILES, "seekers": "\n".join(SEEKERS.splitlines()[:2])}  # nobody can tell who has no phone
    for kind, content in keyed.items():
        second = await load(database, kind, content, tmp_path / f"{kind}.csv")
        assert (second.added, second.unchanged, second.bad) == (0, second.rows, 0), kind


async def test_an_employer_waits_for_its_check_and_has_its_recruiter(database: Database, tmp_path: Path) -> None:
    await load_all(database, tmp_path, "offices", "employers")
    employer = await one(database, Employer, Employer.credit_code == CODE)
    assert (employer.kind, employer.region, employer.state) == ("soe", "410100", "new")
    recruiter = await one(database, Recruiter, Recruiter.employer_id == employer.id)
    async with database.read() as session:
        person = await session.get_one(Person, recruiter.person_id)
        assert person.phone(session) == "+8619900000002"


async def test_a_new_employers_vacancy_is_a_draft_a_verified_ones_opens(database: Database, tmp_path: Path) -> None:
    await load_all(database, tmp_path, "offices", "employers", "vacancies")
    draft = await one(database, Vacancy)
    assert (draft.state, draft.wage_min, draft.headcount, draft.certificates) == ("draft", 600_000, 3, ["焊工证"])
    async with database.write() as session:
        employer = (await session.scalars(select(Employer).where(Employer.credit_code == CODE))).one()
        await verify_employer(session, employer, officer_id=1)
    second = VACANCIES.replace("电焊工", "普工")
    await load(database, "vacancies", second, tmp_path / "second.csv")
    opened = await one(database, Vacancy, Vacancy.title == "普工")
    assert opened.state == "open"
    assert await count(database, LedgerEntry) == 1  # posts_offered


async def test_a_seeker_has_agreed_on_paper(database: Database, tmp_path: Path) -> None:
    await load_all(database, tmp_path, "offices", "seekers")
    consents = {consent.purpose for consent in await all_of(database, Consent)}
    assert consents == {"keep_profile", "sensitive_group"}
    for consent in await all_of(database, Consent):
        assert consent.version == "paper:seekers.csv"
    assert await count(database, Seeker) == 2
    entries = await all_of(database, LedgerEntry)
    assert [entry.groups for entry in entries] == [["migrant"], []]  # hardship counts once an officer has checked it
    assert {entry.detail.get("source") for entry in await all_of(database, AuditEntry)} >= {"seekers.csv"}


async def all_of(database: Database, model: type[Any]) -> list[Any]:
    async with database.read() as session:
        return list(await session.scalars(select(model).order_by(model.id)))


async def test_ledger_entries_are_mapped(database: Database, tmp_path: Path) -> None:
    await load_all(database, tmp_path, "offices", "ledger")
    office = await one(database, Office, Office.region == "410100")
    entry = await one(database, LedgerEntry, LedgerEntry.key == "k2")
    assert (entry.region, entry.office_id, entry.groups) == ("410100", office.id, ["laid_off", "migrant"])
    assert entry.person != "p7"
    assert len(entry.person) == 32
    reversal = await one(database, LedgerEntry, LedgerEntry.key == "k3")
    assert reversal.reverses == "k1"


async def test_the_same_key_with_other_content_is_bad(database: Database, tmp_path: Path) -> None:
    await load_all(database, tmp_path, "offices", "ledger")
    outcome = await load(database, "ledger", LEDGER.replace("seeker 7", "seeker 8"), tmp_path / "other.csv")
    assert (outcome.bad, outcome.unchanged) == (1, 2)
    assert str(outcome.problems[0]) == "other.csv, line 4, key: k2 is in the ledger with other content: source"


async def test_a_file_means_the_same_after_its_office_was_entered(database: Database, tmp_path: Path) -> None:
    await load(database, "ledger", LEDGER.replace(",郑州市总工会,", ",,"), tmp_path / "before.csv")
    await load_all(database, tmp_path, "offices")
    again = await load(database, "ledger", LEDGER.replace(",郑州市总工会,", ",,"), tmp_path / "after.csv")
    assert (again.bad, again.added, again.unchanged) == (0, 0, 3)
    other = await load(database, "ledger", LEDGER, tmp_path / "named.csv")
    assert [problem.why for problem in other.problems] == ["k2 is in the ledger with other content: office_id"]


async def test_people_of_two_sources_with_one_key_are_two(database: Database, tmp_path: Path) -> None:
    head = LEDGER.splitlines()[0]
    row = "{key},seeker_registered,2014-05-02,410105,,p7,,,,,seeker 7,"
    for source, key in (("", "a"), ("", "b"), ("金水区", "c"), ("金水区", "d"), ("二七区", "e")):
        await load(database, "ledger", f"{head}\n{row.format(key=key)}\n", tmp_path / f"{key}.csv", source)
    a, b, c, d, e = (entry.person for entry in await all_of(database, LedgerEntry))
    assert (a == b, c == d, len({a, c, e})) == (True, True, 3)


BAD_LEDGER = [
    ("kind", "k9,no_such_kind,2014-05-01,410105,,,,,,,s,"),
    ("occurred_on", "k9,policy_informed,1999-05-01,410105,,,,,,,s,"),
    ("occurred_on", "k9,policy_informed,2099-05-01,410105,,,,,,,s,"),
    ("occurred_on", "k9,policy_informed,,410105,,,,,,,s,"),
    ("region", "k9,policy_informed,2014-05-01,999999,,,,,,,s,"),
    ("office", "k9,policy_informed,2014-05-01,410105,无此工会,,,,,,s,"),
    ("person", "k9,seeker_registered,2014-05-01,410105,,,,,,,s,"),
    ("groups", "k9,seeker_registered,2014-05-01,410105,,p,nobody,,,,s,"),
    ("facts", "k9,policy_informed,2014-05-01,410105,,,,[1],,,s,"),
    ("facts", 'k9,class_held,2014-05-01,410105,,,,"{""course_type"": ""x""}",,,s,'),
    ("quantity", "k9,policy_informed,2014-05-01,410105,,,,,-1,,s,"),
    ("amount_fen", "k9,policy_informed,2014-05-01,410105,,,,,,1.5,s,"),
    ("source", "k9,policy_informed,2014-05-01,410105,,,,,,,13800138000,"),
    ("source", "k9,policy_informed,2014-05-01,410105,,,,,,,,"),
    ("reverses", "k9,policy_informed,2014-05-01,410105,,,,,,,s,nothing"),
    ("key", ",policy_informed,2014-05-01,410105,,,,,,,s,"),
]


@pytest.mark.parametrize(("column", "line"), BAD_LEDGER)
async def test_bad_ledger_rows_are_named(database: Database, tmp_path: Path, column: str, line: str) -> None:
    outcome = await load(database, "ledger", f"{LEDGER.splitlines()[0]}\n{line}\n", tmp_path / "l.csv")
    assert [(problem.line, problem.column) for problem in outcome.problems] == [(2, column)]
    assert (outcome.bad, outcome.added) == (1, 0)


async def test_an_abolished_region_is_counted_for_its_successor_or_refused(database: Database, tmp_path: Path) -> None:
    head = LEDGER.splitlines()[0]
    one, two = (f"k{code},policy_informed,2014-05-01,{code},,,,,,,s," for code in ("410322", "371200"))
    outcome = await load(database, "ledger", f"{head}\n{one}\n", tmp_path / "one.csv")
    assert (await all_of(database, LedgerEntry))[-1].region == "410308"
    assert [note.why for note in outcome.notes] == [
        "410322 孟津县 was abolished in 2021; now 410308 孟津区, which it is counted for"
    ]
    outcome = await load(database, "ledger", f"{head}\n{two}\n", tmp_path / "two.csv")
    assert [problem.why for problem in outcome.problems] == [
        "371200 莱芜市 was abolished in 2018; now 370116 莱芜区, 370117 钢城区: give one of them"
    ]


async def test_the_regions_of_a_graduate_are_those_of_today(database: Database, tmp_path: Path) -> None:
    facts = '"{""graduated_on"": ""2026-06-30"", ""home_region"": ""410322"", ""study_region"": ""999999""}"'
    row = f"k1,graduate_registered,2026-07-01,410105,,p1,hardship_graduate,{facts},,,graduate 1,"
    outcome = await load(database, "ledger", f"{LEDGER.splitlines()[0]}\n{row}\n", tmp_path / "one.csv")
    entry = (await all_of(database, LedgerEntry))[-1]
    assert (entry.facts["home_region"], entry.facts["study_region"]) == ("410308", "999999")
    assert [note.why.split(" ")[0] for note in outcome.notes] == ["410322", "study_region"]
    divided = row.replace("410322", "371200").replace("k1", "k2")
    refused = await load(database, "ledger", f"{LEDGER.splitlines()[0]}\n{divided}\n", tmp_path / "two.csv")
    assert [problem.column for problem in refused.problems] == ["facts"]


async def test_a_bad_row_leaves_nothing_of_itself(database: Database, tmp_path: Path) -> None:
    await load_all(database, tmp_path, "offices", "employers")
    rows = VACANCIES + "保安,无此公司,郑州,1,3000,4000,\n前台 限女,样例重工,郑州,1,3000,4000,\n厨师,样例重工,,,9,8,\n"
    outcome = await load(database, "vacancies", rows, tmp_path / "v.csv")
    assert (outcome.added, outcome.bad) == (1, 3)
    assert [(problem.line, problem.column) for problem in outcome.problems] == [
        (3, "employer"),
        (4, "title, description"),
        (5, "wage_max"),
        (5, "region"),
    ]
    assert await count(database, Vacancy) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_encodings(database: Database, tmp_path: Path, encoding: str) -> None:
    content = OFFICES.replace("\n", "\r\n").encode(encoding)
    outcome = await load(database, "offices", content, tmp_path / "o.csv")
    assert outcome.added == 2
    await one(database, Office, Office.name == "郑州市总工会")


async def test_xlsx(database: Database, tmp_path: Path) -> None:
    book = Workbook()
    for cells in (("region", "name", "colour"), (410000, "河南省总工会", "red")):
        book.worksheets[0].append(cells)
    path = tmp_path / "o.xlsx"
    book.save(path)
    async with database.write() as session:
        outcome = await import_file(session, "offices", path)
    assert outcome.added == 1
    assert [str(note) for note in outcome.notes] == ["o.xlsx, line 1, colour: unknown column, ignored"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"region,name\n", b"\x89PNG\r\n\x1a\n"])
async def test_no_table(database: Database, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        await load(database, "offices", content, tmp_path / "x.csv")


async def test_no_file(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        with pytest.raises(UnreadableFileError, match="No such file"):
            await import_file(session, "offices", tmp_path / "none.csv")


def test_counts_are_json() -> None:
    assert json.loads(json.dumps(Outcome(kind="ledger", file="f").as_json()))["added"] == 0
