"""Forms as Word and Excel files: opened again they hold the official wording with the figures in its blanks."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from plain import DATA

from reports.checks import findings
from reports.errors import ReportRefusedError
from reports.excel import as_xlsx
from reports.form_files import load_form
from reports.layout import Filer, Paper, lay_out
from reports.paper import write_paper
from reports.periods import read_period
from reports.report import Report
from reports.word import as_docx

FORMS = {"form1-2014": "2014-annual", "form2-2014": "2014", "form3-2014": "2014"}
FILER = Filer(unit="=样例市总工会()", name="样例", phone="+0\x07", day="2014-09-12")


def report_of(code: str, figures: dict[str, int | None] | None = None) -> Report:
    """A report whose figures are 1001, 1002, ... by the place of the item, its last item not recorded."""
    form = load_form(code)
    all_figures: dict[str, int | None] = {item: 1000 + number for number, item in enumerate(form.items, 1)}
    all_figures |= {form.listed[-1].code: None} | (figures or {})
    return Report(
        form=form,
        region="410000",
        period=read_period(form, FORMS[code]),
        figures=all_figures,
        findings=tuple(findings(form, all_figures)),
        provisional=False,
    )


def _paper(code: str, figures: dict[str, int | None] | None = None) -> Paper:
    return lay_out(report_of(code, figures), "河南省", FILER)


@pytest.mark.parametrize("code", FORMS)
def test_the_lines_begin_where_those_of_the_annex_do(code: str) -> None:
    annex = "".join((DATA / f"annex{code[4]}.txt").read_text("utf-8").split(" "))
    said = ["".join(blank.before + blank.after for blank in line).replace(" ", "") for line in _paper(code).lines]
    position, begins = 0, {0}
    for line in annex.splitlines():
        begins.add(position := position + len(line))
    position = 0
    for line in said:
        assert position in begins, line
        position += len(line)
    assert "".join(said) == annex.replace("\n", "")


@pytest.mark.parametrize("code", FORMS)
def test_the_word_document_has_every_figure_in_its_blank(code: str) -> None:
    paper = _paper(code, {load_form(code).listed[0].code: 15_000})
    document = Document(io.BytesIO(as_docx(paper)))
    lines = ["".join(p.text.split()) for p in document.paragraphs]
    for line in paper.lines:
        assert "".join("".join(f"{b.before}{b.shown}{b.after}".split()) for b in line) in lines
    assert lines[0] == paper.title
    assert "尚未登记" in "".join(lines)
    head = [cell.text for cell in document.tables[0].rows[0].cells]
    assert head == ["填报单位：=样例市总工会()", "填报人：样例", "联系电话：+0", "填报日期：2014-09-12"]
    assert document.tables[1].cell(1, 1).text == "填报单位（盖章）："
    assert [round(side.mm) for side in (document.sections[0].page_width, document.sections[0].page_height)] == [
        210,
        297,
    ]


@pytest.mark.parametrize("code", FORMS)
def test_the_excel_sheet_has_every_figure_as_a_number(code: str) -> None:
    paper = _paper(code)
    rows = list(load_workbook(io.BytesIO(as_xlsx(paper))).active.iter_rows(max_col=3))
    blanks = [blank for line in paper.lines for blank in line]
    first = next(number for number, row in enumerate(rows) if row[0].value == blanks[0].before)
    for blank, (before, figure, after) in zip(blanks, rows[first:], strict=False):
        assert (before.value or "", after.value or "") == (blank.before, blank.after)
        wanted = blank.shown if blank.figure is None else float(blank.shown)
        assert (figure.value if blank.figure is None else float(figure.value)) == wanted
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    assert rows[1][0].value == "填报单位：=样例市总工会()"


def test_a_cell_that_begins_as_a_formula_is_a_text() -> None:
    paper = _paper("form1-2014")
    evil = Paper(**{name: getattr(paper, name) for name in Paper.__slots__} | {"notes": ("=1+1", "@x")})
    cells = [cell for row in load_workbook(io.BytesIO(as_xlsx(evil))).active.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value in ("=1+1", "@x")] == ["s", "s"]


def test_money_is_rounded_once_and_remarks_are_apart() -> None:
    paper = _paper("form2-2014", {"9.2": 15_000, "6.3.amount": 5_000_050, "8.pending": 3, "5": 9999})
    shown = {blank.before: blank.shown for line in paper.lines for blank in line}
    assert (shown["（2）发放求职补贴"], shown["提供小额担保贷款"]) == ("0.02", "50000.50")
    assert any("待核实 3 人次" in remark for remark in paper.remarks)
    assert any(remark.startswith("核对：") and "9999" in remark for remark in paper.remarks)


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReportRefusedError, match="give another --out"):
        write_paper(report_of("form1-2014"), "docx", tmp_path / "no" / "form.docx", "河南省", FILER)


@pytest.mark.peers
@pytest.mark.parametrize("as_", ["docx", "xlsx"])
@pytest.mark.parametrize("code", FORMS)
def test_libreoffice_prints_it_on_a4(code: str, as_: str, tmp_path: Path) -> None:
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice (soffice) or poppler-utils (pdftotext) is not installed: forms were not rendered")
    report, file = report_of(code), tmp_path / f"form.{as_}"
    write_paper(report, as_, file, "河南省", FILER)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    pdf = str(tmp_path / "form.pdf")
    text = "".join(
        subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode().split()
    )
    about = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True).stdout.decode()
    assert "A4" in about
    assert int(about.split("Pages:")[1].split()[0]) <= 4
    for blank in (blank for line in lay_out(report, "河南省", FILER).lines for blank in line):
        assert blank.shown in text
