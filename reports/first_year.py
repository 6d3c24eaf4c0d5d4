"""The first year in which persons are counted once explains itself: last year's totals were signed on paper.

Such totals add up cases (去年按人次加总 X); beside them stand this year's persons (今年去重 Y) and this year's cases.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.database import ReadSession
from reports.entries import count
from reports.filing import newest
from reports.form_files import load_form
from reports.forms import Item
from reports.periods import read_period, year_earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstYear:
    """An item that counts persons: what was signed the year before, and this year's persons and cases."""

    item: Item
    signed: int
    persons: int
    cases: int

    @property
    def told(self) -> str:
        """In the words of the office."""
        head = f"{self.item.code} {self.item.name}"
        return f"{head}：去年按人次加总 {self.signed}，今年去重 {self.persons}（按人次 {self.cases}）"


async def first_year(session: ReadSession, form_code: str, region: str, period: str) -> list[FirstYear]:
    """The items with a signed total of the year before; none where that year was counted from the ledger."""
    form = load_form(form_code)
    earlier = year_earlier(form, period)
    before = await newest(session, form_code, region, earlier) if earlier else None
    if before is None or not before.by_hand:
        return []
    counted = await count(session, form, region, read_period(form, period))
    return [
        FirstYear(
            item=item,
            signed=signed,
            persons=counted.figure(item) or 0,
            cases=sum(len(rows) for rows in counted.tally.counted(item)),
        )
        for item in form.listed
        if item.measure == "persons" and (signed := before.figures.get(item.code)) is not None
    ]
