"""Suspected double claims: found, shown, changing no figure, and in the way until each is reversed or released."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from house import add_office, add_officer, add_person, town
from sqlalchemy import select
from test_filing import said

from models.database import Database, Session
from models.offices import Role
from models.people import Address, AddressPerson
from reports.claims import open_claims, persons_of, release
from reports.errors import ReportRefusedError
from reports.filers import FilingRefusedError
from reports.filing import draft, submit
from reports.form_files import load_form
from reports.periods import read_period
from services.ledger import Fact, append

REGION = "410105"
PERIOD = read_period(load_form("form1-2014"), "2014-annual")


async def placed(
    session: Session,
    key: str,
    person: str,
    day: date,
    office: int | None = None,
    region: str = REGION,
    **facts: Any,
) -> None:
    facts = {"how": "introduced", "evidence": "both", **facts}
    source = f"placements:{key}"
    fact = Fact(
        key=key,
        kind="placement_started",
        occurred_on=day,
        region=region,
        source=source,
        person=person,
        facts=facts,
        office_id=office,
    )
    await append(session, fact)


async def guards(database: Database, region: str = REGION) -> list[tuple[str, tuple[str, ...]]]:
    async with database.read() as session:
        found = await open_claims(session, region, PERIOD)
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
