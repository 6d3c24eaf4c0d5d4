"""Certificates: issuer, level and number of what a course led to; a number is one certificate's only."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.certificates import NUMBER, Certificate
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.people import Seeker
from models.rosters import CERTIFICATE, RosterRow
from models.states import EnrolmentState, move
from models.training import Course, Enrolment
from services.classes import check_day
from services.facts import kinds
from services.notices import tell
from services.people import PROFILE, profile_of
from services.training import note

FACTS = kinds()["certificate_issued"].facts
ISSUERS: tuple[str, ...] = FACTS["issuer"].one_of
LEVELS: tuple[str, ...] = FACTS["level"].one_of
_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Z\u4e00-\u9fff][0-9A-Z\u4e00-\u9fff/().·-]{3,39}")
_BETWEEN = re.compile(r"[^0-9A-Z\u4e00-\u9fff]")


class CertificateRefusedError(ZhaohuoError):
    """A certificate has an issuer, a level and a number of 4 to 40 signs with digits; correct what was typed."""


class CertificateNumberTakenError(ZhaohuoError):
    """This number is entered already, with a course or from a roster; look at the paper again. Nothing was entered."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self.tail = number[-4:]


class NotPassedError(ZhaohuoError):
    """Only who has passed gets a certificate, and one from a course; enter the pass first."""


def plain_number(text: str) -> str:
    """The number as it is kept: half width, capitals, no blanks (豫A字第12345号). Raises CertificateRefusedError."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    if not _NUMBER.fullmatch(plain) or len(compared(plain)) < 4:
        raise CertificateRefusedError
    return plain


def compared(text: str) -> str:
    """The number as it is compared: 4101-0001, 4101/0001 and 41010001 are one."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper())


async def issue(
    session: Session,
    course: Course,
    given: Sequence[tuple[Enrolment, str]],
    *,
    issuer: str,
    level: str,
    day: date,
    officer_id: int,
) -> list[Certificate]:
    """Enter the certificates of a class, (enrolment, number) each: all of them or none. Writes `certificate_issued`.

    Raises CertificateRefusedError, CertificateNumberTakenError, NotPassedError, DayRefusedError.
    """
    if issuer not in ISSUERS or level not in LEVELS:
        raise CertificateRefusedError
    check_day(session, course, day)
    numbers = [plain_number(number) for _, number in given]
    await _check_free(session, numbers)
    if any(enrolment.state != EnrolmentState.PASSED for enrolment, _ in given):
        raise NotPassedError
    made = []
    for (enrolment, _), number in zip(given, numbers, strict=True):
        certificate = _row(session, course, enrolment, number)
        certificate.issuer, certificate.level = issuer, level
        certificate.issued_on, certificate.entered_by = day, officer_id
        made.append(certificate)
    await _store(session, made, numbers)
    for certificate, (enrolment, _) in zip(made, given, strict=True):
        await _count(session, course, enrolment, certificate)
    return made


async def _check_free(session: Session, numbers: Sequence[str]) -> None:
    taken = await session.scalars(
        select(Certificate.number_index).where(Certificate.number_index.in_([_index(session, n) for n in numbers]))
    )
    known = set(taken)
    told = {session.keys.index(compared(number), CERTIFICATE): number for number in numbers}
    counted = await session.scalars(select(RosterRow.certificate).where(RosterRow.certificate.in_(list(told))))
    by_roster = {told[index] for index in counted if index}
    alike = [compared(number) for number in numbers]
    for place, number in enumerate(numbers):
        if alike[place] in alike[:place] or number in by_roster or _index(session, number) in known:
            raise CertificateNumberTakenError(number)


def _index(session: ReadSession, number: str) -> bytes:
    return session.keys.index(compared(number), NUMBER)


def _row(session: Session, course: Course, enrolment: Enrolment, number: str) -> Certificate:
    row_id = session.new_id()
    return Certificate(
        id=row_id,
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        title=course.gives_certificate or course.title,
        number_sealed=session.keys.seal(number, NUMBER, row_id),
        number_index=_index(session, number),
    )


async def _store(session: Session, made: Sequence[Certificate], numbers: Sequence[str]) -> None:
    """Two officers may enter one number at the same moment: the second is refused like any other."""
    try:
        async with session.begin_nested():
            session.add_all(made)
    except IntegrityError as error:
        raise CertificateNumberTakenError(numbers[0]) from error


async def _count(session: Session, course: Course, enrolment: Enrolment, certificate: Certificate) -> None:
    await move(session, enrolment, EnrolmentState.CERTIFIED, actor=certificate.entered_by)
    await note(
        session,
        course,
        enrolment,
        "certificate_issued",
        certificate.issued_on,
        {"issuer": certificate.issuer, "level": certificate.level},
        f"certificates:{certificate.id}",
    )
    await _keep_in_profile(session, enrolment.person_id, course.gives_certificate)
    await tell(session, enrolment.person_id, "notice.certificate", title=certificate.title)


async def _keep_in_profile(session: Session, person_id: int, name: str | None) -> None:
    """What the person looks for is matched with the certificate from now on."""
    profile = await profile_of(session, person_id)
    if profile is None or not name:
        return
    profile["certificates"] = sorted({*(profile.get("certificates") or ()), name})
    seeker = await session.get_one(Seeker, person_id)
    seeker.profile_sealed = session.keys.seal(json.dumps(profile, ensure_ascii=False), PROFILE, person_id)


async def certificates_of(session: ReadSession, person_id: int) -> list[Certificate]:
    """The person's certificates, newest first."""
    query = select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.id.desc())
    return list(await session.scalars(query.limit(10)))
