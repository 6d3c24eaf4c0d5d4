"""Files of seekers, vacancies and courses are read whatever program wrote them; what is not read is named."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from matching.batch import Input, match_all, read_input
from matching.errors import MatchingError
from matching.profiles import CourseProfile, SeekerProfile, VacancyProfile
from matching.sheets import Problems, read_rows

TODAY = date(2026, 3, 1)
KNOWN = ("id", "text", "title", "region", "wage_min", "description")
NOBODY = "id,text\n"


def rows_of(folder: Path, content: str | bytes, name: str = "f.csv") -> tuple[list[dict[str, str]], list[str]]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    problems = Problems()
    rows = [row for _, row in read_rows(path, KNOWN, problems)]
    return rows, [str(problem) for problem in problems.found]


def read(folder: Path, seekers: str = NOBODY, vacancies: str = "id,title\n", courses: str = "id,title\n") -> Input:
    paths = [folder / name for name in ("s.csv", "v.csv", "c.csv")]
    for path, text in zip(paths, (seekers, vacancies, courses), strict=True):
        path.write_text(text, encoding="utf-8")
    return read_input(*paths, today=TODAY)


def told(found: Input) -> str:
    """The problems of the files that hold something."""
    notes = (str(problem) for problem in found.problems.found)
    return "\n".join(note for note in notes if not note.endswith("no row below the header"))


def the_seeker(folder: Path, text: str) -> SeekerProfile:
    return read(folder, seekers=text).seekers[0][0]


def the_vacancy(folder: Path, text: str) -> VacancyProfile:
    return read(folder, vacancies=text).vacancies[0]


def the_course(folder: Path, text: str) -> CourseProfile:
    return read(folder, courses=text).courses[0]


PLAIN = "id,text,region\n1,电焊工 5000,郑州\n2,保安,武汉\n"
MEANT = [{"id": "1", "text": "电焊工 5000", "region": "郑州"}, {"id": "2", "text": "保安", "region": "武汉"}]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, ends: str) -> None:
    assert rows_of(tmp_path, PLAIN.replace("\n", ends).encode(encoding)) == (MEANT, [])


def test_utf_16_with_a_mark_of_either_order(tmp_path: Path) -> None:
    assert rows_of(tmp_path, b"\xfe\xff" + PLAIN.encode("utf-16-be")) == (MEANT, [])
    assert rows_of(tmp_path, b"\xff\xfe" + PLAIN.encode("utf-16-le")) == (MEANT, [])


def test_mixed_line_ends_and_nul(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "id,text,region\r\n1,电焊工 50\x0000,郑州\r2,保安,武汉\n\n\r\n") == (MEANT, [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，", "；"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    assert rows_of(tmp_path, PLAIN.replace(",", delimiter)) == (MEANT, [])


def test_the_delimiter_is_found_below_a_title_line(tmp_path: Path) -> None:
    rows, notes = rows_of(tmp_path, "三月份求职名单，共2人\n" + PLAIN.replace(",", ";"))
    assert rows == MEANT
    assert notes == ["f.csv, line 1, row: above the header, ignored: 三月份求职名单，共2人"]


@pytest.mark.parametrize(
    "header",
    [
        "编号,求职意向,意向地区",
        "序号，留言，地点",
        "ID, Text ,REGION",
        "\ufeffid,text,region",
        '"编 号","求职意向(必填)","期望地区*："',
        "編號,求職意向,地區",
    ],
)
def test_headings_in_other_words(tmp_path: Path, header: str) -> None:
    delimiter = "，" if "，" in header else ","
    assert rows_of(tmp_path, header + PLAIN[PLAIN.index("\n") :].replace(",", delimiter)) == (MEANT, [])


def test_problems_call_a_column_what_the_file_calls_it(tmp_path: Path) -> None:
    assert "v.csv, line 2, 最低工资(元): '很多' is no pay" in told(
        read(tmp_path, vacancies="编号,职位,最低工资(元)\n1,保安,很多\n")
    )


def test_unknown_protected_and_doubled_columns_are_named(tmp_path: Path) -> None:
    rows, notes = rows_of(tmp_path, "id,text,颜色,性别,,求职意向\n1,保安,红,男,x,厨师\n")
    assert rows == [{"id": "1", "text": "保安"}]
    assert notes == [
        "f.csv, line 1, 颜色: unknown column, ignored",
        "f.csv, line 1, 性别: never used for matching, ignored",
        "f.csv, line 1, column 5: has no heading, ignored",
        "f.csv, line 1, 求职意向: another column for text, ignored",
    ]


def test_several_columns_describe(tmp_path: Path) -> None:
    rows, notes = rows_of(tmp_path, "title,岗位要求,备注\n保安,有保安证,包吃住\n厨师,,夜班\n")
    assert [row["description"] for row in rows] == ["有保安证 包吃住", "夜班"] and notes == []


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", " , ,\n"])
def test_an_empty_file_is_named(tmp_path: Path, content: str) -> None:
    assert rows_of(tmp_path, content) == ([], ["f.csv, line 1, file: empty: it holds no row"])


def test_a_header_alone_is_named(tmp_path: Path) -> None:
    assert rows_of(tmp_path, "id,text\n") == ([], ["f.csv, line 1, file: no row below the header"])


def test_a_file_without_a_header_is_named(tmp_path: Path) -> None:
    rows, notes = rows_of(tmp_path, "1,电焊工 郑州\n2,保安\n")
    assert rows == [] and "line 1, header: the first row names no column; known are id, text, title" in notes[0]


def test_quoted_line_breaks_and_delimiters(tmp_path: Path) -> None:
    rows, notes = rows_of(tmp_path, 'id,text\n1,"电焊工\r\n郑州, ""5000"""\n2,保安 12"\n')
    assert rows == [{"id": "1", "text": '电焊工\n郑州, "5000"'}, {"id": "2", "text": '保安 12"'}] and notes == []


