"""Labour export: batches from one office to another, teams that go together, worker bases."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class WorkTeam(Base):
    """People who come and are placed together: of one village (同乡) or a gang of workers (班组).

    `code`: six digits that its leader hands on; who types them joins.
    """

    __tablename__ = "work_teams"
    __table_args__ = (Index(None, "region"), Index(None, "code", unique=True))

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    title: Mapped[str] = mapped_column(String(40))
    code: Mapped[str | None] = mapped_column(String(6))
    leader_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    since: Mapped[Moment]


class TeamMember(Base):
    """Somebody in a team; a person is in one team at a time."""

    __tablename__ = "team_members"
    __table_args__ = (Index(None, "team_id"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("work_teams.id"))
    since: Mapped[Moment]


class LabourBatch(Base):
    """People whom an origin office sends to a destination office. `region` is the origin's."""

    __tablename__ = "labour_batches"
    __table_args__ = (Index(None, "region", "state"), Index(None, "to_region", "state"))

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    to_office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    to_region: Mapped[Adcode]
    vacancy_id: Mapped[int | None] = mapped_column(ForeignKey("vacancies.id"))
    leaves_on: Mapped[date]
    state: Mapped[Word]
    state_since: Mapped[Moment]
    reason: Mapped[str | None] = mapped_column(String(60))  # why the destination refused
    planned_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class LabourTraveller(Base):
    """A person in a batch."""

    __tablename__ = "labour_travellers"
    __table_args__ = (UniqueConstraint("batch_id", "person_id"), Index(None, "person_id"))

    id: Mapped[RowId]
    batch_id: Mapped[int] = mapped_column(ForeignKey("labour_batches.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("work_teams.id"))
    state: Mapped[Word]
    state_since: Mapped[Moment]
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placements.id"))


class WorkerBase(Base):
    """A base (基地) from which workers or students come, or where they are trained or employed."""

    __tablename__ = "worker_bases"
    __table_args__ = (UniqueConstraint("office_id", "title"), Index(None, "region"))

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]  # where it lies
    title: Mapped[str] = mapped_column(String(60))
    kind: Mapped[Word]  # worker | student | employment | training
    honour: Mapped[Word | None]  # employment_base | migrant_demo_base: the title (称号) it was given
    established_on: Mapped[date]
