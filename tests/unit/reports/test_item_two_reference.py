"""Item 2 and its parts against a plain, slow count written from the page, on random ledgers."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from plain import Told, figures

REGIONS = ("410105", "410181", "410300", "410000", "420106")
DAYS = st.dates(date(2013, 11, 20), date(2014, 12, 10))
HOW = ("introduced", "fair", "labour_export", "public_post", "base", "self_found")
EVIDENCE = ("seeker", "employer", "both", "contract", "staff_call")


def _facts(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    if kind == "placement_started":
        return st.fixed_dictionaries({"how": st.sampled_from(HOW), "evidence": st.sampled_from(EVIDENCE)})
    contract = st.sampled_from(("fixed", "open_ended", "task", "service"))
    return st.fixed_dictionaries({"contract": contract, "months": st.sampled_from((1, 11, 12, 36))})


@st.composite
def ledgers(draw: st.DrawFn) -> list[Told]:
    told: list[Told] = []
    for number in range(draw(st.integers(0, 25))):
        if told and draw(st.integers(0, 4)) == 0:
            target = draw(st.sampled_from([one for one in told if one.reverses is None]))
            told.append(Told(key=f"e{number}", kind=target.kind, day=draw(DAYS), reverses=target.key))
            continue
        kind = draw(st.sampled_from(("placement_started", "contract_signed")))
        told.append(
            Told(
                key=f"e{number}",
                kind=kind,
                day=draw(DAYS),
                region=draw(st.sampled_from(REGIONS)),
                person=draw(st.sampled_from("abcd")),
                groups=draw(st.lists(st.sampled_from(("migrant", "hardship_graduate")), unique=True)),
                facts=draw(_facts(kind)),
            )
        )
    return told


def _slow_item_two(told: list[Told], region_stem: str) -> dict[str, int | None]:
    """Statistics.md §2 and §3 read aloud: one question an entry, nothing shared with the program."""
    standing = []
    for one in told:
        reversed_by = [other for other in told if other.reverses == one.key]
        if one.reverses is None and not reversed_by and one.region.startswith(region_stem):
            standing.append(one)
    placed, migrants, graduates, year_long = set(), set(), set(), set()
    for one in standing:
        if one.kind != "placement_started" or not date(2013, 12, 1) <= one.day <= date(2014, 11, 30):
            continue
        if one.facts["evidence"] in ("both", "contract", "staff_call") and one.facts["how"] != "self_found":
            placed.add(one.person)
            if "migrant" in one.groups:
                migrants.add(one.person)
            if "hardship_graduate" in one.groups:
                graduates.add(one.person)
    for one in standing:
        if one.kind == "contract_signed" and date(2013, 12, 1) <= one.day <= date(2014, 11, 30):
            long = one.facts["contract"] == "fixed" and one.facts["months"] >= 12
            if one.person in placed and (long or one.facts["contract"] == "open_ended"):
                year_long.add(one.person)
    recorded = {one.kind for one in standing if one.day <= date(2014, 11, 30)}
    placements = "placement_started" in recorded
    return {
        "2": len(placed) if placements else None,
        "2.1": len(migrants) if placements else None,
        "2.2": len(graduates) if placements else None,
        "2.3": len(year_long) if "contract_signed" in recorded else None,
    }


@settings(max_examples=100, deadline=None)
@given(told=ledgers(), region=st.sampled_from(("410000", "410100", "410105", "420000")))
def test_item_two_equals_the_slow_count(told: list[Told], region: str) -> None:
    found = figures(told, "form1-2014", region, "2014-annual")
    expected = _slow_item_two(told, region.rstrip("0"))
    assert {code: found[code] for code in expected} == expected