def test_an_open_quote_swallows_nothing(tmp_path: Path) -> None:
    rows, notes = rows_of(tmp_path, 'id,text\n1,"电焊工 郑州\n2,保安\n3,"厨师"长\n4,普工\n')
    assert [row["text"] for row in rows] == ["电焊工 郑州", "保安", "厨师长", "普工"]
    assert [note.split(":")[0] for note in notes] == ["f.csv, line 2, row", "f.csv, line 4, row"]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    problems = Problems()
    path = tmp_path / "f.csv"
    path.write_text('id,text\n\n1,"a\nb"\n\n2,c\n', encoding="utf-8")
    assert [line for line, _ in read_rows(path, KNOWN, problems)] == [3, 6]


def test_cells_beyond_the_header(tmp_path: Path) -> None:
    rows, _ = rows_of(tmp_path, "id,text\n1,电焊工,郑州,5000\n")
    assert rows[0]["text"] == "电焊工,郑州,5000"
    rows, notes = rows_of(tmp_path, "id,text,region\n1,电焊工,郑州,5000\n")
    assert rows == [{"id": "1", "text": "电焊工", "region": "郑州"}]
    assert notes == ["f.csv, line 2, row: more cells than the header, not read: 5000"]


def test_a_header_printed_again_is_no_row(tmp_path: Path) -> None:
    assert len(rows_of(tmp_path, PLAIN + PLAIN)[0]) == 4


