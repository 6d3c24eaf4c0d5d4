"""Who wants to join the union or a loan is heard; jobs with loans and fairs are not."""

import pytest

from bot.typed import folded
from bot.wish_words import wish_of

HEARD = {
    "union": """我想入工会|怎么加入工会|我想加入工会|咋入会|入工会|加入工会要什么|我要加入工会|想参加工会
        工会怎么加入|如何加入你们工会|申请入会|怎么入会呢|能加入工会吗""",
    "loan": """我想贷款开个小店|创业贷款咋申请|想借点钱做买卖|想贷点款|怎么申请贷款|能借我点钱吗|能不能借钱开店
        想贷款5万做生意|开店能贷款吗|工会能贷款吗|我想借钱周转""",
}
NOT_HEARD = """招聘会|参加招聘会|信贷专员 郑州|贷款销售|招贷款客服3名|贷款审核员|房贷压力大，想找活|欠了贷款
    不用贷款|不贷了|网贷还不上了|贷款被骗了|会员|工会上班|想进工会工作|社会工作者|会计|开会|保安 郑州
    酒店会议服务|借调|健身会籍顾问|我想入职|要还贷款 找个工资高的活|加工厂|参加过工会活动"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize(("wish", "said"), [(wish, said) for wish in HEARD for said in sentences(HEARD[wish])])
def test_a_wish_is_heard(wish: str, said: str) -> None:
    assert wish_of(folded(said)) == wish


@pytest.mark.parametrize("said", sentences(NOT_HEARD))
def test_what_is_no_wish(said: str) -> None:
    assert wish_of(folded(said)) == ""
