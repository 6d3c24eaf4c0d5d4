"""Graduates of families on file (阳光就业): nobody on the list goes without a helper, a plan or a contact."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select

from models.aid import GivenService, Subsidy
from models.audit import record
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.graduates import Graduate, GraduateStatus, Internship
from models.offices import Officer
from models.people import Group, Person
from models.placements import Placement
from models.regions import visible_to
from models.startups import Startup
from models.states import PlacementState, StartupState
from services.advice import give_service, help_with_policy, pay_subsidy
from services.casework import ensure_known, note, rules
from services.families import give_group, valid_file
from services.ledger import Fact, append_about, groups_on

NEEDS_HELP = "needs_help"
EMPLOYED_OR_NOT = (NEEDS_HELP, "self_found", "placed")
SELF_EMPLOYED = "self_employed"
AT_WORK = (PlacementState.STARTED, PlacementState.RETAINED)
STATUSES = (NEEDS_HELP, "self_employed", "self_found", "placed", "further_study", "army", "left")


class AlreadyListedError(ZhaohuoError):
    """This graduate is on the list already; change the status or the helper there."""


class NotAnOfficerError(ZhaohuoError):
    """A helper is a member of staff of an office; choose one of them."""


async def register_graduate(
    session: Session,
    person_id: int,
    *,
    listed_from: str,
    graduated_on: date,
    study_region: str,
    officer_id: int,
    home_region: str | None = None,
) -> Graduate:
    """Put a graduate of a family with a valid file on the list; the home is the file's where none is named.

    Raises NoValidFileError, AlreadyListedError, UnknownWordError.
    """
    ensure_known("source", listed_from, rules()["graduates"]["sources"])
    await session.get_one(Person, person_id, with_for_update=True)
    if await graduate_of(session, person_id) is not None:
        raise AlreadyListedError
    family = await valid_file(session, person_id)
    await give_group(session, family, person_id, Group.HARDSHIP_GRADUATE, officer_id=officer_id)
    graduate = Graduate(
        id=session.new_id(),
        person_id=person_id,
        office_id=family.office_id,
        region=family.region,
        listed_from=listed_from,
        graduated_on=graduated_on,
        home_region=home_region or family.region,
        study_region=study_region,
        status=NEEDS_HELP,
        registered_on=session.today,
    )
    session.add(graduate)
    facts = {
        "graduated_on": graduated_on.isoformat(),
        "home_region": graduate.home_region,
        "study_region": study_region,
    }
    await note(session, person_id, graduate, "graduate_registered", facts)
    record(session, actor=officer_id, action="graduates.registered", subject=f"graduates:{graduate.id}")
    await session.flush()
    return graduate


async def graduate_of(session: ReadSession, person_id: int) -> Graduate | None:
    """The person's row on the list."""
    return (await session.scalars(select(Graduate).where(Graduate.person_id == person_id))).first()


async def name_helper(session: Session, graduate: Graduate, helper_id: int, *, officer_id: int) -> None:
    """One named member of staff looks after this graduate (结对帮扶). Raises NotAnOfficerError."""
    query = select(Officer.id).where(Officer.person_id == helper_id, Officer.ended_at.is_(None))
    if await session.scalar(query.limit(1)) is None:
        raise NotAnOfficerError
    graduate.helper_id = helper_id
    record(session, actor=officer_id, action="graduates.helper", subject=f"graduates:{graduate.id}")


async def note_contact(session: Session, graduate: Graduate, *, officer_id: int, how: str = "call") -> None:
    """Somebody of the office spoke with the graduate today."""
    graduate.contacted_on = session.today
    detail = {"how": how}
    record(session, actor=officer_id, action="graduates.contact", subject=f"graduates:{graduate.id}", detail=detail)
    await session.flush()


async def make_plan(session: Session, graduate: Graduate, words: str, *, officer_id: int) -> GivenService:
    """A personal plan, sealed; it counts as a service."""
    await note_contact(session, graduate, officer_id=officer_id, how="plan")
    return await give_service(
        session, graduate.person_id, "personal_plan", office_id=graduate.office_id, officer_id=officer_id, words=words
    )


async def give_internship(
    session: Session,
    graduate: Graduate,
    *,
    starts_on: date,
    ends_on: date | None = None,
    employer_id: int | None = None,
    officer_id: int,
) -> Internship:
    """The union found an internship (见习); it counts when it is found, at the latest when it begins."""
    internship = Internship(
        id=session.new_id(), graduate_id=graduate.id, employer_id=employer_id, starts_on=starts_on, ends_on=ends_on
    )
    session.add(internship)
    fact = Fact(
        key=f"internship_given:{internship.id}",
        kind="internship_given",
        occurred_on=min(starts_on, session.today),
        region=graduate.region,
        office_id=graduate.office_id,
        source=f"internships:{internship.id}",
    )
    await append_about(session, graduate.person_id, fact)
    await note_contact(session, graduate, officer_id=officer_id, how="internship")
    return internship


