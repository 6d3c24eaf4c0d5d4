"""This period's figures beside another's: what changed, and what changed so much that it wants a word of explanation.

Not known is not zero: against a figure that is null nothing is computed.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass

from reports.aligned import aligned
from reports.errors import ReportRefusedError
from reports.forms import Item
from reports.measures import Figure
from reports.report import Report
from reports.sheets import plain_cell, shown

FORMATS = ("txt", "csv", "json")
HEAD = ("项目", "名称", "单位", "本期", "对比期", "增减", "增减%", "")
JUMP = "须说明"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An item in both periods, in the item's unit (money in fen)."""

    item: Item
    now: Figure
    then: Figure

    @property
    def difference(self) -> Figure:
        """None where either is not known."""
        return None if self.now is None or self.then is None else self.now - self.then

    @property
    def percent(self) -> float | None:
        """Of the other period's figure; None where that is 0 or not known."""
        return None if self.difference is None or not self.then else 100 * self.difference / self.then

    @property
    def is_jump(self) -> bool:
        """More than half up or down (`statistics.md` §8); from nothing to something is one too."""
        return self.difference is not None and self.then is not None and 2 * abs(self.difference) > self.then


def compare(report: Report, other: Report) -> list[Change]:
    """Every item of the form in its order. Raises ReportRefusedError for reports of two forms or regions."""
    if (report.form.code, report.region) != (other.form.code, other.region):
        raise ReportRefusedError("only reports of one form and region can be compared")
    return [
        Change(item=item, now=report.figures[item.code], then=other.figures[item.code]) for item in report.form.listed
    ]


def render_comparison(report: Report, other: Report, as_: str, region_name: str) -> str:
    """As 'txt', 'csv' or 'json'. Raises ReportRefusedError for another format."""
    if as_ not in FORMATS:
        raise ReportRefusedError(f"a comparison is printed as {', '.join(FORMATS)}")
    changes = compare(report, other)
    if as_ == "json":
        return json.dumps(_data(report, other, changes), ensure_ascii=False) + "\n"
    rows = [_cells(change) for change in changes]
    if as_ == "csv":
        return _csv([HEAD, *rows])
    heads = [
        f"{name}：{one.period.start} 至 {one.period.cutoff}（{one.period.name}）" for name, one in _named(report, other)
    ]
    jumps = sum(change.is_jump for change in changes)
    tail = [f"增减超过一半的 {jumps} 项，报送时须逐项说明原因。"] if jumps else []
    title = f"{report.say(report.form.title)}　{region_name}（{report.region}）"
    return "\n".join([title, *heads, "", *aligned([HEAD, *rows], left=3), *tail]) + "\n"


def _named(report: Report, other: Report) -> list[tuple[str, Report]]:
    return [("本期", report), ("对比期", other)]


def _cells(change: Change) -> tuple[str, ...]:
    unit = change.item.unit
    difference = "—" if change.difference is None else _signed(change.difference, unit)
    percent = "—" if change.percent is None else f"{change.percent:+.1f}"
    figures = (shown(change.now, unit), shown(change.then, unit))
    return (change.item.code, change.item.name, unit, *figures, difference, percent, JUMP if change.is_jump else "")


def _signed(figure: int, unit: str) -> str:
    return f"{'-' if figure < 0 else '+' if figure else ''}{shown(abs(figure), unit)}"


def _csv(rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0])
    for row in rows[1:]:  # a difference begins with its sign, which is why the texts alone are guarded
        writer.writerow([*map(plain_cell, row[:3]), *row[3:]])
    return out.getvalue()


def _data(report: Report, other: Report, changes: list[Change]) -> dict[str, object]:
    items = {
        change.item.code: {
            "now": change.now,
            "then": change.then,
            "difference": change.difference,
            "percent": None if change.percent is None else round(change.percent, 1),
            "explain": change.is_jump,
        }
        for change in changes
    }
    return {
        "form": report.form.code,
        "region": report.region,
        "period": report.period.word,
        "compared_with": other.period.word,
        "items": items,
    }
