"""Answers to a follow-up in one's own words, and who found work by themselves."""

import pytest

from bot.typed import folded
from bot.work_words import follow_up_answer, found_work

ANSWERS = {
    "71": """还在干呢|挺好的|在呢|还在|还在那上班|一直在干|还行|干得挺好|是的|我还在厂里|在|没走|工作挺顺利
        还干着呢|还在那干着呢""",
    "72": """换地方了|换厂了|换了个厂|我换工作了|跳槽了|去了别的厂|换了家公司|换到别家了""",
    "73": """早不干了|老板让我走了|没做了，活太重|不干了|辞职了|被辞退了|我走了|没活干了|厂里倒闭了|干不动了
        不在那了|没在那里干了""",
}
NONE = """换地方|想换个工作|找工作|电焊工 郑州 5000|在郑州找活|在家没事|回家过年了|被辞退了不给补偿
    老板没给我发工资|能换个地方吗|好工作有吗|在哪里上班|想辞职|几点上班|保安 郑州|我没干过 电焊工 洛阳"""
FOUND = """我找到活了|我上班了|找到工作了|我已经上班了|有工作了|我找到工作了，谢谢|今天上岗了|我入职了|被录用了
    我有活干了|找到一份工作了"""
NOT_FOUND = """找工作|有活吗|有活|找到活干|几点上班|有工作没|找到工作了吗|帮我找个活|我想上班|有新工作吗
    有活了告诉我|上班|找个活 上班近|找到工作了没|今天上班|我要上班了没衣服穿|马上要上班"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize(("key", "said"), [(key, said) for key in ANSWERS for said in sentences(ANSWERS[key])])
def test_an_answer_is_heard(key: str, said: str) -> None:
    assert follow_up_answer(folded(said)) == key


@pytest.mark.parametrize("said", sentences(NONE))
def test_what_is_no_answer(said: str) -> None:
    assert follow_up_answer(folded(said)) == ""


@pytest.mark.parametrize("said", sentences(FOUND))
def test_work_was_found(said: str) -> None:
    assert found_work(folded(said)) == "found"


@pytest.mark.parametrize("said", sentences(NOT_FOUND))
def test_work_is_looked_for(said: str) -> None:
    assert found_work(folded(said)) == ""
