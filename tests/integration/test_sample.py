"""The sample on a real, migrated database with its foreign keys on."""

from __future__ import annotations

import asyncio
import csv
import itertools
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from stdnum.cn import uscc

from app.sample import SampleCast, fill, find_cast
from app.sample.casework import told_year
from matching.occupations import find_occupations
from matching.places import children
from models.audit import AuditEntry
from models.base import Base
from models.database import Database, ReadSession
from models.employers import Employer, Recruiter
from models.ids import IdMaker
from models.keys import KeyRing
from models.ledger import LedgerEntry
from models.migrate import upgrade
from models.offices import Office, Officer
from models.people import NEEDS_PROOF, Consent, Group, GroupMembership, Person, Seeker
from models.placements import Placement
from models.regions import lies_in
from models.tables import metadata
from models.training import Course, Institution
from models.vacancies import Vacancy
from reports.programme_files import known_programmes, load_programme
from reports.programmes import progress
from reports.report import compute
from services.adverts import check_advert
from services.facts import check_facts
from services.leaving import forget
from services.people import has_consent, profile_of
from services.sealing import seal
from services.verifying import verify

PLACED = 80 + 24  # in the history and through the verbs
BY_CHANCE = {("vouchers", "code_index"), ("fair_venues", "code")}  # codes that nobody may guess: no seed makes them
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
RING = KeyRing({1: b"s" * 32}, b"i" * 32)
SENTENCES = Path(__file__).parents[2].parent / "shared/data/eval/seeker_messages/dev.tsv"
THROUGH_VERBS = {
    *("fund_raised", "fund_allocated", "fund_used", "graduate_registered", "graduate_status", "internship_given"),
    *("service_given", "subsidy_paid", "tuition_aid_granted", "student_advanced", "work_study_offered"),
    *("training_enrolled", "training_completed", "training_passed", "class_held", "certificate_issued"),
    *("voucher_issued", "voucher_redeemed", "loan_granted", "jobs_created", "startup_opened", "startup_operating"),
    *("startup_closed", "placement_started", "contract_signed", "placement_retained", "placement_ended"),
    *("event_held", "visitor_received", "seeker_registered", "posts_offered", "member_joined"),
}
FOLDERS = itertools.count()
Filled = tuple[Database, SampleCast]


def frozen_ids() -> IdMaker:
    return IdMaker(clock_ms=lambda: 1_795_000_000_000, random_bits=lambda _: 0)


def open_database(path: Path, now: datetime = NOW) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", RING, clock=lambda: now, ids=frozen_ids())


@asynccontextmanager
async def filled(folder: Path, *, now: datetime = NOW, seed: int = 2026) -> AsyncIterator[Filled]:
    database = open_database(folder / f"sample{next(FOLDERS)}.db", now)
    await upgrade(database)
    async with database.write() as session:
        cast = await fill(session, seed=seed)
    try:
        yield database, cast
    finally:
        await database.close()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleCast]:
    """Filled once for all tests that only read."""
    folder = tmp_path_factory.mktemp("sample")

    async def make() -> tuple[Path, SampleCast]:
        async with filled(folder) as (database, cast):
            return Path(database.url.removeprefix("sqlite+aiosqlite:///")), cast

    return asyncio.run(make())


@pytest.fixture
async def sample(once: tuple[Path, SampleCast]) -> AsyncIterator[tuple[ReadSession, SampleCast]]:
    path, cast = once
    database = open_database(path)
    async with database.read() as session:
        yield session, cast
    await database.close()


Sample = tuple[ReadSession, SampleCast]


@pytest.fixture
async def own(once: tuple[Path, SampleCast], tmp_path: Path) -> AsyncIterator[Filled]:
    """A copy that a test may change."""
    path, cast = once
    database = open_database(shutil.copy(path, tmp_path / "own.db"))
    yield database, cast
    await database.close()


async def count(session: ReadSession, model: type[Base]) -> int:
    return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_there_is_enough_of_everything(sample: Sample) -> None:
    session, _ = sample
    assert await count(session, Employer) >= 60
    assert await count(session, Vacancy) >= 460
    assert await count(session, Seeker) >= 200
    assert await count(session, Course) >= 30
    assert await count(session, Institution) >= 6
    vacancies = list(await session.scalars(select(Vacancy)))
    at_home = sum(lies_in(vacancy.region, "410000") for vacancy in vacancies)
    assert at_home >= 320
    assert len(vacancies) - at_home >= 140


