"""Surveys: five short questions, one at a time; the answers are kept without the person, small totals are not shown."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import Select, func, or_, select

from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.messages import Kind
from models.offices import Office
from models.people import NEEDS_PROOF, Group, GroupMembership, Person, Seeker
from models.regions import visible_to
from models.states import InvitationState, SurveyState, move
from models.surveys import Survey, SurveyAnswer, SurveyInvitation
from services.ledger import Fact, append_about
from services.notices import tell
from services.texts import say

QUESTIONS = Path(__file__).with_name("surveys.toml")
MOST_QUESTIONS = 5
FEWEST = 5  # a total below is not shown
AT_ONCE = 500


class SurveyRefusedError(ZhaohuoError):
    """A survey asks one to five different questions of `services/surveys.toml`."""


class SurveyOverError(ZhaohuoError):
    """The survey is over, or this question was answered."""


@cache
def questions() -> dict[str, tuple[str, ...]]:
    """Question → its answers."""
    return {name: tuple(answers) for name, answers in tomllib.loads(QUESTIONS.read_text("utf-8")).items()}


async def open_survey(
    session: Session, office: Office, *, title: str, asks: Sequence[str], officer_id: int, group: Group | None = None
) -> Survey:
    """A survey of the seekers of the office's region, or of one group of them. Raises SurveyRefusedError."""
    if not 1 <= len(asks) <= MOST_QUESTIONS or len(set(asks)) != len(asks) or set(asks) - set(questions()):
        raise SurveyRefusedError
    survey = Survey(
        id=session.new_id(),
        office_id=office.id,
        region=office.region,
        title=title.strip()[:60],
        questions=list(asks),
        group=group.value if group else None,
        state=SurveyState.DRAFT,
        state_since=session.now,
    )
    session.add(survey)
    await session.flush()
    await move(session, survey, SurveyState.OPEN, actor=officer_id)
    return survey


async def close_survey(session: Session, survey: Survey, *, officer_id: int) -> None:
    """Nobody is asked any more."""
    await move(session, survey, SurveyState.CLOSED, actor=officer_id)


def _audience(session: ReadSession, survey: Survey) -> Select[int]:
    """Who is asked: seekers of the region who may be written to and were not asked before."""
    asked = select(SurveyInvitation.person_id).where(SurveyInvitation.survey_id == survey.id)
    query = (
        select(Seeker.person_id)
        .join(Office, Office.id == Seeker.office_id)
        .join(Person, Person.id == Seeker.person_id)
        .where(
            Person.deleted_at.is_(None),
            Person.opted_out_at.is_(None),
            Person.merged_into.is_(None),
            Person.id.not_in(asked),
        )
    )
    if survey.group:
        held = select(GroupMembership.person_id).where(
            GroupMembership.group == survey.group,
            GroupMembership.since <= session.today,
            or_(GroupMembership.until.is_(None), GroupMembership.until >= session.today),
        )
        if Group(survey.group) in NEEDS_PROOF:
            held = held.where(GroupMembership.proof == "checked")
        query = query.where(Person.id.in_(held))
    return visible_to(query, Office.region, survey.region).order_by(Seeker.person_id)


async def invite(session: Session, survey: Survey, *, most: int = AT_ONCE) -> int:
    """Ask the next of them the first question; the caps of messages hold. Returns how many were asked."""
    if survey.state != SurveyState.OPEN:
        raise SurveyOverError
    asked = 0
    for person_id in (await session.scalars(_audience(session, survey).limit(most))).all():
        invitation = SurveyInvitation(
            id=session.new_id(),
            survey_id=survey.id,
            person_id=person_id,
            office_id=survey.office_id,
            region=survey.region,
            step=0,
            state=InvitationState.ASKED,
            state_since=session.now,
        )
        session.add(invitation)
        await session.flush()
        asked += await _ask(session, survey, invitation, Kind.NOTICE)
    return asked


async def invite_all(session: Session) -> int:
    """The next part of every open survey; how many were asked."""
    found = await session.scalars(select(Survey).where(Survey.state == SurveyState.OPEN).order_by(Survey.id))
    return sum([await invite(session, survey) for survey in found.all()])


