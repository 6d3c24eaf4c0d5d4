"""The door of the ledger: typed facts, presence of person, quantity and amount, and no personal data."""

from __future__ import annotations

from typing import Any

import pytest

from models.errors import FactsRefusedError
from reports.vocabulary import kind_words
from services.facts import check_facts, check_source, kinds

PLACED = {"how": "introduced", "evidence": "both"}
GOOD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("placement_started", PLACED, {}),
    ("placement_started", {**PLACED, "employer_kind": "soe", "vacancy": 410105199001011234}, {}),
    ("training_completed", {"course_type": "skill"}, {}),
    (
        "training_completed",
        {"course_type": "skill", "titles": ["employment_base"], "free": False, "institution": 7},
        {},
    ),
    ("training_completed", {"course_type": "skill", "institution": "institutions:410105199001011234"}, {}),
    ("contract_signed", {"contract": "open_ended"}, {}),
    ("contract_signed", {"contract": "fixed", "months": 12}, {}),
    ("placement_retained", {"days": 90}, {}),
    ("loan_granted", {"loan": "loan"}, {"amount_fen": 1}),
    ("jobs_created", {"via": "loan"}, {"person": None, "quantity": 3}),
    ("fund_raised", {"programme": "tuition", "source": "government"}, {"person": None, "amount_fen": 1}),
    (
        "graduate_registered",
        {"graduated_on": "2014-07-01", "home_region": "410105", "study_region": "110108"},
        {},
    ),
    ("person_merged", {"into": "0123456789abcdef13812345678fffff"}, {}),
    ("visitor_received", {}, {"person": None, "quantity": 400}),
    ("internship_given", {}, {}),
]
BAD: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("placement_begun", {}, {}, "unknown kind 'placement_begun'.*placement_started"),
    (
        "placement_started",
        {"how": "introduced"},
        {},
        "'evidence' is missing; allowed is one of seeker, employer",
    ),
    ("placement_started", {**PLACED, "how": "met"}, {}, "'how' is 'met'; allowed is one of introduced"),
    ("placement_started", {**PLACED, "hwo": "fair"}, {}, "unknown fact 'hwo'; this kind has: how"),
    ("placement_started", PLACED, {"person": None}, "person is missing"),
    ("placement_started", PLACED, {"quantity": 1}, "quantity is not part"),
    ("placement_started", {**PLACED, "employer": 13812345678}, {}, "'employer': a phone"),
    (
        "training_completed",
        {"course_type": "skill", "free": "yes"},
        {},
        "'free' is 'yes'; allowed is true or false",
    ),
    ("training_completed", {"course_type": "skill", "free": 1}, {}, "'free' is 1; allowed is true or false"),
    (
        "training_completed",
        {"course_type": "skill", "titles": "employment_base"},
        {},
        "a list of migrant_demo_base",
    ),
    ("training_completed", {"course_type": "skill", "titles": ["best"]}, {}, "a list of migrant_demo_base"),
    (
        "training_completed",
        {"course_type": "skill", "institution": "张三 138-1234-5678"},
        {},
        "'institution': a phone",
    ),
    (
        "training_completed",
        {"course_type": "skill", "institution": "4101051990010112３4"},
        {},
        "a phone or ID",
    ),
    (
        "training_completed",
        {"course_type": "skill", "institution": "41010519900101123X"},
        {},
        "a phone or ID",
    ),
    ("training_completed", {"course_type": "skill", "institution": "0371-65512345"}, {}, "a phone or ID"),
    ("training_completed", {"course_type": "13812345678"}, {}, "'course_type' is a phone or ID number"),
    (
        "contract_signed",
        {"contract": "fixed"},
        {},
        "'months' is missing; allowed is a whole number from 1 to 600",
    ),
    ("contract_signed", {"contract": "fixed", "months": 11.5}, {}, "'months' is 11.5"),
    ("contract_signed", {"contract": "fixed", "months": True}, {}, "'months' is True"),
    ("placement_retained", {"days": 91}, {}, "'days' is 91; allowed is one of 30, 90, 180, 365"),
    ("loan_granted", {"loan": "loan"}, {}, "amount_fen is missing"),
    ("loan_granted", {"loan": "loan"}, {"amount_fen": -1}, "amount_fen is -1"),
    ("loan_granted", {"loan": "loan"}, {"amount_fen": 1.5}, "amount_fen is 1.5"),
    ("jobs_created", {"via": "loan"}, {"quantity": -3}, "quantity is -3"),
    (
        "fund_raised",
        {"programme": "loan", "source": "government"},
        {"person": None, "amount_fen": 1},
        "only where",
    ),
    ("fund_raised", {"programme": "loan", "source": "union"}, {"amount_fen": 1}, "person is not part"),
    (
        "graduate_registered",
        {"graduated_on": "2014-7-1", "home_region": "1", "study_region": "1"},
        {},
        "YYYY-MM-DD",
    ),
    (
        "graduate_registered",
        {"graduated_on": "2014-07-01", "home_region": "郑州"},
        {},
        "an adcode of six digits",
    ),
]


def _check(kind: str, facts: dict[str, Any], given: dict[str, Any]) -> None:
    check_facts(kind, facts, **{"person": "a1", "quantity": None, "amount_fen": None, **given})


@pytest.mark.parametrize(("kind", "facts", "given"), GOOD)
def test_good_facts_pass(kind: str, facts: dict[str, Any], given: dict[str, Any]) -> None:
    _check(kind, facts, given)


@pytest.mark.parametrize(("kind", "facts", "given", "message"), BAD)
def test_bad_facts_are_refused_by_kind_and_fact(
    kind: str, facts: dict[str, Any], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(FactsRefusedError, match=message) as refusal:
        _check(kind, facts, given)
    assert kind in str(refusal.value)
    assert "13812345678" not in str(refusal.value)


def test_a_reversal_needs_only_its_kind() -> None:
    check_facts("placement_started", {}, person=None, quantity=None, amount_fen=None, reversal=True)
    with pytest.raises(FactsRefusedError):
        check_facts("placement_started", {"how": "met"}, person=None, quantity=None, amount_fen=None, reversal=True)


@pytest.mark.parametrize(
    "source",
    [
        "placement 7",
        "enrolment 410105199001011234",
        "placements:410105199001011234",
        "册 3 第 12 行",
        "fair 2014-11-30",
    ],
)
def test_a_source_names_a_record(source: str) -> None:
    check_source(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "  ",
        "x" * 81,
        "13812345678",
        "placement 13812345678",
        "placements:13812345678",
        "张三 410105199001011234",
        "１３８ 1234 5678",
        "+86 138-1234-5678",
    ],
)
def test_a_source_is_no_personal_number(source: str) -> None:
    with pytest.raises(FactsRefusedError, match="source: "):
        check_source(source)


def test_every_kind_of_the_page_is_known_to_the_door_and_to_the_forms() -> None:
    assert len(kinds()) == 41
    assert set(kinds()) == set(kind_words())
