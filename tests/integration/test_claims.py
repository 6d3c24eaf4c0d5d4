"""Suspected double claims: found, shown, changing no figure, and in the way until each is reversed or released."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from house import add_office, add_officer, add_person, town
from sqlalchemy import select
from test_filing import said

from models.database import Database, Session
from models.filings import ClaimRelease
from models.ledger import LedgerEntry
from models.offices import Role
from models.people import Address, AddressPerson
from reports.claims import open_claims, persons_of, release
from reports.errors import ReportRefusedError
from reports.filers import FilingRefusedError
from reports.filing import draft, submit
from reports.form_files import load_form
from reports.periods import Period, read_period
from services.ledger import Fact, again, append

REGION = "410105"
PERIOD = read_period(load_form("form1-2014"), "2014-annual")


async def placed(
    session: Session,
    key: str,
    person: str,
    day: date,
    office: int | None = None,
    region: str = REGION,
    kind: str = "placement_started",
    source: str = "",
    **facts: Any,
) -> None:
    facts = {"how": "introduced", "evidence": "both", **facts} if kind == "placement_started" else facts
    source = source or f"placements:{key}"
    fact = Fact(
        key=key,
        kind=kind,
        occurred_on=day,
        region=region,
        source=source,
        person=person,
        facts=facts,
        office_id=office,
    )
    await append(session, fact)


async def guards(
    database: Database, region: str = REGION, period: Period = PERIOD
) -> list[tuple[str, tuple[str, ...]]]:
    async with database.read() as session:
        found = await open_claims(session, region, period)
    return [(claim.guard, tuple(entry.key for entry in claim.entries)) for claim in found]


async def test_the_same_employer_twice_within_thirty_days(database: Database) -> None:
    async with database.write() as session:
        await placed(session, "a", "wang", date(2014, 3, 1), employer="7")
        await placed(session, "b", "wang", date(2014, 3, 31), employer="7")
        await placed(session, "c", "li", date(2014, 3, 1), employer="7")
        await placed(session, "d", "li", date(2014, 4, 1), employer="7")  # a day too late
        await placed(session, "e", "zhao", date(2014, 3, 1), employer="7", evidence="seeker")
        await placed(session, "f", "zhao", date(2014, 3, 2), employer="7")  # the other is not evidenced
    assert await guards(database) == [("twice", ("a", "b"))]


async def test_one_person_claimed_by_two_offices(database: Database) -> None:
    async with database.write() as session:
        one, other = [(await add_office(session, REGION, name)).id for name in ("甲", "乙")]
        await placed(session, "a", "wang", date(2014, 3, 1), one, employer="7")
        await placed(session, "b", "wang", date(2014, 3, 9), other, employer="8")
        await placed(session, "c", "li", date(2014, 3, 1), one, employer="7")
        await placed(session, "d", "li", date(2014, 3, 9), one, employer="8")
    assert await guards(database) == [("two_offices", ("a", "b"))]


async def test_a_linked_handover_is_claimed_at_both_ends(database: Database) -> None:
    async with database.write() as session:
        for person, transferred in (("wang", "440305"), ("li", "110105"), ("zhao", None)):
            await placed(session, f"{person} from", person, date(2014, 3, 1), how="labour_export", employer="7")
            await placed(session, f"{person} to", person, date(2014, 3, 9), region="440305", employer="7")
            if transferred:
                there = Fact(
                    key=f"{person} moves",
                    kind="labour_transferred",
                    occurred_on=date(2014, 3, 2),
                    region="410100",
                    source="labour_travellers:1",
                    person=person,
                    facts={"to_region": transferred},
                )
                await append(session, there)
    found = await guards(database, "100000")
    assert found == [("twice", ("li from", "li to")), ("twice", ("zhao from", "zhao to"))], "li went somewhere else"


async def test_an_entry_without_an_office_is_of_its_regions_own(database: Database) -> None:
    async with database.write() as session:
        await placed(session, "a", "wang", date(2014, 3, 1), region="410105")
        await placed(session, "b", "wang", date(2014, 3, 10), region="410106")
        await placed(session, "c", "li", date(2014, 3, 1))
        await placed(session, "d", "li", date(2014, 3, 10))
    assert await guards(database, "410100") == [("two_offices", ("a", "b"))]


@pytest.mark.parametrize("spelt", [7, "employers:7", "employer 7"])
async def test_an_employer_is_one_however_its_id_is_written(database: Database, spelt: int | str) -> None:
    async with database.write() as session:
        for person, one, other in (("wang", "7", spelt), ("li", "样例厂", "样例厂"), ("zhao", "样例厂", "样例厂 7")):
            await placed(session, f"{person} a", person, date(2014, 3, 1), employer=one)
            await placed(session, f"{person} b", person, date(2014, 3, 9), employer=other)
    assert await guards(database) == [("twice", ("wang a", "wang b")), ("twice", ("li a", "li b"))]


async def test_an_entry_without_an_office_is_of_any_office_of_its_region(database: Database) -> None:
    async with database.write() as session:
        own, city = [(await add_office(session, code)).id for code in (REGION, "410100")]
        for person, office in (("wang", own), ("li", city)):
            await placed(session, f"{person} a", person, date(2014, 3, 1), employer="7")
            await placed(session, f"{person} b", person, date(2014, 3, 9), office, employer="8")
    assert await guards(database) == [("two_offices", ("li a", "li b"))]


async def test_another_job_in_between_hides_nothing(database: Database) -> None:
    async with database.write() as session:
        for key, day, employer in (("a", 1, "7"), ("b", 5, "8"), ("c", 10, "7")):
            await placed(session, key, "wang", date(2014, 3, day), employer=employer)
    assert await guards(database) == [("twice", ("a", "c"))]


async def test_a_start_shortly_before_the_period_is_looked_at_but_not_its_own_claims(database: Database) -> None:
    async with database.write() as session:
        for key, day in (("a", date(2013, 11, 1)), ("b", date(2013, 11, 20)), ("c", date(2013, 12, 5))):
            await placed(session, key, "wang", day, employer="7")
    assert await guards(database) == [("twice", ("b", "c"))]


@pytest.mark.parametrize("as_", [str, int])
async def test_more_started_than_the_vacancy_wanted(database: Database, as_: type) -> None:
    async with database.write() as session:
        vacancy, _, _ = await town(session, headcount=1)
        for number, person in enumerate(("wang", "li")):
            await placed(session, f"k{number}", person, date(2014, 3, 1), vacancy=as_(vacancy.id))
        await placed(session, "other", "zhao", date(2014, 3, 1), vacancy="no number of ours")
    assert await guards(database) == [("over_posts", ("k0", "k1"))]


async def test_a_vacancy_is_filled_once_over_all_years_and_regions(database: Database) -> None:
    """The claim shows where the later start lies."""
    async with database.write() as session:
        vacancy, _, _ = await town(session, headcount=1)
        for key, day, region in (
            ("a", date(2013, 11, 20), REGION),
            ("b", date(2014, 3, 1), "410106"),
            ("c", date(2014, 3, 2), REGION),
            ("d", date(2014, 12, 1), REGION),
        ):
            await placed(session, key, key, day, region=region, vacancy=f"vacancies:{vacancy.id}")
        await placed(session, "c again", "c", date(2014, 6, 1), region="410181", vacancy=vacancy.id)
    assert await guards(database) == [("over_posts", ("a", "b", "c"))]
    assert await guards(database, "410100") == [("over_posts", ("a", "b", "c"))], "the same claim above"
    assert await guards(database, "410106") == [("over_posts", ("a", "b"))]
    assert await guards(database, "410181") == [], "nobody more started there"
    form = load_form("form1-2014")
    assert await guards(database, REGION, read_period(form, "2013-annual")) == [], "the first is not one too many"
    later = await guards(database, REGION, read_period(form, "2015-annual"))
    assert later == [("over_posts", ("a", "b", "c", "c again", "d"))]


@pytest.mark.parametrize(
    ("source", "facts", "free"),
    [
        ("placements:k0", {}, True),
        ("placements:9", {}, False),  # another of their placements ended
        ("hotline 3", {}, True),
        ("hotline 3", {"employer": "employers:7"}, True),
        ("hotline 3", {"employer": "8"}, False),
    ],
)
async def test_who_has_left_frees_the_post(database: Database, source: str, facts: dict[str, Any], free: bool) -> None:
    async with database.write() as session:
        vacancy, _, _ = await town(session, headcount=1)
        facts = {"days": 19, "reason": "left", **facts}
        await placed(session, "k0", "wang", date(2014, 3, 1), vacancy=vacancy.id, employer="7")
        await placed(session, "end", "wang", date(2014, 3, 20), kind="placement_ended", source=source, **facts)
        await placed(session, "k1", "li", date(2014, 5, 1), vacancy=vacancy.id, employer="7")
    assert await guards(database) == ([] if free else [("over_posts", ("k0", "k1"))])


async def test_two_jobs_of_one_person_are_no_two_people_of_one_number(database: Database) -> None:
    async with database.write() as session:
        owner = await add_person(session)
        address = (await session.scalars(select(Address).where(Address.person_id == owner.id))).one()
        workers = [await add_person(session) for _ in range(6)]
        session.add_all(AddressPerson(address_id=address.id, person_id=one.id, since=session.now) for one in workers)
        for key, day in (("a", date(2014, 1, 5)), ("b", date(2014, 9, 5))):
            await placed(session, key, workers[0].ledger_key, day)
    assert await guards(database) == []


@pytest.mark.parametrize("former", [False, True])
async def test_a_release_holds_when_evidence_rises(database: Database, former: bool) -> None:
    """The entry is cancelled and written anew under another key; a release of earlier days goes by the keys."""
    async with database.write() as session:
        boss = (await add_officer(session, await add_office(session, REGION), Role.SUPERVISOR)).id
        for key, day in (("a", 1), ("b", 9)):
            await placed(session, key, "wang", date(2014, 3, day), employer="7")
    async with database.write() as session:
        (claim,) = await open_claims(session, REGION, PERIOD)
        if former:
            row = ClaimRelease(id=session.new_id(), claim=claim.former_code, reason="两份合同", released_by=boss)
            row.released_at = session.now
            session.add(row)
        else:
            await release(session, REGION, PERIOD, claim.code, by=boss, reason="两份合同")
    assert await guards(database) == []
    async with database.write() as session:
        found = (await session.scalars(select(LedgerEntry).where(LedgerEntry.key == "b"))).one()
        await append(session, again(found, "no b", reverses="b"))
        await append(session, replace(again(found, "b'"), facts={**found.facts, "evidence": "contract"}))
    assert await guards(database) == ([("twice", ("a", "b'"))] if former else [])


async def test_a_release_is_not_one_of_another_persons_claim(database: Database) -> None:
    """Sources may repeat: a file of an office is one for all its lines."""
    async with database.write() as session:
        boss = (await add_officer(session, await add_office(session, REGION), Role.SUPERVISOR)).id
        for person in ("wang", "li"):
            for key, day in ((f"{person} a", 1), (f"{person} b", 9)):
                await placed(session, key, person, date(2014, 3, day), employer="7", source="file 1")
    async with database.write() as session:
        first, _ = await open_claims(session, REGION, PERIOD)
        await release(session, REGION, PERIOD, first.code, by=boss, reason="两份合同")
    assert await guards(database) == [("twice", ("li a", "li b"))]


@pytest.mark.parametrize(("people", "officer", "found"), [(6, False, True), (5, False, False), (6, True, False)])
async def test_one_number_with_many_workers(database: Database, people: int, officer: bool, found: bool) -> None:
    async with database.write() as session:
        owner = await add_person(session)
        address = (await session.scalars(select(Address).where(Address.person_id == owner.id))).one()
        for number in range(people):
            worker = await add_person(session)
            session.add(AddressPerson(address_id=address.id, person_id=worker.id, since=session.now))
            if number < 2:
                await placed(session, f"k{number}", worker.ledger_key, date(2014, 3, 1))
        if officer:
            boss = await add_officer(session, await add_office(session, REGION), Role.INFORMATION_OFFICER)
            session.add(AddressPerson(address_id=address.id, person_id=boss.id, since=session.now))
    assert await guards(database) == ([("one_number", ("k0", "k1"))] if found else [])


async def test_a_reversed_placement_claims_nothing(database: Database) -> None:
    async with database.write() as session:
        await placed(session, "a", "wang", date(2014, 3, 1), employer="7")
        await placed(session, "b", "wang", date(2014, 3, 2), employer="7")
        reversal = Fact(
            key="r",
            kind="placement_started",
            occurred_on=date(2014, 3, 2),
            region=REGION,
            source="placements:b",
            person="wang",
            facts={"how": "introduced", "evidence": "both", "employer": "7"},
            reverses="b",
        )
        await append(session, reversal)
    assert await guards(database) == []


async def test_a_report_waits_until_each_is_released_and_no_figure_changes(database: Database, clock: Any) -> None:
    clock.now = datetime(2014, 12, 2, 1, tzinfo=UTC)
    async with database.write() as session:
        boss = (await add_officer(session, await add_office(session, REGION), Role.SUPERVISOR)).id
        await placed(session, "a", "wang", date(2014, 3, 1), employer="7")
        await placed(session, "b", "wang", date(2014, 3, 2), employer="7")
    async with database.write() as session:
        ready = await draft(session, "form1-2014", REGION, "2014-annual")
        assert (ready.report.figures["2"], persons_of(ready.claims)) == (1, 1)
        with pytest.raises(FilingRefusedError, match="待核 1 人"):
            await submit(session, ready, said(ready), by=boss)
        code = ready.claims[0].code
        with pytest.raises(ReportRefusedError, match="why"):
            await release(session, REGION, PERIOD, code, by=boss, reason=" ")
        with pytest.raises(ReportRefusedError, match="no open claim"):
            await release(session, REGION, PERIOD, "twice-000000000000", by=boss, reason="两份合同")
        await release(session, REGION, PERIOD, code, by=boss, reason="两份合同")
        again = await draft(session, "form1-2014", REGION, "2014-annual")
        assert again.claims == ()
        assert (await submit(session, again, said(again), by=boss)).figures["2"] == 1
