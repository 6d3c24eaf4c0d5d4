"""Services that an officer gives a person: advice, help with a policy, a personal plan; and subsidies."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.aid import GivenService, ReemploymentCard, Subsidy
from models.audit import record
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.offices import Office
from models.people import Person
from services import funds
from services.casework import (
    ensure_fits,
    ensure_known,
    ensure_not_own,
    ensure_positive,
    household_of,
    note,
    rules,
)
from services.families import NoValidFileError, valid_file
from services.funds import Purse

WORDS = "services_given.words"
CARD = "reemployment_cards.number"
PURPOSES = {"job_search": "introduction", "appraisal": "training"}  # what the form calls the use of the money


class AlreadyPaidError(ZhaohuoError):
    """This subsidy was paid to this person already; it is paid once."""


class CardTakenError(ZhaohuoError):
    """This card's number belongs to somebody else; look at the card again."""


class NoCardError(ZhaohuoError):
    """The appraisal subsidy wants a valid re-employment card or family file; note the card first."""


async def give_service(
    session: Session,
    person_id: int,
    service: str,
    *,
    office_id: int,
    officer_id: int,
    topic: str | None = None,
    words: str = "",
) -> GivenService:
    """An officer gave a service (a word of the ledger's); `words` are kept sealed. Raises FactsRefusedError."""
    office = await session.get_one(Office, office_id)
    given = GivenService(
        id=session.new_id(),
        person_id=person_id,
        office_id=office.id,
        region=office.region,
        service=service,
        topic=topic,
        given_on=session.today,
        given_by=officer_id,
    )
    await note(session, person_id, given, "service_given", {"service": service})
    given.words_sealed = session.keys.seal(words, WORDS, given.id) if words else None
    session.add(given)
    record(session, actor=officer_id, action="services_given.given", subject=f"services_given:{given.id}")
    await session.flush()
    return given


async def help_with_policy(
    session: Session, person_id: int, topic: str, *, office_id: int, officer_id: int, words: str = ""
) -> GivenService:
    """Help with a grant, a student loan, a school place, a card, a policy; some topics are for families on file.

    Raises UnknownWordError, NoValidFileError.
    """
    topics = rules()["policy_help"]
    ensure_known("topic", topic, topics)
    if topics[topic]:
        await valid_file(session, person_id)
    return await give_service(
        session, person_id, "policy_help", office_id=office_id, officer_id=officer_id, topic=topic, words=words
    )


async def note_card(
    session: Session,
    person_id: int,
    number: str,
    *,
    office_id: int,
    issued_on: date,
    expires_on: date,
    officer_id: int,
) -> ReemploymentCard:
    """An officer has seen the person's 再就业优惠证, or helped to get it. Raises CardTakenError."""
    index = session.keys.index(number.strip().upper(), CARD)
    card = (await session.scalars(select(ReemploymentCard).where(ReemploymentCard.number_index == index))).first()
    if card is not None and card.person_id != person_id:
        raise CardTakenError
    if card is None:
        row_id = session.new_id()
        card = ReemploymentCard(
            id=row_id,
            person_id=person_id,
            office_id=office_id,
            number_sealed=session.keys.seal(number.strip(), CARD, row_id),
            number_index=index,
        )
        session.add(card)
    card.issued_on, card.expires_on = issued_on, expires_on
    record(session, actor=officer_id, action="reemployment_cards.seen", subject=f"reemployment_cards:{card.id}")
    await session.flush()
    return card


async def pay_subsidy(
    session: Session,
    person_id: int,
    purpose: str,
    amount_fen: int,
    *,
    office_id: int,
    source: str,
    officer_id: int,
    subject: str = "",
) -> Subsidy:
    """Pay a subsidy for job_search or appraisal, once for its `subject`; it is counted and leaves the fund.

    Appraisal wants a valid card or family file, job_search a valid file.
    Raises AlreadyPaidError, NoCardError, NoValidFileError, FundBelowZeroError, AmountRefusedError, OwnCaseError.
    """
    await ensure_not_own(session, officer_id, await household_of(session, person_id))
    ensure_known("purpose", purpose, PURPOSES)
    ensure_positive(amount_fen)
    if subject:
        ensure_fits(subject, 64)
    await session.get_one(Person, person_id, with_for_update=True)
    await _ensure_unpaid(session, person_id, purpose, subject)
    await _ensure_entitled(session, person_id, purpose)
    office = await session.get_one(Office, office_id)
    purse = Purse(office.id, "training_employment", source)
    await funds.use(session, purse, amount_fen, purpose=PURPOSES[purpose], person_id=person_id, officer_id=officer_id)
    subsidy = Subsidy(
        id=session.new_id(),
        person_id=person_id,
        office_id=office.id,
        region=office.region,
        purpose=purpose,
        subject=subject,
        source=source,
        amount_fen=amount_fen,
        paid_on=session.today,
        paid_by=officer_id,
    )
    session.add(subsidy)
    await note(session, person_id, subsidy, "subsidy_paid", {"purpose": purpose}, amount_fen=amount_fen)
    record(session, actor=officer_id, action="subsidies.paid", subject=f"subsidies:{subsidy.id}")
    await session.flush()
    return subsidy


async def _ensure_unpaid(session: ReadSession, person_id: int, purpose: str, subject: str) -> None:
    query = select(Subsidy.id).where(
        Subsidy.person_id == person_id, Subsidy.purpose == purpose, Subsidy.subject == subject
    )
    if await session.scalar(query) is not None:
        raise AlreadyPaidError


async def _ensure_entitled(session: ReadSession, person_id: int, purpose: str) -> None:
    card = select(ReemploymentCard.id).where(
        ReemploymentCard.person_id == person_id, ReemploymentCard.expires_on >= session.today
    )
    if purpose == "appraisal" and await session.scalar(card.limit(1)) is not None:
        return
    try:
        await valid_file(session, person_id)
    except NoValidFileError as error:
        if purpose == "appraisal":
            raise NoCardError(f"{NoCardError.__doc__} ({error})") from error
        raise
