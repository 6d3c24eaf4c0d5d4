"""What staff type about a class: understood whole, or not at all."""

from __future__ import annotations

import pytest

from bot.class_words import ClassOrder, read_class_order

FOUR = ("tuition", "materials", "exam", "certificate")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("课程 12", ClassOrder(12, "show")),
        ("课程１２ 名单", ClassOrder(12, "show")),
        ("课程 12 补贴", ClassOrder(12, "subsidy")),
        ("课程 12 全部合格 除了 3", ClassOrder(12, "pass", without=(3,))),
        ("课程12全部合格，除了3和5号", ClassOrder(12, "pass", without=(3, 5))),
        ("课程 12 除了3全部合格", ClassOrder(12, "pass", without=(3,))),
        ("course 12 all passed except 3", ClassOrder(12, "pass", without=(3,))),
        ("课程 12 1 2 5 合格", ClassOrder(12, "pass", (1, 2, 5))),
        ("课程 12 1-3、7 通过", ClassOrder(12, "pass", (1, 2, 3, 7))),
        ("课程 12 3号 不合格", ClassOrder(12, "fail", (3,))),
        ("课程 12 都没过", ClassOrder(12, "fail")),
        ("课程 12 今天全到 除了3、5", ClassOrder(12, "attend", without=(3, 5))),
        ("课程 12 昨天 2 到课", ClassOrder(12, "attend", (2,), days_ago=1)),
        ("课程 12 全部录取", ClassOrder(12, "admit")),
        ("课程 12 全部结业", ClassOrder(12, "complete")),
        ("课程 12 免 学费 教材 全部", ClassOrder(12, "waive", costs=("tuition", "materials"))),
        ("课程 12 四免 3 5", ClassOrder(12, "waive", (3, 5), costs=FOUR)),
        (
            "课程 12 证书 劳动 初级 3 A001, 5号 A002",
            ClassOrder(12, "certificate", issuer="labour", level="junior", papers=((3, "a001"), (5, "a002"))),
        ),
        (
            "课程 12 证书 劳动 初级 1号 豫A字第12345号",
            ClassOrder(12, "certificate", issuer="labour", level="junior", papers=((1, "豫a字第12345号"),)),
        ),
        (
            "课程 12 证书 其他 高级技师 1 2241001300400012",
            ClassOrder(12, "certificate", issuer="other", level="senior_technician", papers=((1, "2241001300400012"),)),
        ),
        (
            "course 12 certificate labour none 1 A001",
            ClassOrder(12, "certificate", issuer="labour", level="none", papers=((1, "a001"),)),
        ),
    ],
)
def test_understood(text: str, order: ClassOrder) -> None:
    assert read_class_order(text) == order


@pytest.mark.parametrize(
    "rest",
    [
        "合格",
        "胡说",
        "全部合格 3",
        "全部合格 除了",
        "全部合格 除了 100000",
        "全部合格 除了3不合格",
        "100000 合格",
        "全部合格 但是老王没来",
        "免 全部",
        "证书 劳动 3 A001",
        "证书 劳动 初级 3 A001 5",
        "证书 劳动 初级 3 A001 3 A002",
        "证书 劳动 初级",
    ],
)
def test_what_is_not_wholly_understood_is_nothing(rest: str) -> None:
    assert read_class_order(f"课程 12 {rest}") == ClassOrder(12, "unclear")


@pytest.mark.parametrize(
    "text", ["课程", "培训", "班12人 焊工", "课程 合格", "电焊工 郑州 5000", "", "课程 1234567890 合格"]
)
def test_other_sentences_are_left_to_others(text: str) -> None:
    assert read_class_order(text) is None