def test_a_broken_character_does_not_change_the_encoding(tmp_path: Path) -> None:
    long = "电焊工" * 40
    rows, notes = rows_of(tmp_path, f"id,text\n1,{long}\n2,保安".encode()[:-1] + b"\n")
    assert rows[0]["text"] == long and "line 3, file: some characters are broken" in notes[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old .xls"),
        (b"PK\x03\x04 not a zip", "not a readable .xlsx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)) * 9, "no table of text"),
        ("<html><table><tr><td>编号</td></tr></table></html>".encode(), "web page"),
    ],
)
def test_other_files_are_refused_with_a_way_out(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(MatchingError, match=why):
        rows_of(tmp_path, content)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PLAIN.encode("gbk"))))
    assert [row for _, row in read_rows(Path("-"), KNOWN, Problems())] == MEANT


def test_ids(tmp_path: Path) -> None:
    found = read(tmp_path, seekers="id,text\n3,保安\n,电焊工\n,厨师\n3,普工\n007,保洁\n7,司机\n")
    assert [seeker.id for seeker, _ in found.seekers] == ["3", "#3", "#4", "007", "7"]
    assert "s.csv, line 5, id: 3 was there before; the row is left out" in told(found)
    assert "s.csv, line 1, id: 2 of 6 rows (33%) have none; they are called by their line, like #12" in told(found)
    assert found.problems.bad == 1


def test_no_id_column(tmp_path: Path) -> None:
    assert [seeker.id for seeker, _ in read(tmp_path, seekers="text\n保安\n厨师\n").seekers] == ["2", "3"]


def test_a_seeker_in_columns(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "编号,意向岗位,意向地区,期望工资,文化程度,工作年限,证书,人员类别,籍贯,年龄\n"
        "1,电焊工|保安,江苏省苏州市昆山市,６０００元,初中毕业,3年,焊工证|飞天证,困难职工,信阳,45\n",
    )
    seeker, understood = found.seekers[0]
    assert [code for code, _ in seeker.occupations] == ["6-18-02-04", "4-07-05-01"]
    assert (seeker.region, seeker.home_region, seeker.wage_min_fen) == ("320583", "411500", 600000)
    assert (seeker.education, seeker.experience_years, seeker.priority) == ("junior", 3, 1)
    assert seeker.certificates == {"焊工证", "飞天证"}
    assert told(found) == "s.csv, line 2, 证书: no certificate known is called '飞天证'; kept as it is"
    said = understood.as_json()
    assert said["region"]["adcode"] == "320583" and said["wage"]["min"] == 6000
    assert [o["code"] for o in said["occupations"]] == ["6-18-02-04", "4-07-05-01"]


def test_a_column_wins_over_the_text(tmp_path: Path) -> None:
    seeker = the_seeker(
        tmp_path, "id,text,region,wage_min,certificates\n1,电焊工 武汉 4000 有叉车证,郑州,5000,焊工证\n"
    )
    assert (seeker.region, seeker.wage_min_fen, seeker.certificates) == ("410100", 500000, {"焊工证", "叉车证"})
    assert the_seeker(tmp_path, "id,text,region\n1,电焊工 武汉,不限\n").anywhere
    seeker = the_seeker(tmp_path, "id,text,region\n1,在鼓楼区找保安,南京鼓楼区\n")
    assert seeker.region == "320106"


def test_no_certificate_is_not_the_same_as_not_said(tmp_path: Path) -> None:
    assert the_seeker(tmp_path, "id,text,certificates\n1,电焊工,无\n").certificates == frozenset()
    assert the_seeker(tmp_path, "id,text,certificates\n1,电焊工,\n").certificates is None


@pytest.mark.parametrize(("group", "priority"), [("困难职工", 1), ("农民工", 0), ("无", 0), ("", 0)])
def test_promised_groups(tmp_path: Path, group: str, priority: int) -> None:
    assert the_seeker(tmp_path, f"id,text,groups\n1,电焊工,{group}\n").priority == priority


def test_a_long_text_is_said_to_be_cut(tmp_path: Path) -> None:
    found = read(tmp_path, seekers="id,text\n1,电焊工 郑州" + "很急" * 5000 + "\n")
    assert found.seekers[0][0].region == "410100" and "10006 characters; only the first 300 are read" in told(found)


