"""Employers: registered by their recruiter, verified by a named officer, again every six months."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from stdnum.cn import uscc

from models.audit import record
from models.database import ReadSession, Session
from models.employers import Employer, Recruiter
from models.errors import ZhaohuoError
from models.regions import visible_to
from models.states import EmployerState, move

VERIFIED_FOR = timedelta(days=183)


class CreditCodeRefusedError(ZhaohuoError):
    """The 统一社会信用代码 has 18 characters; its last one is a check digit, which does not fit here."""


def credit_code(text: str) -> str:
    """The code in its plain form. Raises CreditCodeRefusedError when the check digit is wrong."""
    try:
        return str(uscc.validate(text))
    except uscc.ValidationError as error:
        raise CreditCodeRefusedError from error


async def find_employer(session: ReadSession, name: str, code: str | None) -> Employer | None:
    """An employer by its code, else by its exact name where neither has a code."""
    if code:
        return (await session.scalars(select(Employer).where(Employer.credit_code == code))).first()
    query = select(Employer).where(Employer.name == name, Employer.credit_code.is_(None))
    return (await session.scalars(query.order_by(Employer.id).limit(1))).first()


async def named_employers(session: ReadSession, name: str, region: str) -> list[Employer]:
    """Verified employers of the officer's region with this name, else those whose name has these words in it."""
    query = visible_to(select(Employer).where(Employer.state == EmployerState.VERIFIED), Employer.region, region)
    lower = func.lower(Employer.name)
    exact = list(await session.scalars(query.where(lower == name.lower()).order_by(Employer.id)))
    return exact or list(
        await session.scalars(query.where(lower.contains(name.lower(), autoescape=True)).order_by(Employer.id).limit(5))
    )


async def register_employer(
    session: Session, recruiter_id: int, *, name: str, region: str, code: str | None = None
) -> Employer:
    """A new employer with its first recruiter.

    A name or code that is known already makes no second link to it by itself: anybody can type a name. The person
    gets an employer record of their own, without the code, for the officer who checks it to sort out.
    """
    known = await find_employer(session, name, code)
    employer = Employer(
        id=session.new_id(),
        name=name,
        credit_code=None if known else code,
        region=region,
        state=EmployerState.NEW,
        state_since=session.now,
    )
    session.add(employer)
    await session.flush()
    join(session, recruiter_id, employer)
    record(
        session,
        actor=recruiter_id,
        action="employers.registered",
        subject=f"employers:{employer.id}",
        detail={"looks_like": known.id if known else None},
    )
    return employer


def join(session: Session, person_id: int, employer: Employer) -> None:
    """The person may post and answer for the employer."""
    session.add(Recruiter(id=session.new_id(), person_id=person_id, employer_id=employer.id, since=session.now))


async def verify_employer(session: Session, employer: Employer, *, officer_id: int) -> None:
    """An officer has seen that the employer is real."""
    await move(session, employer, EmployerState.VERIFIED, actor=officer_id)
    employer.verified_until = session.now + VERIFIED_FOR


async def refuse_employer(session: Session, employer: Employer, *, officer_id: int, why: str) -> None:
    """An officer refuses it, with a reason code."""
    await move(session, employer, EmployerState.REFUSED, actor=officer_id, why=why)


async def recruiters_of(session: ReadSession, employer_id: int) -> list[int]:
    """The persons who write for the employer now."""
    rows = await session.scalars(
        select(Recruiter.person_id).where(Recruiter.employer_id == employer_id, Recruiter.ended_at.is_(None))
    )
    return list(rows)
