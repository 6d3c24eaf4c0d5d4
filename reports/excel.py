"""A form as an Excel sheet, A4: the wording of each item around a cell that holds its figure."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reports.layout import Blank, Paper, is_indented

_WIDTHS = (44, 14, 36)
_TITLE, _TEXT, _SMALL = Font(name="黑体", size=18), Font(name="仿宋", size=12), Font(name="仿宋", size=10.5)
_WRAPPED = Alignment(wrap_text=True, vertical="center")
_UNDER = Border(bottom=Side(style="thin"))


def as_xlsx(paper: Paper) -> bytes:
    """The workbook as bytes."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "统计表"
    book.properties.creator, book.properties.title = "", paper.title
    _set_page(sheet)
    _wide(sheet, paper.title, _TITLE, height=34).alignment = Alignment(horizontal="center", vertical="center")
    _head(sheet, paper)
    for line in paper.lines:
        for number, blank in enumerate(line):
            _row(sheet, blank, indented=number > 0 or is_indented(line))
    for text in ("", "填报说明：", *paper.notes):
        _wide(sheet, text, _SMALL)
    for left, right in zip(paper.places[::2], paper.places[1::2], strict=True):
        _cells(sheet, (left, "", right), _TEXT, height=36)
    _cells(sheet, ("", "", "年      月      日"), _TEXT, height=24)[2].alignment = Alignment(horizontal="right")
    for text in ("以下附注不属于本表：", *paper.remarks):
        _wide(sheet, text, _SMALL)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _set_page(sheet: Worksheet) -> None:
    for column, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.sheet_view.showGridLines = False


def _head(sheet: Worksheet, paper: Paper) -> None:
    unit, name, phone, day = (f"{label}：{value}" for label, value in paper.head)
    _wide(sheet, unit, _TEXT, height=20)
    _cells(sheet, (name, "", phone), _TEXT, height=20)
    _wide(sheet, day, _TEXT, height=20)
    _wide(sheet, paper.scope, _SMALL, height=20)


def _row(sheet: Worksheet, blank: Blank, *, indented: bool) -> None:
    """One item: the wording before its blank, the figure, the wording after it."""
    before, figure, after = _cells(sheet, (blank.before, "", blank.after), _TEXT, height=0)
    before.alignment = Alignment(horizontal="left", wrap_text=True, vertical="center", indent=2 if indented else 0)
    after.alignment = _WRAPPED
    _put_figure(figure, blank)
    rows = max(_rows_of(blank.before, _WIDTHS[0] - 5 * indented), _rows_of(blank.after, _WIDTHS[2]))
    sheet.row_dimensions[before.row].height = 5 + 16 * rows


def _put_figure(cell: Cell, blank: Blank) -> None:
    """A number as a number, 万元 rounded once as everywhere; what is not known is a text."""
    cell.alignment, cell.border = Alignment(horizontal="center", vertical="center"), _UNDER
    if blank.figure is None:
        _put_text(cell, blank.shown)
        return
    cell.value = Decimal(blank.shown)
    cell.number_format = "0.00" if blank.unit in ("万元", "元") else "0"


def _wide(sheet: Worksheet, text: str, font: Font, height: float = 0) -> Cell:
    """A text over the whole width."""
    cell = _cells(sheet, (text, "", ""), font, height or 5 + 14 * _rows_of(text, sum(_WIDTHS) * 1.1))[0]
    sheet.merge_cells(start_row=cell.row, end_row=cell.row, start_column=1, end_column=len(_WIDTHS))
    cell.alignment = _WRAPPED
    return cell


def _cells(sheet: Worksheet, texts: tuple[str, str, str], font: Font, height: float) -> list[Cell]:
    sheet.append(texts)
    row = sheet.max_row
    cells = [cell for cell in sheet[row] if isinstance(cell, Cell)]
    for cell, text in zip(cells, texts, strict=True):
        cell.font = font
        _put_text(cell, text)
    sheet.row_dimensions[row].height = height
    return cells


def _put_text(cell: Cell, text: str) -> None:
    """A text that stays one, though it begin as a formula does."""
    cell.value = text
    cell.data_type = "s"


def _rows_of(text: str, width: float) -> int:
    """How many rows a text needs; a Chinese letter is as wide as two of the column's."""
    wide = sum(2.1 if ord(letter) > 255 else 1.1 for letter in text)
    return max(1, -int(-wide // width))
