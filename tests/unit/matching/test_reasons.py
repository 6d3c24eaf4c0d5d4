"""Reasons: every level has its words in both languages, a line is short, warnings are the last to go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.comparisons import MODEL
from matching.explain import SMS, certificate_name, in_third_person, reason, sentence, table, vacancy_line
from matching.index import VacancyIndex
from matching.posting import understand_posting
from matching.profiles import Match, Part, SeekerProfile, VacancyProfile
from matching.rank import rank
from matching.sentences import LABELS, SENTENCES, SHORT, WARNINGS, WORDS
from matching.tables import rows
from matching.text import HANZI
from matching.understand import understand

TODAY = date(2026, 3, 1)
LEVELS = [(comparison.name, level) for comparison in MODEL for level in comparison.levels]
DETAILS = {
    "place": "410100",
    "wage": "5000",
    "certificate": "焊工证、健康证",
    "conditions": "lodging no_night",
    "experience": "3",
    "education": "college",
    "freshness": "2026-01-01",
    "fair_share": "5/2",
}
VACANCY = VacancyProfile.from_posting(
    1, understand_posting("招电焊工 郑州 6000-8000"), region="410100", posted_on=TODAY
)


def match_of(*parts: Part, vacancy: VacancyProfile = VACANCY) -> Match:
    return Match(vacancy, "s", 0, parts)


def best(vacancy: str, seeker: str) -> Match:
    found = VacancyProfile.from_posting(1, understand_posting(vacancy), region="410100", posted_on=date(2026, 1, 20))
    who = SeekerProfile.from_understanding("s", understand(seeker))
    return rank(VacancyIndex([found]), who, today=TODAY, top=1).matches[0]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(("name", "level"), LEVELS)
def test_every_level_has_its_words(name: str, level: str, language: str) -> None:
    part = Part(name, level, 1.0, DETAILS.get(name, ""))
    vacancy = replace(VACANCY, lodging=True, constraints=frozenset({"night_shift"}))
    words = sentence(part, match_of(part, vacancy=vacancy), language)
    assert words and "{" not in words and len(words) <= 40
    if language == "en":
        assert not HANZI.search(words)
    (label, told, points), *_ = table(match_of(part, vacancy=vacancy), language)
    assert label == LABELS[language][name] and points == 1.0
    assert "您" not in told and "you" not in told


def test_the_catalogues_say_the_same_things() -> None:
    for catalogue in (LABELS, SENTENCES, WORDS):
        assert set(catalogue["zh_CN"]) == set(catalogue["en"])  # type: ignore[index]
    assert SHORT >= WARNINGS and set(SENTENCES["en"]) >= SHORT


def test_every_certificate_known_has_an_english_name() -> None:
    known = {code for kind, code, _ in rows("phrases.tsv") if kind == "certificate"}
    assert {name for name in known if HANZI.search(certificate_name(name, "en"))} == set()
    assert certificate_name("样例证", "en") == "样例证" and certificate_name("焊工证") == "焊工证"


@pytest.mark.parametrize(
    ("vacancy", "seeker", "zh", "en"),
    [
        ("招电焊工 郑州 6500", "电焊工 郑州 5000", "就在郑州,比您要的5000高", "in Zhengzhou, over your 5000"),
        ("招电焊工 郑州 5000", "电焊工 郑州 5000", "就在郑州,够您要的5000", "in Zhengzhou, meets your 5000"),
        ("招电焊工 郑州", "电焊工 郑州", "就在郑州", "in Zhengzhou"),
        ("招钳工 郑州", "电焊工 郑州", "就在郑州,和您要的活相近", "in Zhengzhou, similar work"),
        (
            "招电焊工 郑州 6500 要焊工证",
            "电焊工 郑州 5000",
            "就在郑州,比您要的5000高,要焊工证(您还没说)",
            "in Zhengzhou, welding permit?",
        ),
        (
            "招保安 郑州 3000 夜班",
            "保安 郑州 5000 不上夜班",
            "就在郑州,不到您要的5000,要上夜班",
            "under your 5000, night shifts",
        ),
        ("招保安 郑州 包吃住", "保安 郑州 包吃住", "就在郑州,包吃住", "in Zhengzhou, meals and housing"),
        ("招保安 武汉 5000", "保安", "在武汉,工资5000起", "in Wuhan, pay from 5000"),
    ],
)
def test_lines(vacancy: str, seeker: str, zh: str, en: str) -> None:
    match = best(vacancy, seeker)
    assert reason(match) == zh and reason(match, "en") == en


def test_a_warning_is_the_last_to_go() -> None:
    match = best("招电焊工 郑州 6500 要焊工证", "电焊工 郑州 5000")
    assert reason(match, limit=14) == "要焊工证(您还没说)" and reason(match, limit=20) == "就在郑州,要焊工证(您还没说)"
    assert reason(match, limit=3) == "要焊工"


def test_a_long_certificate_is_cut_not_dropped() -> None:
    match = best("招保安 郑州", "保安 郑州")
    named = replace(match.vacancy, certificates=frozenset({"样例" * 16}))
    part = Part("certificate", "unknown", 0.0, "样例" * 16)
    assert reason(match_of(part, vacancy=named)) == "要" + "样例" * 16


def test_the_line_of_a_vacancy() -> None:
    assert vacancy_line(VACANCY) == "电焊工 郑州 6000-8000"
    assert vacancy_line(VACANCY, "en") == "welder Zhengzhou 6000-8000"
    full = replace(VACANCY, board=True, lodging=True, hire_kind="direct")
    assert vacancy_line(full, "en") == "welder Zhengzhou 6000-8000 meals and housing direct hire"
    assert vacancy_line(full, "en", 40) == "welder Zhengzhou 6000-8000 direct hire"
    assert vacancy_line(replace(VACANCY, title="Welder (night)"), "en").startswith("Welder (night) ")
    assert vacancy_line(replace(VACANCY, title="样例", occupations=()), "en").startswith("样例 ")
    assert vacancy_line(replace(VACANCY, region="100000")) == "电焊工 6000-8000"


def test_staff_hear_of_the_person() -> None:
    assert (
        in_third_person("就在郑州,比您要的5000高,要焊工证(您还没说)")
        == "就在郑州,比本人要的5000高,要焊工证(本人还没说)"
    )
    assert in_third_person("over your 5000, 3 years wanted; yours?") == "over their 5000, 3 years wanted; not said"
    assert in_third_person("your youth, young") == "their youth, young"


WISHES = st.fixed_dictionaries(
    {
        "wage_min_fen": st.none() | st.sampled_from([300000, 500000, 2500000]),
        "experience_years": st.none() | st.sampled_from([0.0, 2.0, 9.0]),
        "education": st.none() | st.sampled_from(["primary", "senior", "master"]),
        "certificates": st.none() | st.sampled_from([frozenset[str](), frozenset({"消防设施操作员证"})]),
    }
)
OFFERS = st.fixed_dictionaries(
    {
        "region": st.sampled_from(["410100", "150102", "522301", "310115"]),
        "wage_min_fen": st.none() | st.sampled_from([300000, 1234500]),
        "wage_max_fen": st.none() | st.sampled_from([1300000, 1250050]),
        "experience_years": st.none() | st.sampled_from([1.0, 10.0]),
        "education": st.none() | st.sampled_from(["junior", "bachelor"]),
        "certificates": st.sets(st.sampled_from(["消防设施操作员证", "养老护理员证", "样例" * 16])).map(frozenset),
        "board": st.none() | st.booleans(),
        "lodging": st.none() | st.booleans(),
    }
)


@settings(max_examples=200, deadline=None)
@given(WISHES, OFFERS, st.sampled_from(["zh_CN", "en"]))
def test_no_line_is_longer_than_its_place(wish: dict[str, object], offer: dict[str, object], language: str) -> None:
    said = SeekerProfile.from_understanding("s", understand("焊工或保安 郑州 包吃住 不上夜班 双休"))
    who, place = replace(said, **wish), replace(VACANCY, **offer)  # type: ignore[arg-type]
    for match in rank(VacancyIndex([place]), who, today=TODAY, top=1).matches:
        line = reason(match, language)
        assert 0 < len(line) <= SMS and not line.startswith((",", " ")) and not line.endswith((",", " "))
        assert "None" not in line and "{" not in line
