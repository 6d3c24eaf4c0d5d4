"""Whatever bytes a file holds, it is read or refused with a sentence; no row that was there goes missing unsaid."""

from __future__ import annotations

import io
import random
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from matching.batch import match_all, read_input
from matching.errors import MatchingError
from matching.sheets import Problems, read_rows

TODAY = date(2026, 3, 1)
KNOWN = ("id", "text", "region", "wage_min")
ANYHOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELL = st.text("电焊工郑州0123456789,;\t\"'|=\n\r\x00\ufeff -年月元k.", max_size=12)


def read(folder: Path, content: bytes) -> tuple[int, Problems]:
    path = folder / "f"
    path.write_bytes(content)
    problems = Problems()
    try:
        return sum(1 for _ in read_rows(path, KNOWN, problems)), problems
    except MatchingError as error:
        assert str(error).startswith("f: ")
        return 0, problems


@ANYHOW
@given(content=st.binary(max_size=200) | st.binary(max_size=80).map(lambda tail: b"id,text\n" + tail))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    read(tmp_path, content)


@ANYHOW
@given(
    rows=st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=6),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_any_cells(tmp_path: Path, rows: list[list[str]], encoding: str) -> None:
    """Cells that quote nothing, as a careless program writes them."""
    text = "id,text,region\n" + "\n".join(",".join(row) for row in rows)
    count, problems = read(tmp_path, text.encode(encoding))
    assert count or problems.found or not text.partition("\n")[2].strip(" ,\n\r\x00\t;\ufeff")


def test_a_broken_workbook(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["id", "text"], *([n, "保安 郑州"] for n in range(30))):
        book.worksheets[0].append(row)
    book.save(tmp_path / "g.xlsx")
    good = (tmp_path / "g.xlsx").read_bytes()
    chance = random.Random(1)
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(chance.randrange(1, 20)):
            bad[chance.randrange(4, len(bad))] = chance.randrange(256)
        read(tmp_path, bytes(bad))
        read(tmp_path, good[: chance.randrange(4, len(good))])


@ANYHOW
@given(
    cells=st.lists(
        st.lists(
            st.none() | st.booleans() | st.integers() | st.floats() | CELL.filter(lambda c: "\x00" not in c), max_size=4
        ),
        max_size=5,
    )
)
def test_any_values_of_a_workbook(tmp_path: Path, cells: list[list[object]]) -> None:
    book = Workbook()
    for row in (["id", "text"], *cells):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    read(tmp_path, out.getvalue())


VACANCY = st.fixed_dictionaries(
    {
        name: st.sampled_from(
            ["", "0", "10000000", "火星", "郑州", "-1", "不限", "焊工证|x", "2026-13-01", "=1+1", "长" * 10_000]
        )
        for name in (
            "title",
            "region",
            "wage_min",
            "wage_max",
            "headcount",
            "education",
            "experience_years",
            "certificates",
            "expires_on",
            "applications",
        )
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(VACANCY, min_size=1, max_size=4))
def test_a_row_is_matched_or_named(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    (tmp_path / "s.csv").write_text("id,text\n1,电焊工 郑州 5000\n2,找活\n", encoding="utf-8")
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    (tmp_path / "v.csv").write_text("\n".join(lines), encoding="utf-8")
    read_now = read_input(tmp_path / "s.csv", tmp_path / "v.csv", None, today=TODAY)
    results, problems = list(match_all(read_now, top=9, today=TODAY)), read_now.problems
    assert len(results) == 2
    told = {problem.line for problem in problems.found if problem.file == "v.csv"}
    for number, row in enumerate(rows, 2):
        if (
            row["wage_min"] in {"0", "10000000", "火星"}
            or row["region"] == "火星"
            or (any(row.values()) and not row["title"])
        ):
            assert number in told
