"""A whole night's jobs over a million seekers and a hundred thousand vacancies: `zhaohuo bench nights`.

The seekers are drawn as those of `bench speed` are and have phones, so quiet hours and caps are looked at; one of
twenty works and will be asked. A ninth of the vacancies is a week old at most, which is what a night tells of; some
end tonight. Everything is on SQLite; the process is that of the jobs alone, so that its memory is theirs.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Table, func, insert, select

from app.settings import ROOT
from benchmarks.figures import Figure, Note, at_most, told
from benchmarks.market import seekers, vacancies
from jobs.schedule import entries, run_entry
from matching.profiles import SeekerProfile, VacancyProfile
from models.base import Base
from models.channels import ChannelFacts, Channels
from models.database import Database, Session
from models.employers import Employer, Recruiter
from models.follow_ups import FollowUp
from models.keys import KeyRing
from models.migrate import upgrade
from models.offices import Office
from models.people import Address, Person, Seeker
from models.placements import Placement
from models.runs import JobRun
from models.states import EmployerState, FollowUpState, PlacementState, VacancyState
from models.suggestions import Suggestion
from models.vacancies import VACANCIES
from services.people import PROFILE

NAME = "nights"
FULL, QUICK = (1_000_000, 100_000), (20_000, 2_000)
MINUTES, MEGABYTES = 10, 2_000
WEEKS_OPEN = 9  # a vacancy is open for 60 days: what is older ends tonight
VACANCIES_OF_ONE = 10
ONE_WORKS_OF, DAYS_BEFORE_FOLLOW_UP = 20, 30
AT_ONCE = 5_000
PHONES = "sms"
ZONE = ZoneInfo("Asia/Shanghai")
T = TypeVar("T")


def measure(folder: Path, *, quick: bool) -> Iterator[Figure | Note]:
    """Every job once, in a process of its own."""
    people, jobs = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="nights-", dir=folder) as name:
        command = (sys.executable, "-m", "benchmarks.nights", name, str(people), str(jobs))
        said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    night = Night(**json.loads(said))
    yield Note(NAME, f"{people:,} seekers, {jobs:,} vacancies, filled in {night.filling:.0f} s; told {night.told:,}")
    for job, seconds in night.seconds.items():
        yield told(NAME, job, "s", seconds)
    whole, peak = sum(night.seconds.values()) / 60, night.megabytes
    if quick:
        yield told(NAME, "whole night", "minutes", whole)
    else:
        yield at_most(NAME, "whole night", "minutes", whole, MINUTES)
    yield at_most(NAME, "peak memory", "MB", peak, MEGABYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What the process of the jobs tells."""

    filling: float
    seconds: dict[str, float]
    told: int
    megabytes: float


async def night(folder: Path, people: int, jobs: int) -> Night:
    """Fill a database, then run every job for today."""
    async with _database(folder) as database:
        begun = time.perf_counter()
        await fill_market(database, people, jobs)
        filling, seconds = time.perf_counter() - begun, {}
        for entry in entries("08:00"):
            begun = time.perf_counter()
            if not await run_entry(database, entry, ZONE):
                raise RuntimeError(f"{entry.name} failed; its log says why")
            seconds[entry.name] = time.perf_counter() - begun
        async with database.read() as session:
            suggested = await session.scalar(select(func.count()).select_from(Suggestion)) or 0
            ended = await session.scalar(select(func.count()).where(JobRun.ended_at.is_not(None))) or 0
            assert ended == len(seconds)
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("utf-8"))
    return Night(filling=filling, seconds=seconds, told=suggested, megabytes=int(peak[1]) / 1024 if peak else 0.0)


@asynccontextmanager
async def _database(folder: Path) -> AsyncIterator[Database]:
    database = Database(
        f"sqlite+aiosqlite:///{folder / 'night.db'}",
        KeyRing({1: b"b" * 32}, b"i" * 32),
        channels=Channels({PHONES: ChannelFacts(domestic=True, rings=True, by_phone=True)}),
    )
    await upgrade(database)
    yield database
    await database.close()


