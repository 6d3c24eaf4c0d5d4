"""People: nothing is kept before a consent, everything goes when somebody leaves, a typed number proves nothing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from house import add_office, add_person, add_seeker, ring, town
from sqlalchemy import LargeBinary, func, select
from stage import Stage, spoken

from models.database import Database, ReadSession, Session
from models.ledger import LedgerEntry
from models.people import Address, Consent, Group, GroupMembership, Person, Seeker
from models.tables import metadata
from services import applications, people
from services.access import ensure_phone_address, find_by_phone
from services.desk import ask_for_help
from services.leaving import forget
from services.ledger import groups_on
from services.people import claim_phone, join_group
from services.phones import PhoneRefusedError
from services.texts import say

PHONE, NAME, WORDS = "+8613711110137", "欧阳金丝雀", "我家住金丝雀巷"
OWN_ROW = {"conversations": "person_id", "seekers": "person_id"}


async def everything_kept(session: ReadSession) -> str:
    """Every value of every table as text, sealed ones opened."""
    found: list[str] = []
    for table in metadata.sorted_tables:
        for row in (await session.execute(select(table))).mappings():
            for column in table.columns:
                value = row[column.name]
                if value is not None and isinstance(column.type, LargeBinary) and column.name.endswith("_sealed"):
                    cell = f"{table.name}.{column.name.removesuffix('_sealed')}"
                    value = ring().open(value, cell, row[OWN_ROW.get(table.name, "id")]) if value else ""
                found.append(f"{table.name}.{column.name}={value!r}")
    return "\n".join(found)


def lines_with(kept: str, *words: str) -> list[str]:
    return [line for line in kept.splitlines() if any(word in line for word in words)]


async def test_the_search_of_these_tests_sees_what_is_sealed(database: Database) -> None:
    async with database.write() as session:
        await add_person(session, phone=PHONE, name=NAME)
        kept = await everything_kept(session)
    assert len(lines_with(kept, NAME)) == 1
    assert len(lines_with(kept, "13711110137")) == 1


async def test_before_the_first_yes_nothing_is_kept_of_a_seeker_and_with_it_the_consent_comes_first(
    database: Database,
) -> None:
    async with database.write() as session:
        await town(session)
        person = (await add_person(session)).id
        seekers = await session.scalar(select(func.count()).select_from(Seeker))
    stage = Stage(database)
    for text in ("电焊工 郑州 5000", "更多", "我的资料"):
        await stage.say(person, text)
    async with database.read() as session:
        assert await session.get(Seeker, person) is None
        assert await people.has_consent(session, person, people.KEEP_PROFILE) is False

    await stage.say(person, "电焊工 郑州 5000")
    told = spoken(await stage.say(person, "1"))

    async with database.read() as session:
        seeker = await session.get_one(Seeker, person)
        consent = (await session.scalars(select(Consent).where(Consent.person_id == person))).one()
        assert (consent.purpose, consent.version) == (people.KEEP_PROFILE, people.CONSENT_VERSION)
        assert consent.given_at <= seeker.registered_at
        assert consent.id < (await session.scalars(select(LedgerEntry.id).order_by(LedgerEntry.id.desc()))).all()[0]
        assert await session.scalar(select(func.count()).select_from(Seeker)) == (seekers or 0) + 1
    assert "410100工会" in told  # who keeps it is said with the first reply that keeps something


async def test_registering_without_a_consent_is_refused(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        person = await add_person(session)
        with pytest.raises(people.ConsentMissingError):
            await people.register_seeker(session, person.id, {"region": "410105"})


async def test_a_registration_counts_once_however_often_it_is_made(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        person = await add_seeker(session)
        await people.register_seeker(session, person.id, {"region": "410300"})
        entries = list(await session.scalars(select(LedgerEntry)))
        assert [entry.kind for entry in entries] == ["seeker_registered"]
        assert entries[0].person == person.ledger_key
        assert (await people.profile_of(session, person.id)) == {"region": "410300"}


async def leaver(session: Session) -> Person:
    """A seeker with a name, a number, a profile, groups, an application, and words left for the office."""
    vacancy, recruiter, _ = await town(session)
    address = await ensure_phone_address(session, PHONE)
    person = await session.get_one(Person, address.person_id)
    person.set_name(session, NAME)
    await people.give_consent(session, person.id, people.KEEP_PROFILE)
    await people.register_seeker(session, person.id, {"region": "410105", "group": "migrant"})
    await ask_for_help(session, person.id, "410105", WORDS)
    application = await applications.apply(session, person.id, vacancy.id)
    await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
    await applications.invite(session, application, recruiter_id=recruiter.id)
    await session.flush()
    return person


async def test_forgetting_leaves_no_name_words_or_profile_but_the_totals(database: Database) -> None:
    async with database.write() as session:
        person = await leaver(session)
        entries = await session.scalar(select(func.count()).select_from(LedgerEntry))
        await forget(session, person.id)
    async with database.read() as session:
        kept = await everything_kept(session)
        assert lines_with(kept, NAME, WORDS) == []
        assert await session.get(Seeker, person.id) is None
        assert await find_by_phone(session, PHONE) is None
        assert await session.scalar(select(func.count()).select_from(LedgerEntry)) == entries
        states = {row.state for row in await session.scalars(select(applications.Application))}
        assert states == {"withdrawn"}
        withdrawn = await session.scalars(
            select(Consent.id).where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None))
        )
        assert list(withdrawn) == []


async def test_forgetting_leaves_no_phone_number_anywhere(database: Database) -> None:
    async with database.write() as session:
        person = await leaver(session)
        await forget(session, person.id)
    async with database.read() as session:
        assert lines_with(await everything_kept(session), "13711110137") == []


async def test_forgetting_takes_the_name_out_of_what_the_employer_was_told(database: Database) -> None:
    async with database.write() as session:
        person = await leaver(session)
        application = (await session.scalars(select(applications.Application))).one()
        await applications.accept_invitation(session, application)
        await forget(session, person.id)
    async with database.read() as session:
        assert lines_with(await everything_kept(session), NAME) == []


async def test_the_same_phone_writing_again_is_a_new_person(database: Database) -> None:
    async with database.write() as session:
        person = await leaver(session)
        key = person.ledger_key
        await forget(session, person.id)
    async with database.write() as session:
        address = await ensure_phone_address(session, PHONE)
        stranger = await session.get_one(Person, address.person_id)
        assert stranger.id != person.id
        assert stranger.ledger_key != key
        assert stranger.name(session) is None
        assert await people.profile_of(session, stranger.id) is None
        assert await applications.applications_of(session, stranger.id) == []


async def test_leaving_by_chat_and_coming_back_starts_afresh(database: Database) -> None:
    async with database.write() as session:
        person = await leaver(session)
        address = (await session.scalars(select(Address.id).where(Address.person_id == person.id))).one()
    from bot.channels import terminal
    from bot.inbox import Arrival, store

    stage = Stage(database)
    texts = ["我的资料", "删除我的资料", "1", "我的资料", "81"]
    for number, text in enumerate(texts):
        async with database.write() as session:
            await store(session, [Arrival(terminal.NAME, str(number), address, {"text": text})])
        await stage.drain()
    async with database.read() as session:
        found = await session.get_one(Address, address)
        assert found.person_id != person.id
        said = spoken(await stage.news(found.person_id))
        assert NAME not in said
        assert say("zh_CN", "mine.nothing_kept") in said
        assert await session.scalar(select(func.count()).select_from(Seeker).where(Seeker.person_id == person.id)) == 0


async def test_a_typed_number_of_somebody_else_is_refused_and_changes_nothing(database: Database) -> None:
    async with database.write() as session:
        owner = await add_person(session, phone=PHONE)
        me = await add_person(session, phone="+8613900000001")
        assert await claim_phone(session, me.id, PHONE) is False
        assert me.phone(session) == "+8613900000001"
        assert owner.phone(session) == PHONE
        assert await claim_phone(session, owner.id, PHONE) is True
        assert await claim_phone(session, me.id, "+8613900000002") is True


async def test_the_number_of_somebody_else_is_refused_in_any_dress(database: Database) -> None:
    async with database.write() as session:
        await add_person(session, phone=PHONE)
        me = await add_person(session)
        assert await claim_phone(session, me.id, "137 1111 0137") is False


async def test_what_is_no_number_is_refused(database: Database) -> None:
    async with database.write() as session:
        me = await add_person(session)
        with pytest.raises(PhoneRefusedError):
            await claim_phone(session, me.id, "12")


# ---- groups


async def test_groups_of_a_day_are_those_declared_and_of_those_that_need_proof_the_checked(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        person = await add_person(session)
        await join_group(session, person.id, Group.MIGRANT)
        await join_group(session, person.id, Group.HARDSHIP_WORKER)
        await join_group(session, person.id, Group.SINGLE_PARENT_MOTHER, checked=True)
        await session.flush()
        assert await groups_on(session, person.id, session.today) == ("migrant", "single_parent_mother")
        assert await groups_on(session, person.id, session.today - timedelta(days=1)) == ()


def member(session: Session, person: Person, group: Group, since: date, until: date | None, proof: str) -> Any:
    return GroupMembership(
        id=session.new_id(), person_id=person.id, group=group.value, proof=proof, since=since, until=until
    )


@pytest.mark.parametrize(
    ("day", "held"),
    [("2026-10-31", ()), ("2026-11-01", ("laid_off",)), ("2026-11-20", ("laid_off",)), ("2026-11-21", ())],
)
async def test_a_group_holds_from_its_first_day_to_its_last(database: Database, day: str, held: tuple[str]) -> None:
    async with database.write() as session:
        person = await add_person(session)
        session.add(
            member(session, person, Group.LAID_OFF, date(2026, 11, 1), date(2026, 11, 20), "declared"),
        )
        await session.flush()
        assert await groups_on(session, person.id, date.fromisoformat(day)) == held


async def test_no_profile_is_kept_in_the_clear(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        person = await add_person(session, phone=PHONE, name=NAME)
        await people.give_consent(session, person.id, people.KEEP_PROFILE)
        await people.register_seeker(session, person.id, {"region": "410105", "words": WORDS})
        seeker = await session.get_one(Seeker, person.id)
        assert WORDS not in json.dumps(
            [str(getattr(seeker, column.name)) for column in Seeker.__table__.columns], ensure_ascii=False
        )
