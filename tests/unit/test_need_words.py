"""A need that is told in a sentence of its own: which aid it asks for, and what is no need."""

import pytest

from bot.need_words import need_of, wants_other
from bot.typed import folded

NEEDS = {
    "medical": """老公住院花了八万，能帮帮我吗|我媳妇得了癌症，借了十几万|爸爸脑梗瘫在床上家里没钱治
        有没有大病救助|透析做不起了
        我生病了没钱看病|做手术要十万，工会能不能帮|我妈摔断腿，花了三万块|老婆住院化钱太多，实在没办法|看病花光了钱
        孩子得了白血病 求求你们|我老公去年查出肝硬化，家里没有收入|我残疾 没收入 能帮帮我吗
        我爸住院花了好多钱|儿子尿毒症|我妈得了癌症|老公去年查出脑瘤|孩子白血病
        my husband is in hospital, no money, please help""",
    "tuition": """孩子上大学没钱交学费|儿子考上大学了 学费凑不齐|女儿读书没有钱|娃上学的学费咋办|孩子高三了交不起学费
        女儿被清华录取 家里供不起|孩子考上大学学费还差五千
        金秋助学咋报名|助学怎么申请|想报金秋助学
        工会有助学金吗 孩子今年考上了|能不能借点钱给孩子交学费|My son got into university, we cannot pay the tuition""",
    "living": """家里揭不开锅了|家里困难有没有补助|家里太困难了|我家里很穷|能申请困难补助吗|丈夫去世了，日子过不下去了
        单位效益不好 家里困难 能申请补助吗|困难职工怎么申请|特困职工帮扶|家里没米了|火灾把家烧了
        交不起房租|带着三个娃，老公没了|孩子他爸走了，三个孩子要养|交不上电费
        房子被水淹了|家里着火了|能办低保吗|没钱过年了|没饭吃了|家中有难处，想申请帮扶|单亲妈妈带两个孩子，生活有困难""",
}
NO_NEEDS = """医院陪护 照顾住院老人 5000|护工 住院部 月薪6000|有没有离学校近的工作，孩子上学要接送
    有高温补贴吗|包吃住有餐补吗
    保安 郑州 高中 能帮看看吗|郑州 文员 大学 申请|郑州 保安 生活补贴多少|有生活补贴吗
    学费多少|学电焊要多少学费|大学生 会计 郑州|没工作咋办|病房保洁 郑州|帮我找个工作|帮我看看有没有保安|有困难怎么联系
    招护工，照顾偏瘫老人，补助200|社保断了怎么办|工伤住院老板不管怎么办
    肿瘤医院 保洁|护工 照顾偏瘫|爸爸早教中心|老公走了一天，想在附近找活|交不交房租|房租多少|儿子癌症 想找个护工的活
    大学食堂 阿姨 有住房补助|培训有补助吗|有医保吗"""
FIRST_WORK = """家里困难 电焊工 郑州 5000|会计 郑州 大学毕业 帮帮忙|厨师 饭都包吗 郑州|我想上班 家里困难
    电焊工 郑州 孩子上大学 压力大 5000以上|高中毕业 没办法 什么都能干|我住院了，今天不能上班，帮我请个假
    申请离职 生病|工厂不报销医药费怎么办
    老公住院花了八万，我想在医院附近找活|没钱吃饭了，想找个活干|我想学月嫂，没钱交学费"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind in NEEDS for said in sentences(NEEDS[kind])])
def test_a_need_is_heard(kind: str, said: str) -> None:
    assert (need_of(folded(said)), wants_other(folded(said))) == (kind, False)


@pytest.mark.parametrize("said", sentences(NO_NEEDS))
def test_what_is_no_need(said: str) -> None:
    assert wants_other(folded(said)) or not need_of(folded(said))


@pytest.mark.parametrize("said", sentences(FIRST_WORK))
def test_who_asks_for_work_too_wants_that_first(said: str) -> None:
    assert wants_other(folded(said))