async def test_every_region_of_the_province_has_an_office(sample: Sample) -> None:
    session, _ = sample
    offices = list(await session.scalars(select(Office)))
    cities = children("410000")
    regions = {
        "410000",
        *(c.adcode for c in cities),
        *(c.adcode for city in cities for c in children(city.adcode)),
    }
    assert {office.region for office in offices} == regions
    assert len(offices) == len(regions)
    assert all("总工会" in office.name and "-0000 " in (office.phone or "") for office in offices)


async def test_adverts_are_open_dated_and_clean(sample: Sample) -> None:
    session, _ = sample
    vacancies = list(await session.scalars(select(Vacancy).where(Vacancy.state.not_in(("full", "closed")))))
    today = session.today
    assert Counter(vacancy.state for vacancy in vacancies)["draft"] == 2
    assert {vacancy.state for vacancy in vacancies} == {"open", "draft"}
    assert len({vacancy.change for vacancy in vacancies}) == len(vacancies)
    for vacancy in vacancies:
        words = " ".join(
            str(text or "") for text in (vacancy.title, vacancy.description(session), vacancy.hours, vacancy.pay_day)
        )
        assert check_advert(words) == (), words
        assert today - timedelta(days=25) <= vacancy.posted_on <= today < vacancy.expires_on
        assert vacancy.wage_min is not None
        assert vacancy.wage_max is not None
        assert 250_000 < vacancy.wage_min < vacancy.wage_max
        assert vacancy.hire_kind in {"direct", "dispatch", "agency"}
        assert vacancy.occupation == find_occupations(vacancy.title)[0].code


async def test_employers_are_valid_and_invented(sample: Sample) -> None:
    session, _ = sample
    employers = list(await session.scalars(select(Employer)))
    assert all(uscc.is_valid(employer.credit_code or "") for employer in employers)
    assert all("样例" in employer.name for employer in employers)
    assert len({employer.name for employer in employers}) == len(employers)
    assert len({employer.credit_code for employer in employers}) == len(employers)
    assert {employer.kind for employer in employers} == {
        "soe",
        "model_worker",
        "social",
        "public_post",
        "other",
    }
    new = [employer for employer in employers if employer.state == "new"]
    assert len(new) == 3
    assert all(e.verified_until and e.verified_until > session.now for e in employers if e not in new)
    waiting = set(await session.scalars(select(Vacancy.employer_id).where(Vacancy.state == "draft")))
    assert waiting <= {employer.id for employer in new}
    recruiting = set(await session.scalars(select(Recruiter.employer_id)))
    assert recruiting == {employer.id for employer in employers}


async def test_no_name_looks_real(sample: Sample) -> None:
    session, _ = sample
    people = list(await session.scalars(select(Person)))
    phones = [person.phone(session) or "" for person in people]
    assert all("样例" in (person.name(session) or "样例") for person in people)
    assert sorted(phones) == [f"+86{19_900_000_001 + n}" for n in range(len(people))]
    contacts = [vacancy.contact_name(session) for vacancy in await session.scalars(select(Vacancy))]
    assert all("样例" in (name or "样例") for name in contacts)
    assert all("样例" in name for name in await session.scalars(select(Institution.name)))
    assert all("样例" in name for name in await session.scalars(select(Office.name)))


async def test_seekers_agreed_and_belong(sample: Sample) -> None:
    session, _ = sample
    seekers = list(await session.scalars(select(Seeker)))
    memberships = list(await session.scalars(select(GroupMembership)))
    assert {membership.group for membership in memberships} == set(Group)
    assert all(m.proof == "checked" for m in memberships if Group(m.group) in NEEDS_PROOF)
    agreed = set(await session.scalars(select(Consent.person_id).where(Consent.purpose == "keep_profile")))
    assert agreed == {seeker.person_id for seeker in seekers}
    profile = await profile_of(session, seekers[0].person_id)
    assert profile is not None
    assert profile["occupations"] == seekers[0].occupations
    assert profile["region"] == seekers[0].region
    assert sum(seeker.active for seeker in seekers) >= 200


