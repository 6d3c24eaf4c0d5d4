"""The morning digest of an office: figures first, then what wants a decision, each with its button."""

from __future__ import annotations

from collections.abc import Sequence

from matching.places import short_name
from models.database import ReadSession
from services.caseload import case_choices, case_lines
from services.desk import Desk, person_label
from services.texts import say
from services.urgent import is_urgent


async def digest_lines(
    session: ReadSession, desk: Desk, language: str, region: str, *, also: Sequence[str] = ()
) -> tuple[list[str], list[tuple[str, str]]]:
    """The lines of the digest, and (label, button data) for each thing that can be done.

    `also`: lines that stand before what can be done.
    """
    lines = [
        say(
            language,
            "digest.title",
            place=short_name(region, language),
            month=session.today.month,
            day=session.today.day,
        ),
        say(
            language,
            "digest.figures",
            seekers=desk.new_seekers,
            vacancies=desk.new_vacancies,
            unanswered=desk.unanswered,
        ),
        say(language, "digest.calls", seekers=desk.seekers_to_call, vacancies=desk.vacancies_to_call),
    ]
    if desk.undelivered:
        lines.append(say(language, "digest.parked", n=desk.undelivered))
    lines += case_lines(desk.cases, language)
    todo = await case_choices(session, desk.cases, language)
    todo += [(say(language, "digest.employer", name=e.name), f"emp:{e.id}") for e in desk.employers]
    todo += [(say(language, "digest.vacancy", title=v.title), f"vac:{v.id}") for v in desk.vacancies]
    for application, vacancy in desk.hired:
        label = await person_label(session, application.seeker_id)
        todo.append((say(language, "digest.hired", name=label, title=vacancy.title), f"start:{application.id}"))
    todo += [(say(language, "digest.class", number=c.number, title=c.title), f"cls:show:{c.id}") for c in desk.classes]
    for request in desk.help:
        label = await person_label(session, request.person_id)
        key = "digest.help_urgent" if is_urgent(session, request) else "digest.help"
        todo.append((say(language, key, name=label), f"helpme:{request.id}"))
    for task in desk.calls:
        label = await person_label(session, task.person_id)
        todo.append(
            (say(language, "digest.call", name=label, why=say(language, f"call.{task.reason}")), f"calltask:{task.id}")
        )
    lines += also
    lines.append(say(language, "digest.todo" if todo else "digest.nothing"))
    return lines, todo
