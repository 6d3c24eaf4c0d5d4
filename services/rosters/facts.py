"""What a line of each roster says happened, as facts of the ledger; nothing is looked up or written here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.id_numbers import born_on
from services.rosters.line import Line
from services.rosters.words import (
    COURSE_TYPES,
    EMPLOYER_KINDS,
    EVIDENCE,
    HOWS,
    LEVELS,
    MODES,
    STAGES,
    YES,
    contract_of,
    first_of,
    is_dropped,
    is_passed,
    issuer_of,
    plain,
)

NOT_WORKING = re.compile(r"未就业|待就业|待业|无业|未上岗")
YOUNGEST = 16


@dataclass(slots=True)
class Told:
    """One fact. `part` tells two of a day apart: a certificate's number. `at`: where the facts name an employer."""

    kind: str
    day: date
    facts: dict[str, Any] = field(default_factory=dict)
    amount_fen: int | None = None
    part: str = ""


def of_training(line: Line, today: date) -> list[Told]:
    """The training, what came of it, and the work after it where the roster goes on to tell of that."""
    ended = line.date_of("ends_on", today) or line.last_of("span", today)
    if ended is None:
        if not line.problems:
            line.refuse("ends_on", "no day on which the training ended (结业时间, 培训时间): it decides the period")
        return []
    if is_dropped(line.text("result")):
        line.sheet.note(line, "result", "did not stay to the end: no training to count")
        return []
    facts = _course(line)
    told = [Told("training_completed", ended, facts)]
    certificate = _certificate(line, ended, today)
    passed = is_passed(line.text("result")) if line.has("result") else None
    if passed is False and certificate:
        line.refuse("result", "did not pass, and has a certificate; one of them is wrong")
    if passed or certificate:
        told.append(Told("training_passed", ended, dict(facts)))
    return [*told, *certificate, *of_work(line, today, wanted=False)]


def _course(line: Line) -> dict[str, Any]:
    words = " ".join(line.text(column, 80) for column in ("trade", "course"))
    course_type = line.meaning("course_type", COURSE_TYPES)
    if course_type is None and not line.has("course_type"):
        course_type = first_of(COURSE_TYPES, words) or "skill"
        line.sheet.note_once(line, "course_type", f"no column says it; by {words.strip()[:20]!r} it is {course_type}")
    free = line.flag("free") if line.has("free") else None
    return {
        "course_type": course_type,
        "mode": line.meaning("mode", MODES) or "open",
        "free": free is not False and line.text("free") not in ("否", "不"),
    }


def _certificate(line: Line, ended: date, today: date) -> list[Told]:
    if not any(map(line.has, ("certificate", "certificate_number", "certificate_level"))):
        return []
    name, number = line.text("certificate", 80), plain(line.text("certificate_number", 60)).upper()
    issuer = issuer_of(line.text("issuer", 80), name)
    if issuer is None:
        line.refuse("issuer", "is empty: the form tells certificates of the labour department from others")
        return []
    level = line.meaning("certificate_level", LEVELS) or first_of(LEVELS, name) or "none"
    issued = line.date_of("issued_on", today) or ended
    return [Told("certificate_issued", issued, {"issuer": issuer, "level": level}, part=number or plain(name))]


def of_work(line: Line, today: date, *, wanted: bool = True) -> list[Told]:
    """The first day at work and its contract. `wanted`: the roster is about nothing else."""
    if NOT_WORKING.search(line.text("employer", 80)):
        if wanted:
            line.sheet.note(line, "employer", "is not at work: nothing to count")
        return []
    if not wanted and not line.has("employer") and not line.has("started_on"):
        return []
    started = line.date_of("started_on", today)
    if started is None and not line.has("started_on"):
        line.refuse("started_on", "is empty: the day decides the period")
    how = line.meaning("how", HOWS)
    if how is None and not line.has("how"):
        line.refuse("how", "nothing says how they came to the work; for all of them: --set 就业方式=工会介绍")
    if started is None or how is None:
        return []
    if _is_too_young(line, started):
        line.refuse("started_on", f"was under {YOUNGEST} by the ID number")
    if how == "startup":
        return [Told("startup_opened", started)]
    if not line.has("employer"):
        line.refuse("employer", "is empty")
    return _placement(line, started, how, today)


def _placement(line: Line, started: date, how: str, today: date) -> list[Told]:
    contract, months, understood = contract_of(line.text("contract", 80), line.text("contract_term", 80))
    signed = contract is not None
    if not understood:
        signed = plain(line.text("contract")) in YES and not line.has("contract_term")
        if signed:
            line.sheet.note_once(line, "contract", "tells of a contract, not of its term: none of a year or more")
        else:
            line.refuse("contract_term", "is no term such as 一年, 12个月, 2014.3.1-2015.2.28 or 无固定期限")
    evidence = line.meaning("evidence", EVIDENCE)
    if evidence is None and not line.has("evidence"):
        evidence = "contract" if signed else "seeker"
        if not signed:
            line.sheet.note_once(line, "evidence", "nothing says how the office knows: shown as 待核实 until it is")
    facts = {"how": how, "evidence": evidence, "employer_kind": line.meaning("employer_kind", EMPLOYER_KINDS)}
    told = [Told("placement_started", started, {name: value for name, value in facts.items() if value})]
    if contract is not None:
        terms: dict[str, Any] = {"contract": contract, **({"months": months} if contract == "fixed" else {})}
        told.append(Told("contract_signed", line.date_of("signed_on", today) or started, terms))
    return told


def _is_too_young(line: Line, day: date) -> bool:
    number = None if line.problems else line.identity()
    if number is None:
        return False
    born = born_on(number)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < YOUNGEST


def of_tuition(line: Line, today: date) -> list[Told]:
    """Aid as it was paid to a student, and the stage that they entered."""
    paid, amount = line.date_of("paid_on", today), line.money("amount")
    if not line.has("paid_on"):
        line.refuse("paid_on", "is empty: aid counts on the day it is paid")
    if not line.text("amount"):
        line.refuse("amount", "is empty")
    stage = line.meaning("stage", STAGES)
    if stage is None and not line.has("stage"):
        stage = first_of(STAGES, line.text("school", 80))
        if stage is None:
            line.refuse("stage", "nothing tells 小学和初中, 高中和中职 or 大专以上")
        else:
            line.sheet.note_once(line, "stage", "no column says it; it is told by the school's name")
    if paid is None or amount is None or stage is None:
        return []
    told = [Told("tuition_aid_granted", paid, {"stage": stage}, amount)]
    if line.has("admitted"):
        entered = first_of(STAGES, line.text("admitted", 80)) or stage
        told.append(Told("student_advanced", line.date_of("admitted_on", today) or paid, {"stage": entered}))
    return told


READERS: Mapping[str, Callable[[Line, date], list[Told]]] = {
    "training": of_training,
    "employment": of_work,
    "tuition": of_tuition,
}
