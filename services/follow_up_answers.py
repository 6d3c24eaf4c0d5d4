"""Answers to a follow-up: what the person, the employer or a call of the office says, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

from models.applications import Application
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.follow_ups import EMPLOYER, SEEKER, CallTask, FollowUp
from models.people import Seeker
from models.placements import Placement
from models.states import FollowUpState, PlacementState, can_move, move
from services import applications
from services.call_tasks import add_call, close_calls, stop_following
from services.casework import ensure_not_own, household_of
from services.employers import recruiters_of
from services.evidence import LADDER, agree, raise_evidence, standing
from services.follow_ups import COUNTED, work_of
from services.graduates import note_no_work
from services.ledger import Fact, append_about
from services.notices import tell

F, P = FollowUpState, PlacementState
REASONS = {"changed": "changed_job", "stopped": "stopped_working", "gone": "left_employer"}


class FollowUpOverError(ZhaohuoError):
    """This question has been answered, or the work has ended; nothing is asked any more."""


class NotAskedError(ZhaohuoError):
    """The question was for somebody else; ask who speaks."""


async def answer(session: Session, follow_up: FollowUp, word: str, *, by: int, staff: bool = False) -> Placement:
    """What the person (or staff, after a call) says: here, changed, stopped or call; returns the placement.

    Raises FollowUpOverError after an answer or the end of the work, NotAskedError when another person speaks.
    """
    if follow_up.party != SEEKER or (by != follow_up.person_id and not staff):
        raise NotAskedError
    placement = await _still_followed(session, follow_up)
    if word == "call":
        await _wants_call(session, follow_up, placement)
        return placement
    await _close(session, follow_up, word, by=by)
    if word == "here":
        await _retained(session, placement, follow_up.days, by=by)
        await agree(session, placement, SEEKER, by=by)
    else:
        await end_placement(session, placement, reason=REASONS[word], by=by)
    return placement


async def _still_followed(session: Session, follow_up: FollowUp) -> Placement:
    placement = await session.get_one(Placement, follow_up.placement_id, with_for_update=True)
    if placement.state in (P.ENDED, P.REVERSED) or not can_move(F(follow_up.state), F.ANSWERED):
        raise FollowUpOverError
    return placement


async def _close(session: Session, follow_up: FollowUp, word: str, *, by: int) -> None:
    await move(session, follow_up, F.ANSWERED, actor=by, why=word)
    follow_up.answer, follow_up.answered_by = word, by
    await close_calls(session, follow_up.placement_id, by=by, outcome=word)


async def _wants_call(session: Session, follow_up: FollowUp, placement: Placement) -> None:
    """9: nothing is known yet; the office calls."""
    if follow_up.state != F.UNKNOWN:
        await move(session, follow_up, F.UNKNOWN, actor=follow_up.person_id, why="asked")
    follow_up.answer = "call"
    await add_call(session, placement, reason="asked", follow_up=follow_up)


async def _retained(session: Session, placement: Placement, days: int, *, by: int) -> None:
    """Still there: counted at the marks that count, on the day of the mark, once, whoever says it first."""
    if days not in COUNTED or await _has_retained(session, placement, days):
        return
    await move(session, placement, P.RETAINED, actor=by, why=f"{days}")
    day = placement.started_on + timedelta(days=days)
    await append_about(session, placement.person_id, _fact(placement, "placement_retained", day, {"days": days}, days))


async def end_placement(session: Session, placement: Placement, *, reason: str, by: int) -> None:
    """The work has ended, for a reason code; nothing more is asked, and the person looks for work again.

    The day is the one on which it was learnt. Raises MoveRefusedError where it has ended before.
    """
    await move(session, placement, P.ENDED, actor=by, why=reason)
    worked = max(0, (session.today - placement.started_on).days)
    facts = {"days": worked, "reason": reason}
    await append_about(session, placement.person_id, _fact(placement, "placement_ended", session.today, facts))
    await stop_following(session, placement, why="ended")
    await session.flush()
    await note_no_work(session, placement.person_id, on=session.today, officer_id=by)
    seeker = await session.get(Seeker, placement.person_id)
    if seeker is not None:
        seeker.active = True


def _fact(placement: Placement, kind: str, day: date, facts: dict[str, object], mark: int | None = None) -> Fact:
    return Fact(
        key=f"{kind}:{placement.id}" + (f":{mark}" if mark else ""),
        kind=kind,
        occurred_on=day,
        region=placement.region,
        office_id=placement.office_id,
        facts={**facts, "employer": placement.employer_id},
        source=f"placements:{placement.id}",
    )


async def staff_heard(session: Session, task: CallTask, word: str, *, officer_id: int) -> None:
    """What a call brought: here, changed or stopped; a call is evidence of its own.

    Raises OwnCaseError, FollowUpOverError where the work has ended meanwhile.
    """
    placement = await session.get_one(Placement, task.placement_id, with_for_update=True)
    await ensure_not_own(session, officer_id, await household_of(session, placement.person_id))
    follow_up = await session.get(FollowUp, task.follow_up_id) if task.follow_up_id else None
    if follow_up is not None:
        await answer(session, follow_up, word, by=officer_id, staff=True)
    elif placement.state in (P.ENDED, P.REVERSED):
        raise FollowUpOverError
    elif word != "here":
        await end_placement(session, placement, reason=REASONS[word], by=officer_id)
    await close_calls(session, placement.id, by=officer_id, outcome=word)
    if word != "here":
        await tell(session, placement.person_id, "notice.look_again", questions=(("button.find", "find"),))
    elif LADDER[placement.evidence] < LADDER["staff_call"]:
        await raise_evidence(session, placement, "staff_call", by=officer_id)


async def employer_answer(session: Session, follow_up: FollowUp, word: str, *, recruiter_id: int) -> None:
    """The employer's word: came or not_came after a hire, still or gone at a mark.

    `came` writes nothing by itself: an officer confirms the first day. Raises FollowUpOverError, NotAskedError.
    """
    employer_id, _ = await work_of(session, follow_up)
    if follow_up.party != EMPLOYER or recruiter_id not in await recruiters_of(session, employer_id):
        raise NotAskedError
    if not can_move(F(follow_up.state), F.ANSWERED):
        raise FollowUpOverError
    if follow_up.placement_id is None:
        await _came(session, follow_up, word, recruiter_id)
        return
    placement = await _still_followed(session, follow_up)
    await _close(session, follow_up, word, by=recruiter_id)
    if word == "gone":
        await end_placement(session, placement, reason=REASONS[word], by=recruiter_id)
        await tell(session, placement.person_id, "notice.look_again", questions=(("button.find", "find"),))
    else:
        await _retained(session, placement, follow_up.days, by=recruiter_id)
        await agree(session, placement, EMPLOYER, by=recruiter_id)


async def _has_retained(session: ReadSession, placement: Placement, days: int) -> bool:
    """Whether this mark is counted already, for the seeker's word, the employer's or a call's."""
    counted = [entry for entry in await standing(session, placement) if entry.kind == "placement_retained"]
    return any(entry.facts["days"] == days for entry in counted)


async def _came(session: Session, follow_up: FollowUp, word: str, recruiter_id: int) -> None:
    await move(session, follow_up, F.ANSWERED, actor=recruiter_id, why=word)
    follow_up.answer, follow_up.answered_by = word, recruiter_id
    application = await session.get_one(Application, follow_up.application_id)
    if word == "not_came" and application.state == "hired":
        await applications.withdraw(session, application, actor=recruiter_id, reason="never_started")
