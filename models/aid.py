"""Aid in money and in advice: living, medical and tuition aid, subsidies, services, re-employment cards."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Adcode, Base, BlindIndex, Fen, Moment, RowId, Sealed, Word

_ONCE = text("kind = 'tuition' AND state <> 'refused'")


class AidGrant(Base):
    """Aid to one person of a family with a valid file. A student has at most one tuition grant a year and stage."""

    __tablename__ = "aid_grants"
    __table_args__ = (
        Index(
            "uq_aid_grants_tuition",
            "person_id",
            "year",
            "stage",
            unique=True,
            sqlite_where=_ONCE,
            postgresql_where=_ONCE,
        ),
        Index(None, "family_id"),
        Index(None, "publicity_id"),
        Index(None, "region", "state"),
    )

    id: Mapped[RowId]
    kind: Mapped[Word]  # living | medical | tuition
    family_id: Mapped[int] = mapped_column(ForeignKey("family_files.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    amount_fen: Mapped[Fen]
    source: Mapped[Word]  # where the money is from, as in the ledger
    year: Mapped[int]
    stage: Mapped[Word | None]  # tuition: compulsory | secondary | tertiary
    entered_on: Mapped[date | None]  # tuition: the day the student entered this stage (升学)
    state: Mapped[Word]
    state_since: Mapped[Moment]
    publicity_id: Mapped[int | None] = mapped_column(ForeignKey("publicities.id"))
    paid_on: Mapped[date | None]
    applied_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Subsidy(Base):
    """A subsidy paid to a person, once for a purpose and `subject`."""

    __tablename__ = "subsidies"
    __table_args__ = (UniqueConstraint("person_id", "purpose", "subject"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    purpose: Mapped[Word]  # job_search | appraisal
    subject: Mapped[str] = mapped_column(String(64))  # what it is for, such as certificates:17; '' once in a life
    source: Mapped[Word]
    amount_fen: Mapped[Fen]
    paid_on: Mapped[date]
    paid_by: Mapped[int] = mapped_column(ForeignKey("people.id"))


class GivenService(Base):
    """A service that an officer gave to a person (`service_given`), with its topic and the words kept of it."""

    __tablename__ = "services_given"
    __table_args__ = (Index(None, "person_id", "service"), Index(None, "region", "given_on"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    service: Mapped[Word]
    topic: Mapped[Word | None]
    given_on: Mapped[date]
    given_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    words_sealed: Mapped[Sealed | None]


class ReemploymentCard(Base):
    """A 再就业优惠证: with it the first appraisal of a skill is paid for."""

    __tablename__ = "reemployment_cards"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    number_sealed: Mapped[Sealed]
    number_index: Mapped[BlindIndex] = mapped_column(unique=True)
    issued_on: Mapped[date]
    expires_on: Mapped[date]


class WorkStudyOffer(Base):
    """Posts for students to work beside their studies (勤工俭学), offered by an employer."""

    __tablename__ = "work_study_offers"
    __table_args__ = (Index(None, "region"),)

    id: Mapped[RowId]
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    region: Mapped[Adcode]
    quantity: Mapped[int]
    offered_on: Mapped[date]
    noted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
