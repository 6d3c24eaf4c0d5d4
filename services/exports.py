"""Labour export: a batch goes from one office to another: accepted there first, checked on arrival, placed there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.exports import LabourBatch, LabourTraveller, WorkTeam
from models.offices import Office, Officer
from models.people import Person, Seeker
from models.placements import Placement
from models.regions import in_subtree, lies_in
from models.states import BatchState, TravellerState, move
from models.vacancies import Vacancy
from services import applications, placements, teams
from services.casework import ensure_not_own, household_of
from services.ledger import Fact, append_about
from services.notices import tell
from services.phones import masked_name
from services.staff import STAFF
from services.vacancies import count_hire

B, T = BatchState, TravellerState
LIVE = (B.PLANNED, B.OFFERED, B.ACCEPTED, B.DEPARTED)


class BatchRefusedError(ZhaohuoError):
    """A batch goes to another office, on a day that is not past, with somebody in it."""


class AlreadyTravellingError(ZhaohuoError):
    """The person is in another batch that has not arrived yet."""

    def __init__(self, person_id: int) -> None:
        super().__init__()
        self.person_id = person_id


class TravellersElsewhereError(ZhaohuoError):
    """Some of a team are registered with an office elsewhere, which alone can send them: `number` of them."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


async def plan_batch(
    session: Session,
    office: Office,
    to_office: Office,
    people: Sequence[int],
    *,
    leaves_on: date,
    officer_id: int,
    vacancy_id: int | None = None,
    work_teams: Sequence[WorkTeam] = (),
) -> LabourBatch:
    """The origin office lists who goes, people and whole teams.

    Raises BatchRefusedError, AlreadyTravellingError, TravellersElsewhereError.
    """
    going: dict[int, WorkTeam | None] = dict.fromkeys(people)
    for team in work_teams:
        going |= dict.fromkeys(await _crew(session, team, office.region), team)
    if office.id == to_office.id or leaves_on < session.today or not going:
        raise BatchRefusedError
    await _ensure_free(session, going)
    batch = LabourBatch(
        id=session.new_id(),
        office_id=office.id,
        region=office.region,
        to_office_id=to_office.id,
        to_region=to_office.region,
        vacancy_id=vacancy_id,
        leaves_on=leaves_on,
        state=B.PLANNED,
        state_since=session.now,
        planned_by=officer_id,
    )
    session.add(batch)
    record(session, actor=officer_id, action="labour_batches.planned", subject=f"labour_batches:{batch.id}")
    await session.flush()
    for person_id, with_team in going.items():
        await add_traveller(session, batch, person_id, with_team)
    return batch


async def add_traveller(session: Session, batch: LabourBatch, person_id: int, team: WorkTeam | None = None) -> None:
    """One more goes. Raises AlreadyTravellingError, BatchRefusedError once it was offered."""
    if batch.state not in (B.PLANNED, B.REFUSED):
        raise BatchRefusedError
    await _ensure_free(session, [person_id])
    session.add(
        LabourTraveller(
            id=session.new_id(),
            batch_id=batch.id,
            person_id=person_id,
            team_id=team.id if team else None,
            state=T.LISTED,
            state_since=session.now,
        )
    )
    await session.flush()


async def _ensure_free(session: Session, people: Collection[int], batch: LabourBatch | None = None) -> None:
    """None of them is in another live batch; they are held, so that two offices never list one person at once."""
    await session.execute(select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update())
    others = (
        select(LabourTraveller.person_id)
        .join(LabourBatch, LabourBatch.id == LabourTraveller.batch_id)
        .where(LabourTraveller.person_id.in_(people), LabourBatch.state.in_(LIVE))
        .where(LabourTraveller.state.in_((T.LISTED, T.DEPARTED)))
    )
    if batch is not None:
        others = others.where(LabourBatch.id != batch.id)
    if (found := await session.scalar(others.order_by(LabourTraveller.id).limit(1))) is not None:
        raise AlreadyTravellingError(found)