async def test_the_ledger_keeps_its_own_rules(sample: Sample) -> None:
    session, _ = sample
    entries = list(await session.scalars(select(LedgerEntry)))
    for entry in entries:
        check_facts(entry.kind, entry.facts, person=entry.person, quantity=entry.quantity, amount_fen=entry.amount_fen)
        assert entry.occurred_on <= session.today
        assert entry.recorded_at <= session.now
    started = [entry for entry in entries if entry.kind == "placement_started"]
    old = [entry for entry in started if entry.occurred_on <= date(2014, 11, 30)]
    assert len(started) - len(old) == PLACED
    assert len([entry for entry in old if entry.occurred_on >= date(2013, 12, 1)]) >= 120
    known = set(await session.scalars(select(Person.ledger_key)))
    assert not {entry.person for entry in old} & known
    assert {entry.person for entry in started if entry not in old} <= known
    assert all(entry.source.startswith("sample:") for entry in entries if entry.occurred_on.year < 2015)
    assert {entry.facts["evidence"] for entry in started} == {
        "seeker",
        "employer",
        "both",
        "contract",
        "staff_call",
    }
    assert len({entry.region[:4] for entry in started}) >= 10


async def test_groups_of_a_placement_are_those_of_its_day(sample: Sample) -> None:
    session, _ = sample
    placements = list(await session.scalars(select(Placement)))
    assert len(placements) == PLACED
    entries = {e.source: e for e in await session.scalars(select(LedgerEntry)) if e.kind == "placement_started"}
    for placement in placements:
        held = await session.scalars(
            select(GroupMembership.group).where(
                GroupMembership.person_id == placement.person_id,
                GroupMembership.since <= placement.started_on,
                func.coalesce(GroupMembership.until, placement.started_on) >= placement.started_on,
            )
        )
        entry = entries[f"placements:{placement.id}"]
        assert entry.groups == sorted(held)
        assert (entry.occurred_on, entry.region) == (placement.started_on, placement.region)


@pytest.mark.parametrize("period", ["2014-annual", "2026-annual"])
async def test_the_form_has_figures_that_fit(sample: Sample, period: str) -> None:
    session, _ = sample
    figures = (await compute(session, "form1-2014", "410000", period)).items
    known = {item: value for item, value in figures.items() if value is not None}
    assert all(known[item] for item in ("1", "1.a", "1.b", "1.c", "1.7", "2", "2.1", "2.2", "2.3", "5", "6"))
    assert known["2.3"] <= known["2"]
    assert known["1.7"] <= known["1"]
    assert known["6"] <= known["5"]


@pytest.mark.parametrize(
    ("form", "period"), [("form1-2014", "2026-annual"), ("form2-2014", "2026"), ("form3-2014", "2026")]
)
async def test_every_blank_of_the_told_year_has_a_figure_and_they_fit(sample: Sample, form: str, period: str) -> None:
    session, _ = sample
    report = await compute(session, form, "410000", period)
    assert {item: value for item, value in report.items.items() if not value} == {}
    assert report.findings == ()


@pytest.mark.parametrize(
    "code", [code for code in known_programmes() if load_programme(code).region in ("100000", "410000")]
)
async def test_every_programme_of_the_nation_and_the_province_has_progress(sample: Sample, code: str) -> None:
    session, _ = sample
    programme = load_programme(code)
    assert programme.end is not None
    standing = await progress(session, programme, programme.region, programme.end)
    assert {one.item.code: one.figure for one in standing.standings if not one.figure} == {}
    assert all(rate.whole for rate in standing.rates)


async def test_the_verbs_were_the_ones_who_wrote(sample: Sample) -> None:
    session, _ = sample
    written = [entry for entry in await session.scalars(select(LedgerEntry)) if not entry.key.startswith("sample:")]
    assert {entry.kind for entry in written} >= THROUGH_VERBS
    months = {(entry.occurred_on.year, entry.occurred_on.month) for entry in written}
    assert {(2025, 12), *((2026, month) for month in range(1, 10))} <= months
    audited = list(await session.scalars(select(AuditEntry)))
    assert len(audited) >= 800
    assert max(entry.at for entry in audited) <= session.now


async def test_the_ledger_is_clean_once_it_is_sealed(own: Filled) -> None:
    database, _ = own
    async with database.write() as session:
        after: int | None = 0
        while after is not None:
            after = await seal(session, after)
    async with database.read() as session:
        assert (await verify(session)).is_clean


