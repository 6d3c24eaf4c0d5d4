"""Workbooks as offices keep them: merged cells, formulas, dates, several sheets; written here with openpyxl."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from matching.batch import Input, read_input
from matching.sheets import Problems, read_rows

TODAY = date(2026, 3, 1)
KNOWN = ("id", "title", "region", "wage_min", "expires_on", "employer", "headcount")


def sheet_of(rows: Sequence[Sequence[Any]]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    return book, sheet


def saved(book: Workbook, folder: Path, name: str = "f.xlsx") -> Path:
    book.save(folder / name)
    return folder / name


def read(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    problems = Problems()
    rows = [row for _, row in read_rows(path, KNOWN, problems)]
    return rows, [str(problem) for problem in problems.found]


def with_cached(path: Path, cell: str, value: str) -> Path:
    """The file as Excel saves it: the formula of a cell with its value beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                pattern = rf'(<c r="{cell}"[^>]*>\s*<f>[^<]*</f>)\s*<v\s*/>'.encode()
                text, count = re.subn(pattern, rb"\1<v>" + value.encode() + b"</v>", text)
                if not count:
                    text, count = re.subn(
                        rf'(<c r="{cell}"[^>]*>\s*<f>[^<]*</f>)\s*<v></v>'.encode(),
                        rb"\1<v>" + value.encode() + b"</v>",
                        text,
                    )
                assert count == 1
            new.writestr(name, text)
    path.write_bytes(out.getvalue())
    return path


def test_numbers_dates_and_texts(tmp_path: Path) -> None:
    book, _ = sheet_of(
        [
            ["id", "title", "wage_min", "expires_on", "headcount"],
            [1, "电焊工", 6000.0, date(2026, 5, 1), True],
            ["007", "保安", 4500.5, datetime(2026, 5, 1, 8, 30), None],  # noqa: DTZ001
            [1.0, "厨师", "６０００", "长期", 3],
            [123456789012345, "普工", None, None, None],
        ]
    )
    rows, notes = read(saved(book, tmp_path))
    assert [row["id"] for row in rows] == ["1", "007", "1", "123456789012345"] and notes == []
    assert [row["wage_min"] for row in rows] == ["6000", "4500.5", "６０００", ""]
    assert [row["expires_on"] for row in rows] == ["2026-05-01", "2026-05-01", "长期", ""]


def test_a_number_that_excel_rounds_is_named(tmp_path: Path) -> None:
    _, notes = read(saved(sheet_of([["id", "title"], [1234567890123456789, "保安"]])[0], tmp_path))
    assert notes == ["f.xlsx, line 2, A2: more than 15 digits, which Excel rounds; format the column as text"]


def test_a_merged_cell_holds_for_its_whole_range(tmp_path: Path) -> None:
    book, sheet = sheet_of(
        [
            ["用工单位岗位表", None, None, None],
            ["编号", "单位", "职位", "地区"],
            [1, "样例厂", "电焊工", "郑州"],
            [2, None, "保安", None],
            [3, None, "厨师", "武汉"],
            [4, "样例店", "普工", None],
        ]
    )
    for cells in ("A1:D1", "B3:B5", "D3:D4"):
        sheet.merge_cells(cells)
    rows, notes = read(saved(book, tmp_path))
    assert [row["employer"] for row in rows] == ["样例厂", "样例厂", "样例厂", "样例店"]
    assert [row["region"] for row in rows] == ["郑州", "郑州", "武汉", ""]
    assert notes == ["f.xlsx, line 1, row: above the header, ignored: 用工单位岗位表"]


@pytest.mark.parametrize("merged_down", [True, False])
def test_a_header_of_two_lines(tmp_path: Path, merged_down: bool) -> None:
    book, sheet = sheet_of(
        [
            ["编号", "职位", "工资(元)", None, "地区"],
            [None, None, "最低", "最高", None],
            [1, "电焊工", 6000, 8000, "郑州"],
        ]
    )
    for cells in ("C1:D1", *(("A1:A2", "B1:B2", "E1:E2") if merged_down else ())):
        sheet.merge_cells(cells)
    problems = Problems()
    path = saved(book, tmp_path)
    rows = [row for _, row in read_rows(path, (*KNOWN, "wage_max", "wage_text"), problems)]
    assert rows == [{"id": "1", "title": "电焊工", "wage_min": "6000", "wage_max": "8000", "region": "郑州"}]
    assert problems.found == []


def test_a_formula_without_a_value_is_named(tmp_path: Path) -> None:
    book, _ = sheet_of([["id", "title", "wage_min"], [1, "电焊工", "=3000*2"], [2, "保安", 4000]])
    rows, notes = read(saved(book, tmp_path))
    assert [row["wage_min"] for row in rows] == ["", "4000"]
    assert len(notes) == 1 and notes[0].startswith("f.xlsx, line 2, C2: a formula without a saved value")