async def _ask(session: Session, survey: Survey, invitation: SurveyInvitation, kind: Kind) -> bool:
    question = survey.questions[invitation.step]
    about = f"survey:{invitation.id}:{invitation.step}"
    labels = [(f"survey.answer.{question}.{said}", f"{about}:{said}") for said in questions()[question]]
    office = await session.get_one(Office, survey.office_id)
    person = await session.get_one(Person, invitation.person_id)
    return await tell(
        session,
        person.id,
        "survey.next" if invitation.step else "survey.first",
        kind=kind,
        questions=(*labels, ("survey.stop", f"{about}:-")),
        ask=say(person.language, f"survey.ask.{question}"),
        office=office.name,
        n=len(survey.questions),
    )


async def answer(session: Session, person_id: int, invitation_id: int, step: int, said: str) -> InvitationState:
    """Keep one answer without the person and ask the next question; "-" stops.

    Writes `survey_answered` with the last answer. Raises NotFoundError, SurveyOverError (an older question).
    """
    invitation = await session.get(SurveyInvitation, invitation_id, with_for_update=True)
    if invitation is None or invitation.person_id != person_id:
        raise NotFoundError
    survey = await session.get_one(Survey, invitation.survey_id)
    if invitation.state != InvitationState.ASKED or invitation.step != step or survey.state != SurveyState.OPEN:
        raise SurveyOverError
    if said == "-":
        await move(session, invitation, InvitationState.STOPPED, actor=person_id)
        return InvitationState.STOPPED
    question = survey.questions[step]
    if said not in questions()[question]:
        raise NotFoundError
    # An id drawn by chance: one of ours would tell when and by whom it was given.
    session.add(SurveyAnswer(id=secrets.randbelow(2**62) + 1, survey_id=survey.id, question=question, answer=said))
    invitation.step = step + 1
    if invitation.step < len(survey.questions):
        await _ask(session, survey, invitation, Kind.REPLY)
        return InvitationState.ASKED
    await move(session, invitation, InvitationState.DONE, actor=person_id)
    await _note(session, invitation)
    return InvitationState.DONE


async def _note(session: Session, invitation: SurveyInvitation) -> None:
    fact = Fact(
        key=f"survey_answered:{invitation.id}",
        kind="survey_answered",
        occurred_on=session.today,
        region=invitation.region,
        office_id=invitation.office_id,
        facts={"survey": f"survey {invitation.survey_id}"},
        source=f"survey_invitations:{invitation.id}",
    )
    await append_about(session, invitation.person_id, fact)


async def totals(session: ReadSession, survey: Survey) -> dict[str, dict[str, int | None]]:
    """Question → answer → how many; None where fewer than five said so, or where that could be worked out."""
    rows = await session.execute(
        select(SurveyAnswer.question, SurveyAnswer.answer, func.count())
        .where(SurveyAnswer.survey_id == survey.id)
        .group_by(SurveyAnswer.question, SurveyAnswer.answer)
    )
    counted: dict[str, dict[str, int]] = {}
    for question, said, number in rows:
        counted.setdefault(question, {})[said] = number
    return {
        question: shown({said: counted.get(question, {}).get(said, 0) for said in questions()[question]})
        for question in survey.questions
    }


def shown(counts: dict[str, int]) -> dict[str, int | None]:
    """Small numbers are hidden, of a question with few answers all.

    Where only one is small, the next smallest and the zeros too: how many answered is known elsewhere.
    """
    if sum(counts.values()) < FEWEST:
        return dict.fromkeys(counts)
    hidden = {said for said, number in counts.items() if 0 < number < FEWEST}
    if len(hidden) == 1:
        _, next_smallest = min((number, said) for said, number in counts.items() if number >= FEWEST)
        hidden |= {next_smallest} | {said for said, number in counts.items() if not number}
    return {said: None if said in hidden else number for said, number in counts.items()}


def surveys_of(region: str) -> Select[Survey]:
    """The surveys of the region's offices, the newest first."""
    return visible_to(select(Survey), Survey.region, region).order_by(Survey.id.desc())


async def asked_and_done(session: ReadSession, survey: Survey) -> tuple[int, int]:
    """How many were asked, and how many answered everything."""
    base = select(func.count()).where(SurveyInvitation.survey_id == survey.id)
    return (
        await session.scalar(base) or 0,
        await session.scalar(base.where(SurveyInvitation.state == InvitationState.DONE)) or 0,
    )
