"""Wages in every notation, places to the county."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_tables import Row, cases

from matching.errors import MatchingError
from matching.numbers import parse_number
from matching.place_words import find_places, find_region
from matching.places import (
    ancestors,
    children,
    contains,
    distance_km,
    full_name,
    get_region,
    get_required_region,
    nearest_region,
    short_name,
)
from matching.text import normalise
from matching.wages import find_wage


def fen(yuan: str) -> int | None:
    return int(yuan) * 100 if yuan else None


@pytest.mark.parametrize("row", cases("wages.tsv"), ids=lambda row: row["text"])
def test_wages(row: Row) -> None:
    wage = find_wage(normalise(row["text"]))
    if not row["period"]:
        assert wage is None
        return
    assert wage is not None
    assert (wage.min_fen, wage.max_fen, wage.period) == (fen(row["min"]), fen(row["max"]), row["period"])


@given(st.integers(1000, 60_000))
def test_a_plain_number_is_the_wage_it_says(yuan: int) -> None:
    wage = find_wage(f"电焊工 {yuan}")
    assert wage is not None and wage.min_fen == yuan * 100 and wage.monthly_min_fen == yuan * 100


@pytest.mark.parametrize(
    ("text", "value"),
    [("三千五", 3500), ("一万二", 12000), ("两百八", 280), ("十五", 15), ("三千零五", 3005), ("6k5", 6500)],
)
def test_numerals(text: str, value: float) -> None:
    assert parse_number(text) == value


def test_the_tree_of_regions() -> None:
    assert ancestors("410102") == ("410102", "410100", "410000", "100000")
    assert contains("410000", "410102") and contains("100000", "410102") and not contains("410100", "420100")
    assert "410102" in {region.adcode for region in children("410100")}
    assert full_name("410102") == "河南省郑州市中原区"
    assert short_name("410102") == "郑州中原" and short_name("410100", "en") == "Zhengzhou"
    assert distance_km("410100", "410300") == pytest.approx(108, abs=5)
    assert nearest_region(113.61, 34.75).adcode.startswith("4101")
    assert get_region("999999") is None
    with pytest.raises(MatchingError, match="999999"):
        get_required_region("999999")


@pytest.mark.parametrize(
    ("name", "adcode"),
    [
        ("郑州", "410100"),
        ("浦东", "310115"),
        ("义乌", "330782"),
        ("沪", "310000"),
        ("襄樊", "420600"),
        ("南京鼓楼区", "320106"),
        ("鼓楼区", None),
        ("火星", None),
        ("", None),
        ("重庆江北区", "500105"),
    ],
)
def test_whole_names(name: str, adcode: str | None) -> None:
    region = find_region(name)
    assert (region.adcode if region else None) == adcode


@pytest.mark.parametrize(
    ("text", "wanted", "home"),
    [
        ("不去东莞 去惠州", "441300", None),
        ("我是河南人 想去昆山", "320583", "410000"),
        ("回老家周口", "411600", None),
        ("家在洛阳,附近有活吗", "410300", "410300"),
        ("从北京回石家庄", "130100", None),
        ("长白班", None, None),
    ],
)
def test_roles_of_places(text: str, wanted: str | None, home: str | None) -> None:
    places = find_places(text)
    assert (places.wanted.adcode if places.wanted else None) == wanted
    assert (places.home.adcode if places.home else None) == home
