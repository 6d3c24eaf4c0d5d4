"""Titles are read by weighed evidence, in characters or in Latin letters, and found again by what they mean."""

from __future__ import annotations

import numpy as np
import pytest

from matching.evidence import KINDS, Evidence, evidence, weights
from matching.lexicon import words_in
from matching.occupations import find_occupations, title_odds
from matching.similar import TitleIndex
from matching.spelling import SoundIndex, alias_sounds, sound_of_title, titles_spelled, write_syllables
from matching.text import normalise
from matching.titles import bracket_words, plain_title
from matching.usage import Usage


def first(title: str) -> str:
    return find_occupations(title, 1)[0].code


@pytest.mark.parametrize(
    ("title", "plain", "bracket"),
    [
        ("邦道招聘空调工", "空调工", ""),
        ("资深招聘专员", "资深招聘专员", ""),
        ("普工(仪表工)五险一金", "普工", "仪表工"),
        ("【急聘】焊工 8000-9000元", "焊工", ""),
    ],
)
def test_what_names_the_job(title: str, plain: str, bracket: str) -> None:
    assert plain_title(normalise(title)) == plain
    assert bracket_words(normalise(title)) == bracket


def test_words_inside_words_count_too() -> None:
    assert {"电焊工", "焊工"} <= set(words_in("招电焊工"))


def test_scores_fall_and_stay_between_0_and_1() -> None:
    for title in ("电焊工", "保洁大姐", "汽车销售经理", "今天天气", "welder"):
        scores = [found.score for found in find_occupations(title, 10)]
        assert scores == sorted(scores, reverse=True) and all(0 <= score <= 1 for score in scores)


def test_a_known_title_is_surer_than_an_unknown_one() -> None:
    known, unknown = (title_odds(title)[1] for title in ("电焊工", "阿凡提"))
    assert known > 0.9 > 0.4 > unknown


def test_usage_decides_between_what_words_leave_open() -> None:
    code = evidence().codes[0]
    learned = Usage([("焊工", code, 50)])
    odds = Evidence(learned, weights()).of("焊工")
    assert odds[KINDS.index("usage")].argmax() == 0
    learned.add("焊工", code, -50)
    assert not Evidence(learned, weights()).of("焊工")[KINDS.index("usage")].any()


def test_shares_of_usage_are_shares() -> None:
    table = Usage([("焊工", "a", 3), ("焊工", "b", 1), ("学徒", "b", 9)])
    shares = table.shares(["焊工", "学徒"])
    assert shares["b"] > shares["a"] > 0 and sum(shares.values()) < 1
    assert table.shares(["保安"]) == {}


@pytest.mark.parametrize("typed", ["dianhangong", "dian han gong", "diàn hàn gōng", "dianhanggong", "dianhangnog"])
def test_pinyin_is_read_as_its_characters(typed: str) -> None:
    assert first(typed) == first("电焊工")


def test_every_alias_of_a_sound_is_read() -> None:
    sounds = [words for words in alias_sounds().words.values() if len(words) > 1]
    sound, words = next((sound, words) for sound, words in alias_sounds().words.items() if len(words) > 1)
    assert sounds and {word for word, slips in titles_spelled(sound) if slips == 0} == set(words[:5])


def test_syllables_of_an_unknown_title_are_written_out() -> None:
    assert write_syllables("weixiudianhangong") == "维修电焊工"
    assert write_syllables("weixiudianhangnog") == "" and write_syllables("") == ""
    assert write_syllables("weixjudianhangong", slips=1) == "维修电焊工"


def test_english_is_no_pinyin() -> None:
    assert first("security guard") == "4-07-05-01"


def test_the_fewest_slips_come_first() -> None:
    names = ["会计主管", "会计助理", "快递主管"]
    listed = SoundIndex((sound_of_title(name), name) for name in names)
    assert listed.nearest("kuaiji zhuguang")[0] == ("会计主管", 1)
    assert listed.nearest("会计") == []


def test_like_titles_mean_the_same_before_they_read_the_same() -> None:
    titles = ["看大门的", "保安部经理助理", "电焊工", "行政前台"]
    found = [titles[place] for place, _ in TitleIndex(titles).nearest("保安", 2)]
    assert "看大门的" in found
    assert TitleIndex(titles).nearest("氩弧焊", 1)[0][0] == 2


def test_an_empty_index_and_an_empty_query_find_nothing() -> None:
    assert TitleIndex([]).nearest("保安") == []
    assert all(np.isfinite(TitleIndex(["保安"]).scores("")))
