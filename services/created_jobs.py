"""Jobs that a loan or a business made, without the owner's."""

from __future__ import annotations

from models.audit import record
from models.database import Session
from models.startups import CreatedJobs
from services.casework import ensure_positive
from services.ledger import Fact, append_about


async def count_jobs(
    session: Session, person_id: int, of: object, quantity: int, *, via: str, officer_id: int
) -> CreatedJobs:
    """Note jobs of a loan or a business: `via` says which of the two."""
    ensure_positive(quantity)
    row_id, office_id, region = of.id, of.office_id, of.region  # type: ignore[attr-defined]
    jobs = CreatedJobs(id=session.new_id(), quantity=quantity, noted_on=session.today, noted_by=officer_id)
    jobs.loan_id, jobs.startup_id = (row_id, None) if via == "loan" else (None, row_id)
    session.add(jobs)
    fact = Fact(
        key=f"jobs_created:{jobs.id}",
        kind="jobs_created",
        occurred_on=session.today,
        region=region,
        office_id=office_id,
        facts={"via": via},
        quantity=quantity,
        source=f"created_jobs:{jobs.id}",
    )
    await append_about(session, person_id, fact)
    record(session, actor=officer_id, action="created_jobs.noted", subject=f"created_jobs:{jobs.id}")
    await session.flush()
    return jobs
