"""Two records that are one person: found, merged with all that hangs on them, and taken apart again exactly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from house import add_employer, add_office, add_officer, add_person, add_seeker, add_vacancy, heard
from rosters_book import LI, WANG, number, save
from sqlalchemy import select
from test_placements import confirmed

from models.database import Database, Session
from models.errors import NotFoundError
from models.ledger import LedgerEntry
from models.merges import PersonMerge
from models.offices import Office
from models.people import Address, GroupMembership, Person, Seeker
from models.tables import metadata
from models.training import Course, Enrolment, Institution
from reports.report import compute
from services import applications, evidence, people, training
from services.access import find_by_phone
from services.duplicates import Candidate, candidates
from services.leaving import forget
from services.ledger import Fact, append_about
from services.merges import MergeRefusedError, keep_apart, merge, unmerge
from services.notices import tell
from services.rosters.importing import import_roster

CITY, COUNTY = "410100", "410105"
BESIDE = {"audit_entries", "ledger_entries", "person_merges"}


async def office_with_officer(session: Session, region: str = CITY) -> tuple[Office, int]:
    office = await add_office(session, region)
    return office, (await add_officer(session, office)).id


async def snapshot(database: Database) -> str:
    """Everything stored but what is only ever appended, with names and numbers opened."""
    async with database.read() as session:
        found: dict[str, Any] = {}
        for table in metadata.sorted_tables:
            if table.name not in BESIDE:
                rows = [dict(row) for row in (await session.execute(select(table))).mappings()]
                plain = [{k: v for k, v in row.items() if not k.endswith("_sealed")} for row in rows]
                found[table.name] = sorted(map(str, plain))
        for person in await session.scalars(select(Person).order_by(Person.id)):
            opened = (person.name(session), person.phone(session), person.id_number(session))
            found[f"person {person.id}"] = [*map(str, opened), str(await people.profile_of(session, person.id))]
        return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)


async def two_records(session: Session) -> tuple[int, int, int, Office]:
    """王 came by web chat without a phone, and by a roster with phone and ID number: (kept, gone, officer, office)."""
    office, officer = await office_with_officer(session)
    employer, recruiter = await add_employer(session)
    vacancies = [await add_vacancy(session, employer, recruiter, title=title) for title in ("电焊工", "钳工")]
    kept = await add_seeker(session, COUNTY, name="样例王")
    gone = await add_seeker(session, COUNTY, name="样例王", phone="+8613800000001")
    gone.set_id_number(session, WANG)
    gone.opted_out_at = session.now
    await people.join_group(session, gone.id, people.Group.MIGRANT)
    await session.flush()
    await applications.apply(session, kept.id, vacancies[0].id)
    for vacancy in vacancies:
        await applications.apply(session, gone.id, vacancy.id)
    school = Institution(id=session.new_id(), name="样例技校", region=CITY, titles=[])
    session.add(school)
    await session.flush()
    course = Course(
        id=session.new_id(),
        institution_id=school.id,
        title="焊工班",
        course_type="skill",
        region=CITY,
        occupations=[],
        starts_on=date(2026, 12, 1),
        days=10,
        seats=5,
        free=True,
    )
    session.add(course)
    await session.flush()
    await training.enrol(session, gone.id, course.id)
    for person, key in ((kept, "a"), (gone, "b")):
        fact = Fact(
            key=key,
            kind="training_completed",
            occurred_on=date(2026, 3, 1),
            region=COUNTY,
            source=f"records:{key}",
            facts={"course_type": "skill"},
        )
        await append_about(session, person.id, fact)
    await session.flush()
    return kept.id, gone.id, officer, office


async def trained(database: Database) -> Any:
    async with database.read() as session:
        return (await compute(session, "form1-2014", CITY, "2026-annual")).figures["1"]


async def test_a_merge_moves_everything_and_counts_one_person(database: Database) -> None:
    async with database.write() as session:
        kept, gone, officer, office = await two_records(session)
    assert await trained(database) == 2
    async with database.write() as session:
        row = await merge(session, kept, gone, officer_id=officer, office=office, reason="同一个人")
        assert len(row.moved["rows"]["applications.seeker_id"]) == 1
        assert len(row.moved["left"]["applications.seeker_id"]) == 1, "both had applied for one vacancy"
    assert await trained(database) == 1
    async with database.read() as session:
        person = await session.get_one(Person, kept)
        assert (person.phone(session), person.id_number(session)) == ("+8613800000001", WANG)
        assert person.opted_out_at is not None, "a stop holds for both"
        assert (await find_by_phone(session, "+8613800000001") or person).id == kept
        assert {
            a.person_id for a in await session.scalars(select(Address).where(Address.person_id.in_([kept, gone])))
        } == {kept}
        assert (await session.scalars(select(Enrolment))).one().person_id == kept
        assert (await session.scalars(select(GroupMembership))).one().person_id == kept
        assert not (await session.get_one(Seeker, gone)).active
        entry = (await session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "person_merged"))).one()
        assert entry.facts == {"into": person.ledger_key}


async def test_unmerge_undoes_exactly(database: Database) -> None:
    async with database.write() as session:
        kept, gone, officer, office = await two_records(session)
    before = await snapshot(database)
    async with database.write() as session:
        row = await merge(session, kept, gone, officer_id=officer, office=office, reason="同一个人")
    assert await snapshot(database) != before
    async with database.write() as session:
        await unmerge(session, row.id, officer_id=officer, office=office, reason="看错了")
    assert await snapshot(database) == before
    assert await trained(database) == 2
    async with database.write() as session:
        with pytest.raises(MergeRefusedError, match="already"):
            await unmerge(session, row.id, officer_id=officer, office=office, reason="再来")
        again = await merge(session, kept, gone, officer_id=officer, office=office, reason="还是同一个人")
        assert again.id != row.id
    assert await trained(database) == 1


async def test_the_wish_of_who_had_none_goes_along_and_comes_back(database: Database) -> None:
    async with database.write() as session:
        office, officer = await office_with_officer(session)
        seeker = await add_seeker(session, COUNTY, name="样例李")
        bare = await add_person(session, name="样例李")
        await applications_of(session, bare)
    before = await snapshot(database)
    async with database.write() as session:
        row = await merge(session, bare.id, seeker.id, officer_id=officer, office=office, reason="同一个人")
    async with database.read() as session:
        assert await people.profile_of(session, bare.id) == {"region": COUNTY}
    async with database.write() as session:
        await unmerge(session, row.id, officer_id=officer, office=office, reason="看错了")
    assert await snapshot(database) == before


async def applications_of(session: Session, person: Person) -> None:
    """Somebody of whom the office knows by an application only."""
    employer, recruiter = await add_employer(session)
    vacancy = await add_vacancy(session, employer, recruiter)
    await people.give_consent(session, person.id, people.KEEP_PROFILE)
    await applications.apply(session, person.id, vacancy.id)
    await session.flush()


async def seekers(session: Session, *names: str) -> list[int]:
    return [(await add_seeker(session, COUNTY, name=name)).id for name in names]


async def test_circles_selves_and_two_id_numbers_are_refused(database: Database) -> None:
    async with database.write() as session:
        office, officer = await office_with_officer(session)
        a, b, c, d = await seekers(session, "甲", "甲", "甲", "甲")
        (await session.get_one(Person, a)).set_id_number(session, WANG)
        (await session.get_one(Person, d)).set_id_number(session, LI)

        async def go(kept: int, gone: int, reason: str = "同") -> PersonMerge:
            return await merge(session, kept, gone, officer_id=officer, office=office, reason=reason)

        first = await go(b, a)
        for kept, gone in ((a, b), (a, c), (b, a), (c, c)):
            with pytest.raises(MergeRefusedError):
                await go(kept, gone)
        await go(c, b)
        with pytest.raises(MergeRefusedError, match="two different ID numbers"):
            await go(c, d)
        with pytest.raises(MergeRefusedError, match="undo that first"):
            await unmerge(session, first.id, officer_id=officer, office=office, reason="x")
        with pytest.raises(MergeRefusedError, match="say why"):
            await go(d, c, " ")


async def test_out_of_region_is_not_found(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        a, b = await seekers(session, "甲", "甲")
        elsewhere, officer = await office_with_officer(session, "420100")
        with pytest.raises(NotFoundError):
            await merge(session, a, b, officer_id=officer, office=elsewhere, reason="同")
        with pytest.raises(NotFoundError):
            await keep_apart(session, a, b, officer_id=officer, office=elsewhere)


@pytest.mark.parametrize("turn", [False, True])
async def test_two_who_merge_at_once_in_a_circle(open_database: Callable[[], Database], turn: bool) -> None:
    one, other = open_database(), open_database()
    async with one.write() as session:
        office, officer = await office_with_officer(session)
        a, b = await seekers(session, "甲", "甲")

    async def go(database: Database, kept: int, gone: int) -> str:
        try:
            async with database.write() as session:
                await merge(session, kept, gone, officer_id=officer, office=office, reason="同")
                await asyncio.sleep(0.05)
        except MergeRefusedError:
            return "refused"
        return "merged"

    pairs = [(a, b), (b, a)] if turn else [(b, a), (a, b)]
    done = await asyncio.gather(go(one, *pairs[0]), go(other, *pairs[1]))
    assert sorted(done) == ["merged", "refused"]
    async with one.read() as session:
        merged = [p.merged_into for p in await session.scalars(select(Person).where(Person.id.in_([a, b])))]
    assert merged.count(None) == 1


async def test_who_leaves_after_a_merge_is_forgotten_with_both_records(database: Database) -> None:
    async with database.write() as session:
        kept, gone, officer, office = await two_records(session)
        await merge(session, kept, gone, officer_id=officer, office=office, reason="同一个人")
        await tell(session, kept, "notice.office_says", office="某工会", words="您好")
        await forget(session, kept)
    async with database.write() as session:
        for person_id in (kept, gone):
            person = await session.get_one(Person, person_id)
            assert (person.name_sealed, person.phone_sealed, person.id_number_sealed) == (None, None, None)
            assert await heard(session, person_id) == []


async def test_a_roster_after_a_merge_counts_nobody_twice(database: Database, tmp_path: Path) -> None:
    head = ["姓名", "身份证号", "联系电话", "培训工种", "结业时间"]
    path = save(tmp_path / "t.xlsx", [head, ["样例王", WANG, "", "焊工", "2026-03-15"]])
    async with database.write() as session:
        office, officer = await office_with_officer(session)
        await import_roster(session, path, office)
        kept = (await add_seeker(session, COUNTY, name="样例王")).id
        gone = (await session.scalars(select(Person).where(Person.id_number_index.is_not(None)))).one().id
        await merge(session, kept, gone, officer_id=officer, office=office, reason="同一个人")
    async with database.write() as session:
        outcome = await import_roster(session, path, await session.get_one(Office, office.id))
    assert (outcome.added, outcome.unchanged) == (0, 1)


# ---- who may be one


async def found(database: Database, region: str = CITY) -> list[Candidate]:
    async with database.read() as session:
        return await candidates(session, region)


async def person(session: Session, name: str, phone: str | None, born: str | None = None, **more: Any) -> int:
    seeker = await add_seeker(session, more.get("region", COUNTY), name=name)
    seeker.set_phone(session, phone, proven=more.get("proven", False))
    if more.get("id_number"):
        seeker.set_id_number(session, more["id_number"])
    if born:
        profile = {"region": more.get("region", COUNTY), "birth_year": int(born)}
        await people.register_seeker(session, seeker.id, profile)
    return seeker.id


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("样例王", "+8613800000001"), ("样例王", "+8613800000001"), ("phone", "name")),
        (("样例王", "+8613800000001"), ("样例李", "+8613800000001"), None),  # one house, two people
        (("王小明", None, "1970"), ("王晓明", None, "1970"), ("name", "birth_year", "place")),
        (("王小明", None, "1970"), ("王晓明", None, "1971"), None),
        (("王小明", None, "1970"), ("赵大海", None, "1970"), None),
        (("王小明", None, None), ("王小明", None, None), None),  # a name alone is nobody
    ],
    ids=str,
)
async def test_candidates(database: Database, one: Any, other: Any, why: Any) -> None:
    async with database.write() as session:
        await add_office(session)
        ids = [await person(session, *one), await person(session, *other)]
    pairs = await found(database)
    assert [pair.why for pair in pairs] == ([why] if why else [])
    assert not pairs or [pairs[0].one, pairs[0].other] == ids


async def test_birth_year_of_an_id_number_and_two_numbers_are_two_people(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        a = await person(session, "王小明", None, id_number=number("19700505", 1))
        b = await person(session, "王小明", None, "1970")
        await person(session, "王小明", None, id_number=number("19700606", 2))
    pairs = await found(database)
    assert {(pair.one, pair.other) for pair in pairs} >= {(a, b)}
    assert all({pair.one, pair.other} != {a, b + 1} for pair in pairs)
    assert len(pairs) == 2


async def test_other_regions_merged_and_apart_ones_are_no_candidates(database: Database) -> None:
    async with database.write() as session:
        office, officer = await office_with_officer(session)
        await add_office(session, "420100")
        a, b, c = [await person(session, "样例王", "+8613800000001") for _ in range(3)]
        await person(session, "样例王", "+8613800000001", region="420106")
    assert len(await found(database)) == 3
    assert await found(database, "420100") == []
    async with database.write() as session:
        await merge(session, a, b, officer_id=officer, office=office, reason="同")
    assert [(p.one, p.other) for p in await found(database)] == [(a, c)]
    async with database.write() as session:
        await keep_apart(session, c, a, officer_id=officer, office=office)
        await keep_apart(session, a, c, officer_id=officer, office=office)
    assert await found(database) == []


async def test_the_entries_of_a_placement_stand_under_whatever_record_the_person_goes_on_as(database: Database) -> None:
    """Evidence rises and a reversal cancels all of them, though they name the key of a record that was merged."""
    async with database.write() as session:
        placement, gone = await confirmed(session, evidence="seeker")
        office = (await session.scalars(select(Office))).one()
        officer = (await add_officer(session, office)).id
        kept, last = await add_seeker(session), await add_seeker(session)
        await merge(session, kept.id, gone.id, officer_id=officer, office=office, reason="同一个人")
        row = await merge(session, last.id, kept.id, officer_id=officer, office=office, reason="同一个人")
        assert placement.person_id == last.id
        assert [entry.kind for entry in await evidence.standing(session, placement)] == [
            "placement_started",
            "contract_signed",
        ]
        await evidence.raise_evidence(session, placement, "contract", by=officer)
        found = {e.kind: (e.person, e.facts.get("evidence")) for e in await evidence.standing(session, placement)}
        assert found["placement_started"] == (gone.ledger_key, "contract")
        await unmerge(session, row.id, officer_id=officer, office=office, reason="两个人")
        assert placement.person_id == kept.id and len(await evidence.standing(session, placement)) == 2
        assert await evidence.reverse_placement(session, placement, officer_id=officer, reason="staff_call") == 2
        assert await evidence.standing(session, placement) == []
    async with database.read() as session:
        assert (await compute(session, "form1-2014", CITY, "2026-annual")).figures["2"] is None