async def _ensure_all_free(session: Session, batch: LabourBatch, stayed: Collection[int] = ()) -> None:
    """Since they were listed a refused batch was none that counts: they may be in another by now."""
    listed = enumerate(await travellers_of(session, batch.id), 1)
    going = [one.person_id for number, one in listed if one.state == T.LISTED and number not in stayed]
    await _ensure_free(session, going, batch)


async def add_team(session: Session, batch: LabourBatch, team: WorkTeam) -> int:
    """The whole team goes together, or nobody; returns how many.

    Raises AlreadyTravellingError, BatchRefusedError, TravellersElsewhereError.
    """
    members = await _crew(session, team, batch.region)
    if not members:
        raise BatchRefusedError
    await _ensure_free(session, members)
    for person_id in members:
        await add_traveller(session, batch, person_id, team)
    return len(members)


async def _crew(session: ReadSession, team: WorkTeam, region: str) -> list[int]:
    """Who is in the team, all of them registered with an office of the region, or of one above or below it."""
    members = await teams.members_of(session, team.id)
    query = select(Office.region).join(Seeker, Seeker.office_id == Office.id).where(Seeker.person_id.in_(members))
    registered = list(await session.scalars(query))
    ours = [one for one in registered if lies_in(one, region) or lies_in(region, one)]
    if len(ours) < len(members):
        raise TravellersElsewhereError(len(members) - len(ours))
    return members


async def travellers_of(session: ReadSession, batch_id: int) -> list[LabourTraveller]:
    """Who is in the batch; the place in this list is the number staff say."""
    query = select(LabourTraveller).where(LabourTraveller.batch_id == batch_id)
    return list(await session.scalars(query.order_by(LabourTraveller.id)))


async def offer(session: Session, batch: LabourBatch, *, officer_id: int) -> None:
    """Ask the destination to take them over; its staff hear of it. Raises MoveRefusedError, AlreadyTravellingError."""
    await _ensure_all_free(session, batch)
    await move(session, batch, B.OFFERED, actor=officer_id)
    batch.reason = None
    origin = await session.get_one(Office, batch.office_id)
    number = len(await travellers_of(session, batch.id))
    await tell_office(session, batch, batch.to_office_id, "notice.batch_offered", office=origin.name, n=number)


async def tell_office(session: Session, batch: LabourBatch, office_id: int, key: str, **values: Any) -> None:
    """Tell the staff of one side of a batch, with the day on which it leaves."""
    query = select(Officer.person_id).where(
        Officer.office_id == office_id, Officer.ended_at.is_(None), Officer.role.in_(STAFF)
    )
    for person_id in (await session.scalars(query)).all():
        await tell(session, person_id, key, month=batch.leaves_on.month, day=batch.leaves_on.day, **values)


async def accept(session: Session, batch: LabourBatch, *, officer_id: int) -> None:
    """The destination takes them over. Raises MoveRefusedError."""
    await move(session, batch, B.ACCEPTED, actor=officer_id)
    office = await session.get_one(Office, batch.to_office_id)
    await tell(session, batch.planned_by, "notice.batch_accepted", office=office.name)


async def refuse(session: Session, batch: LabourBatch, reason: str, *, officer_id: int) -> None:
    """The destination does not, and says why; the origin may change the list and offer again. Nothing is counted."""
    await move(session, batch, B.REFUSED, actor=officer_id, why="refused")
    batch.reason = reason.strip()[:60]
    office = await session.get_one(Office, batch.to_office_id)
    await tell(session, batch.planned_by, "notice.batch_refused", office=office.name, reason=batch.reason)


async def depart(session: Session, batch: LabourBatch, *, officer_id: int, stayed: Collection[int] = ()) -> int:
    """They leave, but for those who stayed (numbers of the list): counted as transferred at the origin.

    Raises MoveRefusedError before the destination has accepted, AlreadyTravellingError.
    """
    await _ensure_all_free(session, batch, stayed)
    await move(session, batch, B.DEPARTED, actor=officer_id)
    gone = 0
    for number, traveller in enumerate(await travellers_of(session, batch.id), 1):
        if traveller.state != T.LISTED:
            continue
        if number in stayed:
            await move(session, traveller, T.STAYED, actor=officer_id)
            continue
        await move(session, traveller, T.DEPARTED, actor=officer_id)
        await _note_departure(session, batch, traveller)
        gone += 1
    await session.flush()
    return gone


