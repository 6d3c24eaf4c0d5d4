"""Courses that close the gap between a person and the vacancies suggested."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable, Iterator
from datetime import date

from matching.certificates import demanded_by_law, missing, plain
from matching.explain import SEPARATORS, certificate_name, language_of
from matching.occupations import occupation_name
from matching.places import NATION, city_of, contains, distance_km, province_of, short_name
from matching.profiles import CourseProfile, Match, SeekerProfile
from matching.sentences import WORDS

MAX_COURSES = 3
BY_LAW, BY_EMPLOYER, SKILL = 2, 1, 0
NEARLY_A_YEAR = 300  # days: beyond them a date needs its year
UNPRACTISED = frozenset({("occupation", "close"), ("occupation", "related"), ("occupation", "far")}) | frozenset(
    {("experience", "short"), ("experience", "little_short")}
)

Weight = tuple[int, float]  # what kind of gap, and the score of the best match that has it


def bridging_courses(
    matches: Iterable[Match],
    seeker: SeekerProfile,
    courses: Iterable[CourseProfile],
    *,
    today: date,
    language: str = "zh_CN",
    limit: int = MAX_COURSES,
) -> tuple[tuple[CourseProfile, str], ...]:
    """The courses giving a certificate or skill the matches ask for and the person lacks, best first, and why.

    What the law demands comes before what an employer wishes, that before a trade not yet practised; then the
    courses near, soon and free.
    """
    gaps = _gaps(matches, seeker)
    found = []
    for course in courses:
        closed = [gap for gap in _closes(course) if gap in gaps]
        if closed and _open(course, today):
            gap = max(closed, key=lambda name: gaps[name])
            kind, score = gaps[gap]
            found.append((-kind, -score, *_convenience(course, seeker), str(course.id), course, gap))
    ordered = sorted(found, key=lambda entry: entry[:-2])
    return tuple((course, _because(course, gap, seeker, today, language)) for *_, course, gap in ordered[:limit])


def _gaps(matches: Iterable[Match], seeker: SeekerProfile) -> dict[str, Weight]:
    """Certificate, or code of a trade, → how much it matters."""
    gaps: dict[str, Weight] = {}
    for match in matches:
        for name in missing(match.vacancy.certificates, seeker.certificates or ()):
            kind = BY_LAW if name in demanded_by_law() else BY_EMPLOYER
            gaps[name] = max(gaps.get(name, (SKILL, 0.0)), (kind, match.score))
        if any((part.name, part.level) in UNPRACTISED for part in match.parts):
            for code, _ in match.vacancy.occupations[:1]:
                gaps[code] = max(gaps.get(code, (SKILL, 0.0)), (SKILL, match.score))
    return gaps


def _closes(course: CourseProfile) -> Iterator[str]:
    if course.gives_certificate:
        yield plain(course.gives_certificate)
    yield from (code for code, _ in course.occupations[:1])


def _open(course: CourseProfile, today: date) -> bool:
    return (course.starts_on is None or course.starts_on >= today) and (course.seats is None or course.seats > 0)


def _convenience(course: CourseProfile, seeker: SeekerProfile) -> tuple[int, float, date, bool]:
    """Near before far, soon before late, free before paid."""
    home = seeker.region or seeker.home_region
    step = _steps_away(course, home)
    distance = (distance_km(home, course.region) if home and step else 0.0) or 0.0
    return step, distance, course.starts_on or date.max, not course.free


def _steps_away(course: CourseProfile, home: str | None) -> int:
    """0 here, 1 in the city, 2 in the province, 3 beyond."""
    if home is None or contains(course.region, home) or contains(home, course.region):
        return 0
    if city_of(home) == city_of(course.region):
        return 1
    return 2 if province_of(home) == province_of(course.region) else 3


def _because(course: CourseProfile, gap: str, seeker: SeekerProfile, today: date, language: str) -> str:
    """缺低压电工证:3月1日开班,免费; the place where it is not the person's own city."""
    words = WORDS[language_of(language)]
    is_skill = gap != plain(course.gives_certificate or "")
    name = occupation_name(gap, language) if is_skill else certificate_name(gap, language)
    starts = words["starts"].format(date=_day(course.starts_on, today, language)) if course.starts_on else words["ask"]
    pieces = [starts, words["free" if course.free else "paid"]]
    if course.region != NATION and _steps_away(course, seeker.region or seeker.home_region) > 1:
        pieces.insert(1, words["in"].format(place=short_name(course.region, language)))
    lacking = words["lacks_skill" if is_skill else "lacks_certificate"].format(name=name)
    colon = ":" if language_of(language) == "zh_CN" else ": "
    return lacking + colon + SEPARATORS[language_of(language)].join(pieces)


def _day(day: date, today: date, language: str) -> str:
    """3月1日, 1 March; with its year where that could be another one's."""
    is_far = abs((day - today).days) > NEARLY_A_YEAR
    if language_of(language) == "zh_CN":
        return (f"{day.year}年" if is_far else "") + f"{day.month}月{day.day}日"
    return f"{day.day} {month_name[day.month]}" + (f" {day.year}" if is_far else "")
