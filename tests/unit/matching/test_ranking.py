"""Narrowing, scoring and telling: the index, the model and its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.comparisons import MODEL, default_weights, read_weights
from matching.courses import bridging_courses
from matching.errors import BadDataError
from matching.explain import reason, table, vacancy_line, wage_text
from matching.index import VacancyIndex
from matching.posting import understand_posting
from matching.profiles import CourseProfile, SeekerProfile, VacancyProfile
from matching.rank import best_seekers, newest, rank
from matching.understand import understand

TODAY = date(2026, 3, 1)
WELDER, GUARD, COOK, FITTER = "6-18-02-04", "4-07-05-01", "4-03-02-01", "6-20-01-01"


def vacancy(number: int, text: str, region: str = "410100", **changes: object) -> VacancyProfile:
    found = VacancyProfile.from_posting(number, understand_posting(text), region=region, posted_on=TODAY)
    return replace(found, **changes)  # type: ignore[arg-type]


def seeker(text: str, **changes: object) -> SeekerProfile:
    return replace(SeekerProfile.from_understanding("s", understand(text)), **changes)  # type: ignore[arg-type]


def index_of(*vacancies: VacancyProfile) -> VacancyIndex:
    return VacancyIndex(vacancies)


def ids(index: VacancyIndex, who: SeekerProfile, top: int = 9) -> list[object]:
    return [match.vacancy.id for match in rank(index, who, today=TODAY, top=top).matches]


def test_exact_trade_before_neighbours() -> None:
    index = index_of(vacancy(1, "招钳工 郑州 8000"), vacancy(2, "招电焊工 郑州 5500"))
    assert ids(index, seeker("电焊工 郑州 5000")) == [2, 1]


@pytest.mark.parametrize(
    "changes",
    [{"expires_on": TODAY - timedelta(days=1)}, {"headcount": 2, "hired": 2}, {"certificates": frozenset({"焊工证"})}],
)
def test_hard_conditions(changes: dict[str, object]) -> None:
    index = index_of(vacancy(1, "招电焊工 郑州 6000", **changes))
    assert ids(index, seeker("电焊工 郑州", certificates=frozenset())) == []


def test_what_only_a_certificate_closes_is_told_apart_and_bridged() -> None:
    index = index_of(vacancy(1, "招电焊工 郑州 6000 要焊工证"))
    who = seeker("电焊工 郑州 没有证")
    ranking = rank(index, who, today=TODAY, top=5)
    assert ranking.matches == () and [match.vacancy.id for match in ranking.blocked] == [1]
    course = CourseProfile(id=7, title="焊工班", region="410100", gives_certificate="焊工证", free=True)
    other = CourseProfile(id=8, title="厨师班", region="410100", gives_certificate="厨师证")
    bridges = bridging_courses(ranking.blocked, who, [other, course], today=TODAY, language="zh_CN")
    assert [found.id for found, _ in bridges] == [7] and "焊工证" in bridges[0][1]


def test_the_scope_widens_until_something_is_found() -> None:
    far = index_of(vacancy(1, "招电焊工 乌鲁木齐"))
    ranking = rank(far, seeker("电焊工 郑州"), today=TODAY, top=5)
    assert [match.vacancy.id for match in ranking.matches] == [1] and ranking.widened == "100000"
    near = index_of(vacancy(1, "招电焊工 乌鲁木齐"), vacancy(2, "招电焊工 开封"))
    ranking = rank(near, seeker("电焊工 郑州"), today=TODAY, top=5)
    assert [match.vacancy.id for match in ranking.matches] == [2] and ranking.widened == "near:410100"
    assert rank(near, seeker("电焊工 开封"), today=TODAY, top=5).widened is None


def test_a_district_of_a_municipality_is_the_place_wanted() -> None:
    index = index_of(vacancy(1, "招保安 上海徐汇"), vacancy(2, "招保安 上海浦东"))
    matches = rank(index, seeker("保安 上海浦东"), today=TODAY, top=5).matches
    assert [match.vacancy.id for match in matches] == [2] and reason(matches[0]).startswith("就在上海浦东")
    matches = rank(index, seeker("保安 上海"), today=TODAY, top=5).matches
    assert {match.parts[1].level for match in matches} == {"wanted"} and len(matches) == 2


def test_an_age_gates_what_minors_may_not_do() -> None:
    who = SeekerProfile.from_understanding("s", understand("17岁 找活 郑州"), today=TODAY)
    assert who.birth_year == 2009


def test_no_trade_gives_what_the_region_has() -> None:
    index = index_of(vacancy(1, "招电焊工 郑州"), vacancy(2, "招保安 郑州"), vacancy(3, "招保安 武汉"))
    assert set(ids(index, seeker("找活 郑州"))) == {1, 2}


def test_unwanted_skipped_and_minors() -> None:
    index = index_of(vacancy(1, "招保安 郑州"), vacancy(2, "招保洁 郑州"), vacancy(3, "招普工 郑州 夜班"))
    assert ids(index, seeker("不要保安 郑州")) == [2, 3] or set(ids(index, seeker("不要保安 郑州"))) == {2, 3}
    who = seeker("找活 郑州")
    skipping = rank(index, who, today=TODAY, top=9, skip={2}).matches
    assert 2 not in {match.vacancy.id for match in skipping}
    assert 3 not in ids(index, replace(who, birth_year=2009))
    assert ids(index, replace(who, birth_year=2012)) == []


def test_put_replaces_and_remove_forgets() -> None:
    index = index_of(vacancy(1, "招保安 郑州"))
    index.put(vacancy(1, "招电焊工 武汉"))
    assert len(index) == 1 and ids(index, seeker("电焊工 武汉")) == [1]
    assert index.get(1) is not None
    index.remove(1)
    index.remove(1)
    assert len(index) == 0 and ids(index, seeker("电焊工 武汉")) == [] and index.get(1) is None


def test_near_identical_adverts_of_one_employer_count_once() -> None:
    twins = [vacancy(n, "招电焊工 郑州 6000", employer="e1") for n in (1, 2, 3)]
    other = vacancy(4, "招电焊工 郑州 5500", employer="e2")
    assert ids(index_of(*twins, other), seeker("电焊工 郑州 5000"), top=2) == [1, 4]


def test_reasons_come_from_the_parts() -> None:
    index = index_of(vacancy(1, "招电焊工 郑州 6000-8000 要焊工证 包吃住"))
    match = rank(index, seeker("电焊工 郑州 5000"), today=TODAY, top=1).matches[0]
    assert reason(match) == "就在郑州,比您要的5000高,要焊工证(您还没说),刚发布"
    assert len(reason(match, limit=12)) <= 12
    assert "in Zhengzhou" in reason(match, "en", 80)
    assert vacancy_line(match.vacancy) == "电焊工 郑州 6000-8000 包吃住"
    assert len(table(match)) == len(MODEL) and len(table(match, "en")) == len(MODEL)
    assert match.score == pytest.approx(sum(part.points for part in match.parts), abs=0.05)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (600000, 800000, "6000-8000"),
        (600000, None, "6000起"),
        (None, 800000, "最高8000"),
        (None, None, "面议"),
        (500000, 500000, "5000"),
    ],
)
def test_wage_text(low: int | None, high: int | None, text: str) -> None:
    assert wage_text(low, high) == text


def test_weights_are_checked() -> None:
    with pytest.raises(BadDataError, match="name"):
        read_weights({"weights": {"occupation": 100}})
    with pytest.raises(BadDataError, match="100"):
        read_weights({"weights": dict.fromkeys(default_weights(), 1.0)})


def test_priority_is_a_tie_break_only() -> None:
    first, second = seeker("电焊工 郑州", id="a"), seeker("电焊工 郑州", id="b", priority=1)
    better = seeker("电焊工 郑州 3年经验 有焊工证", id="c")
    found = best_seekers(vacancy(1, "招电焊工 郑州 6000 要焊工证 3年经验"), [first, second, better], today=TODAY, top=3)
    assert [match.seeker for match in found] == ["c", "b", "a"]


def test_newest_first() -> None:
    old, new = vacancy(1, "招电焊工 郑州 9000", posted_on=TODAY - timedelta(days=9)), vacancy(2, "招厨师 郑州 3000")
    index = index_of(
        old, new, vacancy(3, "招厨师 武汉"), vacancy(4, "招保安 郑州 夜班", posted_on=TODAY - timedelta(days=1))
    )
    who = seeker("电焊工 郑州 5000")
    assert [match.vacancy.id for match in newest(index, who, today=TODAY, top=5).matches] == [2, 4, 1]
    assert [match.vacancy.id for match in newest(index, who, today=TODAY, top=5, skip={2}).matches] == [4, 1]
    minor = replace(who, birth_year=2009)
    assert 4 not in {match.vacancy.id for match in newest(index, minor, today=TODAY, top=5).matches}


LEVELS = st.fixed_dictionaries(
    {
        "wage_min_fen": st.none() | st.integers(100_000, 2_000_000),
        "experience_years": st.none() | st.floats(0, 30),
        "education": st.none()
        | st.sampled_from(["primary", "junior", "senior", "vocational", "college", "bachelor", "master"]),
        "certificates": st.just(frozenset[str]()) | st.just(frozenset({"焊工证"})) | st.just(frozenset({"健康证"})),
    }
)


@settings(max_examples=150, deadline=None)
@given(LEVELS, LEVELS, st.integers(0, 50))
def test_scores_stay_in_bounds_and_parts_add_up(wish: dict[str, object], offer: dict[str, object], days: int) -> None:
    place = vacancy(1, "招电焊工 郑州", **{**offer, "posted_on": TODAY - timedelta(days=days)})
    who = seeker("电焊工 郑州", **wish)
    for match in rank(index_of(place), who, today=TODAY, top=1).matches:
        assert 0 <= match.score <= 100
        assert match.score == pytest.approx(sum(part.points for part in match.parts), abs=0.05)


@settings(max_examples=100, deadline=None)
@given(st.integers(2000, 9000), st.integers(0, 9000))
def test_better_pay_never_loses_points(pay: int, more: int) -> None:
    who = seeker("电焊工 郑州 5000")
    scores = [
        rank(index_of(vacancy(1, "招电焊工 郑州", wage_min_fen=yuan * 100)), who, today=TODAY, top=1).matches[0].score
        for yuan in (pay, pay + more)
    ]
    assert scores[0] <= scores[1]
