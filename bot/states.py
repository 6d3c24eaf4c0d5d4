"""Every state of the conversation, in one place; a test checks that each has its handler."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class Asking(StatesGroup):
    """An optional question is open (`questions.py` says which: in the data, under `asking`)."""

    answer = State()


class Seeking(StatesGroup):
    """Looking for a job."""

    place = State()


class Sharing(StatesGroup):
    """Somebody new on a shared phone."""

    name = State()


class Leaving(StatesGroup):
    """About to delete everything."""

    confirm = State()


class AtFair(StatesGroup):
    """Somebody new at a fair's door."""

    wish = State()


class Speaking(StatesGroup):
    """An information officer speaks for others."""

    witness = State()


class Helping(StatesGroup):
    """Leaving words for the office."""

    words = State()


class Rights(StatesGroup):
    """Saying more about a right that is in question."""

    words = State()


class Joining(StatesGroup):
    """Somebody who is no seeker wants to join the union: where?"""

    place = State()


class Applying(StatesGroup):
    """A family's file, aid or a loan is being applied for (`applying_questions.py` keeps which, in the data)."""

    answer = State()


class Objecting(StatesGroup):
    """Somebody says what is wrong with a row of a posted list."""

    words = State()


class Posting(StatesGroup):
    """An advert is being written."""

    missing = State()
    review = State()
    field = State()
    employer = State()
    code = State()


class Desk(StatesGroup):
    """Staff at work."""

    reply = State()
    ticket = State()
    months = State()
    started = State()
    batch = State()
    arrived = State()
    graduate = State()
    proof = State()
    post = State()
    amount = State()
    repaid = State()


class Filing(StatesGroup):
    """A supervisor files a report, or answers one."""

    blank = State()
    words = State()
    narrative = State()
    code = State()
    reason = State()
    release = State()
