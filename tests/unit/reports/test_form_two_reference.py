"""The whole of form 2 against a plain, slow count written from the page, on random ledgers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from plain import Told, figures

from reports.form_files import load_form

REGIONS = ("410105", "410181", "410300", "410000", "420106")
START, CUTOFF = date(2013, 9, 11), date(2014, 9, 10)
DAYS = st.dates(date(2013, 9, 9), date(2013, 9, 12)) | st.dates(date(2014, 9, 8), date(2014, 9, 12))
FACTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "graduate_registered": {
        "graduated_on": ("2013-12-31", "2014-01-01", "2014-12-31", "2015-01-01"),
        "home_region": REGIONS,
        "study_region": REGIONS,
    },
    "graduate_status": {
        "status": ("needs_help", "self_employed", "self_found", "placed", "further_study", "army", "left")
    },
    "training_completed": {"course_type": ("skill", "safety", "basic", "home_service", "entrepreneurship")},
    "placement_started": {"how": ("fair", "base", "self_found"), "evidence": ("seeker", "both", "staff_call")},
    "service_given": {"service": ("entrepreneurship_advice", "policy_help", "rights")},
    "loan_granted": {"loan": ("loan",), "guaranteed": (True, False, None)},
    "subsidy_paid": {"purpose": ("job_search", "training")},
    "event_held": {"event": ("fair",), "for_graduates": (True, False, None)},
    "posts_offered": {"for": ("all", "graduates", "hardship_graduates")},
    "internship_given": {},
    "certificate_issued": {"issuer": ("labour",), "level": ("none", "senior")},
    "startup_opened": {},
}
KINDS = (*("graduate_registered", "graduate_status") * 5, *FACTS)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Told]:
    told: list[Told] = []
    for number in range(draw(st.integers(0, 40))):
        key, standing = f"e{number}", [one for one in told if one.reverses is None]
        what = draw(st.integers(0, 12))
        if standing and what == 0:
            target = draw(st.sampled_from(standing))
            told.append(Told(key=key, kind=target.kind, day=draw(DAYS), reverses=target.key))
        elif what == 1:
            merged = {"into": draw(st.sampled_from("cd"))}
            told.append(Told(key=key, kind="person_merged", day=draw(DAYS), person="b", facts=merged))
        else:
            told.append(draw(_entries(key)))
    return told


def _entries(key: str) -> st.SearchStrategy[Told]:
    return st.sampled_from(KINDS).flatmap(
        lambda kind: st.builds(
            Told,
            key=st.just(key),
            kind=st.just(kind),
            day=DAYS,
            region=st.sampled_from(REGIONS),
            person=st.none() if kind in ("event_held", "posts_offered") else st.sampled_from("abcd"),
            groups=st.sampled_from((*[["hardship_graduate"]] * 5, ["migrant", "hardship_graduate"], ["migrant"], [])),
            facts=st.fixed_dictionaries({name: st.sampled_from(words) for name, words in FACTS[kind].items()}),
            quantity=st.integers(1, 9),
            amount_fen=st.integers(1, 10**6),
        )
    )


def _slow(told: list[Told], stem: str) -> dict[str, int | None]:
    """Statistics.md §2 and §4 read aloud, nothing shared with the program."""
    standing = [one for one in told if one.reverses is None and not any(o.reverses == one.key for o in told)]
    here = [one for one in standing if one.region.startswith(stem)]
    period = [one for one in here if START <= one.day <= CUTOFF]
    recorded = {one.kind for one in here if one.day <= CUTOFF}
    hardship = [one for one in period if "hardship_graduate" in one.groups]

    def counted(kind: str, test: Callable[[Told], bool] = lambda one: True) -> list[Told]:
        return [one for one in hardship if one.kind == kind and test(one)]

    def known(figure: int, *kinds: str) -> int | None:
        return figure if recorded & set(kinds) else None

    trained = counted("training_completed", lambda one: one.facts["course_type"] in ("skill", "home_service"))
    business = counted("training_completed", lambda one: one.facts["course_type"] == "entrepreneurship")
    advice = counted("service_given", lambda one: one.facts["service"] == "entrepreneurship_advice")
    policy = counted("service_given", lambda one: one.facts["service"] == "policy_help")
    lent = counted("loan_granted", lambda one: one.facts["guaranteed"] is True)
    paid = counted("subsidy_paid", lambda one: one.facts["purpose"] == "job_search")
    placed = counted(
        "placement_started",
        lambda one: one.facts["evidence"] in ("both", "contract", "staff_call") and one.facts["how"] != "self_found",
    )
    events = [one for one in period if one.kind == "event_held" and one.facts["for_graduates"] is True]
    posts = [one for one in period if one.kind == "posts_offered"]
    own_posts = sum(one.quantity or 0 for one in posts if one.facts["for"] == "hardship_graduates")
    all_posts = own_posts + sum(one.quantity or 0 for one in posts if one.facts["for"] == "graduates")
    stock = {code: known(figure, "graduate_registered") for code, figure in _slow_stock(standing, stem).items()}
    return stock | {
        "2": known(len(counted("internship_given")), "internship_given"),
        "3.training": known(len(trained), "training_completed"),
        "3.certificates": known(len(counted("certificate_issued")), "certificate_issued"),
        "4.1": known(len(events), "event_held"),
        "4.2": known(all_posts, "posts_offered"),
        "5": known(own_posts, "posts_offered"),
        "6.1": known(len(advice), "service_given"),
        "6.2": known(len(business), "training_completed"),
        "6.3.cases": known(len(lent), "loan_granted"),
        "6.3.amount": known(sum(one.amount_fen or 0 for one in lent), "loan_granted"),
        "7": known(len(policy), "service_given"),
        "8": known(len(placed) + len(counted("startup_opened")), "placement_started", "startup_opened"),
        "9.1": known(len(paid), "subsidy_paid"),
        "9.2": known(sum(one.amount_fen or 0 for one in paid), "subsidy_paid"),
    }


def _slow_stock(standing: list[Told], stem: str) -> dict[str, int]:
    """One person after the other: who is on file, and how they stand."""
    merges = [one for one in standing if one.kind == "person_merged"]
    figures = dict.fromkeys(("1", "1.1.fresh", "1.1.past", "1.2.self_employed", "1.2.needs_help", "10", "11"), 0)
    for people in _people(merges):
        mine = [one for one in standing if one.person in people and "hardship_graduate" in one.groups]
        registration = _last([one for one in mine if one.kind == "graduate_registered" and one.day <= CUTOFF])
        now = _last([one for one in mine if one.kind == "graduate_status" and one.day <= CUTOFF])
        before = _last([one for one in mine if one.kind == "graduate_status" and one.day < START])
        status = now.facts["status"] if now else "needs_help"
        if registration is None or status in ("left", "further_study", "army"):
            continue
        if before and before.facts["status"] in ("self_employed", "self_found", "placed"):
            continue
        year = registration.facts["graduated_on"][:4]
        home = registration.facts["home_region"].startswith(stem)
        figures["1"] += home
        figures["1.1.fresh"] += home and year == "2014"
        figures["1.1.past"] += home and year < "2014"
        figures["1.2.self_employed"] += home and status in ("self_employed", "self_found")
        figures["1.2.needs_help"] += home and status not in ("self_employed", "self_found")
        studied = registration.facts["study_region"].startswith(stem)
        figures["10"] += studied and year == "2014" and status == "needs_help"
        figures["11"] += home and year < "2014" and status == "needs_help"
    return figures


def _people(merges: list[Told]) -> list[set[str]]:
    """The keys a, b, c, d, those of one person together."""
    people = [{key} for key in "abcd"]
    for merge in merges:
        joined = [one for one in people if one & {merge.person, merge.facts["into"]}]
        people = [one for one in people if one not in joined] + [set().union(*joined)]
    return people


def _last(told: list[Told]) -> Told | None:
    """The one of the latest day, of several the one told last."""
    last: Told | None = None
    for one in told:
        if last is None or one.day >= last.day:
            last = one
    return last


@settings(max_examples=80, deadline=None)
@given(told=ledgers(), region=st.sampled_from(("100000", "410000", "410100", "410105", "420000")))
def test_form_two_equals_the_slow_count(told: list[Told], region: str) -> None:
    expected = _slow(told, "" if region == "100000" else region.rstrip("0"))
    found = figures(told, "form2-2014", region, "2014")
    assert {code: found[code] for code in expected} == expected


def test_the_items_are_those_of_the_page_in_its_order() -> None:
    assert [item.code for item in load_form("form2-2014").listed] == [
        *("1", "1.1.fresh", "1.1.past", "1.2.self_employed", "1.2.needs_help", "2", "3.training", "3.certificates"),
        *("4.1", "4.2", "5", "6.1", "6.2", "6.3.cases", "6.3.amount", "7", "8", "9.1", "9.2", "10", "11"),
    ]
