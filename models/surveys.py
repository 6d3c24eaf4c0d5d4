"""Surveys of five short questions; answers are kept without the person."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, Moment, RowId, Word


class Survey(Base):
    """What an office asks whom. `questions` are codes of `services/surveys.toml`; `group` None: every seeker."""

    __tablename__ = "surveys"
    __table_args__ = (Index(None, "region", "state"),)

    id: Mapped[RowId]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    title: Mapped[str] = mapped_column(String(60))
    questions: Mapped[list[str]]
    group: Mapped[Word | None]
    state: Mapped[Word]
    state_since: Mapped[Moment]


class SurveyInvitation(Base):
    """Somebody is asked; `step` counts answered questions. What was answered is not here."""

    __tablename__ = "survey_invitations"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"), Index(None, "person_id"))

    id: Mapped[RowId]
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    step: Mapped[int] = mapped_column(default=0)
    state: Mapped[Word]
    state_since: Mapped[Moment]


class SurveyAnswer(Base):
    """One answer of nobody: its id is drawn by chance and says nothing of when or in which order it came."""

    __tablename__ = "survey_answers"
    __table_args__ = (Index(None, "survey_id"),)

    id: Mapped[RowId]
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    question: Mapped[str] = mapped_column(String(32))
    answer: Mapped[str] = mapped_column(String(32))
