"""A report as a file for an office: Word or Excel, laid out as the official form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from reports.errors import ReportRefusedError
from reports.excel import as_xlsx
from reports.layout import Filer, Paper, lay_out
from reports.report import Report
from reports.word import as_docx

FORMATS: Mapping[str, Callable[[Paper], bytes]] = {"xlsx": as_xlsx, "docx": as_docx}


def write_paper(report: Report, as_: str, out: Path, region_name: str, filer: Filer) -> None:
    """Write the report to `out`. Raises ReportRefusedError where that cannot be written."""
    data = FORMATS[as_](lay_out(report, region_name, filer))
    try:
        out.write_bytes(data)
    except OSError as error:
        raise ReportRefusedError(f"cannot write {out}: {error.strerror}; give another --out") from error
