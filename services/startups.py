"""Own businesses: project library, guidance, five kinds of help, opening, follow-up after 3, 6 and 12 months."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select, update

from models.aid import GivenService
from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, NotFoundError, ZhaohuoError
from models.offices import Office
from models.people import Group, GroupMembership, Person
from models.regions import in_subtree, visible_to
from models.startups import CreatedJobs, Project, Startup, StartupCheck
from models.states import EnrolmentState, StartupState, can_move, move
from models.training import Course, Enrolment
from services.advice import give_service
from services.casework import ensure_fits, ensure_known, ensure_positive, note, rules
from services.created_jobs import count_jobs
from services.graduates import note_closed, note_work
from services.instalments import months_after
from services.ledger import Fact, append_about, groups_on
from services.notices import tell

S = StartupState
TITLE = "startups.title"
PASSED = (EnrolmentState.PASSED, EnrolmentState.CERTIFIED)


class ProjectGoneError(ZhaohuoError):
    """This project was taken out of the library; choose another."""


class NotDueError(ZhaohuoError):
    """This follow-up is not due yet; a business is looked at some months after its opening, not before."""


class NotYetError(ZhaohuoError):
    """A business is entered as open on the day it opens, as closed on the day it closes, not before."""


class AnsweredError(ZhaohuoError):
    """This follow-up is answered already."""


# ---- the project library


async def add_project(
    session: Session, *, office_id: int, title: str, trade: str, capital_fen: int, summary: str, officer_id: int
) -> Project:
    """Put a business idea into the library of an office (项目库)."""
    ensure_positive(capital_fen)
    for text, most in ((title, 60), (trade, 40), (summary, 500)):
        ensure_fits(text, most)
    office = await session.get_one(Office, office_id)
    project = Project(
        id=session.new_id(),
        office_id=office.id,
        region=office.region,
        title=title,
        trade=trade,
        capital_fen=capital_fen,
        summary=summary,
    )
    session.add(project)
    record(session, actor=officer_id, action="projects.added", subject=f"projects:{project.id}")
    await session.flush()
    return project


async def withdraw_project(session: Session, project: Project, *, officer_id: int) -> None:
    """Nobody chooses it any more."""
    project.withdrawn_on = session.today
    record(session, actor=officer_id, action="projects.withdrawn", subject=f"projects:{project.id}")


def projects_near(region: str, *, most_fen: int | None = None) -> Select[Project]:
    """What people of a region can choose, the cheapest first."""
    query = select(Project).where(Project.withdrawn_on.is_(None), in_subtree(Project.region, region))
    if most_fen is not None:
        query = query.where(Project.capital_fen <= most_fen)
    return query.order_by(Project.capital_fen, Project.id)


# ---- from the course to the opening


def trained_without_business(region: str) -> Select[Person]:
    """Who passed an entrepreneurship course and has not opened anything: to be guided."""
    began = select(Startup.person_id).where(Startup.state.in_((S.OPEN, S.CLOSED)))
    query = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Course.course_type == "entrepreneurship",
            Enrolment.state.in_(PASSED),
            Person.deleted_at.is_(None),
            Person.id.not_in(began),
        )
        .distinct()
    )
    return visible_to(query, Course.region, region)


async def guide(
    session: Session, person_id: int, *, office_id: int, officer_id: int, help_with: str | None = None, words: str = ""
) -> GivenService:
    """A guidance session; `help_with` is one of the five kinds of help (五大帮助). Raises UnknownWordError."""
    if help_with is not None:
        ensure_known("help", help_with, rules()["startups"]["helps"])
    return await give_service(
        session,
        person_id,
        "entrepreneurship_advice",
        office_id=office_id,
        officer_id=officer_id,
        topic=help_with,
        words=words,
    )


async def plan_startup(
    session: Session, person_id: int, *, office_id: int, officer_id: int, project_id: int | None = None, title: str = ""
) -> Startup:
    """Somebody plans a business, perhaps after a project of the library. Raises ProjectGoneError."""
    if project_id is not None:
        project = await session.get(Project, project_id)
        if project is None or project.withdrawn_on is not None:
            raise ProjectGoneError
    office = await session.get_one(Office, office_id)
    startup = Startup(
        id=session.new_id(),
        person_id=person_id,
        office_id=office.id,
        region=office.region,
        project_id=project_id,
        state=S.PLANNED,
        state_since=session.now,
    )
    startup.title_sealed = session.keys.seal(title, TITLE, startup.id) if title else None
    session.add(startup)
    record(session, actor=officer_id, action="startups.planned", subject=f"startups:{startup.id}")
    await session.flush()
    return startup


async def open_startup(session: Session, startup: Startup, *, opened_on: date, officer_id: int) -> None:
    """The business is open: it counts, under the groups of before, and its follow-ups are planned.

    Raises MoveRefusedError, NotYetError.
    """
    if opened_on > session.today:
        raise NotYetError
    await move(session, startup, S.OPEN, actor=officer_id)
    startup.opened_on = opened_on
    groups = await groups_on(session, startup.person_id, opened_on)
    await note(session, startup.person_id, startup, "startup_opened", {"months": 0}, on=opened_on, groups=groups)
    await session.execute(
        update(GroupMembership)
        .where(
            GroupMembership.person_id == startup.person_id,
            GroupMembership.group == Group.LAID_OFF.value,
            GroupMembership.until.is_(None),
        )
        .values(until=opened_on)
    )
    await note_work(session, startup.person_id, "self_employed", on=opened_on, officer_id=officer_id)
    session.add_all(
        StartupCheck(id=session.new_id(), startup_id=startup.id, months=months, due_on=months_after(opened_on, months))
        for months in rules()["startups"]["follow_up_months"]
    )
    await session.flush()


async def give_up(session: Session, startup: Startup, *, officer_id: int, why: str) -> None:
    """It never opened."""
    await move(session, startup, S.GIVEN_UP, actor=officer_id, why=why)


# ---- afterwards


async def follow_up(session: Session, startup: Startup, months: int, *, operating: bool, by: int) -> None:
    """What the office saw, or the owner says, some months on: it operates, or has closed.

    Silence is not entered: it stays unknown.

    Raises NotFoundError, NotDueError, AnsweredError, MoveRefusedError (closed before).
    """
    query = select(StartupCheck).where(StartupCheck.startup_id == startup.id, StartupCheck.months == months)
    check = (await session.scalars(query.with_for_update())).first()
    if check is None:
        raise NotFoundError
    if check.answered_on is not None:
        raise AnsweredError
    if check.due_on > session.today:
        raise NotDueError
    if not can_move(S(startup.state), S.CLOSED):
        raise MoveRefusedError(startup.__tablename__, startup.state, S.CLOSED)
    check.answered_on, check.operating, check.answered_by = session.today, operating, by
    if operating:
        await _count_months(session, startup, "startup_operating", months)
        record(session, actor=by, action="startups.operating", subject=f"startups:{startup.id}")
    else:
        await close_startup(session, startup, closed_on=session.today, by=by)
    await session.flush()


async def close_startup(session: Session, startup: Startup, *, closed_on: date, by: int) -> None:
    """The business has ended; the months since its opening are counted, and a graduate needs help again.

    Raises MoveRefusedError, NotYetError.
    """
    if closed_on > session.today:
        raise NotYetError
    await move(session, startup, S.CLOSED, actor=by)
    startup.closed_on = closed_on
    opened = startup.opened_on or closed_on
    months = (closed_on.year - opened.year) * 12 + closed_on.month - opened.month - (closed_on.day < opened.day)
    await _count_months(session, startup, "startup_closed", max(0, months), closed_on)
    await session.flush()
    await note_closed(session, startup.person_id, on=closed_on, officer_id=by)


async def _count_months(session: Session, startup: Startup, kind: str, months: int, on: date | None = None) -> None:
    fact = Fact(
        key=f"{kind}:{startup.id}:{months}",
        kind=kind,
        occurred_on=on or session.today,
        region=startup.region,
        office_id=startup.office_id,
        facts={"months": months},
        source=f"startups:{startup.id}",
    )
    await append_about(session, startup.person_id, fact)


def due_checks(today: date, region: str) -> Select[StartupCheck]:
    """Follow-ups of open businesses that are due and not answered."""
    return visible_to(_due(today), Startup.region, region).order_by(StartupCheck.due_on, StartupCheck.id)


def _due(today: date) -> Select[StartupCheck]:
    return (
        select(StartupCheck)
        .join(Startup, Startup.id == StartupCheck.startup_id)
        .where(Startup.state == S.OPEN, StartupCheck.due_on <= today, StartupCheck.answered_on.is_(None))
    )


def to_ask(today: date) -> Select[StartupCheck]:
    """Those whose owner was not asked yet."""
    return _due(today).where(StartupCheck.asked_on.is_(None)).order_by(StartupCheck.id)


async def ask_owner(session: Session, check: StartupCheck) -> bool:
    """Ask the owner once whether it is still open; whether they could be reached. Silence is for the office to call."""
    startup = await session.get_one(Startup, check.startup_id)
    check.asked_on = session.today
    title = title_of(session, startup)
    return await tell(
        session,
        startup.person_id,
        "notice.shop_open" if title else "notice.untitled_shop_open",
        questions=(("startup.is_open", f"shop:{check.id}:yes"), ("startup.is_closed", f"shop:{check.id}:no")),
        title=title,
    )


async def note_jobs(session: Session, startup: Startup, quantity: int, *, officer_id: int) -> CreatedJobs:
    """Jobs that the business made, without the owner's. Raises MoveRefusedError, AmountRefusedError."""
    if startup.state != S.OPEN:
        raise MoveRefusedError(startup.__tablename__, startup.state, "jobs")
    return await count_jobs(session, startup.person_id, startup, quantity, via="startup", officer_id=officer_id)


async def planned_of(session: ReadSession, person_id: int) -> Startup | None:
    """What the person plans to open."""
    return await _newest(session, person_id, S.PLANNED)


async def open_of(session: ReadSession, person_id: int) -> Startup | None:
    """The business that the person runs."""
    return await _newest(session, person_id, S.OPEN)


async def _newest(session: ReadSession, person_id: int, state: StartupState) -> Startup | None:
    query = select(Startup).where(Startup.person_id == person_id, Startup.state == state)
    return (await session.scalars(query.order_by(Startup.id.desc()).limit(1))).first()


def title_of(session: ReadSession, startup: Startup) -> str:
    """How the business is called."""
    return session.keys.open(startup.title_sealed, TITLE, startup.id) if startup.title_sealed else ""
