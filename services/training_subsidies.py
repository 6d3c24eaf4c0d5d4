"""Subsidies that follow the results of a class: passed, certified, employed; rates and amounts are data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models.audit import record
from models.certificates import Certificate
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.people import Person
from models.training import Course, Enrolment, TrainingSubsidy
from services import funds
from services.funds import Purse
from services.ledger import Fact, append_about
from services.offices import office_for
from services.outcomes import employed_since
from services.vouchers import SOURCES

RULES = Path(__file__).with_name("training_subsidies.toml")


class NothingToPayError(ZhaohuoError):
    """No result of this class is unpaid; enter its results first, or look at what was paid."""


class SourceRefusedError(ZhaohuoError):
    """A subsidy is paid from central, local, union or donation money; say which."""


@dataclass(frozen=True, slots=True)
class ResultRule:
    """What one result is worth: per cent of the standard, and the rate of the class from which it is paid in full."""

    name: str
    share: int
    threshold: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not paid yet of one person's result; `part`: the how manieth payment it will be."""

    enrolment: Enrolment
    fen: int
    part: int


@dataclass(frozen=True, slots=True)
class Due:
    """One result of a class: who reached it, of how many, what each of them brings, and for whom something is missing.

    Who was paid while fewer had reached it is owed the difference.
    """

    result: str
    reached: int
    completed: int
    each_fen: int
    unpaid: tuple[Missing, ...]

    @property
    def total_fen(self) -> int:
        """What is still to be paid."""
        return sum(missing.fen for missing in self.unpaid)


@cache
def rules() -> tuple[Mapping[str, int], tuple[ResultRule, ...]]:
    """(standard per course type in fen, the results)."""
    data = tomllib.loads(RULES.read_text("utf-8"))
    return data["standard_fen"], tuple(ResultRule(**raw) for raw in data["result"])


def each(standard_fen: int, rule: ResultRule, reached: int, completed: int) -> int:
    """Fen for each person: the share of the standard, in proportion where the class is below the threshold."""
    full = standard_fen * rule.share // 100
    if not completed or 100 * reached >= rule.threshold * completed:
        return full
    return full * 100 * reached // (rule.threshold * completed)


async def due(session: ReadSession, course: Course) -> list[Due]:
    """What the results of the class bring by now, result by result."""
    standards, results = rules()
    query = select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.completed_on.is_not(None))
    completed = list(await session.scalars(query.order_by(Enrolment.number)))
    certified = set(
        await session.scalars(
            select(Certificate.enrolment_id).where(Certificate.enrolment_id.in_([e.id for e in completed]))
        )
    )
    employed = await _employed(session, completed)
    reached = {
        "passed": [e for e in completed if e.passed_on],
        "certified": [e for e in completed if e.id in certified],
        "employed": [e for e in completed if e.id in employed],
    }
    paid = await _paid(session, course)
    found = []
    for rule in results:
        whole = each(standards[course.course_type], rule, len(reached[rule.name]), len(completed))
        before = [(e, *paid.get((e.id, rule.name), (0, 0))) for e in reached[rule.name]]
        unpaid = tuple(Missing(e, whole - fen, times + 1) for e, fen, times in before if fen < whole)
        found.append(Due(rule.name, len(reached[rule.name]), len(completed), whole, unpaid))
    return found


async def _paid(session: ReadSession, course: Course) -> dict[tuple[int | None, str], tuple[int, int]]:
    """(enrolment, result) → (fen, how many times)."""
    rows = await session.execute(
        select(TrainingSubsidy.enrolment_id, TrainingSubsidy.result, func.sum(TrainingSubsidy.amount_fen), func.count())
        .where(TrainingSubsidy.course_id == course.id)
        .group_by(TrainingSubsidy.enrolment_id, TrainingSubsidy.result)
    )
    return {(enrolment, result): (int(fen), times) for enrolment, result, fen, times in rows}


async def _employed(session: ReadSession, completed: list[Enrolment]) -> set[int]:
    """Enrolments after which the person came into evidenced work, or opened a business."""
    ids = [enrolment.person_id for enrolment in completed]
    rows = await session.execute(select(Person.ledger_key, Person.id).where(Person.id.in_(ids)))
    keys = {row[0]: row[1] for row in rows}
    days = {keys[key]: day for key, day in (await employed_since(session, list(keys))).items()}
    return {e.id for e in completed if e.completed_on and days.get(e.person_id, e.completed_on.min) >= e.completed_on}


async def pay(session: Session, course: Course, *, source: str, officer_id: int) -> int:
    """Pay what is due and not paid, differences too, all or nothing; fen.

    Writes `subsidy_paid`, and each leaves the office's fund. Raises NothingToPayError, SourceRefusedError,
    FundBelowZeroError.
    """
    if source not in SOURCES:
        raise SourceRefusedError
    found = [(part.result, missing) for part in await due(session, course) for missing in part.unpaid]
    if not found:
        raise NothingToPayError
    rows = [_row(session, course, missing, result, source, officer_id) for result, missing in found]
    office = await office_for(session, course.region)
    async with session.begin_nested():
        await _store(session, rows)
        for row, (_, missing) in zip(rows, found, strict=True):
            await _count(session, course, row, missing.enrolment.person_id, office.id)
    record(session, actor=officer_id, action="courses.subsidised", subject=f"courses:{course.id}")
    return sum(row.amount_fen for row in rows)


def _row(
    session: Session, course: Course, missing: Missing, result: str, source: str, officer_id: int
) -> TrainingSubsidy:
    return TrainingSubsidy(
        id=session.new_id(),
        course_id=course.id,
        enrolment_id=missing.enrolment.id,
        result=result,
        part=missing.part,
        amount_fen=missing.fen,
        source=source,
        paid_on=session.today,
        paid_by=officer_id,
    )


async def _store(session: Session, rows: list[TrainingSubsidy]) -> None:
    try:
        async with session.begin_nested():
            session.add_all(rows)
    except IntegrityError as error:  # another officer pays at this moment
        raise NothingToPayError from error


async def _count(session: Session, course: Course, row: TrainingSubsidy, person_id: int, office_id: int) -> None:
    purse, fen = Purse(office_id, "training_employment", row.source), row.amount_fen
    await funds.use(session, purse, fen, purpose="training", person_id=person_id, officer_id=row.paid_by)
    fact = Fact(
        key=f"subsidy_paid:training_subsidy:{row.id}",
        kind="subsidy_paid",
        occurred_on=row.paid_on,
        region=course.region,
        office_id=office_id,
        facts={"purpose": "training"},
        amount_fen=fen,
        source=f"training_subsidies:{row.id}",
    )
    await append_about(session, person_id, fact)
