"""Whatever is typed, understanding never raises and answers at once."""

from __future__ import annotations

import json
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.occupations import find_occupations
from matching.posting import understand_posting
from matching.understand import understand

WORDS = st.sampled_from(
    [
        "电焊工",
        "郑州",
        "5000",
        "招",
        "不要",
        "七八千",
        "鼓楼区",
        "a2",
        "证",
        "包吃住",
        "老家",
        "hangong",
        "的",
        " ",
        ",",
        "一天",
        "3年经验",
        "50岁",
        "元/",
        "-",
        "万",
        "welder",
        "suzhou",
        "联系人",
        "老李",
        "年薪",
        "k",
        "千",
        "两",
        "不",
        "夜班",
    ]
)
LIMIT_SECONDS = 0.5


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for found in (understand(text), understand_posting(text)):
        assert json.loads(json.dumps(found.as_json())), "whatever is said, what is understood can be printed"


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=30).map("".join))
def test_any_words_of_the_trade(text: str) -> None:
    for found in understand(text).occupations:
        assert 0 <= found.score <= 1
    understand_posting(text)
    find_occupations(text)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="a 电焊工8一千万招的州zhg'.不\n", min_size=1, max_size=40), st.integers(1, 10_000))
def test_long_texts_take_little_time(piece: str, length: int) -> None:
    text = (piece * length)[:10_000]
    understand("电焊工 dianhangong")
    understand("甲乙丙丁")  # wakes every step
    best = min(_seconds(text) for _ in range(3))
    assert best < LIMIT_SECONDS


def _seconds(text: str) -> float:
    start = time.process_time()
    understand(text)
    return time.process_time() - start
