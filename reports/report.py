"""A form, counted: `compute` is what the command line and the console call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.database import ReadSession
from reports.checks import Finding, findings
from reports.entries import count
from reports.form_files import load_form
from reports.forms import Form
from reports.measures import Figure
from reports.periods import Period, read_period
from reports.region import check_region


@dataclass(frozen=True, slots=True, kw_only=True)
class AsFiled:
    """What was said with the figures when they were filed, and by what they are known."""

    revision: int
    hash: str
    by_hand: bool
    confirmed: Mapping[str, str]
    explained: Mapping[str, str]
    narrative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of a form in one region and period; money in fen, None where nothing was recorded.

    `figures` also holds what stands beside it (待核实, 未计入). `provisional`: the cut-off is not past. `filed`: the
    figures are not today's but those of a report that was filed.
    """

    form: Form
    region: str
    period: Period
    figures: Mapping[str, Figure]
    findings: tuple[Finding, ...]
    provisional: bool
    filed: AsFiled | None = None

    def say(self, text: str) -> str:
        """A text of the form, with the year of this report in it."""
        return text.replace("{year}", str(self.period.cutoff.year))

    @property
    def items(self) -> dict[str, Figure]:
        """The items of the official form and their figures, in its order."""
        return {item.code: self.figures[item.code] for item in self.form.listed}


async def compute(session: ReadSession, form_code: str, region: str, period: str) -> Report:
    """Count a form from the ledger. Raises a ReportRefusedError for an unknown form, region or period."""
    form = load_form(form_code)
    span = read_period(form, period)
    check_region(region)
    figures = (await count(session, form, region, span)).figures()
    return Report(
        form=form,
        region=region,
        period=span,
        figures=figures,
        findings=tuple(findings(form, figures)),
        provisional=session.today <= span.cutoff,
    )
