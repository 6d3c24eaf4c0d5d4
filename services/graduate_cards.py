"""What is known of a graduate on the list, for who looks after them and for the graduate: plan, internships, money."""

from __future__ import annotations

from sqlalchemy import func, select

from models.aid import GivenService, Subsidy
from models.audit import record
from models.database import ReadSession, Session
from models.employers import Employer
from models.graduates import Graduate, Internship
from services.advice import WORDS
from services.graduates import NEEDS_HELP, unseen, without_help

SHOWN = 8


async def newest_plan(session: ReadSession, graduate: Graduate) -> GivenService | None:
    """The plan that counts now; an older one has been replaced."""
    query = select(GivenService).where(
        GivenService.person_id == graduate.person_id, GivenService.service == "personal_plan"
    )
    return (await session.scalars(query.order_by(GivenService.id.desc()).limit(1))).first()


def plan_words(session: ReadSession, plan: GivenService) -> str:
    """The words of the plan, for the graduate."""
    return session.keys.open(plan.words_sealed, WORDS, plan.id) if plan.words_sealed else ""


def read_plan(session: Session, plan: GivenService, *, officer_id: int) -> str:
    """The same for an officer; that it was read is in the audit."""
    record(session, actor=officer_id, action="services_given.read", subject=f"services_given:{plan.id}")
    return plan_words(session, plan)


async def internships_of(session: ReadSession, graduate_id: int) -> list[tuple[Internship, str]]:
    """The internships found for the graduate, the newest first, with the employer's name where there is one."""
    query = (
        select(Internship, Employer.name)
        .outerjoin(Employer, Employer.id == Internship.employer_id)
        .where(Internship.graduate_id == graduate_id)
        .order_by(Internship.id.desc())
    )
    return [(row[0], row[1] or "") for row in await session.execute(query)]


async def job_search_paid(session: ReadSession, person_id: int) -> Subsidy | None:
    """The job search subsidy, if it was paid."""
    query = select(Subsidy).where(Subsidy.person_id == person_id, Subsidy.purpose == "job_search")
    return (await session.scalars(query.limit(1))).first()


async def to_look_after(session: ReadSession, region: str) -> tuple[list[Graduate], int]:
    """Who needs help and has no helper, no plan or no contact for 30 days: the first of them, and how many."""
    silent = unseen(session.today, region).with_only_columns(Graduate.id).order_by(None)
    helpless = without_help(region).with_only_columns(Graduate.id).order_by(None)
    query = select(Graduate).where(Graduate.status == NEEDS_HELP, Graduate.id.in_(silent) | Graduate.id.in_(helpless))
    number = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    first = await session.scalars(query.order_by(Graduate.contacted_on, Graduate.id).limit(SHOWN))
    return list(first), number