def test_rows_that_look_for_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, seekers="id,text,occupations,active\n1,,,\n2,保安,,no\n3,,保安,yes\n")
    assert [seeker.id for seeker, _ in found.seekers] == ["3"] and found.problems.bad == 1
    assert "line 2, text: neither text nor occupations; the row is left out" in told(found)
    assert "line 3, active: looks for nothing now; not matched" in told(found)


def test_a_vacancy_in_chinese_columns(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        vacancies="2026年3月用工单位岗位表,,,,,,,,,\n"
        "序号,用人单位,招聘岗位,工作地点,工资待遇,招聘人数,学历要求,工作年限,证书要求,截止日期\n"
        "1,样例机械厂,电焊工,郑州市,6000-8000元,5人,初中及以上,1年以上,焊工证,长期有效\n",
    )
    vacancy = found.vacancies[0]
    assert (vacancy.title, vacancy.region, vacancy.employer) == ("电焊工", "410100", "样例机械厂")
    assert (vacancy.wage_min_fen, vacancy.wage_max_fen, vacancy.headcount) == (600000, 800000, 5)
    assert (vacancy.education, vacancy.experience_years, vacancy.certificates) == ("junior", 1, {"焊工证"})
    assert vacancy.expires_on is None and told(found).splitlines() == [
        "v.csv, line 1, row: above the header, ignored: 2026年3月用工单位岗位表"
    ]


@pytest.mark.parametrize(
    ("columns", "cells", "low", "high"),
    [
        ("wage_min,wage_max", "6000,8000", 6000, 8000),
        ("wage_min,wage_max", "8000,6000", 6000, 8000),
        ("wage_min,wage_max", "5000-7000,", 5000, 7000),
        ("wage_min", "6k", 6000, None),
        ("wage_max", "8000", None, 8000),
        ("wage_text", "4000-6000元/月", 4000, 6000),
        ("wage_min,wage_text", "5000,计件多劳多得", 5000, None),
        ("description", "月薪4500元 包住", 4500, None),
        ("wage_min,description", "面议,月薪4500元", 4500, None),
        ("wage_min", "0", None, None),
    ],
)
def test_pay(tmp_path: Path, columns: str, cells: str, low: int | None, high: int | None) -> None:
    vacancy = the_vacancy(tmp_path, f"id,title,{columns}\n1,保安,{cells}\n")
    assert (vacancy.wage_min_fen, vacancy.wage_max_fen) == tuple(n and n * 100 for n in (low, high))


def test_a_title_alone_and_a_description_alone(tmp_path: Path) -> None:
    assert the_vacancy(tmp_path, "id,title\n1,招电焊工 郑州 6000\n").region == "410100"
    assert the_vacancy(tmp_path, "id,description\n1,招电焊工2名 郑州 6000\n").title == "电焊工"
    assert the_vacancy(tmp_path, "编号,工种\n1,保安\n").occupations[0][0] == "4-07-05-01"


def test_a_certificate_far_down_the_description_counts(tmp_path: Path) -> None:
    for blanks in (100, 285, 299, 900, 5000):
        text = f"id,title,description\n1,电焊工,{'急' * blanks}须持焊工证上岗\n"
        assert the_vacancy(tmp_path, text).certificates == {"焊工证"}


def test_a_title_of_ten_thousand_characters(tmp_path: Path) -> None:
    found = read(tmp_path, vacancies="id,title\n1,电焊工" + "急" * 9997 + "\n")
    assert len(found.vacancies[0].title) == 60 and "10000 characters; only the first 60 are kept" in told(found)


