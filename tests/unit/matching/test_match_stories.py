"""Plays data/match/*.yaml: seekers and vacancies as rows of files, the order found, the words of the reasons."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from matching.courses import bridging_courses
from matching.explain import SMS, reason, table
from matching.index import VacancyIndex
from matching.profiles import CourseProfile, Match, SeekerProfile, VacancyProfile
from matching.rank import Ranking, best_seekers, rank
from matching.records import course_of, seeker_of, vacancy_of
from matching.sheets import Problems

TODAY = date(2026, 3, 1)
FOLDER = Path(__file__).parent / "data/match"

Story = dict[str, Any]


def stories() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for story in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            marks = [pytest.mark.xfail(reason=story["known"], strict=True)] if "known" in story else []
            found.append(pytest.param(story, id=f"{path.stem}: {story['about']}", marks=marks))
    return found


def cells_of(name: str, columns: tuple[str, ...], values: list[Any]) -> dict[str, str]:
    *first, last = values if isinstance(values[-1], dict) else [*values, {}]
    cells = {"id": name, **dict(zip(columns, first, strict=False)), **last}
    return {column: str(value) for column, value in cells.items()}


def the_seeker(name: str, said: str | dict[str, Any]) -> SeekerProfile:
    told = {"text": said} if isinstance(said, str) else {key: str(value) for key, value in said.items()}
    found = seeker_of({"id": name, **told}, "s.csv", 2, Problems(), TODAY)
    assert found is not None
    return found[0]


def the_vacancies(story: Story) -> list[VacancyProfile]:
    columns = ("title", "region", "wage_text")
    rows = (cells_of(name, columns, values) for name, values in story["vacancies"].items())
    return [found for row in rows if (found := vacancy_of(row, "v.csv", 2, Problems(), TODAY))]


def the_courses(story: Story) -> list[CourseProfile]:
    columns = ("title", "region", "starts_on")
    rows = (cells_of(name, columns, values) for name, values in story.get("courses", {}).items())
    return [found for row in rows if (found := course_of(row, "c.csv", 2, Problems()))]


@pytest.mark.parametrize("story", stories())
def test_story(story: Story) -> None:
    if "best" in story:
        check_the_other_way(story)
        return
    seeker = the_seeker("s", story["seeker"])
    ranking = rank(VacancyIndex(the_vacancies(story)), seeker, today=TODAY, top=story.get("top", 9))
    check_order(story, [match.vacancy.id for match in ranking.matches])
    if "blocked" in story:
        assert [match.vacancy.id for match in ranking.blocked] == story["blocked"]
    for language, told in (("zh_CN", story.get("says", {})), ("en", story.get("en", {}))):
        check_words({match.vacancy.id: match for match in ranking.matches}, told, language)
    check_courses(story, ranking, seeker)


def check_order(story: Story, found: list[Any]) -> None:
    if "order" in story:
        assert found == story["order"]
    if "first" in story:
        assert found[:1] == [story["first"]]
    assert not set(found) & set(story.get("never", ()))
    assert found or "never" not in story


def check_words(matches: dict[Any, Match], told: dict[str, list[str]], language: str) -> None:
    for name, words in told.items():
        line = reason(matches[name], language)
        assert len(line) <= SMS
        for word in words:
            assert (word[1:] not in line) if word.startswith("!") else (word in line), line


def check_courses(story: Story, ranking: Ranking, seeker: SeekerProfile) -> None:
    for language, key in (("zh_CN", "learns"), ("en", "learns_en")):
        if key in story:
            matches = (*ranking.matches, *ranking.blocked)
            found = bridging_courses(matches, seeker, the_courses(story), today=TODAY, language=language)
            assert [why for _, why in found] == story[key]


def check_the_other_way(story: Story) -> None:
    (vacancy,) = the_vacancies(story)
    seekers = [the_seeker(name, said) for name, said in story["seekers"].items()]
    found = best_seekers(vacancy, seekers, today=TODAY, top=9)
    assert [match.seeker for match in found] == story["best"]
    for match in found:
        assert all("您" not in words for _, words, _ in table(match))


def test_there_are_many() -> None:
    assert len(stories()) >= 120
