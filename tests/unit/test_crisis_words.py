"""Whose life or body is in danger is heard; work, adverts and a manner of speaking are not."""

import pytest

from bot.crisis_words import crisis_of
from bot.typed import folded

HEARD = {
    "life": """我不想活了|不想活|真的不想再活下去了|活着没意思|活着没啥意思|活着也没什么意义了|活着真累|我活够了
        想死|我想死了算了|我想自杀|自杀|轻生|想跳楼|我要跳楼|老板不给钱我就跳楼|想去死|死了算了|还不如死了
        我老婆想不开|欠了十万 不想活了|没钱看病，活着太受罪|我想结束自己的生命|喝农药|I want to die|活得没意思""",
    "family": """老公打我|老公又打我了|家暴|我被家暴了|老公喝了酒就打我|男人天天打我|我被老公打了
        丈夫把我打伤了，打了我一晚上|婆婆打我|我爸打我|my husband beats me|遭受家庭暴力怎么办""",
    "work": """工头打我|老板打我|我被打了|被打|被人打伤了|包工头打人|我被工头打了|被老板殴打|要工资被打了
        班长打我|挨打了|被主管打得住院""",
}
NOT_HEARD = """不想活动|不想干活了|不想找活了|不想活儿太累|打工|打电话|打扫|想打工|老板给我打电话了没|打我电话
    打我手机|打我卡上|工资打我银行卡|工资没打我卡上|给我打电话|打扫卫生 郑州|被打扫|被打发了|被打断了
    申请被打回来了|工资被打了折|打我微信|累得要死|热得想死|想死你了|我想死心了|跳楼价|跳楼机 操作员|上吊车
    会开上吊篮|打农药 会开无人机|喷洒农药|招自杀干预热线接线员2名|心理咨询师 自杀干预|招保安3名 被打了公司赔
    打包工 郑州|打我们厂的工|不想死磕|别想不开，慢慢找|电焊工 郑州 5000|活多得干不完|这活干着没意思
    干活得有劲|活着实在|会打算盘|打磨工|被打磨的零件|爱心护工 不虐待老人|养老院 不打骂老人|打胶工 郑州
    打字员 洛阳 3500|打杂的有没有|跳槽|我被老板打电话叫去了"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind in HEARD for said in sentences(HEARD[kind])])
def test_danger_is_heard(kind: str, said: str) -> None:
    assert crisis_of(folded(said)) == kind


@pytest.mark.parametrize("said", sentences(NOT_HEARD))
def test_what_is_no_danger(said: str) -> None:
    assert crisis_of(folded(said)) == ""
