"""Family files from the application to the file, living and medical aid, and tuition aid by stage of school."""

from __future__ import annotations

from datetime import date, timedelta

from app.sample.casework import HOMES, YUAN, Casework
from app.sample.world import MARK
from models.families import FamilyFile
from models.people import Person
from services import aid, families, file_applications, objections, proofs, publicity, work_study
from services.file_applications import Member

KINDS = (  # groups of the family, proof seen, stages of its children, whether one has graduated
    (("hardship_worker",), "minimum_living", ("secondary",), True),
    (("hardship_migrant",), "income", ("compulsory", "tertiary"), True),
    (("hardship_worker", "single_parent_mother"), "single_parent", ("compulsory",), False),
    (("hardship_migrant",), "illness", ("secondary",), False),
)
AGES = {"compulsory": 12, "secondary": 16, "tertiary": 18}
AID = {"living": (2_000, 3_000), "medical": (3_000, 8_000)}  # yuan, from and to
TUITION = {"compulsory": 800, "secondary": 1_500, "tertiary": 4_000}
SOURCES = {"living": "union", "medical": "central"}


async def tell_families(case: Casework) -> None:
    """A list of families in each city; one application is refused after an objection."""
    for city in HOMES:
        found = [await _apply(case, city, *kind) for kind in KINDS]
        case.on(1, 26)
        officer = case.officer(city)
        await families.post_families(
            case.session,
            found,
            officer_id=officer,
            place="village" if case.dice.random() < 0.5 else "workplace",
            place_name=f"{MARK}幸福社区公示栏",
            content="困难职工家庭建档",
            standard="家庭人均收入低于当地低保标准",
        )
        if city == HOMES[-1]:
            await _refuse(case, found.pop(), officer)
        case.on(2, 9)
        await publicity.take_down_ended(case.session)
        for family in found:
            await families.put_on_file(case.session, family, officer_id=officer)
        case.families += found


async def _apply(
    case: Casework, city: str, groups: tuple[str, ...], proof: str, stages: tuple[str, ...], leaver: bool
) -> FamilyFile:
    case.on(1, 6 + case.dice.randint(0, 8))
    applicant, members = await case.person(), []
    await case.agrees_to_file(applicant)
    for stage in stages:
        student = await case.person()
        case.students.append((student.id, stage))
        born = date(case.year - AGES[stage], case.dice.randint(1, 12), 9)
        members.append(Member(person_id=student.id, relation="child", born=born))
    if leaver:
        child = await _leaver(case)
        members.append(Member(person_id=child.id, relation="child", born=date(case.year - 23, 5, 4)))
    officer = case.officer(city)
    family = await file_applications.apply_for_file(
        case.session,
        Member(person_id=applicant.id, relation="self"),
        office_id=case.office(city).id,
        groups=groups,
        details=f"{MARK}:家庭成员患病,收入较低",
        members=members,
        officer_id=officer,
    )
    case.on(1, 16 + case.dice.randint(0, 6))
    expires = date(case.year + 1, 12, 31)
    await proofs.note_proof(case.session, family, applicant.id, proof, expires_on=expires, officer_id=officer)
    await families.check_file(case.session, family, officer_id=officer)
    return family


async def _leaver(case: Casework) -> Person:
    """A child who has left university: agrees and is looked after as a graduate later on."""
    child = await case.person()
    await case.agrees_to_file(child)
    case.leavers.append(child)
    return child


async def _refuse(case: Casework, family: FamilyFile, officer: int) -> None:
    case.on(1, 29)
    objection = await objections.raise_objection(case.session, family, f"{MARK}:家中另有经营收入")
    case.on(2, 2)
    await objections.settle_objection(case.session, objection, upheld=True, officer_id=officer)
    children = {member.person_id for member in await families.members_of(case.session, family.id)}
    case.students = [(person, stage) for person, stage in case.students if person not in children]


async def tell_aid(case: Casework) -> None:
    """Living and medical aid before the festival and through the year: asked, approved, paid."""
    for number, family in enumerate(case.families):
        kind = "medical" if number % 3 == 0 else "living"
        officer = case.officer(family.region)
        case.on(3 + number % 4, 2 + case.dice.randint(0, 20))
        amount = round(case.dice.uniform(*AID[kind]), -2) * YUAN
        grant = await aid.request_aid(
            case.session,
            family.applicant_id,
            kind=kind,
            amount_fen=int(amount),
            source=SOURCES[kind],
            officer_id=officer,
        )
        await aid.approve_aid(case.session, grant, officer_id=officer)
        case.at(case.session.today + timedelta(days=5))
        await aid.pay_aid(case.session, grant, officer_id=officer)


async def tell_tuition(case: Casework) -> None:
    """金秋助学: asked for in July, posted at school, an objection looked into, paid before the cut-off."""
    sources = ("government", "union", "donation", "central")
    grants = []
    for number, (student, stage) in enumerate(case.students):
        case.on(7, 6 + case.dice.randint(0, 15))
        family = await families.valid_file(case.session, student)
        grant = await aid.request_aid(
            case.session,
            student,
            kind="tuition",
            amount_fen=TUITION[stage] * YUAN,
            source=sources[number % len(sources)],
            officer_id=case.officer(family.region),
            stage=stage,
            entered_on=date(case.year, 9, 1) if number % 3 else None,
        )
        grants.append(grant)
    for city in HOMES:
        mine, officer = [grant for grant in grants if grant.region == city], case.officer(city)
        case.on(8, 5)
        await aid.post_students(
            case.session,
            mine,
            officer_id=officer,
            place="school",
            place_name=f"{MARK}第一中学公示栏",
            content="金秋助学",
            standard="小学初中800元,高中中职1500元,大专以上4000元",
        )
        case.on(8, 7)
        objection = await objections.raise_objection(case.session, mine[0], f"{MARK}:请再核对")
        case.on(8, 10)
        await objections.settle_objection(case.session, objection, upheld=False, officer_id=officer)
        case.on(8, 20)
        await publicity.take_down_ended(case.session)
        for grant in mine:
            await aid.pay_aid(case.session, grant, officer_id=officer)


async def tell_work_study(case: Casework) -> None:
    """Posts for students beside their studies."""
    for city in HOMES:
        case.on(6, 20 + case.dice.randint(0, 8))
        for employer in case.employers(city)[:2]:
            await work_study.offer_work_study(
                case.session,
                employer.id,
                case.dice.randint(2, 8),
                office_id=case.office(city).id,
                officer_id=case.officer(city),
            )
