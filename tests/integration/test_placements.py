"""A confirmed first day: the placement, its ledger entries, and the groups as they were before it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from house import add_employer, add_officer, add_person, add_vacancy, town
from sqlalchemy import select
from test_applications import hired_one

from models.database import Database, Session
from models.errors import FactsRefusedError, MoveRefusedError
from models.ledger import LedgerEntry
from models.offices import Office
from models.people import Group, GroupMembership, Person
from models.placements import Placement
from models.states import ApplicationState
from services import evidence, placements, startups
from services.ledger import Fact, append
from services.people import join_group

DAY = date(2026, 11, 20)


async def confirmed(session: Session, **given: Any) -> tuple[Placement, Person]:
    """A hire of which an officer has seen the first day."""
    vacancy, recruiter, seeker = await town(session)
    office = (await session.scalars(select(Office))).one()
    officer = await add_officer(session, office)
    application = await hired_one(session, vacancy, recruiter, seeker)
    usual: dict[str, Any] = {"started_on": DAY, "evidence": "both", "contract": "fixed", "months": 12}
    placement = await placements.confirm_start(
        session, application, officer_id=officer.id, office_id=office.id, **(usual | given)
    )
    await session.flush()
    assert application.state == ApplicationState.STARTED
    return placement, seeker


async def entries(session: Session, *kinds: str) -> list[LedgerEntry]:
    rows = select(LedgerEntry).where(LedgerEntry.kind.in_(kinds or ("placement_started", "contract_signed")))
    return list(await session.scalars(rows.order_by(LedgerEntry.id)))


async def test_a_confirmed_start_writes_the_placement_and_the_contract_into_the_ledger(database: Database) -> None:
    async with database.write() as session:
        placement, seeker = await confirmed(session)
        started, signed = await entries(session)
    assert (started.kind, signed.kind) == ("placement_started", "contract_signed")
    for entry in (started, signed):
        assert (entry.person, entry.occurred_on, entry.region) == (seeker.ledger_key, DAY, "410100")
        assert entry.source == f"placements:{placement.id}"
    assert started.facts["evidence"] == "both"
    assert started.facts["how"] == "introduced"
    assert signed.facts == {"contract": "fixed", "months": 12}


async def test_without_a_contract_there_is_no_contract_entry(database: Database) -> None:
    async with database.write() as session:
        await confirmed(session, contract=None, months=None)
        assert [entry.kind for entry in await entries(session)] == ["placement_started"]


async def test_months_belong_to_a_fixed_contract_only(database: Database) -> None:
    async with database.write() as session:
        placement, _ = await confirmed(session, contract="open_ended", months=36)
        assert placement.months is None
        assert (await entries(session, "contract_signed"))[0].facts == {"contract": "open_ended"}


async def test_a_start_that_is_still_to_come_is_not_counted(database: Database) -> None:
    with pytest.raises(FactsRefusedError, match="still to come"):
        async with database.write() as session:
            await confirmed(session, started_on=session.today + timedelta(days=1))
    async with database.read() as session:
        assert await entries(session) == []


async def test_a_start_is_confirmed_once(database: Database) -> None:
    async with database.write() as session:
        placement, _ = await confirmed(session)
        from models.applications import Application

        application = await session.get_one(Application, placement.application_id)
        with pytest.raises(MoveRefusedError):
            await placements.confirm_start(
                session,
                application,
                officer_id=placement.confirmed_by,
                office_id=placement.office_id,
                started_on=DAY,
                evidence="both",
                contract=None,
            )
        assert len(await entries(session)) == 2


async def test_an_application_that_was_not_hired_cannot_start(database: Database) -> None:
    from services import applications

    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        officer = await add_person(session)
        with pytest.raises(MoveRefusedError):
            await placements.confirm_start(
                session, application, officer_id=officer.id, office_id=1, started_on=DAY, evidence="both", contract=None
            )
        assert await entries(session) == []


@pytest.mark.parametrize(
    ("membership", "groups"),
    [
        pytest.param({"group": "laid_off"}, ["laid_off"], id="a declared group that needs no proof"),
        pytest.param({"group": "hardship_worker"}, [], id="a group that needs proof, only declared"),
        pytest.param({"group": "hardship_worker", "proof": "checked"}, ["hardship_worker"], id="the same, checked"),
        pytest.param({"group": "laid_off", "until": DAY}, ["laid_off"], id="ended by the first day itself"),
        pytest.param({"group": "laid_off", "until": date(2026, 11, 18)}, [], id="ended before"),
        pytest.param({"group": "migrant", "since": DAY}, ["migrant"], id="joined on the first day"),
        pytest.param({"group": "migrant", "since": date(2026, 11, 21)}, [], id="joined after it"),
    ],
)
async def test_the_groups_are_those_of_the_day_before_the_fact_changed_them(
    database: Database, membership: dict[str, Any], groups: list[str]
) -> None:
    async with database.write() as session:
        assert await groups_of_a_start(session, membership) == groups


async def groups_of_a_start(session: Session, membership: dict[str, Any]) -> list[str]:
    vacancy, recruiter, seeker = await town(session)
    values = {"since": date(2026, 1, 1), "until": None, "proof": "declared"} | membership
    session.add(GroupMembership(id=session.new_id(), person_id=seeker.id, **values))
    office = (await session.scalars(select(Office))).one()
    officer = await add_officer(session, office)
    application = await hired_one(session, vacancy, recruiter, seeker)
    await placements.confirm_start(
        session,
        application,
        officer_id=officer.id,
        office_id=office.id,
        started_on=DAY,
        evidence="both",
        contract="open_ended",
    )
    await session.flush()
    started, signed = await entries(session)
    assert started.groups == signed.groups
    return list(started.groups)


@pytest.mark.parametrize(
    ("second", "shop", "until"),
    [
        (None, None, None),
        (DAY, None, DAY),
        (date(2026, 11, 22), None, date(2026, 11, 22)),
        (None, date(2026, 11, 21), date(2026, 11, 21)),
        (date(2026, 11, 22), date(2026, 11, 21), date(2026, 11, 21)),
    ],
)
async def test_a_start_that_never_was_reopens_the_group_only_to_the_first_day_of_other_work(
    database: Database, second: date | None, shop: date | None, until: date | None
) -> None:
    async with database.write() as session:
        _, _, seeker = await town(session)
        await join_group(session, seeker.id, Group.LAID_OFF)
        await session.flush()
        (await session.scalars(select(GroupMembership))).one().since = date(2026, 1, 1)
        office = (await session.scalars(select(Office))).one()
        officer = await add_officer(session, office)
        by: dict[str, Any] = {"officer_id": officer.id, "office_id": office.id}
        starts = []
        for day in filter(None, (DAY, second)):
            employer, boss = await add_employer(session)
            post = await add_vacancy(session, employer, boss)
            application = await hired_one(session, post, boss, seeker)
            starts.append(
                await placements.confirm_start(
                    session, application, **by, started_on=day, evidence="both", contract=None
                )
            )
        if shop:
            startup = await startups.plan_startup(session, seeker.id, **by)
            await startups.open_startup(session, startup, opened_on=shop, officer_id=officer.id)
        await evidence.reverse_placement(session, starts[0], officer_id=officer.id, reason="wrong")
        assert (await session.scalars(select(GroupMembership.until))).all() == [until]


async def test_a_later_change_of_group_changes_no_past_entry(database: Database) -> None:
    async with database.write() as session:
        _, seeker = await confirmed(session)
        await join_group(session, seeker.id, Group.MIGRANT)
        await session.flush()
        assert [entry.groups for entry in await entries(session)] == [[], []]


# ---- the door of the ledger


async def test_the_same_key_is_refused_the_second_time(database: Database) -> None:
    from sqlalchemy.exc import IntegrityError

    fact = Fact(
        key="k",
        kind="posts_offered",
        occurred_on=DAY,
        region="410100",
        source="vacancies:1",
        facts={"for": "all"},
        quantity=1,
    )
    async with database.write() as session:
        await append(session, fact)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await append(session, fact)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "nonsense"},
        {"facts": {"for": "nobody"}},
        {"quantity": None},
        {"groups": ("nobody",)},
        {"source": ""},
        {"source": "13800138000"},
        {"reverses": "not there"},
        {"occurred_on": date(2026, 11, 24)},
    ],
    ids=str,
)
async def test_what_is_no_proper_fact_is_refused_and_nothing_is_written(
    database: Database, changes: dict[str, Any]
) -> None:
    values: dict[str, Any] = {
        "key": "k",
        "kind": "posts_offered",
        "occurred_on": DAY,
        "region": "410100",
        "source": "vacancies:1",
        "facts": {"for": "all"},
        "quantity": 1,
    }
    async with database.write() as session:
        assert session.today == date(2026, 11, 23)
        with pytest.raises(FactsRefusedError):
            await append(session, Fact(**(values | changes)))
        assert list(await session.scalars(select(LedgerEntry))) == []
