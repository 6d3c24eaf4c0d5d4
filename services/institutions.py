"""Institutions: their titles as on any day, who answers for them, and what they are to train."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.training import Institution, InstitutionPlan, InstitutionTitle, Trainer
from services.facts import kinds

TITLES: tuple[str, ...] = kinds()["training_completed"].facts["titles"].one_of


class TitleRefusedError(ZhaohuoError):
    """The institution holds this title already, or not at all, on that day; look at its titles and their days."""


async def add_institution(
    session: Session, *, name: str, region: str, titles: dict[str, date] | None = None, officer_id: int | None = None
) -> Institution:
    """A designated institution; `titles`: word of the ledger → day it was given."""
    institution = Institution(id=session.new_id(), name=name, region=region, titles=[])
    session.add(institution)
    record(session, actor=officer_id, action="institutions.added", subject=f"institutions:{institution.id}")
    await session.flush()
    for title, given_on in (titles or {}).items():
        await give_title(session, institution, title, given_on, officer_id=officer_id)
    return institution


async def give_title(
    session: Session, institution: Institution, title: str, given_on: date, *, officer_id: int | None
) -> None:
    """The title holds from that day. Raises TitleRefusedError: unknown, of a day to come, or held already."""
    if title not in TITLES:
        raise TitleRefusedError(f"{title!r} is no title; known are: {', '.join(TITLES)}")
    if given_on > session.today or title in await titles_on(session, institution, given_on):
        raise TitleRefusedError
    session.add(InstitutionTitle(id=session.new_id(), institution_id=institution.id, title=title, given_on=given_on))
    institution.titles = sorted({*institution.titles, title})
    _record(session, officer_id, "institutions.title_given", institution, title)
    await session.flush()


async def withdraw_title(
    session: Session, institution: Institution, title: str, withdrawn_on: date, *, officer_id: int | None
) -> None:
    """The title does not hold from that day on; entries before keep it. Raises TitleRefusedError: not held."""
    held = [row for row in await _rows(session, institution) if row.title == title and row.withdrawn_on is None]
    if withdrawn_on > session.today or title not in await titles_on(session, institution, withdrawn_on):
        raise TitleRefusedError
    if not held:  # known without its day, as an imported list has it
        held = [InstitutionTitle(id=session.new_id(), institution_id=institution.id, title=title, given_on=date.min)]
        session.add_all(held)
    held[0].withdrawn_on = withdrawn_on
    institution.titles = [word for word in institution.titles if word != title]
    _record(session, officer_id, "institutions.title_withdrawn", institution, title)
    await session.flush()


async def titles_on(session: ReadSession, institution: Institution, day: date) -> list[str]:
    """The titles held on that day, in the ledger's words; one that is known without its day always held."""
    rows = await _rows(session, institution)
    dated = {row.title for row in rows}
    held = {row.title for row in rows if row.given_on <= day and (row.withdrawn_on is None or day < row.withdrawn_on)}
    return sorted(held | {title for title in institution.titles if title not in dated})


async def _rows(session: ReadSession, institution: Institution) -> list[InstitutionTitle]:
    query = select(InstitutionTitle).where(InstitutionTitle.institution_id == institution.id)
    return list(await session.scalars(query.order_by(InstitutionTitle.given_on)))


def _record(session: Session, officer_id: int | None, action: str, institution: Institution, title: str) -> None:
    record(session, actor=officer_id, action=action, subject=f"institutions:{institution.id}", detail={"title": title})


async def set_plan(session: Session, institution: Institution, year: int, persons: int, *, officer_id: int) -> None:
    """How many persons it is to train in the calendar year; said again it replaces what was said."""
    plan = await session.scalar(_plan(institution.id, year))
    if plan is None:
        plan = InstitutionPlan(id=session.new_id(), institution_id=institution.id, year=year, persons=persons)
        session.add(plan)
    plan.persons = persons
    record(
        session,
        actor=officer_id,
        action="institutions.planned",
        subject=f"institutions:{institution.id}",
        detail={"year": year, "persons": persons},
    )
    await session.flush()


async def planned(session: ReadSession, institution_id: int, year: int) -> int | None:
    """The plan of that year; None where there is none."""
    found = await session.scalar(_plan(institution_id, year))
    return found.persons if found else None


def _plan(institution_id: int, year: int) -> Select[InstitutionPlan]:
    return select(InstitutionPlan).where(InstitutionPlan.institution_id == institution_id, InstitutionPlan.year == year)


async def add_trainer(session: Session, institution: Institution, person_id: int, *, officer_id: int) -> None:
    """The person answers for the institution from now on and may take its vouchers; twice is once."""
    if institution.id in await trained_for(session, person_id):
        return
    trainer = Trainer(id=session.new_id(), person_id=person_id, institution_id=institution.id, since=session.now)
    session.add(trainer)
    record(session, actor=officer_id, action="trainers.added", subject=f"trainers:{trainer.id}")
    await session.flush()


async def end_trainer(session: Session, institution: Institution, person_id: int, *, officer_id: int | None) -> None:
    """The person does not answer for the institution any more."""
    query = select(Trainer).where(
        Trainer.person_id == person_id, Trainer.institution_id == institution.id, Trainer.ended_at.is_(None)
    )
    for trainer in (await session.scalars(query)).all():
        trainer.ended_at = session.now
        record(session, actor=officer_id, action="trainers.ended", subject=f"trainers:{trainer.id}")


async def trained_for(session: ReadSession, person_id: int) -> frozenset[int]:
    """The institutions for which the person answers."""
    query = select(Trainer.institution_id).where(Trainer.person_id == person_id, Trainer.ended_at.is_(None))
    return frozenset(await session.scalars(query))