async def _note_departure(session: Session, batch: LabourBatch, traveller: LabourTraveller) -> None:
    facts = {
        "labour_transferred": {"to_region": batch.to_region},
        "service_given": {"service": "labour_export"},
    }
    for kind, values in facts.items():
        fact = Fact(
            key=f"{kind}:labour_traveller:{traveller.id}",
            kind=kind,
            occurred_on=session.today,
            region=batch.region,
            office_id=batch.office_id,
            facts=values,
            source=f"labour_travellers:{traveller.id}",
        )
        await append_about(session, traveller.person_id, fact)


async def check_arrival(
    session: Session, batch: LabourBatch, *, officer_id: int, missing: Collection[int] = ()
) -> list[LabourTraveller]:
    """The destination checks who came; who is missing (numbers of the list) is told to the origin.

    Somebody missing who comes later is checked in by the same verb. Returns who is missing. Raises MoveRefusedError.
    """
    if batch.state != B.ARRIVED:
        await move(session, batch, B.ARRIVED, actor=officer_id)
    absent = []
    for number, traveller in enumerate(await travellers_of(session, batch.id), 1):
        if traveller.state not in (T.DEPARTED, T.MISSING):
            continue
        if number not in missing:
            await move(session, traveller, T.ARRIVED, actor=officer_id)
            continue
        absent.append(traveller)
        if traveller.state == T.DEPARTED:
            await move(session, traveller, T.MISSING, actor=officer_id)
    if absent:
        office = await session.get_one(Office, batch.to_office_id)
        people = [await session.get_one(Person, traveller.person_id) for traveller in absent]
        names = ", ".join(masked_name(person.name(session)) for person in people)
        await tell(session, batch.planned_by, "notice.batch_missing", office=office.name, names=names)
    await session.flush()
    return absent


async def place_arrived(
    session: Session,
    batch: LabourBatch,
    traveller: LabourTraveller,
    *,
    officer_id: int,
    started_on: date,
    evidence: str,
    contract: str | None,
    months: int | None = None,
    vacancy_id: int | None = None,
) -> Placement:
    """Somebody who arrived starts work there: a placement of the destination's, how = labour_export.

    Raises OwnCaseError, NotFoundError without a post, VacancyGoneError, AlreadyPlacedError, MoveRefusedError.
    """
    await ensure_not_own(session, officer_id, await household_of(session, traveller.person_id))
    vacancy = await session.get(Vacancy, vacancy_id or batch.vacancy_id or 0, with_for_update=True)
    if vacancy is None:
        raise NotFoundError
    if not applications.is_open(session, vacancy):
        raise applications.VacancyGoneError
    await placements.ensure_first(session, traveller.person_id, vacancy.employer_id, started_on)
    await move(session, traveller, T.PLACED, actor=officer_id)
    placement = await placements.place(
        session,
        traveller.person_id,
        vacancy,
        officer_id=officer_id,
        office_id=batch.to_office_id,
        started_on=started_on,
        evidence=evidence,
        contract=contract,
        months=months,
        how="labour_export",
    )
    traveller.placement_id = placement.id
    await count_hire(session, vacancy)
    await session.flush()
    return placement


def batches_of(region: str) -> Select[LabourBatch]:
    """What goes from or to the region and has not arrived or just has, the next day first."""
    query = select(LabourBatch).where(
        or_(in_subtree(LabourBatch.region, region), in_subtree(LabourBatch.to_region, region)),
        LabourBatch.state != B.CANCELLED,
    )
    return query.order_by(LabourBatch.leaves_on.desc(), LabourBatch.id)
