"""实名制花名册: the people behind one figure of a form, as the attachment that goes with it.

Names and phones are masked unless the contacts themselves are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from matching.places import full_name
from models.database import ReadSession
from models.errors import ZhaohuoError
from models.people import GROUP_NAMES, Group, Person
from reports.explain import Explanation, Row
from services.exchange.contacts import shown

COLUMNS = ("序号", "姓名", "联系电话", "人员类别", "日期", "地区", "工会单位", "台账记录")
WIDTHS = (6, 14, 16, 28, 12, 26, 24, 20)
SIGNED = "制表人：　　　　　　审核人：　　　　　　（盖章）　　　年　　月　　日"
GONE = "（已删除）"
AT_ONCE = 500


class NobodyBehindError(ZhaohuoError):
    """This item counts no persons; choose one that does."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person, or one case of a person where the item counts cases."""

    name: str
    phone: str
    groups: tuple[str, ...]
    day: date
    region: str
    office: str
    source: str

    def cells(self) -> tuple[str, ...]:
        """As the roster shows it, without its number."""
        groups = "、".join(GROUP_NAMES[Group(group)] for group in self.groups)
        return (self.name, self.phone, groups, self.day.isoformat(), full_name(self.region), self.office, self.source)


async def roster_of(session: ReadSession, found: Explanation, *, contacts: bool) -> list[Line]:
    """Who stands behind the figure: each person once where it counts persons, else a line a case; oldest first.

    Raises NobodyBehindError for money, things and fairs.
    """
    rows = [row for row in found.rows if row.entry.person is not None]
    if found.rows and not rows:
        raise NobodyBehindError(f"{found.item.code} {found.item.name} counts no persons; choose an item that does")
    if found.item.unit == "人":
        rows = list({row.entry.person: row for row in reversed(rows)}.values())[::-1]
    people = await _people(session, {row.entry.person for row in rows if row.entry.person})
    return [_line(session, row, people.get(row.entry.person or ""), contacts=contacts) for row in rows]


def _line(session: ReadSession, row: Row, person: Person | None, *, contacts: bool) -> Line:
    name, phone = shown(session, person, contacts=contacts)
    entry = row.entry
    return Line(
        name=name if person else GONE,
        phone=phone,
        groups=tuple(entry.groups),
        day=entry.occurred_on,
        region=entry.region,
        office=row.office,
        source=entry.source,
    )


async def _people(session: ReadSession, keys: Iterable[str]) -> dict[str, Person]:
    wanted, found = sorted(keys), {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows = await session.scalars(select(Person).where(Person.ledger_key.in_(some)))
        found.update({person.ledger_key: person for person in rows})
    return found


def as_workbook(found: Explanation, lines: list[Line]) -> bytes:
    """The roster on A4 across: title, where and when, a row a line, places to sign."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "花名册"
    period = found.period
    _wide(sheet, f"{found.item.name}花名册", Font(name="黑体", size=16), height=30)
    scope = f"{full_name(found.region)}　{period.start}至{period.cutoff}　共{len(lines)}行"
    _wide(sheet, scope, Font(name="仿宋", size=11), height=20)
    _put(sheet, COLUMNS, Font(name="黑体", size=11))
    for number, line in enumerate(lines, 1):
        _put(sheet, (str(number), *line.cells()), Font(name="仿宋", size=11))
    _wide(sheet, SIGNED, Font(name="仿宋", size=11), height=36)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.print_title_rows, sheet.freeze_panes = "1:3", "A4"
    for column, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: Worksheet, texts: tuple[str, ...], font: Font) -> None:
    sheet.append(texts)
    for cell, text in zip(sheet[sheet.max_row], texts, strict=True):
        cell.value, cell.data_type, cell.font = text, "s", font  # a name that begins as a formula does stays a name
        cell.alignment = Alignment(wrap_text=True, vertical="center")


def _wide(sheet: Worksheet, text: str, font: Font, height: float) -> None:
    _put(sheet, (text, *[""] * (len(COLUMNS) - 1)), font)
    row = sheet.max_row
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(COLUMNS))
    sheet.row_dimensions[row].height = height
