"""A form as a Word document, A4, ready to sign and stamp."""

from __future__ import annotations

from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.layout import Blank, Paper, is_indented

BODY, BOLD, LATIN = "仿宋", "黑体", "Times New Roman"
_TITLE, _TEXT, _SMALL = Pt(18), Pt(12), Pt(10.5)
_COLUMNS = (Mm(52), Mm(32), Mm(38), Mm(44))
_PAGE_NUMBER = '<w:fldSimple {} w:instr="{}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def as_docx(paper: Paper) -> bytes:
    """The document as bytes."""
    document = Document()
    _set_page(document, paper.title)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    _font(title.add_run(paper.title), BOLD).font.size = _TITLE
    _head(document, paper)
    for line in paper.lines:
        _line(document.add_paragraph(), line)
    _small(document, "填报说明：", *paper.notes)
    _places(document, paper.places)
    _small(document, "以下附注不属于本表：", *paper.remarks)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: WordDocument, title: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin = section.right_margin = Mm(22)
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, _TEXT
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.25
    document.core_properties.title, document.core_properties.author = title, ""
    document.core_properties.comments = ""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("第 ")
    foot._p.append(parse_xml(_PAGE_NUMBER.format(nsdecls("w"), "PAGE")))
    foot.add_run(" 页，共 ")
    foot._p.append(parse_xml(_PAGE_NUMBER.format(nsdecls("w"), "NUMPAGES")))
    foot.add_run(" 页")


def _head(document: WordDocument, paper: Paper) -> None:
    """Who files, by telephone, and when; under it what was counted."""
    table = document.add_table(rows=2, cols=len(_COLUMNS))
    table.autofit = False
    for column, width in zip(table.columns, _COLUMNS, strict=True):
        column.width = width  # LibreOffice goes by the column, Word by its cells
        for cell in column.cells:
            cell.width = width
    scope = table.cell(1, 0).merge(table.cell(1, len(_COLUMNS) - 1))
    for cell, (label, value) in zip(table.rows[0].cells, paper.head, strict=True):
        cell.paragraphs[0].add_run(f"{label}：{value}").font.size = _SMALL
    scope.paragraphs[0].add_run(paper.scope).font.size = _SMALL
    document.add_paragraph().paragraph_format.line_spacing = 0.5


def _line(paragraph: Paragraph, line: tuple[Blank, ...]) -> None:
    if is_indented(line):
        paragraph.paragraph_format.left_indent = Pt(24)
    for blank in line:
        paragraph.add_run(blank.before)
        paragraph.add_run(f"  {blank.shown}  ").underline = True
        paragraph.add_run(blank.after)


def _small(document: WordDocument, head: str, *texts: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.keep_with_next = True
    _font(paragraph.add_run(head), BOLD).font.size = _SMALL
    for text in texts:
        document.add_paragraph().add_run(text).font.size = _SMALL


def _places(document: WordDocument, places: tuple[str, ...]) -> None:
    """Where to sign and stamp, two by two, never torn over two pages."""
    document.add_paragraph().paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=2)
    for left, right in zip(places[::2], places[1::2], strict=True):
        row = table.add_row()
        row.height = Mm(14)
        for cell, place in zip(row.cells, (left, right), strict=True):
            cell.paragraphs[0].add_run(place)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    day = document.add_paragraph()
    day.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    day.add_run("年      月      日")


def _font(run: Run, name: str) -> Run:
    run.font.name = LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    return run
