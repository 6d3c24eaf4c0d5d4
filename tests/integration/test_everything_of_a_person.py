"""Whatever the schema holds of a person follows a merge and goes when they leave, or says here why it does not."""

from __future__ import annotations

from typing import Any

from families_house import union
from house import add_seeker
from one_of_each import Row, one_of_each
from sqlalchemy import Table, and_, select

from models.database import Database, ReadSession
from models.tables import metadata
from services import leaving, merges
from services.ledger import Fact, append_about

ACTED = "who did it then; nobody is asked, told or kept from anything by it"
RECORD = "about the record itself, not about who the person is now"
STAYS: dict[str, str] = {
    **dict.fromkeys(("aid_grants.applied_by", "audit_checks.called_by", "audit_draws.drawn_by"), ACTED),
    **dict.fromkeys(("appointments.proposed_by", "call_tasks.done_by", "certificates.entered_by"), ACTED),
    **dict.fromkeys(("claim_releases.released_by", "created_jobs.noted_by", "family_proofs.seen_by"), ACTED),
    **dict.fromkeys(("filings.decided_by", "follow_ups.answered_by", "fund_moves.moved_by"), ACTED),
    **dict.fromkeys(("graduate_statuses.noted_by", "help_requests.answered_by", "objections.settled_by"), ACTED),
    **dict.fromkeys(("oral_consents.taken_by", "people_apart.decided_by", "person_merges.merged_by"), ACTED),
    **dict.fromkeys(("person_merges.undone_by", "programme_targets.set_by"), ACTED),
    **dict.fromkeys(("services_given.given_by", "startup_checks.answered_by", "subsidies.paid_by"), ACTED),
    **dict.fromkeys(("tickets.answered_by", "training_subsidies.paid_by", "union_memberships.noted_by"), ACTED),
    **dict.fromkeys(("vouchers.issued_by", "vouchers.redeemed_by", "work_study_offers.noted_by"), ACTED),
    "filings.submitted_by": "under the filing's hash; who asks for it goes on through the merge",
    **dict.fromkeys(("person_merges.kept_id", "person_merges.gone_id"), RECORD),
    **dict.fromkeys(("people_apart.one_id", "people_apart.other_id"), RECORD),
    "outbox.person_id": "history: what was said to this record",
    "join_codes.person_id": "ten minutes",
    **dict.fromkeys(("conversations.person_id", "follow_up_pauses.person_id"), "one a record; the newer goes on"),
    "seekers.person_id": "sealed for its record; `_move_seeker` seals it anew",
}
KEPT_SEALED: dict[str, str] = {
    "addresses.handle_sealed": "goes when the last word is sent: at once or by jobs/retention.py (test_contacts)",
    "odd_arrivals.body_sealed": "nobody could read whose it is; jobs/retention.py takes it after its days",
}


def people_columns() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "people.id" for key in column.foreign_keys)
    }


def test_every_column_that_names_a_person_follows_a_merge_or_says_why_not() -> None:
    moved = {owned.name for owned in merges._owned()}
    assert moved & set(STAYS) == set(), "it is moved: take it off the list"
    assert people_columns() - moved - set(STAYS) == set(), "merge it (services/merges.OWNERS) or say why not"
    assert set(STAYS) - people_columns() == set(), "there is no such column any more"


def _same(table: Table, row: Row, without: str) -> Any:
    return and_(*(part == row[part.name] for part in table.primary_key.columns if part.name != without))


async def _owners(session: ReadSession, rows: dict[str, Row]) -> dict[str, int]:
    found = {}
    for name in people_columns():
        table, _, column = name.partition(".")
        if table in rows and column in rows[table]:
            here = metadata.tables[table]
            if f"{table}.{column}" in STAYS and here.columns[column].primary_key:
                continue
            query = select(here.columns[column]).where(_same(here, rows[table], column))
            found[name] = (await session.scalars(query)).one()
    return found


async def test_a_row_of_every_table_goes_over_with_a_merge_and_back(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        kept, gone = await add_seeker(session), await add_seeker(session)
        rows = await one_of_each(session, gone.id, office.id)
        before = await _owners(session, rows)
        assert set(before.values()) == {gone.id} and len(before) > 60
        merge = await merges.merge(session, kept.id, gone.id, officer_id=officer.id, office=office, reason="同一人")
        after = await _owners(session, rows)
        assert {name for name, owner in after.items() if owner == kept.id} == set(after) - set(STAYS)
        await merges.unmerge(session, merge.id, officer_id=officer.id, office=office, reason="两个人")
        assert await _owners(session, rows) == before


async def test_every_sealed_column_is_empty_when_the_person_has_left_or_says_why_not(database: Database) -> None:
    async with database.write() as session:
        office, _ = await union(session)
        leaver = await add_seeker(session, name="王小明", phone="+8613800138000")
        fact = Fact(
            key="service_given:1",
            kind="service_given",
            occurred_on=session.today,
            region="410100",
            facts={"service": "rights"},
            source="service 1",
        )
        await append_about(session, leaver.id, fact)
        await session.flush()
        file = session.new_id()
        rows = await one_of_each(
            session,
            leaver.id,
            office.id,
            audit_checks={"entry_key": fact.key},
            family_files={"id": file},
            objections={"about": f"family_files:{file}"},
        )
        await leaving.forget(session, leaver.id)
        await session.flush()
        left = set()
        for table in metadata.sorted_tables:
            row = {"id": leaver.id, "person_id": leaver.id} | rows.get(table.name, {})
            for column in table.columns:
                if column.name.endswith("_sealed"):
                    found = await session.execute(select(column).where(_same(table, row, "")))
                    left |= {f"{table.name}.{column.name}" for (value,) in found if value}
        assert left == set(KEPT_SEALED)
