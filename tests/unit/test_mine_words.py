"""No more messages, delete me, how far is it, take it back: in one's own words; wishes stay what they are."""

import pytest

from bot.leaving_words import deletes_what, wants_out
from bot.progress_words import about_mine
from bot.typed import folded

OUT = {
    "stop": """不要再给我发短信了|别给我发了|别再发短信了|不要再发消息了|请不要再给我发信息|以后别给我发了
        不想收到短信了|别打扰我了|别烦我|取消推送|退订短信|停止推送|不要给我发消息
        please stop sending me messages""",
    "all": """把我的信息都删掉|把我删了吧|删掉我的号码|把我的资料全删了|删了我的信息吧|我要删除个人信息|注销账号
        帮我把我的资料删了吧|把我的电话号码删了|我想注销账号|不要保存我的信息|请把我的所有信息删除""",
}
STAYS = """不要夜班|别发广告|不发了|信息员|资料员 郑州|删除|把报名删了|不想上夜班了|别的地方有吗|要发传单的活
    发短信的兼职|招资料员3名|数据录入 郑州|不要中介|不用加班的厂|清洁工|清理仓库|号码百事通客服|不想干了
    别骗我|把我的报名撤了|发我看看|再发几个|再给我发几个岗位|给我发岗位|电焊工 郑州"""
MINE = {
    "progress": """进度|我的事办得咋样了|我报名的那个咋没信|还没给我答复|我那个申请办得咋样了|有消息吗
        有结果了没|申请办到哪一步了|咋还没消息|怎么没人联系我|查一下进度|我的申请通过了吗|贷款批了没|审核好了吗
        报名怎么样了|到现在还没有人给我回复|结果出来了吗|补助办得怎么样了|progress""",
    "back": """撤回|撤销报名|把报名撤了|我不申请了|撤回申请|撤销|取消申请|我想撤回申请|把我的报名取消了吧
        不申请了|不贷了|我要撤回报名|报名撤了吧""",
    "rest": "不找了|我不找了|不用找了|不找活了|先不找工作了|我不找了，谢谢|暂时不找了",
}
NOT_MINE = """找工作|不找中介|取消|报名|申请帮扶|撤换灯管|贷款|想申请补助|我想申请贷款|有没有消息灵通的|信息员
    找不到工作|办公室文员|进度计划员|处理品仓库|批发市场 搬运|审核员 郑州|审计|退休了还能找活吗|撤店清货
    查验员|怎么报名|报名要什么|电焊工有没有|客服 处理投诉|咋找活|办证要多久|想找个不累的"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind in OUT for said in sentences(OUT[kind])])
def test_who_wants_out_is_heard(kind: str, said: str) -> None:
    assert wants_out(folded(said)) == kind


@pytest.mark.parametrize("said", sentences(STAYS))
def test_who_stays(said: str) -> None:
    assert wants_out(folded(said)) == ""


@pytest.mark.parametrize("said", ["删除", "删", "删掉", "我要删除", "删了吧"])
def test_a_bare_delete_is_asked_about(said: str) -> None:
    assert deletes_what(said) == "which"
    assert wants_out(said) == ""


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind in MINE for said in sentences(MINE[kind])])
def test_what_is_asked_of_mine(kind: str, said: str) -> None:
    assert about_mine(folded(said).rstrip("?")) == kind


@pytest.mark.parametrize("said", sentences(NOT_MINE))
def test_what_is_not_about_mine(said: str) -> None:
    assert about_mine(folded(said)) == ""
