"""What families type for an answer: children, money, which aid, which loan."""

from __future__ import annotations

import pytest

from bot.aid_questions import FORMS, another_wish, read_any_children, read_children, read_fen


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


@pytest.mark.parametrize(
    "words",
    [
        "西安有电工的活吗",
        "帮我找个保洁的活",
        "想找个保安的工作",
        "招两名保安",
        "急招保洁三名",
        "有没有保洁的活",
        "looking for a welder job",
    ],
)
def test_a_wish_for_work_and_an_advert_are_no_answer(words: str) -> None:
    assert another_wish(words)


@pytest.mark.parametrize(
    "words",
    [
        "大病",
        "生活困难",
        "老伴在找工作，孩子生病",
        "儿子找了个保安的活，工资低",
        "家里没钱，老公做保安",
        "开早餐店买设备",
        "想做点小生意卖早餐",
        "开养老院招护工",
        "买三轮车送外卖",
        "他家开饭店招服务员",
        "他在郑州送外卖一个月8000",
        "他是保安，家有两套房",
        "单亲妈妈带孩子",
    ],
)
def test_what_a_family_says_of_itself_is_no_wish_for_work(words: str) -> None:
    assert not another_wish(words)


def test_a_trade_with_place_and_pay_is_no_choice() -> None:
    assert another_wish("工厂普工 郑州 4000", free_words=False)
    assert not another_wish("在郑州工厂上班", free_words=False)


@pytest.mark.parametrize(
    ("form", "name", "words", "answer"),
    [
        ("file", "place", "保安 洛阳", None),
        ("file", "place", "金水区", "410105"),
        ("aid", "kind", "学开车", None),
        ("aid", "kind", "孩子学费", "tuition"),
        ("aid", "kind", "生活困难", "living"),
        ("aid", "kind", "大病", "medical"),
        ("loan", "loan", "借钱", "borrowing"),
        ("loan", "loan", "借款", "borrowing"),
        ("loan", "loan", "开早餐店", "loan"),
    ],
)
def test_choices_in_words(form: str, name: str, words: str, answer: str | None) -> None:
    (question,) = (each for each in FORMS[form] if each.name == name)
    assert question.read(words) == answer
