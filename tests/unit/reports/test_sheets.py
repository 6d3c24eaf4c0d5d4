"""How a report looks: text, JSON, CSV; rounding; nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json

import pytest

from reports.checks import findings
from reports.errors import ReportRefusedError
from reports.form_files import load_form
from reports.periods import read_period
from reports.report import Report
from reports.sheets import plain_cell, render, shown


def _report(figures: dict[str, int | None] | None = None, *, provisional: bool = False) -> Report:
    form = load_form("form1-2014")
    all_figures = dict.fromkeys(form.items, None) | (figures or {})
    return Report(
        form=form,
        region="410000",
        period=read_period(form, "2014-annual"),
        figures=all_figures,
        findings=tuple(findings(form, all_figures)),
        provisional=provisional,
    )


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (4_999, "0.00"),
        (5_000, "0.01"),
        (14_999, "0.01"),
        (36_248_185, "36.25"),
        (36_245_000, "36.25"),
    ],
)
def test_money_is_rounded_half_up_once(fen: int, text: str) -> None:
    assert shown(fen, "万元") == text


def test_parts_are_not_rounded_before_they_are_added() -> None:
    text = render(
        _report({"5": 15_000, "5.central": 5_000, "5.local": 5_000, "5.union": 5_000, "5.donation": 0}),
        "txt",
        "河南省",
    )
    assert "共筹集资金 0.02 （万元）" in text
    assert text.count(" 0.01 （万元）") == 3


def test_yuan_keep_their_fen() -> None:
    assert shown(123_456, "元") == "1234.56"


def test_text_says_not_recorded_and_pending_beside_the_figure() -> None:
    lines = render(_report({"2": 12, "2.1": 0, "2.pending": 3}), "txt", "河南省").splitlines()
    assert lines[0] == "2014年全国工会技能培训促就业行动情况统计表"
    assert "河南省（410000）" in lines[1]
    assert "2013-12-01 至 2014-11-30" in lines[2]
    (placed,) = (line for line in lines if line.startswith("2 "))
    assert "成功介绍 12 （人）实现就业" in placed
    assert "待核实 3 人" in placed
    (migrants,) = (line for line in lines if line.startswith("2.1 "))
    assert "农民工 0 （人）" in migrants
    (contracts,) = (line for line in lines if line.startswith("2.3 "))
    assert "尚未登记" in contracts


def test_a_period_that_is_not_over_is_marked() -> None:
    assert "暂计" in render(_report(provisional=True), "txt", "河南省")
    assert "暂计" not in render(_report(), "txt", "河南省")


def test_json_has_the_form_s_items_as_plain_integers_and_null() -> None:
    data = json.loads(render(_report({"1": 519, "3.amount": 36_248_185, "2.pending": 3}), "json", "河南省"))
    assert list(data) == ["form", "region", "period", "cutoff", "items", "checks"]
    head = {key: data[key] for key in ("form", "region", "period", "cutoff", "checks")}
    assert head == {
        "form": "form1-2014",
        "region": "410000",
        "period": "2014-annual",
        "cutoff": "2014-11-30",
        "checks": [],
    }
    assert len(data["items"]) == 56
    assert data["items"]["1"] == 519
    assert data["items"]["3.amount"] == 36_248_185
    assert data["items"]["2"] is None
    assert "2.pending" not in data["items"]


def test_a_failed_check_names_both_items() -> None:
    data = json.loads(render(_report({"1": 5, "1.a": 6, "5": 10, "5.central": 9}), "json", "河南省"))
    assert [(check["rule"], check["items"]) for check in data["checks"]] == [
        ("at_most", ["1.a", "1"]),
        ("equal", ["5.central", "5"]),
    ]
    assert "6 大于 5" in data["checks"][0]["message"]


def test_csv_has_a_row_an_item_and_no_figure_where_nothing_is_known() -> None:
    rows = list(csv.DictReader(io.StringIO(render(_report({"3.amount": 36_248_185}), "csv", "=cmd()"))))
    assert len(rows) == 56
    by_item = {row["item"]: row for row in rows}
    assert (by_item["3.amount"]["figure"], by_item["3.amount"]["unit"]) == ("36.25", "万元")
    assert (by_item["1"]["figure"], by_item["1"]["note"]) == ("", "尚未登记")
    assert by_item["1"]["region_name"] == "'=cmd()"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "＋1", "\r=1", "\ufeff=1", "|x"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


def test_a_harmless_cell_stays_as_it_is() -> None:
    assert plain_cell("河南省 1-2") == "河南省 1-2"


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ReportRefusedError, match="txt, json, csv"):
        render(_report(), "docx", "河南省")
