"""What became of those who were trained, counted from the ledger: the scorecard, the home service line and its rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, literal, or_, select

from models.database import ReadSession
from models.ledger import LedgerEntry
from models.regions import visible_to
from models.training import Course, Enrolment, Institution
from services.institutions import planned

EVIDENCED = ("both", "contract", "staff_call")
ABOVE_JUNIOR = ("intermediate", "senior", "technician", "senior_technician")
HOME_SERVICE_TARGET = 80  # per cent of those trained (2011, `statistics.md` §6)
AT_ONCE = 500
# Most entries are no reversal, and many of one kind: SQLite would go by these where it should go by person or key.
_KIND, _REVERSES = func.coalesce(LedgerEntry.kind, ""), func.coalesce(LedgerEntry.reverses, "")


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate always shows both of its numbers."""

    numerator: int
    denominator: int

    def __str__(self) -> str:
        if not self.denominator:
            return "—"
        return f"{100 * self.numerator / self.denominator:.1f}% ({self.numerator}/{self.denominator})"

    def reaches(self, per_cent: int) -> bool | None:
        """Whether the rate is that high; None where there is nothing to rate."""
        return 100 * self.numerator >= per_cent * self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What an institution reached in a span: persons, and each rate of those who completed."""

    passed: Rate
    certified: Rate
    above_junior: Rate
    employed: Rate
    plan: Rate  # persons who completed, of those planned for the year in which the span ends; no plan: of 0


@dataclass(frozen=True, slots=True)
class HomeServicePerson:
    """One person's line: trained, placed, given help with rights, followed up; a day each, or None."""

    person: str  # the ledger key
    trained_on: date
    placed_on: date | None
    rights_on: date | None
    retained_on: date | None
    ended_on: date | None


def _text(name: str) -> ColumnElement[str]:
    """A fact as text, whichever of both databases keeps it and however it was written."""
    return cast(LedgerEntry.facts[name].as_string(), String)


def _standing(*kinds: str) -> Select[LedgerEntry]:
    """Entries of these kinds (all) that are no reversal and not reversed."""
    reversal = select(LedgerEntry.reverses).where(LedgerEntry.reverses.is_not(None))
    query = select(LedgerEntry).where(_REVERSES == "", LedgerEntry.key.not_in(reversal))
    return query.where(LedgerEntry.kind.in_(kinds)) if kinds else query


def _is_work() -> ColumnElement[bool]:
    evidenced = and_(_KIND == "placement_started", _text("evidence").in_(EVIDENCED))
    return or_(evidenced, _KIND == "startup_opened")


async def employed_since(session: ReadSession, persons: Sequence[str], until: date | None = None) -> dict[str, date]:
    """Person → last day on which evidenced work or a business of their own began, up to a day."""
    found: dict[str, date] = {}
    for start in range(0, len(persons), AT_ONCE):
        query = _standing().where(LedgerEntry.person.in_(persons[start : start + AT_ONCE]), _is_work())
        if until is not None:
            query = query.where(LedgerEntry.occurred_on <= until)
        rows = query.with_only_columns(LedgerEntry.person, func.max(LedgerEntry.occurred_on))
        found |= {person or "": day for person, day in await session.execute(rows.group_by(LedgerEntry.person))}
    return found


async def scorecard(session: ReadSession, institution: Institution, since: date, until: date) -> Scorecard:
    """Distinct persons who completed between the two days, and what they reached on or after that, up to `until`.

    Counted from ledger entries; the enrolments only say which, so that not every training of the country is read. A
    rate is of those who completed; the plan is that of `until`'s year.
    """
    first: dict[str, date] = {}
    for person, day in await _of_institution(session, "training_completed", institution, since, until):
        first[person] = min(day, first.get(person, date.max))
    passed = dict(await _of_institution(session, "training_passed", institution, since, until))
    certified, above_junior, employed = set[str](), set[str](), set[str]()
    for person, kind, day, level in await _reached(session, list(first), until):
        if day >= first[person]:
            (certified if kind == "certificate_issued" else employed).add(person)
            if level in ABOVE_JUNIOR:
                above_junior.add(person)
    reached = (len(passed.keys() & first.keys()), len(certified), len(above_junior), len(employed))
    plan = await planned(session, institution.id, until.year) or 0
    rates = [Rate(number, len(first)) for number in reached]
    return Scorecard(rates[0], rates[1], rates[2], rates[3], Rate(len(first), plan))


async def _of_institution(
    session: ReadSession, kind: str, institution: Institution, since: date, until: date
) -> list[tuple[str, date]]:
    """(person, day) of what the institution's enrolments wrote of this kind, between the two days."""
    key = literal(f"{kind}:").concat(cast(Enrolment.id, String))
    keys = select(key).join(Course, Course.id == Enrolment.course_id).where(Course.institution_id == institution.id)
    query = _standing().where(LedgerEntry.key.in_(keys)).with_only_columns(LedgerEntry.person, LedgerEntry.occurred_on)
    return [(row[0] or "", row[1]) for row in await session.execute(query) if since <= row[1] <= until]


async def _reached(session: ReadSession, persons: list[str], until: date) -> list[tuple[str, str, date, str | None]]:
    """(person, kind, day, level) of their certificates and of the work they came into."""
    found: list[tuple[str, str, date, str | None]] = []
    what = or_(_KIND == "certificate_issued", _is_work())
    columns = (LedgerEntry.person, LedgerEntry.kind, LedgerEntry.occurred_on, _text("level"))
    for start in range(0, len(persons), AT_ONCE):
        query = _standing().where(LedgerEntry.person.in_(persons[start : start + AT_ONCE]))
        rows = await session.execute(query.where(what, LedgerEntry.occurred_on <= until).with_only_columns(*columns))
        found += [(row[0] or "", row[1], row[2], row[3]) for row in rows]
    return found


async def home_service_line(session: ReadSession, region: str, since: date, until: date) -> list[HomeServicePerson]:
    """Training → placement → rights → follow-up, one line a person trained in home service in the region and span."""
    trained = (
        visible_to(_standing("training_completed"), LedgerEntry.region, region)
        .where(_text("course_type") == "home_service", LedgerEntry.occurred_on.between(since, until))
        .with_only_columns(LedgerEntry.person.label("person"), func.min(LedgerEntry.occurred_on).label("first"))
        .group_by(LedgerEntry.person)
        .subquery()
    )
    rights = and_(LedgerEntry.kind == "service_given", _text("service").in_(("rights", "legal_aid")))
    after = and_(
        LedgerEntry.person == trained.c.person,
        LedgerEntry.occurred_on >= trained.c.first,
        LedgerEntry.occurred_on <= until,
        _REVERSES == "",
        LedgerEntry.key.not_in(select(LedgerEntry.reverses).where(LedgerEntry.reverses.is_not(None))),
    )
    day = LedgerEntry.occurred_on
    tests = (_is_work(), rights, LedgerEntry.kind == "placement_retained", LedgerEntry.kind == "placement_ended")
    first, *others = (
        func.min(case((test, day))) if n < 2 else func.max(case((test, day))) for n, test in enumerate(tests)
    )
    query = (
        select(trained.c.person, trained.c.first, first, *others)
        .select_from(trained)
        .outerjoin(LedgerEntry, after)
        .group_by(trained.c.person, trained.c.first)
        .order_by(trained.c.first, trained.c.person)
    )
    return [HomeServicePerson(*row) for row in await session.execute(query)]


def home_service_rate(line: Sequence[HomeServicePerson]) -> Rate:
    """Placed of trained: the programme's 80 %."""
    return Rate(sum(1 for person in line if person.placed_on), len(line))
