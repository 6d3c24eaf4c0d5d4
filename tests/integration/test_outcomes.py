"""The scorecard of an institution and the home service line, counted from the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from house import add_person
from school import CITY, fill, new_course, open_school

from models.database import Database, Session
from models.people import Person
from services import certificates, classes, institutions
from services.ledger import Fact, append_about
from services.outcomes import Rate, home_service_line, home_service_rate, scorecard

YEAR = timedelta(days=365)


async def happened(
    session: Session,
    person: Person,
    kind: str,
    day: date,
    region: str = "410105",
    reverses: str | None = None,
    **facts: Any,
) -> str:
    """A fact of another verb, as it stands in the ledger."""
    key = f"{kind}:{person.id}:{day}" + (":back" if reverses else "")
    fact = Fact(
        key=key, kind=kind, occurred_on=day, region=region, source="placements:1", facts=facts, reverses=reverses
    )
    await append_about(session, person.id, fact)
    return key


WORK = {"how": "introduced", "evidence": "both"}


async def test_every_rate_has_its_two_numbers_and_comes_from_facts(database: Database) -> None:
    async with database.write() as session:
        school, _, officer = await open_school(session)
        course = await new_course(session, school, begun=5, seats=9)
        found = await fill(session, course, 5)
        rows, day, me = [enrolment for _, enrolment in found], session.today - timedelta(days=1), officer.id
        await classes.pass_(session, course, rows[:3], day, officer_id=me)
        await classes.fail(session, course, rows[3:4], day, officer_id=me)  # the fifth never completed
        await certificates.issue(
            session, course, [(rows[0], "A001")], issuer="labour", level="senior", day=day, officer_id=me
        )
        await certificates.issue(
            session, course, [(rows[1], "A002")], issuer="other", level="none", day=day, officer_id=me
        )
        await institutions.set_plan(session, school, day.year, 50, officer_id=me)
        await institutions.set_plan(session, school, day.year, 10, officer_id=me)
        await happened(session, found[0][0], "placement_started", session.today, **WORK)
        await happened(session, found[1][0], "placement_started", session.today, how="self_found", evidence="seeker")
        await happened(session, found[2][0], "placement_started", day - timedelta(days=1), **WORK)  # before it
        gone = await happened(session, found[3][0], "placement_started", session.today, **WORK)
        await happened(session, found[3][0], "placement_started", session.today, reverses=gone)
        await happened(session, found[4][0], "placement_started", session.today, **WORK)  # not trained

        card = await scorecard(session, school, session.today - YEAR, session.today)
        assert (card.passed, card.certified, card.above_junior) == (Rate(3, 4), Rate(2, 4), Rate(1, 4))
        assert (card.employed, card.plan) == (Rate(1, 4), Rate(4, 10))
        assert str(card.passed) == "75.0% (3/4)"
        assert (card.passed.reaches(75), card.passed.reaches(76)) == (True, False)
        other = await institutions.add_institution(session, name="样例二校", region=CITY)
        empty = await scorecard(session, other, session.today - YEAR, session.today)
        assert (str(empty.passed), empty.passed.reaches(90), empty.plan) == ("—", None, Rate(0, 0))
        before = await scorecard(session, school, session.today - YEAR, day - timedelta(days=1))
        assert before.passed == Rate(0, 0)


async def test_the_home_service_line_of_each_person_and_its_rate(database: Database) -> None:
    async with database.write() as session:
        first = session.today - timedelta(days=90)
        people = [await add_person(session) for _ in range(4)]
        for person in people[:3]:
            await happened(session, person, "training_completed", first, course_type="home_service")
        await happened(session, people[3], "training_completed", first, course_type="skill")
        await happened(session, people[0], "placement_started", first + timedelta(days=5), **WORK)
        await happened(session, people[0], "service_given", first + timedelta(days=9), service="rights")
        await happened(session, people[0], "placement_retained", first + timedelta(days=35), days=30)
        await happened(session, people[1], "placement_started", first - timedelta(days=5), **WORK)
        await happened(session, people[1], "service_given", first + timedelta(days=9), service="living_aid")
        line = {row.person: row for row in await home_service_line(session, "410100", first, session.today)}
        assert set(line) == {person.ledger_key for person in people[:3]}
        whole = line[people[0].ledger_key]
        days = (whole.trained_on, whole.placed_on, whole.rights_on, whole.retained_on, whole.ended_on)
        assert days == (first, first + timedelta(days=5), first + timedelta(days=9), first + timedelta(days=35), None)
        assert line[people[1].ledger_key].placed_on is None, "work before the course is none of its"
        assert line[people[1].ledger_key].rights_on is None
        rate = home_service_rate(list(line.values()))
        assert (rate, rate.reaches(80)) == (Rate(1, 3), False)
        assert await home_service_line(session, "420000", first, session.today) == []