@pytest.mark.parametrize(
    ("columns", "cells", "why"),
    [
        ("expires_on", "2026-02-28", "2026-02-28 is past; not matched"),
        ("state", "closed", "closed, not open; not matched"),
        ("state", "expired", "expired, not open; not matched"),
        ("headcount", "0", "nobody is wanted; the row is left out"),
    ],
)
def test_vacancies_nobody_can_have_are_named(tmp_path: Path, columns: str, cells: str, why: str) -> None:
    found = read(tmp_path, vacancies=f"id,title,{columns}\n1,保安,{cells}\n2,保安,\n")
    assert [vacancy.id for vacancy in found.vacancies] == ["2"] and why in told(found)


def test_courses(tmp_path: Path) -> None:
    course = the_course(tmp_path, "编号,课程名称,地区,证书,开班日期,名额\n1,低压电工班,郑州,低压电工证,2026/4/1,30\n")
    assert (course.gives_certificate, course.starts_on, course.seats) == ("低压电工证", date(2026, 4, 1), 30)
    assert course.free and course.occupations
    course = the_course(tmp_path, "id,title,free,seats,taken\n1,叉车证考证班,收费,30,30\n")
    assert course.gives_certificate == "叉车证" and not course.free and course.seats == 0


def test_our_own_exports_are_known(tmp_path: Path) -> None:
    from services.exchange import courses, seekers, vacancies

    vacancy = {
        "id": "7", "title": "电焊工", "employer": "样例厂", "region": "410100", "occupations": "6-18-02-04",
        "headcount": "3", "hired": "1", "wage_min": "6000", "wage_max": "8000", "board": "yes", "lodging": "no",
        "hire_kind": "direct", "social_insurance": "yes", "certificates": "焊工证", "description": "'-长白班",
        "state": "open", "posted_on": "2026-02-20", "expires_on": "2026-05-20",
    }  # fmt: skip
    seeker = {
        "id": "1", "name": "样*", "phone": "138****0000", "occupations": "6-18-02-04", "region": "410100",
        "wage_min": "5000", "certificates": "焊工证", "groups": "migrant", "active": "yes",
    }  # fmt: skip
    course = {
        "id": "c", "title": "焊工班", "institution": "样例学校", "type": "skill", "region": "410100",
        "gives_certificate": "焊工证", "starts_on": "2026-04-01", "seats": "30", "taken": "29", "free": "no",
    }  # fmt: skip
    texts = [
        ",".join(kind.EXPORTED) + "\n" + ",".join(values.get(column, "") for column in kind.EXPORTED) + "\n"
        for kind, values in ((seekers, seeker), (vacancies, vacancy), (courses, course))
    ]
    found = read(tmp_path, *texts)
    assert told(found) == ""
    only = found.vacancies[0]
    assert (only.hired, only.board, only.lodging, only.hire_kind) == (1, True, False, "direct")
    assert {"social_insurance", "day_shift"} <= only.constraints and only.posted_on == date(2026, 2, 20)
    assert found.courses[0].seats == 1 and not found.courses[0].free
    assert found.seekers[0][0].certificates == {"焊工证"}


def test_the_output_has_the_shape_of_the_issue(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("s.csv", "v.csv", "c.csv")]
    paths[0].write_text("id,text\ns1,低压电工 郑州 5000 没有证\ns2,电工 郑州\n", encoding="utf-8")
    paths[1].write_text("id,title,region,wage_min,certificates\nv1,低压电工,郑州,6000,低压电工证\n", encoding="utf-8")
    paths[2].write_text(
        "id,title,region,gives_certificate,starts_on\nc1,电工班,郑州,低压电工证,2026-04-01\n", encoding="utf-8"
    )
    first, second = match_all(read_input(*paths, today=TODAY), top=3, today=TODAY)
    assert {"seeker", "understood", "matches", "courses"} <= set(first)
    assert first["matches"] == [] and first["courses"] == [{"course": "c1", "because": "缺低压电工证:4月1日开班,免费"}]
    match = second["matches"][0]
    assert match["vacancy"] == "v1" and 0 <= match["score"] <= 1 and len(match["reason"]) <= 34
    assert match["score"] == pytest.approx(sum(match["parts"].values()))
