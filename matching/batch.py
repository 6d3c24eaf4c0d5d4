"""Matches two files with no database: seekers and vacancies, courses where given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from matching import kernel
from matching.courses import bridging_courses
from matching.explain import in_third_person, reason
from matching.index import VacancyIndex
from matching.many import WORTH_COMPILING
from matching.profiles import CourseProfile, Match, SeekerProfile, VacancyProfile
from matching.rank import rank, seekers_for_each
from matching.records import COURSE_COLUMNS, SEEKER_COLUMNS, VACANCY_COLUMNS, course_of, seeker_of, vacancy_of
from matching.sheets import Problems, read_rows
from matching.understand import Understanding


@dataclass(slots=True)
class Input:
    """Everything read from the files, and what was wrong with them."""

    seekers: list[tuple[SeekerProfile, Understanding]] = field(default_factory=list)
    vacancies: list[VacancyProfile] = field(default_factory=list)
    courses: list[CourseProfile] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)


def read_input(seekers: Path, vacancies: Path, courses: Path | None, *, today: date) -> Input:
    """Read the files; a bad row is noted and left out, the others go on."""
    read = Input()
    problems = read.problems
    for line, cells in _fresh(seekers, SEEKER_COLUMNS, problems):
        seeker = seeker_of(cells, seekers.name, line, problems, today)
        if seeker:
            read.seekers.append(seeker)
    for line, cells in _fresh(vacancies, VACANCY_COLUMNS, problems):
        vacancy = vacancy_of(cells, vacancies.name, line, problems, today)
        if vacancy:
            read.vacancies.append(vacancy)
    for line, cells in _fresh(courses, COURSE_COLUMNS, problems) if courses else ():
        course = course_of(cells, courses.name if courses else "", line, problems)
        if course:
            read.courses.append(course)
    return read


def _fresh(path: Path, columns: tuple[str, ...], problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows whose id was not seen before; a row without an id is known by its line."""
    seen: set[str] = set()
    for line, cells in read_rows(path, columns, problems):
        key = cells.get("id") or str(line)
        if key in seen:
            problems.note(path.name, line, "id", f"{key} was there before; the row is left out")
            problems.bad += 1
            continue
        seen.add(key)
        yield line, {**cells, "id": key}


def match_all(read: Input, *, top: int, today: date) -> Iterator[dict[str, Any]]:
    """The best vacancies of each seeker, in the order of the file."""
    index = VacancyIndex(read.vacancies, compiled=kernel.is_there() and len(read.seekers) >= WORTH_COMPILING)
    for profile, understood in read.seekers:
        ranking = rank(index, profile, today=today, top=top)
        bridges = bridging_courses((*ranking.matches, *ranking.blocked), profile, read.courses, today=today)
        yield {
            "seeker": profile.id,
            "understood": understood.as_json(),
            "matches": [match_json(match) for match in ranking.matches],
            "courses": [{"course": course.id, "because": because} for course, because in bridges],
            "total": ranking.total,
            "widened": ranking.widened,
        }


def match_all_vacancies(read: Input, *, top: int, today: date) -> Iterator[dict[str, Any]]:
    """The best seekers of each vacancy, in the order of the file."""
    index = VacancyIndex(read.vacancies)
    for vacancy, matches in seekers_for_each(index, [who for who, _ in read.seekers], today=today, top=top):
        yield {"vacancy": vacancy.id, "matches": [_of_seeker(match) for match in matches]}


def _of_seeker(match: Match) -> dict[str, Any]:
    """As match_json; an employer's list speaks of the seekers, not to them."""
    told = match_json(match)
    del told["vacancy"]
    return {"seeker": match.seeker, **told, "reason": in_third_person(told["reason"])}


def match_json(match: Match) -> dict[str, Any]:
    """Score and parts from 0 to 1; the parts add up to the score."""
    parts = {part.name: round(part.points / 100, 4) for part in match.parts}
    return {
        "vacancy": match.vacancy.id,
        "score": round(sum(parts.values()), 4),
        "parts": parts,
        "reason": reason(match),
    }
