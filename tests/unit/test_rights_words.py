"""A right in question, told in a sentence: which ticket it opens; work, adverts and honest words open none."""

import pytest

from bot.rights_words import right_of
from bot.typed import folded

HEARD = {
    "wages_owed": """工资欠了2万多，找谁|一个月了老板没给我发工资|老板没给我发工资|工钱要不回来|老板说没钱发
        工资啥时候发|干了活不给钱|老板跑了 欠我2万块|包工头不给钱|老板欠我钱三个月了|老板拖欠工资三个月了
        工资一直不发怎么办|包工头欠我两万块工钱|欠我工钱|工地三个月没发工资|公司欠薪|帮我讨薪|工资3个月没结
        我干了两个月，没给钱|工资拿不到|要不回工资|老板两个月没开工资了|啥时候能发工资|干了三个月活没给我工资
        我的工资什么时候给""",
    "severance": """被辞退了不给补偿|被公司裁员了怎么办|厂里辞退我不给赔偿|公司裁员没给补偿金|老板不给经济补偿
        我被开除了找谁""",
    "insurance": """社保咋交|失业金在哪领|社保断了怎么办|怎么转移社保|老板不给我交社保|养老保险怎么补交
        公司没给我们交保险|失业补助金咋申请|在哪里交社保""",
    "other": """没签合同|在工地摔断腿了老板不管|干活砸伤了脚|工伤怎么办|公司不签劳动合同|老板没跟我签合同
        上班受伤了""",
    "paid": """我被骗了交了500块押金|中介让交钱|要收钱不|要钱不|收费吗|你们收费吗|找活要钱吗|我让黑中介骗了咋办
        我被骗了咋整|你们是骗子吧|是不是骗人的|押金不退|对方让我先交300块体检费|老板让交押金|这个要收费不|免费吗
        中介要我交介绍费|要不要钱""",
}
NOT_HEARD = """找个老板好的厂 一万块|找个不拖欠工资的厂|招电焊工3名 从不拖欠工资|招电焊工3名 郑州 6000
    电焊工 郑州 工资5000|工资日结|无欠薪的工地|工资高不高|招2名焊工 公司不欠钱 老板好|不要押金|不收押金
    没有押金，免费工作服|谨防受骗|有社保吗|交五险的厂 郑州|没社保也行|保安 郑州 有五险一金|有工伤保险吗
    不签合同也行|我被裁员了，想找个工作|包吃住 免费|住宿要钱吗|体检收费吗|学电焊要钱不|培训收费吗|工资几号发
    工资什么时候发 保安 郑州|招普工10名 洛阳 5000 五险一金 签合同|工资月结 15号发|工资按时发|没工作咋办
    开票员 郑州|社保专员 郑州|失业了 找活干|失业 想学个技术|电焊工 割草 都能干|切割工 郑州|轧钢工
    受伤了干不了重活 想找轻松的活|防骗宣传员|老板人好就行|收银员|收费员 高速|免费培训"""


def sentences(text: str) -> list[str]:
    return [part.strip() for line in text.splitlines() for part in line.split("|")]


@pytest.mark.parametrize(("topic", "said"), [(topic, said) for topic in HEARD for said in sentences(HEARD[topic])])
def test_a_right_in_question_is_heard(topic: str, said: str) -> None:
    assert right_of(folded(said).rstrip("。.!~?")) == topic


@pytest.mark.parametrize("said", sentences(NOT_HEARD))
def test_what_is_no_complaint(said: str) -> None:
    assert right_of(folded(said)) == ""
