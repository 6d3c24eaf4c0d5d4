"""A roster into the ledger, in the caller's one transaction; the same roster twice is the same once."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from matching.errors import MatchingError
from matching.sheets import STDIN, Problem, Problems, read_rows
from models.audit import record
from models.certificates import NUMBER, Certificate
from models.database import Session
from models.offices import Office
from models.people import Person
from models.rosters import CERTIFICATE, Roster, RosterRow
from models.training import Institution
from services.certificates import compared
from services.employers import CreditCodeRefusedError, credit_code
from services.exchange.employers import find_imported
from services.exchange.importing import take_rows
from services.exchange.outcome import Outcome, UnreadableFileError
from services.exchange.rows import Row, RowRefusedError
from services.institutions import titles_on
from services.phones import masked_name
from services.rosters.facts import READERS, Told
from services.rosters.kinds import BESIDE, RosterKind, kind_of, said_above, settings_of
from services.rosters.line import Line, Sheet
from services.rosters.people import identity_index, person_of
from services.rosters.words import plain
from services.rosters.writing import find_there, hold_groups, is_elsewhere, known_of, write

CELLS = "roster_rows.cells"
SHOWN = 5
FOOT = re.compile(r"^(?:合计|小计|总计|共计|制表|填表|填报|审核|负责人|经办|领导|注[:：]|备注[:：]|说明[:：]|单位负责)")


@dataclass(slots=True, kw_only=True)
class RosterOutcome(Outcome):
    """What became of a roster: besides the counts, entries by kind and the first lines as they were understood."""

    entries: Counter[str] = field(default_factory=Counter)
    preview: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Counts, problems, notes and preview for programs."""
        notes = [{"line": note.line, "column": note.column, "why": note.why} for note in self.notes]
        return {**Outcome.as_json(self), "entries": dict(self.entries), "notes": notes, "preview": self.preview}


async def import_roster(
    session: Session, path: Path, office: Office, *, kind: str | None = None, settings: Sequence[str] = ()
) -> RosterOutcome:
    """Take every good line for the office; the caller commits or rolls back by what the outcome says.

    `kind`: training, employment or tuition, else told by the columns; `settings`: COLUMN=VALUE where a file lacks a
    column. Raises UnreadableFileError, RosterKindError, SettingRefusedError.
    """
    if str(path) == STDIN:
        raise UnreadableFileError("a roster is read from a file, not from standard input")
    try:
        roster_kind = kind_of(path, kind)
        outcome = RosterOutcome(kind=f"roster {roster_kind.name}", file=path.name)
        sheet, lines = _read(path, roster_kind, settings, outcome)
        content = hashlib.sha256(path.read_bytes()).digest()
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from error
    except MatchingError as error:
        raise UnreadableFileError(str(error)) from error
    roster = Roster(
        id=session.new_id(),
        kind=roster_kind.name,
        file_name=path.name[:120],
        file_hash=content,
        office_id=office.id,
        region=office.region,
        imported_at=session.now,
    )
    session.add(roster)
    await session.flush()
    await take_rows(session, Taker(roster_kind, roster, office, sheet, outcome), outcome, iter(lines))
    outcome.notes += sheet.notes
    if outcome.added:
        detail = {"kind": roster.kind, "rows": outcome.added, "office": office.id}
        record(session, actor=None, action="rosters.imported", subject=f"rosters:{roster.id}", detail=detail)
    else:
        await session.delete(roster)
    return outcome


def _read(path: Path, kind: RosterKind, settings: Sequence[str], outcome: Outcome) -> tuple[Sheet, list[Line]]:
    problems = Problems()
    found = list(read_rows(path, (*kind.columns, *BESIDE), problems))
    headings = {column: heading for (_, column), heading in problems.headings.items()}
    if not any(column in headings for column in kind.needed):
        raise UnreadableFileError(f"{path.name}: no row names the columns of a {kind.title} (姓名, ...)")
    said = {**said_above(problems.above, kind), **settings_of(settings, kind)}
    outcome.notes += [
        _guess(path, problems, headings, kind, said),
        *(problem for problem in problems.found if problem.column != "row" or "ignored" not in problem.why),
    ]
    sheet = Sheet(headings=headings, said={name: value for name, value in said.items() if name not in headings})
    rows = (Row(path.name, number, cells) for number, cells in found)
    return sheet, [Line(row, sheet) for row in _without_feet(rows, outcome)]


