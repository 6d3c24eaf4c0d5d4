"""What families type for an answer: children, money, which aid, which loan."""

from __future__ import annotations

import pytest

from bot.aid_questions import read_any_children, read_children, read_fen


@pytest.mark.parametrize(
    "words", ["没有", "没有孩子", "没有，都毕业了", "没有孩子上学", "无", "不知道", "none", "没有。"]
)
def test_no_children_are_no_children(words: str) -> None:
    assert read_any_children(words) == []


@pytest.mark.parametrize(
    "words",
    ["两个孩子", "孩子小明", "三个", "没有", "不知道", "保安 ", "找工作", "郑州", "王小明十二岁", "王小明二零一零年"],
)
def test_words_are_no_child(words: str) -> None:
    assert read_children(words) is None


@pytest.mark.parametrize(
    ("words", "children"),
    [
        ("王小明 2010-9；王小红 2013", [["王小明", "2010-09"], ["王小红", "2013"]]),
        ("王小明，2010年", [["王小明", "2010"]]),
        ("王小明，2010年9月，王小红，2013年", [["王小明", "2010-09"], ["王小红", "2013"]]),
        ("王小明、王小红", [["王小明", ""], ["王小红", ""]]),
        ("王小明 12岁", [["王小明", "12岁"]]),
        ("王小明12周岁, 王小红 2013", [["王小明", "12岁"], ["王小红", "2013"]]),
        ("王小明", [["王小明", ""]]),
        ("Li Ming 2010", [["Li Ming", "2010"]]),
    ],
)
def test_children(words: str, children: list[list[str]]) -> None:
    assert read_children(words) == children


@pytest.mark.parametrize(
    ("words", "yuan"),
    [
        ("3000", 3000),
        ("２０００元", 2000),
        ("2.5万", 25000),
        ("两万", 20000),
        ("三千", 3000),
        ("3万5", 35000),
        ("3万5千", 35000),
        ("三千五", 3500),
        ("大概 一万二 块钱", 12000),
        ("十万", 100000),
        ("33.33", 33.33),
        ("零", 0),
    ],
)
def test_money(words: str, yuan: float) -> None:
    assert read_fen(words) == round(yuan * 100)


@pytest.mark.parametrize("words", ["很多", "-500", "万", "1.2.3", "九千万万", "两万人", "999999999"])
def test_no_money(words: str) -> None:
    assert read_fen(words) is None
