"""A report as text for people, JSON and CSV for machines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping

from reports.errors import ReportRefusedError
from reports.forms import Item
from reports.measures import Figure
from reports.report import Report

NOT_RECORDED = "尚未登记"
CONFIRMED = {"zero": "0", "no_such_work": "无此项业务"}
_CODE_COLUMNS = 20
# What a spreadsheet runs as a formula, hidden behind blanks or written full-width too (`promises.md` §1).
_FORMULA = re.compile(r"^[\s\ufeff]*[=+\-@＝＋－＠|%]|^[\t\r\n]")


def render(report: Report, as_: str, region_name: str) -> str:
    """The report as 'txt', 'json' or 'csv'."""
    if as_ not in _RENDERERS:
        raise ReportRefusedError(f"unknown format {as_!r}; known are: {', '.join(_RENDERERS)}")
    return _RENDERERS[as_](report, region_name)


def shown(figure: Figure, unit: str) -> str:
    """A figure as the form shows it: 万元 with two decimals, rounded half-up once, here at the end."""
    if figure is None:
        return NOT_RECORDED
    if unit == "万元":
        return _decimals((figure + 5_000) // 10_000)
    return _decimals(figure) if unit == "元" else str(figure)


def in_blank(report: Report, item: Item) -> str:
    """A figure as it stands in the form; of a filed report a null as it was confirmed."""
    figure = report.figures[item.code]
    confirmed = report.filed.confirmed.get(item.code, "") if report.filed and figure is None else ""
    return CONFIRMED.get(confirmed) or shown(figure, item.unit)


def plain_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.search(text) else text


def _decimals(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _txt(report: Report, region_name: str) -> str:
    lines = [report.say(report.form.title), *_heading(report, region_name), ""]
    lines += [_line(report, item) for item in report.form.listed]
    lines += ["", "填报说明："] + [
        f"{number}．{note}" for number, note in enumerate(map(report.say, report.form.notes), 1)
    ]
    lines += ["", *(f"核对：{finding.message}" for finding in report.findings)] if report.findings else []
    return "\n".join(lines) + "\n"


def _heading(report: Report, region_name: str) -> Iterator[str]:
    period = report.period
    yield f"填报单位：{region_name}（{report.region}）    填报人：            联系电话："
    due = "" if period.due is None else f"，报送期限 {period.due}"
    yield f"统计期间：{period.start} 至 {period.cutoff}（{period.name}，{period.word}{due}）"
    if report.provisional:
        yield "统计截止日期未过，以下为暂计数。"
    if report.filed:
        yield f"已报送：第 {report.filed.revision} 次，校验 {report.filed.hash}"


def _line(report: Report, item: Item) -> str:
    text = report.say(item.text).replace("{}", f" {in_blank(report, item)} ")
    return f"{item.code:<{_CODE_COLUMNS}}{text}{beside(report, item)}"


def beside(report: Report, item: Item) -> str:
    """What is counted beside the figure (待核实, 未计入), where there is any."""
    others = [(other, report.figures[other.code]) for other in report.form.beside(item.code)]
    return "".join(f"【{other.name} {figure} {other.unit}】" for other, figure in others if figure)


def _json(report: Report, _region_name: str) -> str:
    checks = [{"rule": f.rule, "items": list(f.items), "message": f.message} for f in report.findings]
    data = {
        "form": report.form.code,
        "region": report.region,
        "period": report.period.word,
        "cutoff": report.period.cutoff.isoformat(),
        "items": report.items,
        "checks": checks,
    }
    return json.dumps(data, ensure_ascii=False) + "\n"


def _csv(report: Report, region_name: str) -> str:
    """One row an item. A figure that is not known is an empty cell with a note: empty is not zero."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["form", "region", "region_name", "period", "item", "name", "figure", "unit", "note"])
    for item in report.form.listed:
        figure = report.figures[item.code]
        value = "" if figure is None else shown(figure, item.unit)
        note = in_blank(report, item) if figure is None else beside(report, item)
        cells = (report.form.code, report.region, region_name, report.period.word, item.code, item.name)
        rows.writerow([*map(plain_cell, cells), value, item.unit, plain_cell(note)])
    return out.getvalue()


_RENDERERS: Mapping[str, Callable[[Report, str], str]] = {"txt": _txt, "json": _json, "csv": _csv}