def _guess(path: Path, problems: Problems, headings: dict[str, str], kind: RosterKind, said: dict[str, str]) -> Problem:
    """第3行为表头: 姓名=name, 发证单位→issuer; a sign of equality where the heading says it in so many words."""
    shown = [
        f"{heading}{'=' if heading == column else '→'}{column}"
        for column, heading in headings.items()
        if column not in BESIDE
    ]
    shown += [f"{column}：{value}（全表）" for column, value in said.items() if column not in headings]
    why = f"按{kind.title}读, 第{problems.header_line}行为表头: {', '.join(shown)}"
    return Problem(path.name, problems.header_line, "header", why, harmless=True)


def _without_feet(rows: Iterator[Row], outcome: Outcome) -> Iterator[Row]:
    """The rows of people: sums, signatures and sentences that run across the table are named and left out."""
    for row in rows:
        cells = [cell for cell in row.cells.values() if cell]
        across = len(cells) > 1 and len(set(cells)) == 1
        foot = any(FOOT.match(plain(cell)) for cell in cells[:2])
        if across or foot or not cells:
            why = f"no person, left out: {cells[0][:30] if cells else ''}"
            outcome.notes.append(Problem(row.file, row.line, "row", why, harmless=True))
        else:
            yield row


class Taker:
    """One roster being read; what `services.exchange.importing` asks of a kind."""

    EXPORTED: tuple[str, ...] = ()
    SAVEPOINT = True

    def __init__(self, kind: RosterKind, roster: Roster, office: Office, sheet: Sheet, outcome: RosterOutcome) -> None:
        self.IMPORTED, self.NEEDED = kind.columns, kind.needed
        self._kind, self._roster, self._office, self._sheet, self._outcome = kind, roster, office, sheet, outcome
        self._lines: dict[tuple[object, ...], int] = {}
        self._schools: dict[str, Institution | None] = {}

    def comes_late(self, _row: Row) -> bool:
        """In any order."""
        return False

    async def prepare(self, _session: Session, _rows: Sequence[Row]) -> None:
        """Everything is looked up line by line."""

    async def finish(self, _session: Session, _known: None) -> None:
        """Everything is written line by line."""

    async def take(self, session: Session, row: Row, _known: None) -> bool:
        """Write what the line says and the ledger does not know yet; whether there was anything."""
        line = row if isinstance(row, Line) else Line(row, self._sheet)
        name, phone, number = line.name("name", 40), self._phone(line), line.identity()
        if not name:
            line.refuse("name", "is empty")
        groups = line.groups()
        told = READERS[self._kind.name](line, session.today)
        if line.problems:
            return False
        person = await person_of(session, name, number, phone, own_phone=self._kind.name != "tuition")
        await self._name_places(session, line, told)
        fresh = await self._fresh(session, line, person, told)
        self._preview(line, groups, told)
        if fresh:
            row_id = await self._keep(session, line, person, None if number else phone)
            await hold_groups(session, person.id, groups, min(fact.day for fact in fresh))
            await write(session, self._office, person, row_id, fresh)
            self._outcome.entries.update(fact.kind for fact in fresh)
        for fact in told:
            self._lines.setdefault((person.id, fact.kind, fact.day, fact.part), line.line)
        return bool(fresh)

    @staticmethod
    def _phone(line: Line) -> str | None:
        """A cell may hold two numbers; the first is taken."""
        text = line.text("phone", 60)
        line.cells["phone"] = re.split(r"[,，、;；/]|\s{2,}|(?<=\d{11})\s", text)[0] if text else ""
        return line.phone("phone") if line.has("phone") else None

    async def _name_places(self, session: Session, line: Line, told: Sequence[Told]) -> None:
        """Institution and employer by our number, else by a keyed hash of the name: an id, not a spelling."""
        for fact in told:
            if fact.kind.startswith("training_") and line.has("institution"):
                fact.facts.update(await self._institution(session, line, fact.day))
            elif fact.kind in ("placement_started", "contract_signed"):
                fact.facts.update(await self._employer(session, line, fact))

    async def _institution(self, session: Session, line: Line, day: date) -> dict[str, Any]:
        """With the titles that it held on that day."""
        name = line.text("institution", 80)
        if name not in self._schools:
            query = select(Institution).where(Institution.name == name).order_by(Institution.id).limit(1)
            self._schools[name] = (await session.scalars(query)).first()
        found = self._schools[name]
        if found is not None:
            return {"institution": found.id, "titles": await titles_on(session, found, day)}
        self._sheet.note_once(line, "institution", f"{name[:30]!r} is not entered: it counts under none of the titles")
        return {"institution": _hashed(session, name)}

    async def _employer(self, session: Session, line: Line, fact: Told) -> dict[str, Any]:
        code = line.text("credit_code", 40)
        try:
            known = await find_imported(session, line.text("employer", 80), credit_code(code) if code else None, "")
        except CreditCodeRefusedError as refusal:
            raise RowRefusedError("credit_code", str(refusal)) from refusal
        if known is None:
            return {"employer": _hashed(session, line.text("employer", 80))}
        kind = {"employer_kind": known.kind} if fact.kind == "placement_started" else {}
        return {**kind, **fact.facts, "employer": known.id}

    async def _fresh(self, session: Session, line: Line, person: Person, told: Sequence[Told]) -> list[Told]:
        """What neither a line before nor the ledger says yet; what is there already is told."""
        fresh, known = [], await known_of(session, person)
        for fact in told:
            before = self._lines.get((person.id, fact.kind, fact.day, fact.part))
            if await self._is_entered(session, line, person, fact):
                self._sheet.note(line, "certificate_number", "is entered with a course already: not counted twice")
                continue
            there = await find_there(session, self._roster, self._office, known, fact)
            if there is None:
                fresh.append(fact)
                if is_elsewhere(self._office, known, fact):
                    self._sheet.note(line, "row", f"another office reports {fact.kind} of this person and day too")
            elif before is not None:
                self._sheet.note(line, "row", f"{fact.kind} is told in line {before} already: not counted twice")
            elif there.reversed:
                self._sheet.note(line, "row", f"{fact.kind} was reversed in the ledger: not counted again")
            elif not there.same_file:
                self._sheet.note(line, "row", f"{fact.kind} is in the ledger already: not counted twice")
        return fresh

    @staticmethod
    async def _is_entered(session: Session, line: Line, person: Person, fact: Told) -> bool:
        """Whether a course gave the person this certificate. Raises RowRefusedError where it gave it to another."""
        if fact.kind != "certificate_issued" or not line.has("certificate_number"):
            return False
        index = session.keys.index(compared(line.text("certificate_number", 60)), NUMBER)
        known = (await session.scalars(select(Certificate).where(Certificate.number_index == index))).first()
        if known is not None and known.person_id != person.id:
            raise RowRefusedError("certificate_number", "another person has a certificate of this number already")
        return known is not None

    async def _keep(self, session: Session, line: Line, person: Person, phone: str | None) -> RosterRow:
        row_id = session.new_id()
        cells = {column: cell for column, cell in line.cells.items() if cell}
        kept = RosterRow(
            id=row_id,
            roster_id=self._roster.id,
            line=line.line,
            person_id=person.id,
            identity=identity_index(session, line.text("name", 40), phone) if phone else None,
            certificate=await self._certificate(session, line, person),
            cells_sealed=session.keys.seal(json.dumps(cells, ensure_ascii=False), CELLS, row_id),
        )
        session.add(kept)
        await session.flush()
        return kept

    @staticmethod
    async def _certificate(session: Session, line: Line, person: Person) -> bytes | None:
        """The index of a number that nobody has yet. Raises RowRefusedError where somebody else has it."""
        if not line.has("certificate_number"):
            return None
        index = session.keys.index(compared(line.text("certificate_number", 60)), CERTIFICATE)
        known = (await session.scalars(select(RosterRow).where(RosterRow.certificate == index))).first()
        if known is None:
            return index
        if known.person_id != person.id:
            raise RowRefusedError("certificate_number", "another person has a certificate of this number already")
        return None

    def _preview(self, line: Line, groups: Sequence[str], told: Sequence[Told]) -> None:
        if len(self._outcome.preview) < SHOWN:
            facts = "; ".join(_shown(fact) for fact in told) or "nothing to count"
            who = f"第{line.line}行 {masked_name(line.text('name'))}"
            self._outcome.preview.append(f"{who} [{', '.join(groups)}] {facts}")


def _shown(fact: Told) -> str:
    words = ", ".join(f"{name} {value}" for name, value in fact.facts.items() if value not in (None, [], ""))
    money = f", {fact.amount_fen / 100:.2f} yuan" if fact.amount_fen is not None else ""
    return f"{fact.kind} {fact.day}: {words}{money}"


def _hashed(session: Session, name: str) -> str:
    return session.keys.index(plain(name), "names.of_rosters").hex()
