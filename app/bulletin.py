"""The bulletin of open vacancies for papers and TV: one page, big type, one number to call, the office's.

No recruiter's number stands in it: who calls is registered and introduced by the office.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import _Cell

from matching.explain import wage_text
from matching.places import full_name, short_name
from models.database import ReadSession
from models.employers import Employer
from models.errors import ZhaohuoError
from models.vacancies import Vacancy
from services.feeds.giving import open_vacancies
from services.offices import office_for
from services.phones import without_numbers

ROWS = 14  # of 20 points on one page A4 with title and foot
HEAD = ("岗位", "人数", "月工资", "地点", "单位")
WIDTHS = (Mm(46), Mm(20), Mm(40), Mm(34), Mm(46))
WIDEST = (8, 4, 11, 8, 9)  # characters that fit one line of a column
BODY, BOLD = "仿宋", "黑体"
LOOKED_AT = 2000
LARGEST, MARGIN = 18, 13  # points; the margin is what a cell keeps free on both sides
NO_SPACE = Pt(0)
LEGAL_FORM = re.compile(r"(?:股份)?(?:有限)?(?:责任)?公司$")


class NothingOpenError(ZhaohuoError):
    """No vacancy of this region is open today; there is nothing to print."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What stands on the page; `more`: how many further vacancies are open."""

    place: str
    day: date
    lines: tuple[tuple[str, ...], ...]
    more: int
    office: str
    hotline: str
    hours: str


async def bulletin_of(session: ReadSession, region: str) -> Bulletin:
    """Today's page for the region: the newest of each employer first. Raises NothingOpenError."""
    found = await open_vacancies(session, region, limit=LOOKED_AT, own_only=False)
    if not found:
        raise NothingOpenError
    office = await office_for(session, region)
    chosen = _mixed(found)[:ROWS]
    return Bulletin(
        place=full_name(region),
        day=session.today,
        lines=tuple(_line(vacancy, employer) for vacancy, employer in chosen),
        more=len(found) - len(chosen),
        office=office.name,
        hotline=office.phone or "",
        hours=office.hours or "",
    )


def _mixed(found: list[tuple[Vacancy, Employer]]) -> list[tuple[Vacancy, Employer]]:
    """Newest first, but every employer's first before anybody's second."""
    turns: dict[int, int] = {}
    order: list[tuple[int, int, Vacancy, Employer]] = []
    for vacancy, employer in sorted(found, key=lambda pair: (pair[0].posted_on, pair[0].id), reverse=True):
        turns[employer.id] = turns.get(employer.id, 0) + 1
        order.append((turns[employer.id], len(order), vacancy, employer))
    return [(vacancy, employer) for _, _, vacancy, employer in sorted(order, key=lambda row: row[:2])]


def _line(vacancy: Vacancy, employer: Employer) -> tuple[str, ...]:
    cells = (
        without_numbers(vacancy.title),
        f"{max(1, vacancy.headcount - vacancy.hired)}人",
        wage_text(vacancy.wage_min, vacancy.wage_max, "zh_CN") or "面议",
        short_name(vacancy.region),
        LEGAL_FORM.sub("", employer.name) or employer.name,
    )
    return tuple(_cut(cell, most) for cell, most in zip(cells, WIDEST, strict=True))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def as_document(bulletin: Bulletin) -> bytes:
    """The page as docx, A4."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(12)
    section.top_margin = section.bottom_margin = Mm(12)
    style = document.styles["Normal"]
    style.font.name, style.paragraph_format.space_after = BODY, Pt(0)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    document.core_properties.title, document.core_properties.author = f"{bulletin.place}招工信息", bulletin.office
    _words(document, f"{bulletin.place}招工信息", Pt(34), BOLD)
    _words(document, f"{bulletin.day:%Y}年{bulletin.day.month}月{bulletin.day.day}日　{bulletin.office}", Pt(18), BODY)
    _table(document, bulletin)
    call = f"求职请打 {bulletin.hotline}" if bulletin.hotline else f"求职请到 {bulletin.office}"
    _words(document, call, Pt(32), BOLD, before=Pt(10))
    rest = f"还有 {bulletin.more} 个岗位　" if bulletin.more else ""
    hours = f"{bulletin.hours}　" if bulletin.hours else ""
    _words(document, f"{hours}{rest}免费服务，不收任何费用", Pt(18), BODY)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _words(document: WordDocument, text: str, size: Length, font: str, before: Length = NO_SPACE) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = before, Pt(4)
    _run(paragraph.add_run(text), size, font)


def _run(run: object, size: Length, font: str) -> None:
    run.font.size, run.font.name = size, font  # type: ignore[attr-defined]
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # type: ignore[attr-defined]


def _table(document: WordDocument, bulletin: Bulletin) -> None:
    table = document.add_table(rows=0, cols=len(HEAD))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for number, texts in enumerate((HEAD, *bulletin.lines)):
        row = table.add_row()
        row.height, row.height_rule = Mm(13.5), WD_ROW_HEIGHT_RULE.EXACTLY
        for cell, text, width in zip(row.cells, texts, WIDTHS, strict=True):
            cell.width = width
            _fill(cell, text, width, bold=number == 0)
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width  # LibreOffice goes by the column, Word by its cells


def _fill(cell: _Cell, text: str, width: Length, *, bold: bool) -> None:
    """As big as one line of the cell allows, 18 points at most."""
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    wide = sum(1 if ord(char) > 0x2E7F else 0.65 for char in text)
    size = min(LARGEST, int((width.pt - MARGIN) / max(wide, 1)))
    _run(paragraph.add_run(text), Pt(size), BOLD if bold else BODY)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