async def test_the_cast_is_who_it_says(sample: Sample) -> None:
    session, cast = sample
    assert len({member.person_id for member in cast.roles}) == len(cast.roles) == 6
    for stranger in (cast.seeker, cast.newcomer):
        person = await session.get_one(Person, stranger.person_id)
        assert person.phone(session) == stranger.phone
        assert person.name(session) is None
        assert await session.get(Seeker, person.id) is None
        assert not await has_consent(session, person.id, "keep_profile")
    roles = {
        officer.person_id: (officer.role, office.region)
        for officer, office in await session.execute(
            select(Officer, Office).join(Office, Office.id == Officer.office_id)
        )
    }
    assert roles[cast.staff.person_id] == ("staff", "410100")
    assert roles[cast.supervisor.person_id] == ("supervisor", "410000")
    assert roles[cast.information_officer.person_id][0] == "information_officer"
    recruiter = (await session.scalars(select(Recruiter).where(Recruiter.person_id == cast.recruiter.person_id))).one()
    employer = await session.get_one(Employer, recruiter.employer_id)
    assert employer.state == "verified"
    assert lies_in(employer.region, "410100")
    assert await session.scalar(select(func.count()).where(Vacancy.employer_id == employer.id))


async def test_every_sentence_of_the_development_set_has_openings(sample: Sample) -> None:
    if not SENTENCES.exists():
        pytest.skip(f"{SENTENCES} is not on this machine")
    session, _ = sample
    vacancies = list(await session.scalars(select(Vacancy).where(Vacancy.state == "open")))
    with SENTENCES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            codes, least = row["occupation_codes"].split("|"), int(row["wage_min"] or 0) * 100
            fitting = [
                vacancy
                for vacancy in vacancies
                if (vacancy.occupation in codes or codes == [""])
                and (not row["region"] or lies_in(vacancy.region, row["region"]))
                and (vacancy.wage_max or 0) >= least
            ]
            assert len(fitting) >= 3, row["text"]


def is_told(table: str, column: str) -> bool:
    return not column.endswith("_sealed") and (table, column) not in BY_CHANCE


async def snapshot(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    async with database.read() as session:
        for table in metadata.sorted_tables:
            columns = [column for column in table.columns if is_told(table.name, column.name)]
            rows = (
                tuple(json.dumps(value, default=str) for value in row)
                for row in await session.execute(select(*columns))
            )
            found[table.name] = sorted(rows)
    return found


@pytest.mark.peers
async def test_the_same_seed_makes_the_same_rows(own: Filled, tmp_path: Path) -> None:
    one, _ = own
    async with filled(tmp_path) as (other, _), filled(tmp_path, seed=7) as (third, _):
        first = await snapshot(one)
        assert first == await snapshot(other)
        assert first["vacancies"] != (await snapshot(third))["vacancies"]


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 11, 30, 20, tzinfo=UTC),
        pytest.param(datetime(2026, 9, 11, tzinfo=UTC), marks=pytest.mark.peers),
        pytest.param(datetime(2027, 1, 3, tzinfo=UTC), marks=pytest.mark.peers),
    ],
)
async def test_it_fills_on_any_day(tmp_path: Path, day: datetime) -> None:
    async with filled(tmp_path, now=day) as (database, _), database.read() as session:
        newest = await session.scalar(select(func.max(LedgerEntry.occurred_on)))
        assert newest is not None
        assert newest <= session.today
        assert await count(session, Placement) == PLACED
        year = told_year(session.today)
        for form in ("form2-2014", "form3-2014"):
            report = await compute(session, form, "410000", str(year))
            assert None not in report.items.values()
            assert report.findings == ()


async def test_the_cast_is_found_again_even_when_one_had_everything_deleted(own: Filled) -> None:
    database, cast = own
    async with database.write() as session:
        assert await find_cast(session) == cast
        await forget(session, cast.newcomer.person_id)
        await session.flush()
        again = await find_cast(session)
        assert again.newcomer.person_id != cast.newcomer.person_id
        assert again.newcomer.phone == cast.newcomer.phone
        assert again.seeker == cast.seeker
        assert await find_cast(session) == again
