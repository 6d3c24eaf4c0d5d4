"""The desk's view of one person while they are on the phone: all that is needed, within the region, never unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import add_office, add_officer, town
from rosters_book import WANG, save
from sqlalchemy import select

from models.audit import AuditEntry
from models.database import Database
from models.errors import NotFoundError
from models.offices import Office
from services import applications, people
from services.desk import ask_for_help
from services.hotline import PurposeMissingError, find_caller, person_view
from services.leaving import forget
from services.rosters.importing import import_roster
from services.staff import NotStaffError


async def test_everything_that_is_needed_on_a_call(database: Database, tmp_path: Path) -> None:
    head = ["姓名", "身份证号", "联系电话", "培训工种", "结业时间"]
    path = save(tmp_path / "t.xlsx", [head, ["王小明", WANG, "13800138000", "焊工", "2026-03-15"]])
    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        office = (await session.scalars(select(Office))).one()
        officer = (await add_officer(session, office)).id
        await people.join_group(session, seeker.id, people.Group.MIGRANT)
        await applications.apply(session, seeker.id, vacancy.id)
        await import_roster(session, path, office)
        await ask_for_help(session, seeker.id, "410105", "工资没发")
        assert await find_caller(session, "138 0013 8000", office.region) == [seeker.id]
        view = await person_view(session, seeker.id, officer_id=officer, purpose="来电咨询")
    assert (view.name, view.phone) == ("王小明", "138****8000")
    assert view.groups == (("migrant", "declared"),)
    assert view.looks_for == {"region": "410105"}
    assert [(step.state, "电焊工" in step.what) for step in view.applications] == [("interested", True)]
    assert [step.state for step in view.rosters] == ["training"]
    assert view.asked == ("工资没发",)
    assert view.consents
    assert view.reached_by == ("webchat",)
    async with database.read() as session:
        read = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "people.read"))).one()
        assert (read.actor_id, read.subject) == (officer, f"people:{seeker.id}")
        assert read.detail == {"purpose": "来电咨询", "contacts": False}


async def test_a_look_needs_a_purpose_a_desk_and_somebody_of_the_region(database: Database) -> None:
    async with database.write() as session:
        _, recruiter, seeker = await town(session)
        office = (await session.scalars(select(Office))).one()
        officer = (await add_officer(session, office)).id
        stranger = (await add_officer(session, await add_office(session, "420100"))).id
        with pytest.raises(PurposeMissingError):
            await person_view(session, seeker.id, officer_id=officer, purpose=" ")
        with pytest.raises(NotStaffError):
            await person_view(session, seeker.id, officer_id=recruiter.id, purpose="好奇")
        with pytest.raises(NotFoundError):
            await person_view(session, seeker.id, officer_id=stranger, purpose="好奇")
        assert await find_caller(session, "13800138000", "420100") == []
        clear = await person_view(session, seeker.id, officer_id=officer, purpose="回访", contacts=True)
        assert clear.phone == "+8613800138000"
        await forget(session, seeker.id)
        with pytest.raises(NotFoundError):
            await person_view(session, seeker.id, officer_id=officer, purpose="回访")
    async with database.read() as session:
        reads = await session.scalars(select(AuditEntry).where(AuditEntry.action == "people.read"))
        assert len(list(reads)) == 1, "who saw nothing looked at nothing"
