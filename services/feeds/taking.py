"""Vacancies that others tell us of: marked with their source, shown once, closed when the source says so.

They are nobody's posts of ours: `posts_offered` counts what an employer gave to the union. What is counted is that
information was published (`job_info_published`), once a file.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from matching.errors import MatchingError
from models.audit import record
from models.database import Session
from models.employers import Employer
from models.errors import ZhaohuoError
from models.offices import Office
from models.sources import VacancySource
from models.states import EmployerState
from models.vacancies import Vacancy
from services.employers import CreditCodeRefusedError, credit_code, verify_employer
from services.exchange.employers import find_imported
from services.exchange.importing import read, take_rows
from services.exchange.kind import in_any_order
from services.exchange.outcome import Outcome, UnreadableFileError
from services.exchange.rows import Row, RowRefusedError
from services.exchange.vacancies import IMPORTED as COLUMNS
from services.exchange.vacancies import LIVE, draft_of
from services.feeds.giving import is_live
from services.feeds.postings import cells_of, is_json, read_postings
from services.ledger import Fact, append
from services.vacancies import AdvertRefusedError, EmployerRefusedError, close_vacancy, post

LONGEST = timedelta(days=183)
CHANGED = ("title", "region", "wage_min", "wage_max")  # what makes it another advert


class SourceRefusedError(ZhaohuoError):
    """Say in at most 40 characters who told of these vacancies: --source 郑州市人社局."""


@dataclass(slots=True, kw_only=True)
class FeedOutcome(Outcome):
    """What became of a source's file: besides the counts, those shown already and those closed."""

    twins: int = 0
    closed: int = 0
    seen: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        """Counts and problems for programs."""
        return {**Outcome.as_json(self), "shown_already": self.twins, "closed": self.closed}


async def take_feed(
    session: Session,
    path: Path,
    office: Office,
    source: str,
    *,
    complete: bool = False,
    verified_by: int | None = None,
) -> FeedOutcome:
    """Take a source's vacancies from JSON-LD, CSV or xlsx; the caller commits or rolls back by the outcome.

    `complete`: the file is all the source has, so that what it names no more is closed. `verified_by`: the officer who
    answers for employers with a valid credit code; without one they wait for the desk. Raises SourceRefusedError,
    UnreadableFileError.
    """
    source = " ".join(source.split())
    if not source or len(source) > 40:
        raise SourceRefusedError
    outcome = FeedOutcome(kind="vacancies", file=path.name)
    taker = FeedTaker(office, source, verified_by, outcome)
    await take_rows(session, taker, outcome, _rows(path, taker, outcome))
    if complete and not outcome.bad:
        outcome.closed += await _close_missing(session, source, outcome.seen)
    if taker.brought:
        await _publish(session, office, taker.brought)
    return outcome


def _rows(path: Path, taker: FeedTaker, outcome: FeedOutcome) -> Iterator[Row]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from error
    if not is_json(raw):
        yield from read(taker, path, outcome.notes)
        return
    try:
        found = read_postings(raw, path.name)
    except MatchingError as error:
        raise UnreadableFileError(str(error)) from error
    for number, posting in enumerate(found, 1):
        cells, why = cells_of(posting)
        row = Row(path.name, number, cells)
        if why:
            row.refuse("baseSalary", why)
        yield row


async def _publish(session: Session, office: Office, brought: Sequence[VacancySource]) -> None:
    first = brought[0].vacancy_id
    fact = Fact(
        key=f"job_info_published:{first}",
        kind="job_info_published",
        occurred_on=session.today,
        region=office.region,
        office_id=office.id,
        quantity=len(brought),
        source=f"vacancies:{first}",
    )
    await append(session, fact)


async def _close_missing(session: Session, source: str, seen: set[str]) -> int:
    """Close what came from here, is still shown, and stands in the source's list no more."""
    query = (
        select(Vacancy, VacancySource.external_id)
        .join(VacancySource, VacancySource.vacancy_id == Vacancy.id)
        .where(VacancySource.source == source, VacancySource.brought, Vacancy.state.in_(LIVE))
    )
    closed = 0
    for vacancy, external_id in (await session.execute(query)).all():
        if external_id not in seen:
            await close_vacancy(session, vacancy, actor=None, why="gone_at_source")
            closed += 1
    return closed