def test_a_formula_with_its_value_is_that_value(tmp_path: Path) -> None:
    book, _ = sheet_of([["id", "title", "wage_min"], [1, "电焊工", "=3000*2"]])
    assert read(with_cached(saved(book, tmp_path), "C2", "6000")) == (
        [{"id": "1", "title": "电焊工", "wage_min": "6000"}],
        [],
    )


def test_an_error_of_excel_is_named(tmp_path: Path) -> None:
    book, sheet = sheet_of([["id", "title", "wage_min"], [1, "电焊工", None]])
    sheet["C2"] = "#N/A"
    sheet["C2"].data_type = "e"
    rows, notes = read(saved(book, tmp_path))
    assert rows[0]["wage_min"] == "" and notes == ["f.xlsx, line 2, C2: Excel says #N/A; left empty"]


def test_the_first_sheet_that_holds_anything(tmp_path: Path) -> None:
    book, _ = sheet_of([])
    for title in ("岗位", "说明"):
        sheet = book.create_sheet(title)
        sheet.append(["id", "title"])
        sheet.append([1, title])
    rows, notes = read(saved(book, tmp_path))
    assert rows == [{"id": "1", "title": "岗位"}]
    assert notes == ["f.xlsx, line 1, sheet: only the sheet '岗位' is read, not '说明'"]


def test_gaps_keep_the_line_numbers(tmp_path: Path) -> None:
    book, sheet = sheet_of([["id", "title", "wage_min"]])
    sheet["A5"], sheet["B5"], sheet["C9"] = 1, "保安", "很多"
    problems = Problems()
    assert [line for line, _ in read_rows(saved(book, tmp_path), KNOWN, problems)] == [5, 9]


@pytest.mark.parametrize("rows", [[], [[None, None]], [[""]]])
def test_an_empty_workbook_is_named(tmp_path: Path, rows: list[list[Any]]) -> None:
    assert read(saved(sheet_of(rows)[0], tmp_path)) == ([], ["f.xlsx, line 1, file: empty: it holds no row"])


def test_a_wrong_dimension_hides_nothing(tmp_path: Path) -> None:
    path = saved(sheet_of([["id", "title"], [1, "保安"], [2, "厨师"]])[0], tmp_path)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', text))
    path.write_bytes(out.getvalue())
    assert len(read(path)[0]) == 2


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    path = saved(sheet_of([["id", "title"], [1, "保安"]])[0], tmp_path, "f.csv")
    assert read(path)[0] == [{"id": "1", "title": "保安"}]
    (tmp_path / "g.xlsx").write_text("id,title\n1,保安\n", encoding="gbk")
    assert read(tmp_path / "g.xlsx")[0] == [{"id": "1", "title": "保安"}]


def test_a_whole_office_sheet(tmp_path: Path) -> None:
    book, sheet = sheet_of(
        [
            ["样例区总工会春风行动岗位表", *[None] * 7],
            ["序号", "用人单位", "招聘岗位", "工作地点", "薪资(元/月)", "人数", "有效期至", "性别"],
            [1, "样例机械厂", "电焊工", "郑州市", "6000-8000", "5人", date(2026, 6, 1), "男"],
            [2, None, "看大门的", None, 3500, 2, 46174, "不限"],
            [3, "样例饭店", "厨师", "鼓楼区", "面议", "若干", "长期", None],
        ]
    )
    for cells in ("A1:H1", "B3:B4", "D3:D4"):
        sheet.merge_cells(cells)
    found = vacancies_of(saved(book, tmp_path), tmp_path)
    assert [v.employer for v in found.vacancies] == ["样例机械厂", "样例机械厂", "样例饭店"]
    assert [v.region for v in found.vacancies] == ["410100", "410100", "100000"]
    assert [v.wage_min_fen for v in found.vacancies] == [600000, 350000, None]
    assert [v.headcount for v in found.vacancies] == [5, 2, 1]
    assert [v.expires_on for v in found.vacancies] == [date(2026, 6, 1), date(2026, 6, 1), None]
    told = [str(problem) for problem in found.problems.found if problem.file == "f.xlsx"]
    assert len(told) == 3 and "鼓楼区' may be 江苏省南京市鼓楼区 320106" in told[2]


def vacancies_of(path: Path, folder: Path) -> Input:
    (folder / "s.csv").write_text("id,text\n1,保安\n", encoding="utf-8")
    return read_input(folder / "s.csv", path, None, today=TODAY)
