"""The data files are in order; files of seekers and vacancies are matched whatever their faults."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from matching.batch import match_all, match_all_vacancies, read_input
from matching.occupations import find_occupations, get_occupation, occupation_name, related
from matching.phrases import find_phrases
from matching.pinyin import restore
from matching.tables import rows

TODAY = date(2026, 3, 1)


def test_the_lexicon_is_in_order() -> None:
    table = [(alias, code, float(weight)) for alias, code, weight, _ in rows("aliases.tsv")]
    keys = [(alias, code) for alias, code, _ in table]
    assert keys == sorted(set(keys))
    assert all(
        get_occupation(code) and 0 < weight <= 1 and alias == alias.strip().lower() for alias, code, weight in table
    )


def test_neighbours_exist_and_are_weaker() -> None:
    for one, other, weight in rows("related.tsv"):
        assert get_occupation(one) and get_occupation(other) and one != other and 0 < float(weight) < 1
    assert all(weight < 1 for _, weight in related("6-18-02-04"))


def test_every_level_four_name_is_found() -> None:
    wrong = [
        name
        for code, level, name in rows("occupations.tsv")
        if level == "4" and code[0] in "456" and code not in {found.code for found in find_occupations(name, 3)}
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dianhangong zhengzhou", "焊工"),
        ("han gong", "焊工"),
        ("diangong suzhou", "电工"),
        ("dianhanging", "焊"),
        ("fuwuyuan shenzen", "服务员 深圳"),
        ("welder zhengzhou", "welder 郑州"),
        ("baoanbeijing", "保安 北京"),
    ],
)
def test_pinyin(typed: str, meant: str) -> None:
    assert meant in restore(typed)


def test_english_names() -> None:
    assert find_occupations("security guard")[0].code == "4-07-05-01"
    assert occupation_name("6-18-02-04") == "焊工" and occupation_name("6-18-02-04", "en") == "welder"


def test_phrases_do_not_overlap_in_meaning() -> None:
    assert {phrase.code for phrase in find_phrases("不上夜班") if phrase.kind == "constraint"} == {"no_night"}


SEEKERS = "id,text,region\n1,电焊工 郑州 5000,\n2,保安,武汉\n3,,\n2,厨师,成都\n4,焊工,火星\n"
VACANCIES = (
    "id,title,region,wage_min,wage_max,certificates,colour\nv1,电焊工,郑州,6000,8000,焊工证,red\n"
    "v2,保安,420100,90000000,,,\nv3,,郑州,,,,\nv4,厨师,成都,8000,6000,,\n"
)
COURSES = "id,title,region,gives_certificate,starts_on\nc1,焊工班,郑州,焊工证,2026-04-01\n"


def write(folder: Path, encoding: str = "utf-8") -> tuple[Path, Path, Path]:
    paths = (folder / "seekers.csv", folder / "vacancies.csv", folder / "courses.csv")
    for path, text in zip(paths, (SEEKERS, VACANCIES, COURSES), strict=True):
        path.write_bytes(text.encode(encoding))
    return paths


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_files_with_faults(tmp_path: Path, encoding: str) -> None:
    read = read_input(*write(tmp_path, encoding), today=TODAY)
    problems, results = read.problems, list(match_all(read, top=2, today=TODAY))
    assert [result["seeker"] for result in results] == ["1", "2", "4"]
    assert results[0]["matches"][0]["vacancy"] == "v1" and results[0]["courses"][0]["course"] == "c1"
    assert results[1]["matches"][0]["vacancy"] == "v2"
    assert results[0]["matches"][0]["score"] == pytest.approx(sum(results[0]["matches"][0]["parts"].values()))
    told = {(problem.file, problem.line, problem.column) for problem in problems.found}
    assert {
        ("seekers.csv", 4, "text"),
        ("seekers.csv", 5, "id"),
        ("seekers.csv", 6, "region"),
        ("vacancies.csv", 1, "colour"),
        ("vacancies.csv", 3, "wage_min"),
        ("vacancies.csv", 4, "title"),
        ("vacancies.csv", 5, "wage_max"),
    } <= told
    assert problems.bad == 3


def test_turned_round(tmp_path: Path) -> None:
    read = read_input(*write(tmp_path), today=TODAY)
    results = {told["vacancy"]: told["matches"] for told in match_all_vacancies(read, top=2, today=TODAY)}
    assert results["v1"][0]["seeker"] == "1" and {"score", "parts", "reason"} <= set(results["v1"][0])


def test_xlsx(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["id", "text"], [1, "电焊工 郑州 5000"], [2, "保安 武汉"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "seekers.xlsx")
    _, vacancies, _ = write(tmp_path)
    results = list(match_all(read_input(tmp_path / "seekers.xlsx", vacancies, None, today=TODAY), top=1, today=TODAY))
    assert [result["seeker"] for result in results] == ["1", "2"]
