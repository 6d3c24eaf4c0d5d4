"""Who may be reached, by whom, and since when: numbers that prove nothing, contacts that end, pages that are seen."""

from __future__ import annotations

import pytest
from house import add_person, add_seeker, heard, town
from sqlalchemy import func, select

from bot.drafts import as_draft, read_field
from bot.handlers.confirm_start import read_months
from matching.posting import understand_posting
from models.database import Database
from models.errors import MoveRefusedError
from models.ledger import LedgerEntry
from models.people import GroupMembership, Person
from models.states import EmployerState, VacancyState
from services import applications, employers, passed_contacts, people, vacancies
from services.access import ensure_phone_address, find_by_phone
from services.people import claim_phone

PHONE = "13812345678"


async def test_a_typed_number_is_nobodys_identity(database: Database) -> None:
    """A stranger types a number; whoever really holds it is somebody else, also for an import."""
    async with database.write() as session:
        stranger = await add_person(session)
        assert await claim_phone(session, stranger.id, PHONE)
        assert stranger.phone(session) == f"+86{PHONE}"
        assert await find_by_phone(session, f"+86{PHONE}") is None
        holder = await ensure_phone_address(session, f"+86{PHONE}")
        assert holder.person_id != stranger.id


async def test_a_number_given_later_is_not_told_to_who_said_no(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
        await applications.invite(session, application, recruiter_id=recruiter.id)
        await applications.accept_invitation(session, application)
    async with database.write() as session:
        application = await session.get_one(applications.Application, application.id)
        await applications.reject(session, application, recruiter_id=recruiter.id, reason="skills")
        await claim_phone(session, seeker.id, PHONE)
        await passed_contacts.tell_new_phone(session, seeker.id)
    async with database.read() as session:
        assert PHONE not in " ".join(delivery.text for delivery in await heard(session, recruiter.id))


async def test_only_who_is_shown_is_introduced(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, _ = await town(session, headcount=20)
        for _ in range(11):
            seeker = await add_seeker(session)
            await applications.apply(session, seeker.id, vacancy.id)
        first = await applications.candidates(session, vacancy, recruiter_id=recruiter.id, most=8)
        introduced = select(func.count()).where(LedgerEntry.kind == "service_given")
        assert (len(first), await session.scalar(introduced)) == (8, 8)
        rest = await applications.candidates(session, vacancy, recruiter_id=recruiter.id, offset=8, most=8)
        assert (len(rest), await session.scalar(introduced)) == (3, 11)


async def test_a_refused_employer_recruits_no_more(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, _ = await town(session)
        employer = await session.get_one(employers.Employer, vacancy.employer_id)
        await employers.refuse_employer(session, employer, officer_id=recruiter.id, why="not_verified")
        await vacancies.close_all(session, employer.id, actor=recruiter.id, why="employer_refused")
        assert (employer.state, vacancy.state) == (EmployerState.REFUSED, VacancyState.CLOSED)
        with pytest.raises(vacancies.EmployerRefusedError):
            await vacancies.post(
                session, employer.id, recruiter.id, {"title": "保安", "region": "410100", "headcount": 1}
            )


async def test_a_group_said_later_counts_and_hardship_waits_for_its_own_consent(database: Database) -> None:
    async with database.write() as session:
        await town(session)
        seeker = await add_seeker(session)
        await people.register_seeker(session, seeker.id, {"region": "410105", "group": "migrant"})
        await people.register_seeker(session, seeker.id, {"region": "410105", "group": "hardship_graduate"})
        groups = list(await session.scalars(select(GroupMembership.group)))
        assert groups == ["migrant"]
        assert "group" not in (await people.profile_of(session, seeker.id) or {})


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("12", 12),
        ("18个月", 18),
        ("1年6个月", 18),
        ("两年", 24),
        ("一年半", 18),
        ("99年", None),
        ("长期", None),
    ],
)
def test_the_length_of_a_contract(said: str, months: int | None) -> None:
    assert read_months(said) == months


@pytest.mark.parametrize("said", [f"张师傅{PHONE}", f"焊工 电话{PHONE}", "保安 0371-66668888"])
def test_no_number_stands_where_everybody_reads(said: str) -> None:
    for words in (as_draft(understand_posting(said)).get("title") or "", read_field("title", said).get("title") or ""):
        assert not any(len(run) >= 7 for run in "".join(c if c.isdecimal() else " " for c in words).split())


@pytest.mark.peers
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_two_moves_that_read_the_same_state_do_not_both_win(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
        await applications.invite(session, application, recruiter_id=recruiter.id)
        await applications.accept_invitation(session, application)
    async with database.read() as reading:
        stale = await reading.get_one(applications.Application, application.id)
    async with database.write() as session:
        mine = await session.get_one(applications.Application, application.id)
        await applications.hire(session, mine, recruiter_id=recruiter.id)
    async with database.write() as session:
        late = await session.merge(stale, load=False)
        with pytest.raises(MoveRefusedError):
            await applications.withdraw(session, late, actor=seeker.id)
    async with database.read() as session:
        assert (await session.get_one(applications.Application, application.id)).state == "hired"
        assert await session.get(Person, seeker.id) is not None