async def help_graduate(
    session: Session, graduate: Graduate, topic: str, *, officer_id: int, words: str = ""
) -> GivenService:
    """Help with a policy; as `advice.help_with_policy`, and a contact."""
    given = await help_with_policy(
        session, graduate.person_id, topic, office_id=graduate.office_id, officer_id=officer_id, words=words
    )
    await note_contact(session, graduate, officer_id=officer_id, how="policy")
    return given


async def pay_job_search(
    session: Session, graduate: Graduate, amount_fen: int, *, source: str, officer_id: int
) -> Subsidy:
    """The job search subsidy, once. Raises AlreadyPaidError, NoValidFileError, FundBelowZeroError."""
    return await pay_subsidy(
        session,
        graduate.person_id,
        "job_search",
        amount_fen,
        office_id=graduate.office_id,
        source=source,
        officer_id=officer_id,
    )


async def set_status(
    session: Session,
    graduate: Graduate,
    status: str,
    *,
    on: date | None = None,
    officer_id: int | None,
    groups: tuple[str, ...] | None = None,
) -> None:
    """The graduate's status from that day; the same again writes nothing. Raises UnknownWordError."""
    ensure_known("status", status, STATUSES)
    since = on or session.today
    latest = await session.scalar(
        select(func.max(GraduateStatus.since)).where(GraduateStatus.graduate_id == graduate.id)
    )
    is_newest = latest is None or since >= latest
    if is_newest and graduate.status == status:
        return
    row = GraduateStatus(id=session.new_id(), graduate_id=graduate.id, status=status, since=since, noted_by=officer_id)
    session.add(row)
    if is_newest:  # what is learnt late about an earlier day does not change today's
        graduate.status = status
    fact = Fact(
        key=f"graduate_status:{row.id}",
        kind="graduate_status",
        occurred_on=since,
        region=graduate.region,
        office_id=graduate.office_id,
        facts={"status": status},
        source=f"graduates:{graduate.id}",
    )
    await append_about(session, graduate.person_id, fact, groups)
    record(
        session,
        actor=officer_id,
        action="graduates.status",
        subject=f"graduates:{graduate.id}",
        detail={"status": status},
    )
    await session.flush()


async def note_work(session: Session, person_id: int, status: str, *, on: date, officer_id: int | None) -> None:
    """Called by the verb that records work, in its transaction: a graduate on the list has this status from `on`.

    `status`: placed, self_found, self_employed, or needs_help where it ended. Does nothing for anybody else.
    """
    graduate = await graduate_of(session, person_id)
    if graduate is not None:
        groups = await groups_on(session, person_id, on)
        await set_status(session, graduate, status, on=on, officer_id=officer_id, groups=groups)


async def note_no_work(session: Session, person_id: int, *, on: date, officer_id: int | None) -> None:
    """Called by the verbs that end work or say that it never was: a graduate without other work needs help from `on`.

    Does nothing for anybody else, nor for who studies, serves or has a business.
    """
    graduate = await graduate_of(session, person_id)
    if graduate is None or graduate.status not in EMPLOYED_OR_NOT:
        return
    if await _work_of(session, person_id) is None:
        await note_work(session, person_id, NEEDS_HELP, on=on, officer_id=officer_id)


async def note_closed(session: Session, person_id: int, *, on: date, officer_id: int | None) -> None:
    """Called by the verb that closes a business: a graduate who lived of it needs help from `on`, or has work.

    Does nothing for anybody else, nor for who runs another one.
    """
    graduate = await graduate_of(session, person_id)
    others = select(Startup.id).where(Startup.person_id == person_id, Startup.state == StartupState.OPEN)
    if graduate is None or graduate.status != SELF_EMPLOYED or await session.scalar(others.limit(1)) is not None:
        return
    how = await _work_of(session, person_id)
    status = NEEDS_HELP if how is None else "self_found" if how == "self_found" else "placed"
    await note_work(session, person_id, status, on=on, officer_id=officer_id)


async def _work_of(session: ReadSession, person_id: int) -> str | None:
    """How the person came to the newest work they are in."""
    query = select(Placement.how).where(Placement.person_id == person_id, Placement.state.in_(AT_WORK))
    return await session.scalar(query.order_by(Placement.id.desc()).limit(1))


def unseen(today: date, region: str) -> Select[Graduate]:
    """Who needs help and has heard nothing for 30 days (or ever, that long after being listed), the longest first."""
    before = today - timedelta(days=rules()["graduates"]["unseen_days"])
    query = select(Graduate).where(
        Graduate.status == NEEDS_HELP,
        func.coalesce(Graduate.contacted_on, Graduate.registered_on) <= before,
    )
    return visible_to(query, Graduate.region, region).order_by(Graduate.contacted_on, Graduate.id)


def without_help(region: str) -> Select[Graduate]:
    """Who has no named helper or no personal plan yet."""
    planned = select(GivenService.person_id).where(GivenService.service == "personal_plan")
    query = select(Graduate).where(or_(Graduate.helper_id.is_(None), Graduate.person_id.not_in(planned)))
    return visible_to(query, Graduate.region, region).order_by(Graduate.id)
