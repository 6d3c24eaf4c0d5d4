"""Interviews: both are reminded the day before; afterwards the employer is asked what came of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from jobs.runner import Counts
from models.appointments import Appointment
from models.clock import SHANGHAI
from models.database import Session
from models.states import AppointmentState
from services import appointments

LIVE = (AppointmentState.PROPOSED, AppointmentState.AGREED)
ASKED_AFTER = timedelta(hours=2)
AT_ONCE = 1000


async def remind(session: Session) -> Counts:
    """Appointments of tomorrow, each once."""
    begin = datetime.combine(session.today + timedelta(days=1), time(0), SHANGHAI)
    rows = await session.scalars(
        select(Appointment)
        .where(Appointment.state.in_(LIVE), Appointment.reminded_at.is_(None))
        .where(Appointment.at >= begin, Appointment.at < begin + timedelta(days=1))
        .order_by(Appointment.id)
    )
    return {"reminders": sum([await appointments.remind(session, row) for row in rows.all()])}


async def ask_results(session: Session) -> Counts:
    """Appointments that ended some hours ago."""
    rows = await session.scalars(
        select(Appointment)
        .where(Appointment.state.in_(LIVE), Appointment.at < session.now - ASKED_AFTER)
        .order_by(Appointment.at)
        .limit(AT_ONCE)
    )
    found = rows.all()
    return {"past": len(found), "asked": sum([await appointments.ask_result(session, row) for row in found])}
