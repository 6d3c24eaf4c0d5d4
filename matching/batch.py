"""Matches two files with no database: seekers and vacancies, courses where given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from matching.courses import bridging_courses
from matching.explain import reason
from matching.index import VacancyIndex
from matching.profiles import CourseProfile, Match, SeekerProfile, VacancyProfile
from matching.rank import rank
from matching.records import COURSE_COLUMNS, SEEKER_COLUMNS, VACANCY_COLUMNS, course_of, seeker_of, vacancy_of
from matching.sheets import Problems, read_rows
from matching.understand import Understanding

SHARD = 500


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
        seeker = seeker_of(cells, seekers.name, line, problems)
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


def match_files(
    seekers: Path,
    vacancies: Path,
    courses: Path | None = None,
    *,
    top: int,
    today: date,
    executor: Executor | None = None,
    for_vacancies: bool = False,
    problems: Problems | None = None,
) -> Iterator[dict[str, Any]]:
    """One result a seeker (or a vacancy); problems, if given, collects what was wrong with the files."""
    read = read_input(seekers, vacancies, courses, today=today)
    if problems is not None:
        problems.found += read.problems.found
        problems.bad += read.problems.bad
    results = match_all(read, top=top, today=today, executor=executor)
    return turned_round(results, read.vacancies, top) if for_vacancies else (result for result, _ in results)


def match_all(
    read: Input, *, top: int, today: date, executor: Executor | None = None
) -> Iterator[tuple[dict[str, Any], tuple[Match, ...]]]:
    """Result and matches of each seeker in order; with an executor in shards."""
    shards = [read.seekers[at : at + SHARD] for at in range(0, len(read.seekers), SHARD)]
    if executor is None or len(shards) < 2:
        index = VacancyIndex(read.vacancies)
        for seeker in read.seekers:
            yield _match_one(index, seeker, read.courses, top, today)
        return
    tasks = [executor.submit(_match_shard, shard, read.vacancies, read.courses, top, today) for shard in shards]
    for task in tasks:
        yield from task.result()


def _match_shard(
    seekers: list[tuple[SeekerProfile, Understanding]],
    vacancies: list[VacancyProfile],
    courses: list[CourseProfile],
    top: int,
    today: date,
) -> list[tuple[dict[str, Any], tuple[Match, ...]]]:
    index = VacancyIndex(vacancies)
    return [_match_one(index, seeker, courses, top, today) for seeker in seekers]


def _match_one(
    index: VacancyIndex,
    seeker: tuple[SeekerProfile, Understanding],
    courses: Iterable[CourseProfile],
    top: int,
    today: date,
) -> tuple[dict[str, Any], tuple[Match, ...]]:
    profile, understood = seeker
    ranking = rank(index, profile, today=today, top=top)
    bridges = bridging_courses((*ranking.matches, *ranking.blocked), profile, courses, today=today)
    result = {
        "seeker": profile.id,
        "understood": understood.as_json(),
        "matches": [match_json(match) for match in ranking.matches],
        "courses": [{"course": course.id, "because": because} for course, because in bridges],
        "total": ranking.total,
        "widened": ranking.widened,
    }
    return result, ranking.matches


def match_json(match: Match) -> dict[str, Any]:
    """Score and parts from 0 to 1; the parts add up to the score."""
    parts = {part.name: round(part.points / 100, 4) for part in match.parts}
    return {
        "vacancy": match.vacancy.id,
        "score": round(sum(parts.values()), 4),
        "parts": parts,
        "reason": reason(match),
    }


def turned_round(
    results: Iterable[tuple[dict[str, Any], tuple[Match, ...]]], vacancies: list[VacancyProfile], top: int
) -> Iterator[dict[str, Any]]:
    """The same matches told by vacancy: its best seekers."""
    found: dict[Any, list[Match]] = {vacancy.id: [] for vacancy in vacancies}
    for _, matches in results:
        for match in matches:
            found[match.vacancy.id].append(match)
    for number, suited in found.items():
        best = sorted(suited, key=lambda match: (-match.score, str(match.seeker)))[:top]
        told = [
            {"seeker": match.seeker, **{k: v for k, v in match_json(match).items() if k != "vacancy"}} for match in best
        ]
        yield {"vacancy": number, "matches": told}