class FeedTaker:
    """One source's rows; what `services.exchange.importing` asks of a kind."""

    IMPORTED = (*COLUMNS, "id", "posted_on", "expires_on")
    EXPORTED: tuple[str, ...] = ()
    NEEDED: tuple[str, ...] = ("title",)
    SAVEPOINT = True

    def __init__(self, office: Office, source: str, verified_by: int | None, outcome: FeedOutcome) -> None:
        self._office, self._source, self._verified_by, self._outcome = office, source, verified_by, outcome
        self.brought: list[VacancySource] = []

    def comes_late(self, row: Row) -> bool:
        """In any order."""
        return in_any_order(row)

    async def prepare(self, _session: Session, _rows: Sequence[Row]) -> None:
        """Everything is looked up row by row."""

    async def finish(self, _session: Session, _known: None) -> None:
        """Everything is written row by row."""

    async def take(self, session: Session, row: Row, _known: None) -> bool:
        """Post what is new, renew or close what is known; whether something new is shown."""
        until = row.day("expires_on")
        draft = draft_of(row)
        external_id = _external_id(row)
        self._outcome.seen.add(external_id)
        name, code = self._employer_words(row)
        if row.problems:
            return False
        query = select(VacancySource).where(
            VacancySource.source == self._source, VacancySource.external_id == external_id
        )
        known = (await session.scalars(query)).first()
        if known is not None:
            known.seen_at, known.valid_through = session.now, until
            if not await self._is_other(session, known, draft, until):
                return False
        if not is_live(until, session.today):
            return False
        return await self._show(session, known, external_id, name, code, draft, until)

    @staticmethod
    def _employer_words(row: Row) -> tuple[str, str | None]:
        name, text = row.text("employer", 80), row.text("credit_code", 40)
        if not name:
            row.refuse("employer", "is empty: an advert names who hires")
        try:
            return name, credit_code(text) if text else None
        except CreditCodeRefusedError as refusal:
            row.refuse("credit_code", str(refusal))
            return name, None

    async def _is_other(
        self, session: Session, known: VacancySource, draft: dict[str, Any], until: date | None
    ) -> bool:
        """Whether the source tells of another advert now. A past one is closed, a longer one shown longer."""
        vacancy = await session.get_one(Vacancy, known.vacancy_id)
        if vacancy.state not in LIVE or not known.brought:
            return False
        if not is_live(until, session.today):
            await close_vacancy(session, vacancy, actor=None, why="expired_at_source")
            self._outcome.closed += 1
            return False
        if any(getattr(vacancy, name) != draft.get(name) for name in CHANGED):
            await close_vacancy(session, vacancy, actor=None, why="changed_at_source")
            self._outcome.closed += 1
            return True
        if until is not None and until != vacancy.expires_on:
            vacancy.expires_on = min(until, session.today + LONGEST)
            vacancy.change = session.new_id()
        return False

    async def _show(
        self,
        session: Session,
        known: VacancySource | None,
        external_id: str,
        name: str,
        code: str | None,
        draft: dict[str, Any],
        until: date | None,
    ) -> bool:
        twin = await _twin(session, name, code, draft)
        mark = known or VacancySource(
            id=session.new_id(), source=self._source, external_id=external_id, valid_through=until, seen_at=session.now
        )
        if twin is not None:
            mark.vacancy_id, mark.brought = twin.id, False
            session.add(mark)
            self._outcome.twins += 1
            return False
        employer = await self._employer(session, name, code, draft["region"])
        try:
            vacancy = await post(session, employer.id, None, draft, source=mark)
        except AdvertRefusedError as refusal:
            raise RowRefusedError("title, description", f"no advert may say this: {refusal}") from refusal
        except EmployerRefusedError as refusal:
            raise RowRefusedError("employer", str(refusal)) from refusal
        if until is not None:
            vacancy.expires_on = min(until, session.today + LONGEST)
        await session.flush()
        self.brought.append(mark)
        return True

    async def _employer(self, session: Session, name: str, code: str | None, region: str) -> Employer:
        found = await find_imported(session, name, code, "")
        if found is None:
            found = Employer(
                id=session.new_id(),
                name=name,
                credit_code=code,
                region=region,
                state=EmployerState.NEW,
                state_since=session.now,
            )
            session.add(found)
            detail = {"source": self._source}
            record(session, actor=None, action="employers.from_source", subject=f"employers:{found.id}", detail=detail)
            await session.flush()
            if code and self._verified_by is not None:
                await verify_employer(session, found, officer_id=self._verified_by)
        return found


def _external_id(row: Row) -> str:
    """The source's own number; without one, a hash of what the row says."""
    own = row.text("id", 120)
    if own and not re.fullmatch(r"#\d+", own):
        return own
    words = {name: cell for name, cell in row.cells.items() if cell and name not in ("id", "expires_on", "posted_on")}
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


async def _twin(session: Session, name: str, code: str | None, draft: dict[str, Any]) -> Vacancy | None:
    """The same employer's same work at the same place for the same pay, whoever told us of it."""
    query = (
        select(Vacancy, Employer)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Vacancy.state.in_(LIVE))
        .order_by(Vacancy.id)
    )
    for column in ("region", "wage_min", "wage_max"):
        query = query.where(getattr(Vacancy, column) == draft.get(column))
    for vacancy, employer in await session.execute(query):
        same = (code and employer.credit_code == code) or _spelt(employer.name) == _spelt(name)
        if same and _spelt(vacancy.title) == _spelt(draft["title"]):
            return vacancy
    return None


def _spelt(words: str) -> str:
    """Without width, blanks, brackets and the legal form: 样例（郑州）重工有限公司 is 样例郑州重工."""
    plain = re.sub(r"[\s()\[\]【】·.,、-]", "", unicodedata.normalize("NFKC", words).lower())
    return re.sub(r"(?:股份)?(?:有限)?(?:责任)?公司$", "", plain) or plain


async def sources_of(session: Session, vacancy_id: int) -> list[str]:
    """Who else tells of this vacancy; the one that brought it first."""
    query = select(VacancySource.source).where(VacancySource.vacancy_id == vacancy_id)
    return list(await session.scalars(query.order_by(VacancySource.brought.desc(), VacancySource.id)))
