"""Teams (同乡, 班组): people who come together and are placed together, all or none."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select

from models.applications import Application
from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.exports import TeamMember, WorkTeam
from models.offices import Office
from models.regions import visible_to
from models.states import LIVE_APPLICATIONS
from models.vacancies import Vacancy
from services import applications
from services.notices import tell


class TeamTooLargeError(ZhaohuoError):
    """The post has fewer openings than the team has people; ask the employer, or look for another."""

    def __init__(self, openings: int, size: int) -> None:
        super().__init__()
        self.openings, self.size = openings, size


async def form_team(
    session: Session, office: Office, leader_id: int, name: str, members: Sequence[int] = ()
) -> WorkTeam:
    """A team with its leader and a code to join it by; who is in another team changes over."""
    team = WorkTeam(
        id=session.new_id(),
        office_id=office.id,
        region=office.region,
        title=name.strip()[:40],
        code=await _new_code(session),
        leader_id=leader_id,
        since=session.now,
    )
    session.add(team)
    record(session, actor=leader_id, action="work_teams.formed", subject=f"work_teams:{team.id}")
    await session.flush()
    for person_id in dict.fromkeys((leader_id, *members)):
        await join_team(session, team, person_id)
    return team


async def _new_code(session: ReadSession) -> str:
    """Six digits by chance: who knows them may join."""
    while True:
        code = str(100_000 + secrets.randbelow(900_000))
        if await session.scalar(select(WorkTeam.id).where(WorkTeam.code == code)) is None:
            return code


async def team_by_code(session: ReadSession, code: str) -> WorkTeam:
    """The team with this code. Raises NotFoundError."""
    return _required((await session.scalars(select(WorkTeam).where(WorkTeam.code == code))).first())


async def team_for(session: ReadSession, code: str, region: str) -> WorkTeam:
    """The same, if an office of the region has it. Raises NotFoundError: outside is as if it were not."""
    query = visible_to(select(WorkTeam).where(WorkTeam.code == code), WorkTeam.region, region)
    return _required((await session.scalars(query)).first())


def _required(team: WorkTeam | None) -> WorkTeam:
    if team is None:
        raise NotFoundError
    return team


async def join_team(session: Session, team: WorkTeam, person_id: int) -> None:
    """Somebody comes with them, and with nobody else."""
    held = await _membership(session, person_id)
    if held is not None and held.team_id == team.id:
        return
    await leave_team(session, person_id)
    session.add(TeamMember(id=session.new_id(), person_id=person_id, team_id=team.id, since=session.now))
    await session.flush()


async def _membership(session: ReadSession, person_id: int) -> TeamMember | None:
    return (await session.scalars(select(TeamMember).where(TeamMember.person_id == person_id))).first()


async def team_of(session: ReadSession, person_id: int) -> WorkTeam | None:
    """The team that the person is in."""
    held = await _membership(session, person_id)
    return await session.get(WorkTeam, held.team_id) if held else None


async def led_by(session: ReadSession, person_id: int) -> tuple[WorkTeam, int] | None:
    """The team that the person leads and how many they are; None for who comes alone or is led."""
    team = await team_of(session, person_id)
    if team is None or team.leader_id != person_id:
        return None
    size = len(await members_of(session, team.id))
    return (team, size) if size > 1 else None


async def newest_application(session: ReadSession, person_id: int) -> Application | None:
    """What the person applied for last and is still in: where the others of the team may go too."""
    query = select(Application).where(Application.seeker_id == person_id, Application.state.in_(LIVE_APPLICATIONS))
    return (await session.scalars(query.order_by(Application.id.desc()).limit(1))).first()


async def leave_team(session: Session, person_id: int) -> None:
    """Somebody goes alone from now on. After the leader the next in the team leads it; after the last it is no more."""
    held = await _membership(session, person_id)
    if held is None:
        return
    team = await session.get_one(WorkTeam, held.team_id)
    await session.delete(held)
    await session.flush()
    others = await members_of(session, team.id)
    if not others:
        team.code, team.title = None, ""
    elif team.leader_id == person_id:
        team.leader_id = others[0]
    await session.flush()


async def members_of(session: ReadSession, team_id: int) -> list[int]:
    """Who is in the team, in the order in which they came."""
    query = select(TeamMember.person_id).where(TeamMember.team_id == team_id)
    return list(await session.scalars(query.order_by(TeamMember.id)))


async def apply_together(session: Session, team: WorkTeam, vacancy_id: int) -> list[Application]:
    """All of them apply, or none: the post must have an opening for each. The others hear who applied for them.

    Raises NotFoundError, TeamTooLargeError, VacancyGoneError; who has applied before stays as they are.
    """
    vacancy = await session.get(Vacancy, vacancy_id, with_for_update=True)
    if vacancy is None:
        raise NotFoundError
    members = await members_of(session, team.id)
    openings = vacancy.headcount - vacancy.hired
    if openings < len(members):
        raise TeamTooLargeError(openings, len(members))
    for person_id in members:
        if await applications.find(session, vacancy_id, person_id) is None:
            await applications.ensure_can_apply(session, person_id, vacancy_id)
    async with session.begin_nested():
        return [await _applied(session, team, vacancy, person_id) for person_id in members]


async def _applied(session: Session, team: WorkTeam, vacancy: Vacancy, person_id: int) -> Application:
    known = await applications.find(session, vacancy.id, person_id)
    if known is not None:
        return known
    leads = person_id == team.leader_id
    application = await applications.apply(session, person_id, vacancy.id, tells=leads)
    if not leads:
        await tell(session, person_id, "notice.team_applied", name=team.title, title=vacancy.title)
    return application
