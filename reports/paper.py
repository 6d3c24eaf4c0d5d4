"""A report as a file for an office: Word or Excel, laid out as the official form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reports.errors import ReportRefusedError
from reports.layout import Filer, Paper, lay_out
from reports.report import Report

FORMATS = ("xlsx", "docx")


def write_paper(report: Report, as_: str, out: Path, region_name: str, filer: Filer) -> None:
    """Write the report to `out`. Raises ReportRefusedError where that cannot be written."""
    data = _writer(as_)(lay_out(report, region_name, filer))
    try:
        out.write_bytes(data)
    except OSError as error:
        raise ReportRefusedError(f"cannot write {out}: {error.strerror}; give another --out") from error


def _writer(as_: str) -> Callable[[Paper], bytes]:
    """The libraries are imported where a file is written: a figure on the screen need not wait for them."""
    if as_ == "xlsx":
        from reports.excel import as_xlsx

        return as_xlsx
    from reports.word import as_docx

    return as_docx
