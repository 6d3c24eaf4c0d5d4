"""Random audit: a lot anybody can redraw, calls with an outcome, the office heard before anything is reversed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from house import add_office, add_officer, add_person, texts
from sqlalchemy import select
from test_placements import confirmed

from models.audits import AuditCheck, AuditDraw
from models.database import Database, Session
from models.errors import MoveRefusedError, NotFoundError
from models.follow_ups import FollowUp
from models.ledger import LedgerEntry
from models.offices import Office
from models.placements import Placement
from models.states import CheckState, FollowUpState, PlacementState
from models.vacancies import Vacancy
from reports.report import compute
from services.audit_checks import decide, note_outcome, person_of, reply, words_of
from services.audit_draws import (
    AuditRefusedError,
    EarlierDrawError,
    checks_of,
    draw,
    draws_of,
    lot,
    redraw,
    size,
    tally,
)
from services.leaving import forget
from services.ledger import Fact, append
from services.staff import NotStaffError

CITY, COUNTY = "410100", "410105"
START, END = date(2014, 1, 1), date(2014, 11, 30)
DENIED, CONFIRMED = CheckState.DENIED, CheckState.CONFIRMED


async def placed(session: Session, number: int, office: int | None, **more: Any) -> None:
    person = await add_person(session, name=f"样例{number}", phone=f"+86138000{number:05d}")
    fact = Fact(
        key=f"p{number}",
        kind="placement_started",
        occurred_on=more.get("day", date(2014, 3, 1)),
        region=more.get("region", COUNTY),
        source=f"records:{number}",
        person=person.ledger_key,
        office_id=office,
        facts={"how": "introduced", "evidence": more.get("evidence", "both")},
    )
    await append(session, fact)


@pytest.fixture
async def house(database: Database) -> dict[str, int]:
    """Twenty placements of a county office; the city's officer draws, the county's replies."""
    async with database.write() as session:
        city, county = await add_office(session, CITY), await add_office(session, COUNTY)
        found = {
            "drawer": (await add_officer(session, city)).id,
            "second": (await add_officer(session, city)).id,
            "county": (await add_officer(session, county)).id,
            "stranger": (await add_officer(session, await add_office(session, "420100"))).id,
            "office": county.id,
        }
        for number in range(20):
            await placed(session, number, county.id)
        await placed(session, 20, county.id, evidence="seeker")
        await placed(session, 21, county.id, day=date(2013, 3, 1))
        await placed(session, 22, None, region="420105")
    return found


async def drawn(session: Session, officer: int, **more: Any) -> AuditDraw:
    usual: dict[str, Any] = {"percent_hundredths": 2000, "minimum": 1, "maximum": 10, "seed": "20141201"} | more
    return await draw(session, usual.pop("region", CITY), START, END, officer_id=officer, **usual)


@pytest.mark.parametrize(
    ("population", "share", "low", "high", "wanted"),
    [
        (100, 500, 1, 50, 5),
        (101, 500, 1, 50, 6),
        (100, 500, 10, 50, 10),
        (7, 500, 10, 50, 7),
        (9999, 10_000, 1, 50, 50),
    ],
)
def test_how_many_are_drawn(population: int, share: int, low: int, high: int, wanted: int) -> None:
    assert size(population, share, low, high) == wanted


def test_a_lot_depends_on_the_seed_and_on_nothing_else() -> None:
    keys = [f"k{n}" for n in range(50)]
    assert lot(keys, "a") == lot(keys[::-1], "a") != lot(keys, "b")
    assert sorted(lot(keys, "a")) == sorted(keys)


async def test_only_evidenced_placements_of_region_and_period_are_drawn(database: Database, house: Any) -> None:
    async with database.write() as session:
        row = await drawn(session, house["drawer"])
        checks = await checks_of(session, row.id, CITY)
        assert (row.population, len(checks)) == (20, 4)
        assert {check.entry_key for check in checks} <= {f"p{n}" for n in range(20)}
        assert [check.number for check in checks] == [1, 2, 3, 4]
        assert await draws_of(session, "420100") == []


async def test_everything_can_be_drawn(database: Database, house: Any) -> None:
    async with database.write() as session:
        everything = await drawn(session, house["drawer"], percent_hundredths=10_000, maximum=100)
        assert len(await checks_of(session, everything.id, CITY)) == 20


async def test_a_lot_that_does_not_please_is_not_drawn_again(database: Database, house: Any) -> None:
    async with database.write() as session:
        row = await drawn(session, house["drawer"])
        with pytest.raises(EarlierDrawError):
            await drawn(session, house["drawer"], seed="a kinder one")
        for check in await checks_of(session, row.id, CITY):
            await note_outcome(session, check.id, CheckState.CONFIRMED, officer_id=house["drawer"])
        assert (await drawn(session, house["drawer"], seed="the next one")).id != row.id


async def test_anybody_can_redraw_whatever_came_later(database: Database, house: Any, clock: Any) -> None:
    async with database.write() as session:
        row = await drawn(session, house["drawer"])
    clock.move(days=1)
    async with database.write() as session:
        await placed(session, 30, house["office"])
        entry = (await session.scalars(select(LedgerEntry).where(LedgerEntry.key == "p3"))).one()
        values = {n: getattr(entry, n) for n in ("kind", "occurred_on", "region", "source", "person", "facts")}
        await append(session, Fact(key="undo", reverses="p3", **values))
    async with database.read() as session:
        assert await redraw(session, await session.get_one(AuditDraw, row.id))
    async with database.write() as session:
        (await session.get_one(AuditDraw, row.id)).seed = "other"
    async with database.read() as session:
        assert not await redraw(session, await session.get_one(AuditDraw, row.id))


@pytest.mark.parametrize(
    "bad",
    [
        {"percent_hundredths": 0},
        {"percent_hundredths": 10_001},
        {"minimum": 11},
        {"maximum": 0, "minimum": 0},
        {"seed": " "},
        {"region": "410102"},
    ],
    ids=str,
)
async def test_a_draw_that_makes_no_sense_is_refused(database: Database, house: Any, bad: dict[str, Any]) -> None:
    async with database.write() as session:
        with pytest.raises(AuditRefusedError):
            await drawn(session, house["drawer"], **bad)
        assert (await session.scalars(select(AuditDraw))).all() == []


async def test_only_staff_above_the_region_draw_and_call(database: Database, house: Any) -> None:
    async with database.write() as session:
        for name in ("stranger", "county"):
            with pytest.raises(NotStaffError):
                await drawn(session, house[name])
        row = await drawn(session, house["drawer"])
        check = (await checks_of(session, row.id, CITY))[0]
        with pytest.raises(NotStaffError):
            await note_outcome(session, check.id, CONFIRMED, officer_id=house["stranger"])
        with pytest.raises(NotFoundError):
            await note_outcome(session, 5, CONFIRMED, officer_id=house["drawer"])


async def test_the_rate_shows_both_numbers_and_silence_stays_in_it(database: Database, house: Any) -> None:
    async with database.write() as session:
        row = await drawn(session, house["drawer"])
        checks = await checks_of(session, row.id, CITY)
        assert tally([]).rate == "0/0 = —"
        await note_outcome(session, checks[0].id, CONFIRMED, officer_id=house["drawer"])
        await note_outcome(session, checks[1].id, CheckState.NOT_REACHED, officer_id=house["drawer"])
        await note_outcome(session, checks[2].id, DENIED, officer_id=house["drawer"], note="没去过")
        found = tally(checks)
        assert found.rate == "1/4 = 25.0%"
        assert (found.not_reached, found.denied, found.not_called) == (1, 1, 1)
        await note_outcome(session, checks[1].id, CONFIRMED, officer_id=house["drawer"])
        assert tally(checks).rate == "2/4 = 50.0%"
        with pytest.raises(MoveRefusedError):
            await note_outcome(session, checks[0].id, DENIED, officer_id=house["drawer"], note="x")
        person = await person_of(session, checks[0])
        assert person is not None


async def doubted(session: Session, house: Any) -> AuditCheck:
    row = await drawn(session, house["drawer"])
    check = (await checks_of(session, row.id, CITY))[0]
    return await note_outcome(session, check.id, DENIED, officer_id=house["drawer"], note="没在那里上班")


async def placements(database: Database) -> Any:
    async with database.read() as session:
        return (await compute(session, "form1-2014", CITY, "2014-annual")).figures["2"]


async def test_a_denial_is_told_to_the_office_and_reversed_only_after_its_reply(
    database: Database, house: Any, clock: Any
) -> None:
    async with database.write() as session:
        check = await doubted(session, house)
        with pytest.raises(AuditRefusedError, match="may reply until 2026-12-08"):
            await decide(session, check.id, reverse=True, officer_id=house["second"], why="x")
        with pytest.raises(AuditRefusedError, match="say what"):
            await reply(session, check.id, " ", officer_id=house["county"])
        with pytest.raises(AuditRefusedError, match="only the office"):
            await reply(session, check.id, "我们替他们说", officer_id=house["drawer"])
        await reply(session, check.id, "已离职，附工资单", officer_id=house["county"])
        assert words_of(session, check) == ("没在那里上班", "已离职，附工资单")
        with pytest.raises(MoveRefusedError):
            await reply(session, check.id, "再说一次", officer_id=house["county"])
    assert await placements(database) == 20
    told = await texts(database, house["county"])
    assert "2014-03-01" in told[-1]
    assert "2026-12-08" in told[-1]
    async with database.write() as session:
        with pytest.raises(AuditRefusedError, match="say why"):
            await decide(session, check.id, reverse=True, officer_id=house["second"], why="")
        await decide(session, check.id, reverse=True, officer_id=house["second"], why="没有证据")
    assert await placements(database) == 19
    async with database.write() as session:
        with pytest.raises(MoveRefusedError):
            await decide(session, check.id, reverse=False, officer_id=house["second"], why="又改主意")
    assert await placements(database) == 19


async def test_what_was_said_on_the_phone_goes_with_who_leaves(database: Database, house: Any) -> None:
    async with database.write() as session:
        check = await doubted(session, house)
        person = await person_of(session, check)
        assert person is not None
        await forget(session, person.id)
    async with database.read() as session:
        kept = await session.get_one(AuditCheck, check.id)
        assert (kept.note_sealed, kept.outcome) == (None, DENIED)
        assert await person_of(session, kept) is None


async def test_who_replied_does_not_decide_and_what_stands_changes_no_figure(database: Database, house: Any) -> None:
    async with database.write() as session:
        check = await doubted(session, house)
        await reply(session, check.id, "有合同", officer_id=house["county"])
        with pytest.raises(AuditRefusedError, match="who replied"):
            await decide(session, check.id, reverse=False, officer_id=house["county"], why="我说了算")
        await decide(session, check.id, reverse=False, officer_id=house["drawer"], why="合同属实")
        assert check.outcome == DENIED
    assert await placements(database) == 20


async def test_an_office_that_says_nothing_had_its_time(database: Database, house: Any, clock: Any) -> None:
    async with database.write() as session:
        check = await doubted(session, house)
    clock.move(days=15)
    async with database.write() as session:
        with pytest.raises(AuditRefusedError):
            await decide(session, check.id, reverse=True, officer_id=house["drawer"], why="无答复")
    clock.move(days=1)
    async with database.write() as session:
        await decide(session, check.id, reverse=True, officer_id=house["drawer"], why="无答复")
    assert await placements(database) == 19


async def test_of_two_starts_in_one_roster_line_only_the_denied_one_falls(database: Database, house: Any) -> None:
    async with database.write() as session:
        person = await add_person(session, name="样例两次", phone="+8613800099999")
        for month in (3, 8):
            shared = {
                "occurred_on": date(2014, month, 1),
                "region": COUNTY,
                "source": "placements:x",
                "person": person.ledger_key,
                "office_id": house["office"],
            }
            work, paper = {"how": "introduced", "evidence": "both"}, {"contract": "open_ended"}
            await append(session, Fact(key=f"start{month}", kind="placement_started", facts=work, **shared))
            await append(session, Fact(key=f"paper{month}", kind="contract_signed", facts=paper, **shared))
        row = await drawn(session, house["drawer"], percent_hundredths=10_000, maximum=100)
        check = next(one for one in await checks_of(session, row.id, CITY) if one.entry_key == "start3")
        await note_outcome(session, check.id, DENIED, officer_id=house["drawer"], note="没去过")
        await reply(session, check.id, "登记错了", officer_id=house["county"])
        await decide(session, check.id, reverse=True, officer_id=house["drawer"], why="查实")
        undone = set(await session.scalars(select(LedgerEntry.reverses).where(LedgerEntry.reverses.is_not(None))))
    assert undone == {"start3", "paper3"}


async def test_a_contract_falls_with_its_placement_and_nobody_audits_their_own(database: Database, clock: Any) -> None:
    clock.now = datetime(2026, 11, 25, 1, tzinfo=UTC)
    async with database.write() as session:
        placement, _ = await confirmed(session)
        office = (await session.scalars(select(Office))).one()
        other = (await add_officer(session, office)).id
        row = await draw(
            session,
            CITY,
            date(2026, 1, 1),
            date(2026, 11, 30),
            percent_hundredths=10_000,
            minimum=1,
            maximum=1,
            seed="s",
            officer_id=other,
        )
        (check,) = await checks_of(session, row.id, CITY)
        with pytest.raises(AuditRefusedError, match="does not audit it"):
            await note_outcome(session, check.id, CONFIRMED, officer_id=placement.confirmed_by)
        await note_outcome(session, check.id, CheckState.WRONG_PERSON, officer_id=other, note="打错了")
        await reply(session, check.id, "号码登错了", officer_id=placement.confirmed_by)
        await decide(session, check.id, reverse=True, officer_id=other, why="查无此人")
    async with database.read() as session:
        undone = await session.scalars(select(LedgerEntry).where(LedgerEntry.reverses.is_not(None)))
        assert sorted(entry.kind for entry in undone) == ["contract_signed", "placement_started"]
        figures = (await compute(session, "form1-2014", CITY, "2026-annual")).figures
        assert (await session.get_one(Placement, placement.id)).state == PlacementState.REVERSED
        assert set(await session.scalars(select(FollowUp.state))) == {FollowUpState.CANCELLED}
        assert (await session.scalars(select(Vacancy.state))).one() == "open"
    assert (figures["2"], figures["2.3"]) == (None, None)
