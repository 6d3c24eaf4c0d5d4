"""How an official form stands on paper, the same for Word and Excel: its lines, blanks, notes and places to sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.forms import Item
from reports.measures import Figure
from reports.report import AsFiled, Report
from reports.sheets import beside, in_blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Filer:
    """Who files it; what is left empty is filled in by hand."""

    unit: str = ""
    name: str = ""
    phone: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """A blank of the form with its figure: the wording before it, the figure and its unit, the wording after it."""

    before: str
    figure: Figure
    shown: str  # as it is written into the blank
    unit: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A form ready to be printed. A line is one or more blanks; `remarks` under the form are no part of it."""

    title: str
    head: tuple[tuple[str, str], ...]
    scope: str
    lines: tuple[tuple[Blank, ...], ...]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    places: tuple[str, ...]


def lay_out(report: Report, region_name: str, filer: Filer) -> Paper:
    """The report on paper, worded as the annex that the form comes from."""
    period = report.period
    return Paper(
        title=report.say(report.form.title),
        head=(
            ("填报单位", _printable(filer.unit)),
            ("填报人", _printable(filer.name)),
            ("联系电话", _printable(filer.phone)),
            ("填报日期", _printable(filer.day) or "   年  月  日"),
        ),
        scope=f"统计范围：{region_name}（{report.region}），{period.start} 至 {period.cutoff}（{period.name}）",
        lines=tuple(_lines(report)),
        notes=tuple(f"{number}．{note}" for number, note in enumerate(map(report.say, report.form.notes), 1)),
        remarks=tuple(_remarks(report)),
        places=("填报人（签字）：", "审核人（签字）：", "单位负责人（签字）：", "填报单位（盖章）："),
    )


def is_indented(line: tuple[Blank, ...]) -> bool:
    """Whether the line is a part of the item above it; an item begins with its number, form 2's first with 省."""
    return not line[0].before.startswith((*"0123456789", "省"))


def _lines(report: Report) -> Iterator[tuple[Blank, ...]]:
    line: list[Blank] = []
    for item in report.form.listed:
        if line and not item.continues:
            yield tuple(line)
            line = []
        line.append(_blank(report, item))
    yield tuple(line)


def _blank(report: Report, item: Item) -> Blank:
    before, after = report.say(item.text).split("{}")
    return Blank(
        before=before, figure=report.figures[item.code], shown=in_blank(report, item), unit=item.unit, after=after
    )


def _remarks(report: Report) -> Iterator[str]:
    if report.filed:
        yield from _said(report, report.filed)
        return
    if report.provisional:
        yield "统计截止日期未过，表内为暂计数。"
    if report.period.own:
        yield "统计期间为自定期间，不是规定的报告期。"
    if any(figure is None for figure in report.items.values()):
        yield "“尚未登记”表示从未登记过该项业务，不等于零；上报前请逐项确认为 0 或“无此项业务”。"
    for item in report.form.listed:
        if text := beside(report, item):
            yield f"第 {item.code} 项 {item.name}：{text}"
    for finding in report.findings:
        yield f"核对：{finding.message}"
    yield f"表式来源：{report.form.source}。"


def _said(report: Report, filed: AsFiled) -> Iterator[str]:
    """By what the filed revision is known, and what was said with it."""
    by_hand = "（手工上报，无名单）" if filed.by_hand else ""
    yield f"本表为第 {filed.revision} 次报送{by_hand}，校验 {filed.hash}。"
    for code, word in filed.explained.items():
        yield f"第 {code} 项 {report.form.items[code].name}：{_printable(word)}"
    if filed.narrative:
        yield f"工作总结：{_printable(filed.narrative)}"
    yield f"表式来源：{report.form.source}。"


def _printable(text: str) -> str:
    """Without what no paper shows and no office file may hold."""
    return "".join(letter for letter in text if letter.isprintable())
