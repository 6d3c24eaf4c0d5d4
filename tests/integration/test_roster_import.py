"""Rosters of real shape into the ledger: understood, told, each fact once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from house import add_office, add_person
from rosters_book import LI, WANG, employment, number, save, training, tuition
from school import fill, new_course, open_school
from sqlalchemy import func, select

from models.database import Database
from models.ledger import LedgerEntry
from models.people import GroupMembership, Person
from models.rosters import Roster, RosterRow
from models.training import Institution
from reports.report import compute
from services import certificates, classes
from services.exchange.outcome import UnreadableFileError
from services.leaving import forget
from services.ledger import Fact, append
from services.rosters.importing import RosterOutcome, import_roster
from services.rosters.kinds import RosterKindError, SettingRefusedError

OFFICE = "410105"


async def load(database: Database, path: Path, office: str = OFFICE, **options: Any) -> RosterOutcome:
    async with database.write() as session:
        from models.offices import Office

        found = (await session.scalars(select(Office).where(Office.region == office))).first()
        return await import_roster(session, path, found or await add_office(session, office), **options)


async def entries(database: Database, *kinds: str) -> list[LedgerEntry]:
    async with database.read() as session:
        query = select(LedgerEntry).order_by(LedgerEntry.id)
        return list(await session.scalars(query.where(LedgerEntry.kind.in_(kinds)) if kinds else query))


async def count(database: Database, table: Any) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def whys(outcome: RosterOutcome) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.why) for problem in outcome.problems]


def notes(outcome: RosterOutcome) -> str:
    return "\n".join(map(str, outcome.notes))


async def test_a_training_roster_with_titles_merged_cells_and_a_header_of_two_lines(
    database: Database, tmp_path: Path
) -> None:
    async with database.write() as session:
        titles = ["employment_base"]
        session.add(Institution(id=session.new_id(), name="样例技校", region=OFFICE, titles=titles))
    outcome = await load(database, training(tmp_path / "t.xlsx"))
    assert whys(outcome) == []
    assert (outcome.kind, outcome.rows, outcome.added, outcome.bad) == ("roster training", 3, 3, 0)
    assert dict(outcome.entries) == {"training_completed": 3, "training_passed": 2, "certificate_issued": 2}
    told = notes(outcome)
    assert "第4行为表头" in told
    assert "姓 名→name" in told
    assert "证书编号→certificate_number" in told
    assert "发证单位→issuer" in told
    assert "trade：电焊工（全表）" in told
    assert "no person, left out: 第二小组" in told
    assert "no person, left out: 合计" in told
    done = await entries(database, "training_completed")
    assert {entry.occurred_on for entry in done} == {date(2014, 3, 15)}
    assert [entry.groups for entry in done] == [["laid_off"], ["migrant"], ["on_the_job"]]
    assert done[0].facts["titles"] == ["employment_base"]
    assert done[0].facts["course_type"] == "skill"
    papers = await entries(database, "certificate_issued")
    assert [(entry.facts["issuer"], entry.facts["level"]) for entry in papers] == [
        ("labour", "junior"),
        ("labour", "intermediate"),
    ]
    assert done[0].region == OFFICE
    assert done[0].source.startswith("roster_rows:")
    async with database.read() as session:
        numbers = list(await session.scalars(select(RosterRow.certificate).order_by(RosterRow.line)))
    assert [number is not None for number in numbers] == [True, True, False]


async def test_the_form_counts_what_the_rosters_told(database: Database, tmp_path: Path) -> None:
    await load(database, training(tmp_path / "t.xlsx"))
    await load(database, employment(tmp_path / "e.xlsx"))
    async with database.read() as session:
        figures = (await compute(session, "form1-2014", "410100", "2014-annual")).figures
    assert {code: figures[code] for code in ("1", "1.a", "1.c", "1.1", "1.2", "1.4")} == {
        "1": 3, "1.a": 2, "1.c": 1, "1.1": 1, "1.2": 1, "1.4": 1,
    }  # fmt: skip
    assert (figures["1.7"], figures["2"], figures["2.3"]) == (2, 1, 1), "李 is not evidenced, 赵 found the work alone"


async def test_what_an_employment_roster_tells_of_contracts_and_evidence(database: Database, tmp_path: Path) -> None:
    outcome = await load(database, employment(tmp_path / "e.xlsx"))
    assert whys(outcome) == []
    started = await entries(database, "placement_started")
    assert [(e.occurred_on, e.facts["how"], e.facts["evidence"]) for e in started] == [
        (date(2014, 4, 1), "introduced", "contract"),
        (date(2014, 4, 2), "fair", "seeker"),
        (date(2014, 5, 31), "self_found", "contract"),
    ]
    assert started[0].facts["employer"] == started[1].facts["employer"] != started[2].facts["employer"]
    signed = await entries(database, "contract_signed")
    assert [(e.facts["contract"], e.facts.get("months")) for e in signed] == [("fixed", 12), ("open_ended", None)]
    told = notes(outcome)
    assert "the last day of the month is taken" in told
    assert "is not at work: nothing to count" in told
    assert "shown as 待核实" in told
    assert started[0].groups == ["laid_off"]
    async with database.read() as session:
        held = (await session.scalars(select(GroupMembership).where(GroupMembership.group == "laid_off"))).one()
    assert (held.proof, held.until) == ("checked", date(2014, 4, 1)), "work ends it"


async def test_two_children_of_one_house_are_two_students(database: Database, tmp_path: Path) -> None:
    outcome = await load(database, tuition(tmp_path / "a.xlsx"))
    assert whys(outcome) == []
    aid = await entries(database, "tuition_aid_granted")
    assert [(e.amount_fen, e.facts["stage"]) for e in aid] == [
        (300_000, "tertiary"),
        (150_000, "secondary"),
        (200_000, "tertiary"),
    ]
    assert len({e.person for e in aid}) == 3
    assert [e.groups for e in aid] == [["hardship_migrant"], ["hardship_migrant"], ["hardship_worker"]]
    assert [e.facts["stage"] for e in await entries(database, "student_advanced")] == [
        "tertiary",
        "secondary",
        "tertiary",
    ]
    async with database.read() as session:
        figures = (await compute(session, "form3-2014", OFFICE, "2014")).figures
        phones = list(await session.scalars(select(Person.phone_index)))
    assert (figures["2"], figures["4"], figures["5.persons"], figures["5.amount"]) == (650_000, 3, 2, 450_000)
    assert phones == [None] * 3, "a parent's number lets no student in"


@pytest.mark.parametrize("make", [training, employment, tuition])
async def test_the_same_roster_again_changes_nothing(database: Database, tmp_path: Path, make: Any) -> None:
    first = await load(database, make(tmp_path / "r.xlsx"))
    before = [entry.key for entry in await entries(database)]
    again = await load(database, make(tmp_path / "other name.xlsx"))
    assert (again.added, again.bad) == (0, 0)
    assert again.unchanged == first.added + first.unchanged
    assert [entry.key for entry in await entries(database)] == before
    assert await count(database, Roster) == 1
    assert await count(database, Person) == len({entry.person for entry in await entries(database)}) + (
        make is employment  # 样例钱 is known, and has nothing to count
    )


async def test_a_longer_roster_adds_what_is_new_and_tells_the_rest(database: Database, tmp_path: Path) -> None:
    head = ["姓名", "身份证号", "培训工种", "结业时间", "证书名称", "证书编号", "发证机关"]
    row = ["样例王", WANG, "家政服务员", "2014-05-01", None, None, None]
    await load(database, save(tmp_path / "a.xlsx", [head, row]))
    papers = [*row[:4], "家政服务员职业资格证书", "B9", "省人力资源厅"]
    more = ["样例李", LI, "家政服务员", "2014-05-01", "无", "无", "无"]
    outcome = await load(database, save(tmp_path / "b.xlsx", [head, papers, more, papers]))
    assert dict(outcome.entries) == {"training_passed": 1, "certificate_issued": 1, "training_completed": 1}
    assert (outcome.added, outcome.unchanged) == (2, 1)
    assert "training_completed is in the ledger already: not counted twice" in notes(outcome)
    assert "certificate_issued is told in line 2 already" in notes(outcome)
    assert len(await entries(database, "training_completed")) == 2
    assert (await entries(database, "training_completed"))[0].facts["course_type"] == "home_service"


async def test_no_raw_number_is_in_the_ledger_or_a_key(database: Database, tmp_path: Path) -> None:
    await load(database, training(tmp_path / "t.xlsx"))
    async with database.read() as session:
        raw = str([dict(row) for row in (await session.execute(select(LedgerEntry.__table__))).mappings()])
        rows = str([dict(row) for row in (await session.execute(select(RosterRow.__table__))).mappings()])
    for secret in (WANG, LI, "13800000001", "样例王", "A001"):
        assert secret not in raw
        assert secret not in rows


HEAD = ["姓名", "身份证号", "联系电话", "人员类别", "培训工种", "结业时间", "证书编号", "发证机关"]
GOOD = ["样例王", WANG, "13800000001", "农民工", "焊工", "2014-03-15", "", ""]


@pytest.mark.parametrize(
    ("changes", "column", "why"),
    [
        ({0: ""}, "姓名", "is empty"),
        ({1: WANG[:-1] + ("0" if WANG[-1] != "0" else "1")}, "身份证号", "check digit"),
        ({1: "410105700101001"}, "身份证号", "15 digits"),
        ({1: "4101**********0011"}, "身份证号", "masked"),
        ({1: "", 2: ""}, "身份证号", "neither ID number nor phone"),
        ({2: "123"}, "联系电话", "not a phone number"),
        ({3: "神仙"}, "人员类别", "no group of the forms"),
        ({5: ""}, "结业时间", "decides the period"),
        ({5: "三月中旬"}, "结业时间", "is no day"),
        ({5: "2014-02-30"}, "结业时间", "is no day"),
        ({5: "2031-01-01"}, "结业时间", "in the future"),
        ({5: "1999-12-31"}, "结业时间", "before 2000"),
        ({6: "C1"}, "发证机关", "is empty: the form tells"),
    ],
    ids=str,
)
async def test_a_bad_row_is_named_by_the_files_own_heading_and_leaves_nothing(
    database: Database, tmp_path: Path, changes: dict[int, str], column: str, why: str
) -> None:
    row = [changes.get(place, cell) for place, cell in enumerate(GOOD)]
    other = ["样例李", LI, "", "", "焊工", "2014-03-15", "", ""]
    outcome = await load(database, save(tmp_path / "t.xlsx", [["某工会培训花名册"], HEAD, row, other]))
    assert [(line, name) for line, name, _ in whys(outcome)] == [(3, column)]
    assert why in str(whys(outcome))
    assert (outcome.bad, outcome.added) == (1, 1)
    assert len(await entries(database)) == 1
    assert WANG not in str(whys(outcome))


@pytest.mark.parametrize(
    ("column", "value", "heading", "why"),
    [
        ("合同期限", "看情况", "合同期限", "is no term"),
        ("上岗时间", "", "上岗时间", "decides the period"),
        ("就业渠道", "", "就业渠道", "nothing says how"),
        ("就业渠道", "托梦", "就业渠道", "is not known"),
        ("就业单位", "", "就业单位", "is empty"),
        ("身份证号", number("20000101", 7), "上岗时间", "under 16"),
    ],
)
async def test_bad_work(database: Database, tmp_path: Path, column: str, value: str, heading: str, why: str) -> None:
    head = ["姓名", "身份证号", "就业单位", "上岗时间", "合同期限", "就业渠道"]
    row = dict(zip(head, ["样例王", WANG, "样例重工", "2014-03-15", "1年", "工会推荐"], strict=True)) | {column: value}
    outcome = await load(database, save(tmp_path / "e.xlsx", [head, list(row.values())]))
    assert [(name, why in text) for _, name, text in whys(outcome)] == [(heading, True)]
    assert await entries(database) == []


@pytest.mark.parametrize("amount", ["0", "-5", "3.005", "很多", "1e3000"])
async def test_an_amount_is_whole_fen_above_nothing(database: Database, tmp_path: Path, amount: str) -> None:
    head = ["学生姓名", "身份证号", "学段", "资助金额", "发放时间"]
    row = ["样例小一", number("20000909", 5), "高中", amount, "2014-08-20"]
    outcome = await load(database, save(tmp_path / "a.xlsx", [head, row]))
    assert [name for _, name, _ in whys(outcome)] == ["资助金额"]


async def test_a_certificate_number_belongs_to_one_person(database: Database, tmp_path: Path) -> None:
    rows = [
        HEAD,
        [*GOOD[:6], "X1", "人社局"],
        ["样例李", LI, "", "", "焊工", "2014-03-15", "x1", "人社局"],
    ]
    outcome = await load(database, save(tmp_path / "t.xlsx", rows))
    assert [(line, column) for line, column, _ in whys(outcome)] == [(3, "证书编号")]
    assert len(await entries(database, "certificate_issued")) == 1


async def test_people_are_found_by_id_number_then_by_phone_and_name(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        known = await add_person(session, name="样例王", phone="+8613800000001")
        foreman = await add_person(session, name="工头", phone="+8613800000003")
    rows = [HEAD, GOOD, ["样例孙", "", "13800000003", "农民工", "焊工", "2014-03-15", "", ""]]
    await load(database, save(tmp_path / "t.xlsx", rows))
    wang, sun = await entries(database, "training_completed")
    assert wang.person == known.ledger_key
    assert sun.person != foreman.ledger_key, "who shares the foreman's number is not the foreman"
    renamed = [HEAD, ["样例汪", *GOOD[1:5], "2014-04-15", "", ""]]
    outcome = await load(database, save(tmp_path / "u.xlsx", renamed))
    assert [column for _, column, _ in whys(outcome)] == ["姓名"]
    again = [HEAD, ["样例孙", "", "138 0000 0003", "", "焊工", "2014-06-15", "", ""]]
    await load(database, save(tmp_path / "v.xlsx", again))
    assert (await entries(database, "training_completed"))[-1].person == sun.person


async def test_what_was_reversed_does_not_come_back(database: Database, tmp_path: Path) -> None:
    path = save(tmp_path / "t.xlsx", [HEAD, GOOD])
    await load(database, path)
    (entry,) = await entries(database)
    async with database.write() as session:
        values = {name: getattr(entry, name) for name in ("kind", "occurred_on", "region", "source", "person", "facts")}
        await append(session, Fact(key="undo", reverses=entry.key, **values))
    outcome = await load(database, path)
    assert (outcome.added, outcome.unchanged) == (0, 1)
    assert "was reversed in the ledger" in notes(outcome)


async def test_other_content_for_the_same_fact_is_refused(database: Database, tmp_path: Path) -> None:
    head = ["学生姓名", "身份证号", "学段", "资助金额", "发放时间"]
    row = ["样例小一", number("20000909", 5), "高中", "1000", "2014-08-20"]
    await load(database, save(tmp_path / "a.xlsx", [head, row]))
    row[3] = "2000"
    outcome = await load(database, save(tmp_path / "b.xlsx", [head, row]))
    assert "another amount; reverse it there first" in whys(outcome)[0][2]
    assert [entry.amount_fen for entry in await entries(database)] == [100_000]


async def test_two_offices_that_report_the_same_are_told(database: Database, tmp_path: Path) -> None:
    await load(database, save(tmp_path / "a.xlsx", [HEAD, GOOD]))
    outcome = await load(database, save(tmp_path / "b.xlsx", [HEAD, GOOD]), office="410102")
    assert "another office reports training_completed" in notes(outcome)
    assert outcome.added == 1


async def test_csv_in_the_encoding_of_offices_and_what_a_file_lacks(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(f"某县总工会\n姓名,身份证号,结业时间\n样例王,{WANG},20140315\n".encode("gb18030"))
    outcome = await load(database, path, settings=["培训类型=家政服务"])
    assert (outcome.added, whys(outcome)) == (1, [])
    assert (await entries(database))[0].facts["course_type"] == "home_service"
    with pytest.raises(SettingRefusedError):
        await load(database, path, settings=["星座=处女座"])


async def test_what_is_no_roster_is_refused(database: Database, tmp_path: Path) -> None:
    for rows in ([["甲", "乙"], ["1", "2"]], [["姓名", "性别"], ["样例王", "男"]]):
        with pytest.raises((RosterKindError, UnreadableFileError)):
            await load(database, save(tmp_path / "x.xlsx", rows))
    (tmp_path / "y.xlsx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(UnreadableFileError):
        await load(database, tmp_path / "y.xlsx", kind="training")
    with pytest.raises(UnreadableFileError):
        await load(database, tmp_path / "none.xlsx")


async def test_who_leaves_is_forgotten_and_still_counts(database: Database, tmp_path: Path) -> None:
    await load(database, save(tmp_path / "t.xlsx", [HEAD, GOOD]))
    async with database.write() as session:
        row = (await session.scalars(select(RosterRow))).one()
        await forget(session, row.person_id)
    async with database.read() as session:
        kept = (await session.scalars(select(RosterRow))).one()
        assert (kept.cells_sealed, kept.identity) == (None, None)
    assert len(await entries(database, "training_completed")) == 1


async def test_a_certificate_of_a_course_is_known(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        school, _, officer = await open_school(session)
        course = await new_course(session, school, begun=5, seats=9)
        ((person, enrolment),) = await fill(session, course, 1)
        person.set_name(session, "样例王")
        person.set_phone(session, "+8613800000001")
        day = session.today - timedelta(days=1)
        await classes.pass_(session, course, [enrolment], day, officer_id=officer.id)
        given = [(enrolment, "A0001")]
        await certificates.issue(
            session, course, given, issuer="labour", level="junior", day=day, officer_id=officer.id
        )
    row = ["样例王", "", "13800000001", "", "焊工", "2026-10-15", "a0001", "人社局"]
    outcome = await load(database, save(tmp_path / "t.xlsx", [HEAD, row]), office="410102")
    assert whys(outcome) == []
    assert dict(outcome.entries) == {"training_completed": 1, "training_passed": 1}
    assert "is entered with a course already" in notes(outcome)
    other = ["样例李", LI, "", "", "焊工", "2026-10-15", "A0001", "人社局"]
    outcome = await load(database, save(tmp_path / "u.xlsx", [HEAD, other]), office="410102")
    assert [column for _, column, _ in whys(outcome)] == ["证书编号"]
    assert len(await entries(database, "certificate_issued")) == 1


@pytest.mark.parametrize("number", ["A0001", "ａ0001", " a 0001", "A-0001", "A/00-01"])
async def test_a_course_gives_no_certificate_that_a_roster_brought(
    database: Database, tmp_path: Path, number: str
) -> None:
    row = ["样例王", "", "13800000001", "", "焊工", "2026-10-15", "a0001", "人社局"]
    outcome = await load(database, save(tmp_path / "t.xlsx", [HEAD, row]))
    assert whys(outcome) == []
    async with database.write() as session:
        school, _, officer = await open_school(session)
        course = await new_course(session, school, begun=5)
        ((_, enrolment),) = await fill(session, course, 1)
        day = session.today - timedelta(days=1)
        await classes.pass_(session, course, [enrolment], day, officer_id=officer.id)
        with pytest.raises(certificates.CertificateNumberTakenError, match="from a roster"):
            await certificates.issue(
                session, course, [(enrolment, number)], issuer="labour", level="none", day=day, officer_id=officer.id
            )
    assert len(await entries(database, "certificate_issued")) == 1


async def test_titles_are_those_of_the_day(database: Database, tmp_path: Path) -> None:
    async with database.write() as session:
        await open_school(session, employment_base=date(2014, 6, 1))
    head = ["姓名", "身份证号", "培训机构", "培训工种", "结业时间"]
    rows = [["样例王", WANG, "样例技校", "焊工", day] for day in ("2014-05-31", "2014-06-01")]
    await load(database, save(tmp_path / "t.xlsx", [head, *rows]))
    done = await entries(database, "training_completed")
    assert [entry.facts["titles"] for entry in done] == [[], ["employment_base"]]
