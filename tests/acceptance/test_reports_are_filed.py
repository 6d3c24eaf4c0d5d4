"""A report on the command line: as paper to sign, beside another year, beside its children; and its way to the top."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from commands import commands

FORM = ("form1-2014", "--region", "410000", "--period", "2014-annual")
NATION = ("--region", "100000", "--period", "2013-12-01..2014-09-01")
SUPERVISOR, STAFF = "19900000005", "19900000004"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def zhaohuo(sample_var: Path, program_environment: Callable[..., Mapping[str, str]]) -> Run:
    environment = program_environment(sample_var)

    return partial(commands().run, environment=environment)


def test_a_report_is_written_as_paper_with_who_fills_it_in(zhaohuo: Run, tmp_path: Path) -> None:
    out = tmp_path / "form1.xlsx"
    who = ("--unit", "河南省总工会", "--filer", "周文斌", "--phone", "0371-65900000", "--day", "2014-12-08")
    done = zhaohuo("report", *FORM, "--as", "xlsx", "--out", os.fspath(out), *who)
    assert done.returncode == 0, done.stderr
    words = " ".join(str(cell.value) for row in openpyxl.load_workbook(out).worksheets[0].iter_rows() for cell in row)
    assert all(said in words for said in who[1::2])
    refused = zhaohuo("report", *FORM, "--as", "docx")
    assert refused.returncode == 1
    assert "--out FILE" in refused.stderr


def test_two_years_and_all_children_side_by_side(zhaohuo: Run) -> None:
    report = json.loads(zhaohuo("report", *FORM, "--as", "json").stdout)["items"]
    beside = json.loads(zhaohuo("report", *FORM, "--compare", "2013-annual", "--as", "json").stdout)["items"]
    assert {code: one["now"] for code, one in beside.items()} == report
    family: dict[str, Any] = json.loads(zhaohuo("report", *FORM, "--children", "--as", "json").stdout)
    assert family["items"] == report
    assert len(family["children"]) == 18
    for code, why in family["why"].items():
        assert (report[code] or 0) == why["sum"] - why["repeated"] + why["only_here"]
        assert why["sum"] == sum(child[code] or 0 for child in family["children"].values())
    assert zhaohuo("report", *FORM, "--children", "--compare", "2013-annual").returncode == 1


def test_a_report_is_submitted_with_a_code_from_the_supervisors_phone(zhaohuo: Run, tmp_path: Path) -> None:
    summary = tmp_path / "summary.txt"
    summary.write_text("全年工作总结。", encoding="utf-8")
    by = ("--by", SUPERVISOR)
    answers = ("--narrative", os.fspath(summary), "--empty", "rest=no_such_work", "--explain", "rest=首年登记")
    assert "尚未报送" in zhaohuo("filing", "draft", *FORM).stdout
    assert "supervisor" in zhaohuo("filing", "submit", *FORM, "--by", STAFF).stderr
    assert zhaohuo("filing", "submit", *FORM, *by).returncode == 0
    found = re.search(r"验证码：(\d{6})", zhaohuo("chat", "--as", SUPERVISOR, say="帮助\n").stdout)
    assert found is not None
    silent = zhaohuo("filing", "submit", *FORM, *by, "--narrative", os.fspath(summary), "--code", found[1])
    assert "empty is not zero" in silent.stderr
    done = zhaohuo("filing", "submit", *FORM, *by, *answers, "--code", found[1])
    assert done.stdout.startswith("第 1 次报送"), done.stderr
    assert zhaohuo("filing", "submit", *FORM, *by, *answers, "--code", found[1]).returncode == 1, "a code works once"
    assert "已报送，待审" in zhaohuo("filing", "list", *FORM).stdout
    assert "level above" in zhaohuo("filing", "accept", *FORM, *by).stderr


def test_a_wrong_guess_uses_the_code_up(zhaohuo: Run) -> None:
    by = ("--by", SUPERVISOR)
    assert zhaohuo("filing", "submit", *FORM, *by).returncode == 0
    found = re.search(r"验证码：(\d{6})", zhaohuo("chat", "--as", SUPERVISOR, say="帮助\n").stdout)
    assert found is not None
    wrong = f"{(int(found[1]) + 1) % 1_000_000:06d}"
    for code in (wrong, found[1]):
        done = zhaohuo("filing", "submit", *FORM, *by, "--code", code)
        assert (done.returncode, "not the code" in done.stdout) == (1, True)


def test_a_programme_is_told_and_its_targets_are_handed_down(zhaohuo: Run) -> None:
    assert "henan-2009" in zhaohuo("programme", "list").stdout
    assert "台账不计" in zhaohuo("programme", "show", "henan-2009").stdout
    day = ("--day", "2014-09-01")
    found = json.loads(zhaohuo("programme", "progress", "national-2014-skills", *day, "--as", "json").stdout)
    trained = json.loads(zhaohuo("report", "form1-2014", *NATION, "--as", "json").stdout)["items"]["1"]
    assert found["indicators"]["trained"]["figure"] == trained
    handed = zhaohuo("programme", "target", "henan-2009", "raised", "5000.5", "--region", "410100")
    assert "少分 14999.50" in handed.stdout, handed.stderr
    assert zhaohuo("programme", "target", "henan-2009", "aided", "1.5", "--region", "410100").returncode == 1
    assert "no day" in zhaohuo("programme", "progress", "henan-2009", "--day", "2009-13-01").stderr
