"""Bases (基地): where workers or students come from, or where they are trained or employed."""

from __future__ import annotations

from sqlalchemy import select

from models.audit import record
from models.database import Session
from models.errors import ZhaohuoError
from models.exports import WorkerBase
from models.offices import Office
from services.ledger import Fact, append

BASES = ("worker", "student", "employment", "training")
HONOURS = ("employment_base", "migrant_demo_base")


class BaseRefusedError(ZhaohuoError):
    """The office has a base of this name, or its kind or title is none of `BASES`, `HONOURS`."""


async def establish_base(
    session: Session, office: Office, *, name: str, region: str, kind: str, officer_id: int, honour: str | None = None
) -> WorkerBase:
    """A base in a place, perhaps another province, with the national title it was given; writes `base_established`.

    Raises BaseRefusedError.
    """
    held = select(WorkerBase.id).where(WorkerBase.office_id == office.id, WorkerBase.title == name.strip())
    known = kind in BASES and (honour is None or honour in HONOURS)
    if not region or not known or not name.strip() or await session.scalar(held) is not None:
        raise BaseRefusedError
    base = WorkerBase(
        id=session.new_id(),
        office_id=office.id,
        region=region,
        title=name.strip()[:60],
        kind=kind,
        honour=honour,
        established_on=session.today,
    )
    session.add(base)
    record(session, actor=officer_id, action="worker_bases.established", subject=f"worker_bases:{base.id}")
    await append(
        session,
        Fact(
            key=f"base_established:{base.id}",
            kind="base_established",
            occurred_on=session.today,
            region=office.region,
            office_id=office.id,
            facts={"base": f"worker_bases:{base.id}", **({"title": honour} if honour else {})},
            source=f"worker_bases:{base.id}",
        ),
    )
    await session.flush()
    return base
