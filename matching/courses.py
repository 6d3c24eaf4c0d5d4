"""Courses that close the gap between a person and the vacancies suggested."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matching.certificates import demanded_by_law, missing, plain
from matching.explain import fit
from matching.places import city_of, contains, distance_km, province_of
from matching.profiles import CourseProfile, Match, SeekerProfile
from matching.sentences import WORDS

MAX_COURSES = 3


def bridging_courses(
    matches: Iterable[Match],
    seeker: SeekerProfile,
    courses: Iterable[CourseProfile],
    *,
    today: date,
    language: str = "zh_CN",
    limit: int = MAX_COURSES,
) -> tuple[tuple[CourseProfile, str], ...]:
    """The courses giving a certificate the matches ask for and the person lacks, best first, and why.

    What the law demands comes before what an employer only wishes; then the courses near, soon and free.
    """
    gaps = _gaps(matches, seeker)
    found = []
    for course in courses:
        gives = plain(course.gives_certificate) if course.gives_certificate else ""
        if gives in gaps and _open(course, today):
            weight, title = gaps[gives]
            found.append((-weight, *_convenience(course, seeker), str(course.id), course, title))
    ordered = sorted(found, key=lambda entry: entry[:-2])
    return tuple((course, _because(course, title, language)) for *_, course, title in ordered[:limit])


def _gaps(matches: Iterable[Match], seeker: SeekerProfile) -> dict[str, tuple[float, str]]:
    """Certificate → how much it matters and the title of the best vacancy that asks for it."""
    gaps: dict[str, tuple[float, str]] = {}
    for match in matches:
        for name in missing(match.vacancy.certificates, seeker.certificates or ()):
            weight = match.score + (100 if name in demanded_by_law() else 0)
            if name not in gaps or weight > gaps[name][0]:
                gaps[name] = (weight, match.vacancy.title)
    return gaps


def _open(course: CourseProfile, today: date) -> bool:
    return (course.starts_on is None or course.starts_on >= today) and (course.seats is None or course.seats > 0)


def _convenience(course: CourseProfile, seeker: SeekerProfile) -> tuple[int, float, date, bool]:
    """Near before far, soon before late, free before paid."""
    home = seeker.region or seeker.home_region
    if home is None or contains(course.region, home) or contains(home, course.region):
        step, distance = 0, 0.0
    else:
        step = (
            1
            if city_of(home) == city_of(course.region)
            else 2
            if province_of(home) == province_of(course.region)
            else 3
        )
        distance = distance_km(home, course.region) or 0.0
    return step, distance, course.starts_on or date.max, not course.free


def _because(course: CourseProfile, title: str, language: str) -> str:
    words = WORDS["zh_CN" if language.startswith("zh") else "en"]
    certificate = course.gives_certificate or ""
    pieces = [words["lacking"].format(title=title, certificate=certificate)]
    if course.free:
        pieces.append(words["free"])
    if course.days:
        pieces.append(words["days"].format(days=course.days))
    if course.starts_on:
        pieces.append(words["starts"].format(date=course.starts_on.isoformat()))
    return fit(pieces, " · ", None)
