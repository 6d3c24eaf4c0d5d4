"""A report as it was filed: what is printed, signed and stamped, whatever came into the ledger since."""

from __future__ import annotations

from models.database import ReadSession
from models.filings import Filing
from reports.errors import ReportRefusedError
from reports.filing import newest
from reports.form_files import load_form
from reports.periods import read_period
from reports.report import AsFiled, Report


def as_filed(filing: Filing) -> Report:
    """The frozen figures with what was confirmed and explained."""
    form = load_form(filing.form)
    return Report(
        form=form,
        region=filing.region,
        period=read_period(form, filing.period),
        figures={code: filing.figures.get(code) for code in form.items},
        findings=(),
        provisional=False,
        filed=AsFiled(
            revision=filing.revision,
            hash=filing.hash.hex()[:12],
            by_hand=filing.by_hand,
            confirmed=filing.confirmed,
            explained=filing.explained,
            narrative=filing.narrative,
        ),
    )


async def filed_report(session: ReadSession, form: str, region: str, period: str) -> Report:
    """The newest revision of a report. Raises ReportRefusedError where none was filed."""
    word = read_period(load_form(form), period).word
    filing = await newest(session, form, region, word)
    if filing is None:
        raise ReportRefusedError(f"{form} of {region} for {period} was not filed; leave --filed out")
    return as_filed(filing)