async def fill_market(database: Database, people: int, jobs: int) -> None:
    """An office with so many seekers and vacancies."""
    async with database.write() as session:
        office = Office(id=session.new_id(), region="100000", name="样例工会", phone=None, hours=None)
        session.add(office)
        await session.flush()
        employers = await _employers(session, jobs // VACANCIES_OF_ONE)
    for some in _chunks(enumerate(vacancies(jobs))):
        async with database.write() as session:
            rows = [_vacancy(session, one, employers[place // VACANCIES_OF_ONE], place) for place, one in some]
            await session.execute(insert(VACANCIES), rows)
    for crowd in _chunks(enumerate(seekers(people))):
        async with database.write() as session:
            rows = [_seeker(session, one, office.id) for _, one in crowd]
            for table in (Person, Address, Seeker):
                await session.execute(insert(_table(table)), [row[table] for row in rows])
            working = [
                (place, rows[n][Person]["id"]) for n, (place, _) in enumerate(crowd) if place % ONE_WORKS_OF == 0
            ]
            placed = [_placement(session, person, office.id, employers[0], place) for place, person in working]
            for table in (Placement, FollowUp):
                await session.execute(insert(_table(table)), [row[table] for row in placed])


async def _employers(session: Session, number: int) -> list[int]:
    """Verified firms, each with a recruiter who has a phone."""
    firms = []
    for place in range(number):
        person, address = _person(session), session.new_id()
        firm = Employer(id=session.new_id(), name=f"样例厂{place}", region="410100", state=EmployerState.VERIFIED)
        firm.state_since, firm.verified_until = session.now, session.now + timedelta(days=90)
        session.add_all([Person(**person), firm])
        await session.flush()
        session.add(Address(**_address(address, person["id"], session)))
        session.add(Recruiter(id=session.new_id(), person_id=person["id"], employer_id=firm.id, since=session.now))
        firms.append(firm.id)
    return firms


def _chunks(drawn: Iterator[T]) -> Iterator[list[T]]:
    while some := list(islice(drawn, AT_ONCE)):
        yield some


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _vacancy(session: Session, one: VacancyProfile, employer: int, place: int) -> dict[str, Any]:
    id_ = session.new_id()
    posted = session.today - timedelta(days=place % (7 * WEEKS_OPEN))
    return {
        "id": id_,
        "change": id_,
        "employer_id": employer,
        "state": VacancyState.OPEN.value,
        "state_since": session.now,
        "title": one.title[:60],
        "occupation": one.occupations[0][0],
        "region": one.region,
        "headcount": one.headcount,
        "wage_min": one.wage_min_fen,
        "wage_max": one.wage_max_fen,
        "wage_text": "",
        "certificates": [],
        "posted_on": posted,
        "expires_on": posted + timedelta(days=60),
    }


def _person(session: Session) -> dict[str, Any]:
    id_ = session.new_id()
    return {"id": id_, "created_at": session.now, "ledger_key": f"{id_:032x}", "language": "zh_CN"}


def _address(id_: int, person: int, session: Session) -> dict[str, Any]:
    return {
        "id": id_,
        "channel": PHONES,
        "handle_sealed": b"-",
        "person_id": person,
        "handle_index": id_.to_bytes(16, "big"),
        "created_at": session.now,
        "shared": False,
    }


def _seeker(session: Session, one: SeekerProfile, office: int) -> dict[type[Base], dict[str, Any]]:
    person = _person(session)
    profile = {"occupations": [list(pair) for pair in one.occupations], "region": one.region}
    text = json.dumps({**profile, "wage_min": one.wage_min_fen})
    return {
        Person: person,
        Address: _address(session.new_id(), person["id"], session),
        Seeker: {
            "person_id": person["id"],
            "office_id": office,
            "registered_at": session.now,
            "active": True,
            "region": one.region,
            "profile_sealed": session.keys.seal(text, PROFILE, person["id"]),
            "occupations": profile["occupations"],
        },
    }


def _placement(
    session: Session, person: int, office: int, employer: int, place: int
) -> dict[type[Base], dict[str, Any]]:
    """Somebody at work since one of the last days, with the question that comes next."""
    id_, days = session.new_id(), place // ONE_WORKS_OF % DAYS_BEFORE_FOLLOW_UP
    return {
        Placement: {
            "id": id_,
            "person_id": person,
            "employer_id": employer,
            "office_id": office,
            "region": "410100",
            "state": PlacementState.STARTED.value,
            "state_since": session.now,
            "started_on": session.today - timedelta(days=days),
            "how": "matched",
            "evidence": "seeker",
            "confirmed_by": person,
        },
        FollowUp: {
            "id": session.new_id(),
            "placement_id": id_,
            "person_id": person,
            "party": "seeker",
            "days": DAYS_BEFORE_FOLLOW_UP,
            "due_on": session.today + timedelta(days=DAYS_BEFORE_FOLLOW_UP - 1 - days),
            "state": FollowUpState.WAITING.value,
            "state_since": session.now,
            "tries": 0,
        },
    }


if __name__ == "__main__":
    found = asyncio.run(night(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
    print(json.dumps({name: getattr(found, name) for name in Night.__dataclass_fields__}))
