"""For whom a post is: all, graduates, or graduates of families on file; the advert's words say it, or the office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from models.audit import record
from models.database import ReadSession, Session
from models.employers import Employer
from models.ledger import LedgerEntry
from models.regions import visible_to
from models.sources import VacancySource
from models.states import VacancyState
from models.vacancies import Vacancy
from services.casework import ensure_known, lock
from services.ledger import Fact, again, append
from services.offices import office_for

WHOM = ("all", "graduates", "hardship_graduates")
SHOWN = 8
_UNWANTED = re.compile(
    r"(?:不要|不招|不收|不考虑|除|非|谢绝)[^,，。;；!！、\s]{0,4}(?:应届|毕业生)(?:毕业)?生?"
    r"|(?:应届(?:毕业)?生?|毕业生)(?:请?勿|不要|不收|免谈)"
)
_GRADUATES = re.compile(
    r"应届|往届|校招|校园招聘|(?<!初中)(?<!高中)(?<!中专)(?<!小学)(?<!中学)毕业生"
    r"|(?:fresh|college|university) graduates?"
)
_HARDSHIP = re.compile(r"困难(?:职工)?(?:家庭)?(?:高校)?(?:应届)?毕业生|阳光就业")


def read_whom(words: str) -> str:
    """For whom the advert says it is."""
    said = _UNWANTED.sub(" ", words.casefold())
    if _HARDSHIP.search(said):
        return "hardship_graduates"
    return "graduates" if _GRADUATES.search(said) else "all"


async def note_offered(session: Session, vacancy: Vacancy) -> None:
    """Its openings count as offered, once; what others told us of is counted by them."""
    brought = select(VacancySource.id).where(VacancySource.vacancy_id == vacancy.id, VacancySource.brought)
    if await session.scalar(brought.limit(1)) is not None:
        return
    employer = await session.get_one(Employer, vacancy.employer_id)
    office = await office_for(session, vacancy.region)
    facts = {"employer_kind": employer.kind, "employer": employer.id, "vacancy": vacancy.id}
    await append(
        session,
        Fact(
            key=f"posts_offered:{vacancy.id}:{session.today.year}",
            kind="posts_offered",
            occurred_on=session.today,
            region=vacancy.region,
            office_id=office.id,
            facts={"for": vacancy.for_whom, **facts},
            quantity=vacancy.headcount,
            source=f"vacancies:{vacancy.id}",
        ),
    )


async def say_for_whom(session: Session, vacancy: Vacancy, whom: str, *, officer_id: int) -> bool:
    """The office says for whom the post is; what was counted is cancelled and written anew. False: it was so already.

    Raises UnknownWordError.
    """
    ensure_known("for", whom, WHOM)
    await lock(session, vacancy)
    if vacancy.for_whom == whom:
        return False
    detail = {"from": vacancy.for_whom, "to": whom}
    vacancy.for_whom = whom
    record(session, actor=officer_id, action="vacancies.for_whom", subject=f"vacancies:{vacancy.id}", detail=detail)
    written = await _offered(session, vacancy)
    undone = {entry.reverses for entry in written}
    for old in [entry for entry in written if entry.reverses is None and entry.key not in undone]:
        await append(session, again(old, f"reversal:{old.key}", reverses=old.key))
        fresh = again(old, f"posts_offered:{vacancy.id}:{old.occurred_on.year}:{len(written) + 1}")
        await append(session, replace(fresh, facts={**old.facts, "for": whom}))
    await session.flush()
    return True


async def _offered(session: ReadSession, vacancy: Vacancy) -> list[LedgerEntry]:
    """All that was ever written of its openings; the day narrows it to what the ledger finds at once."""
    query = select(LedgerEntry).where(
        LedgerEntry.kind == "posts_offered",
        LedgerEntry.occurred_on >= vacancy.posted_on,
        LedgerEntry.region == vacancy.region,
        LedgerEntry.source == f"vacancies:{vacancy.id}",
    )
    return list(await session.scalars(query.order_by(LedgerEntry.id)))


async def posts_of(session: ReadSession, region: str, words: str = "") -> Sequence[Vacancy]:
    """The newest posts of the region that wait or are open, or those whose title or employer has the words."""
    query = (
        select(Vacancy)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Vacancy.state.in_((VacancyState.DRAFT, VacancyState.OPEN, VacancyState.FULL)))
    )
    for word in words.split():
        titled, named = (column.contains(word, autoescape=True) for column in (Vacancy.title, Employer.name))
        query = query.where(titled | named)
    query = visible_to(query, Vacancy.region, region).order_by(Vacancy.id.desc())
    return (await session.scalars(query.limit(SHOWN))).all()
