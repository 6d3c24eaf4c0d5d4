"""Own businesses: the project library, guidance, loans with their repayment, opening, follow-ups, jobs created."""

from __future__ import annotations

from datetime import timedelta

from app.sample.casework import HOMES, YUAN, Casework
from app.sample.world import MARK
from models.loans import Loan
from models.people import Person
from models.startups import Startup
from services import instalments, loans, startups
from services.instalments import months_after

PROJECTS = (("早餐店", "餐饮", 30_000), ("社区便民店", "零售", 50_000), ("家政服务部", "居民服务", 20_000))
LOANS = (  # kind, yuan, guaranteed, whose money (None: a bank's)
    ("loan", 30_000, True, None),
    ("borrowing", 20_000, False, "union"),
    ("assisted", 40_000, True, None),
    ("loan", 50_000, True, "central"),
    ("loan", 24_000, True, None),
)
HELPS = ("project", "papers", "policy", "place", "publicity")
MONTHS = 24


async def tell_startups(case: Casework) -> None:
    """Who passed an entrepreneurship course is guided; most borrow and open; one closes again."""
    case.on(2, 20)
    library = [
        await startups.add_project(
            case.session,
            office_id=case.office(HOMES[0]).id,
            title=f"{title}({MARK})",
            trade=trade,
            capital_fen=capital * YUAN,
            summary="投资少,见效快,工会提供创业指导",
            officer_id=case.officer(HOMES[0]),
        )
        for title, trade, capital in PROJECTS
    ]
    founders = [person for person, kind in case.learners if kind == "entrepreneurship"]
    for number, person in enumerate(founders):
        case.on(6, 8 + number)
        startup = await _open(case, person, library[number % len(library)].id, number)
        if number < len(founders) - 1:
            await _lend(case, person, number)
        await _follow(case, startup, number)


async def _open(case: Casework, person: Person, project_id: int, number: int) -> Startup:
    office, officer = case.office(HOMES[0]), case.officer(HOMES[0])
    await startups.guide(
        case.session, person.id, office_id=office.id, officer_id=officer, help_with=HELPS[number % len(HELPS)]
    )
    startup = await startups.plan_startup(
        case.session, person.id, office_id=office.id, officer_id=officer, project_id=project_id, title=f"{MARK}小店"
    )
    case.at(case.session.today + timedelta(days=12))
    await startups.open_startup(case.session, startup, opened_on=case.session.today, officer_id=officer)
    return startup


async def _lend(case: Casework, person: Person, number: int) -> None:
    """Granted a week after it was asked for; each month's part comes back."""
    kind, amount, guaranteed, source = LOANS[number % len(LOANS)]
    officer = case.officer(HOMES[0])
    loan = await loans.apply_for_loan(
        case.session,
        person.id,
        kind=kind,
        amount_fen=amount * YUAN,
        months=MONTHS,
        office_id=case.office(HOMES[0]).id,
        officer_id=officer,
        guaranteed=guaranteed,
        source=source,
    )
    case.at(case.session.today + timedelta(days=7))
    await loans.grant_loan(case.session, loan, officer_id=officer)
    case.at(case.session.today + timedelta(days=20))
    await loans.note_jobs(case.session, loan, 1 + number % 4, officer_id=officer)
    await _repay(case, loan, officer)


async def _repay(case: Casework, loan: Loan, officer: int) -> None:
    for part in await instalments.repayment_file(case.session, loan):
        if case.at(part.due_on):
            await loans.repay(case.session, loan, part.due_fen, officer_id=officer)


async def _follow(case: Casework, startup: Startup, number: int) -> None:
    """After three and six months, as far as they have come."""
    officer = case.officer(HOMES[0])
    if startup.opened_on is None:
        return
    for months in (3, 6):
        if not case.at(months_after(startup.opened_on, months) + timedelta(days=1)):
            return
        closes = number == 1 and months == 3
        await startups.follow_up(case.session, startup, months, operating=not closes, by=officer)
        if closes:
            return
        if months == 3:
            await startups.note_jobs(case.session, startup, 1 + number % 3, officer_id=officer)
