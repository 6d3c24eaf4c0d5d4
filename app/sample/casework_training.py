"""Classes from the first name on the list to the certificate, with vouchers, waived costs and the subsidy."""

from __future__ import annotations

from datetime import date, timedelta

from app.sample.casework import YUAN, Casework
from app.sample.tables import trades
from models.people import Group, Person
from models.training import Course, Enrolment, Institution
from services import certificates, classes, courses, funds, training, training_subsidies, vouchers
from services.funds import Purse
from services.offices import office_for

G = Group
CLASSES = (  # institution by its line, title, kind, trade, month
    (0, "电工技能培训班(样例)", "skill", "电工", 4),
    (0, "家政服务培训班(样例)", "home_service", "家政服务员", 4),
    (0, "创业培训班(样例)", "entrepreneurship", "会计", 4),
    (1, "养老护理技能培训班(样例)", "skill", "养老护理员", 5),
    (1, "月嫂培训班(样例)", "home_service", "月嫂", 5),
    (1, "创业培训班(样例)", "entrepreneurship", "收银员", 5),
    (2, "焊工技能培训班(样例)", "skill", "焊工", 5),
    (4, "缝纫技能培训班(样例)", "skill", "缝纫工", 6),
)
PUPILS = ((G.LAID_OFF,), (G.MIGRANT,), (G.MIGRANT, G.ON_THE_JOB), (G.LAID_OFF,))
LEVELS = ("junior", "intermediate", "junior", "senior")
DAYS = 12
VOUCHER = 800


async def tell_training(case: Casework) -> None:
    """Every class with four pupils and the graduate whose turn it is."""
    for number, (line, title, kind, trade, month) in enumerate(CLASSES):
        case.on(month - 1, 8 + number)
        institution = case.institutions[line]
        course = await courses.open_course(
            case.session,
            institution,
            title=title,
            course_type=kind,
            starts_on=date(case.year, month, 6 + number),
            days=DAYS,
            seats=8,
            occupations=[trades()[trade].code],
            gives_certificate=None if kind == "entrepreneurship" else "初级证书",
            price_fen=VOUCHER * YUAN,
            free=True,
            officer_id=case.officer(_city(institution)),
        )
        pupils = await _enrol(case, course, trade, number)
        await _teach(case, course, pupils, number)


def _city(institution: Institution) -> str:
    return f"{institution.region[:4]}00"


async def _enrol(case: Casework, course: Course, trade: str, number: int) -> list[Person]:
    """They register and put their names down; two get a voucher."""
    city = f"{course.region[:4]}00"
    pupils = []
    for groups in PUPILS:
        case.at(course.starts_on - timedelta(days=case.dice.randint(6, 20)))
        pupils.append(await case.seeker(city, trade, *groups))
        await training.enrol(case.session, pupils[-1].id, course.id)
    case.at(course.starts_on - timedelta(days=5))
    graduate = await case.session.get_one(Person, case.graduates[number].person_id)
    await training.enrol(case.session, graduate.id, course.id, actor=case.officer(city))
    for pupil in pupils[:2]:
        await vouchers.issue(
            case.session,
            pupil.id,
            face_fen=VOUCHER * YUAN,
            expires_on=date(case.year, 12, 31),
            source="local",
            office=case.office(city),
            officer_id=case.officer(city),
            course_type=course.course_type,
        )
    return [*pupils, graduate]


async def _teach(case: Casework, course: Course, pupils: list[Person], number: int) -> None:
    """Admitted, there on three days, passed (one not), certified, vouchers and subsidy paid."""
    session, city = case.session, f"{course.region[:4]}00"
    officer = case.officer(city)
    case.at(course.starts_on - timedelta(days=2))
    await classes.admit(session, course, await classes.roster(session, course.id), officer_id=officer)
    for later in (0, 5, DAYS - 1):
        case.at(course.starts_on + timedelta(days=later))
        await classes.attend(
            session, course, await classes.roster(session, course.id), session.today, officer_id=officer
        )
    await _redeem(case, pupils[:2], city, officer)
    await classes.waive(session, course, await classes.roster(session, course.id), ["tuition"], officer_id=officer)
    day = courses.last_day(course)
    listed = await classes.roster(session, course.id)
    failed = listed[-1:] if number == len(CLASSES) - 1 else listed[3:4] if number % 2 else []
    passed = [enrolment for enrolment in listed if enrolment not in failed]
    await classes.pass_(session, course, passed, day, officer_id=officer)
    if failed:
        await classes.fail(session, course, failed, day, officer_id=officer)
    case.at(day + timedelta(days=9))
    if course.gives_certificate:
        await _certify(case, course, passed, number, officer)
    case.at(day + timedelta(days=20))
    for pupil in pupils[:2]:
        for voucher in await vouchers.vouchers_of(session, pupil.id):
            await vouchers.settle(session, voucher, officer_id=officer)
    await _hand_down(case, course, city, officer)
    await training_subsidies.pay(session, course, source="central", officer_id=officer)
    known = {enrolment.person_id for enrolment in passed}
    case.learners += [(pupil, course.course_type) for pupil in pupils if pupil.id in known]


async def _hand_down(case: Casework, course: Course, city: str, officer: int) -> None:
    """A county pays from its own fund: the city hands down what the class has earned."""
    earned = sum(part.total_fen for part in await training_subsidies.due(case.session, course))
    county = await office_for(case.session, course.region)
    if earned and county.id != case.office(city).id:
        purse = Purse(case.office(city).id, "training_employment", "central")
        await funds.allocate(case.session, purse, earned, to_office_id=county.id, officer_id=officer)


async def _redeem(case: Casework, holders: list[Person], city: str, officer: int) -> None:
    for holder in holders:
        for voucher in await vouchers.vouchers_of(case.session, holder.id):
            code = voucher.code(case.session) or ""
            await vouchers.redeem(case.session, code, by=officer, region=city)


async def _certify(case: Casework, course: Course, passed: list[Enrolment], number: int, officer: int) -> None:
    """The labour department's papers, and every third class those of another."""
    given = [(enrolment, f"YL{case.year}{course.number:04d}{enrolment.number:03d}") for enrolment in passed]
    await certificates.issue(
        case.session,
        course,
        given,
        issuer="other" if number % 3 == 2 else "labour",
        level=LEVELS[number % len(LEVELS)],
        day=case.session.today,
        officer_id=officer,
    )
