"""Work-study (勤工助学): posts that employers offer to students."""

from __future__ import annotations

from sqlalchemy import select

from models.aid import WorkStudyOffer
from models.audit import record
from models.database import ReadSession, Session
from models.offices import Office
from services.casework import ensure_positive
from services.ledger import Fact, append


async def offer_work_study(
    session: Session, employer_id: int, quantity: int, *, office_id: int, officer_id: int
) -> WorkStudyOffer:
    """An employer offers posts for students beside their studies. Raises AmountRefusedError."""
    ensure_positive(quantity)
    office = await session.get_one(Office, office_id)
    offer = WorkStudyOffer(
        id=session.new_id(),
        employer_id=employer_id,
        office_id=office.id,
        region=office.region,
        quantity=quantity,
        offered_on=session.today,
        noted_by=officer_id,
    )
    session.add(offer)
    fact = Fact(
        key=f"work_study_offered:{offer.id}",
        kind="work_study_offered",
        occurred_on=session.today,
        region=office.region,
        office_id=office.id,
        facts={"employer": employer_id},
        quantity=quantity,
        source=f"work_study_offers:{offer.id}",
    )
    await append(session, fact)
    record(session, actor=officer_id, action="work_study_offers.noted", subject=f"work_study_offers:{offer.id}")
    await session.flush()
    return offer


async def is_offered_today(session: ReadSession, employer_id: int, quantity: int) -> bool:
    """Whether just this offer was noted today: said twice is once."""
    query = select(WorkStudyOffer.id).where(
        WorkStudyOffer.employer_id == employer_id,
        WorkStudyOffer.quantity == quantity,
        WorkStudyOffer.offered_on == session.today,
    )
    return await session.scalar(query.limit(1)) is not None
